"""Surefoot answers questions from a company's documents and shows the evidence for every claim."""

__version__ = "0.1.0"
