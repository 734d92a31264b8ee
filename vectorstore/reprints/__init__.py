"""Printings of one text: found, compared, and one of them shown."""
