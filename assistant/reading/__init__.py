"""The extractive answer: which sentences answer, which words in them, or that none does."""
