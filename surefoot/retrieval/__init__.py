"""Finds the evidence for a question."""
