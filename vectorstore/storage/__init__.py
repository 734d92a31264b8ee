"""The article store, the one source of truth: its tables, what reads and what writes them."""
