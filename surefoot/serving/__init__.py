"""Turns evidence into an answer with citations."""
