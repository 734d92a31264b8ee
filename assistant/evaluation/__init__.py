"""Evaluation over Q&A sets: reading one, asking it, measuring, reporting, comparing, drafting."""
