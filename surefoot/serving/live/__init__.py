"""Answers from live and operational records: finds the reading, words it, and asks back where a question is unclear."""
