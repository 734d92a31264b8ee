"""What a question means, and in which order its hits stand."""
