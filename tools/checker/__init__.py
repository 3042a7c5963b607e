"""Trains the house checker: the small model that reads a question and a passage together (`make checker`)."""
