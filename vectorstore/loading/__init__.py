"""From paths, bytes and URLs to raw pages."""
