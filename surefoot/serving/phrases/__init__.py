"""Holds the sentences that the assistant says itself, a table for each language, and chooses the asker's."""
