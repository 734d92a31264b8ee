"""Each sentence of a written answer tied to words of an article, or marked."""
