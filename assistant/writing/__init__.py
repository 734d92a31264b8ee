"""The written answer: what the model is given, and its words as they come."""
