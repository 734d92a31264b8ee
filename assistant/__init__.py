"""Question in, cited answer out. This room has never heard of Chroma."""
