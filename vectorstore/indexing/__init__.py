"""What is derived from the store: the lexical index, Chroma, and their fusion."""
