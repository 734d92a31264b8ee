"""The question: made to stand alone, taken apart, put into the words of the articles."""
