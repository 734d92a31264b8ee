"""Articles in, ranked chunks out. This room has never heard of an LLM."""
