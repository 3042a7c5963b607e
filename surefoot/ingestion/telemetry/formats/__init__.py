"""Formats of files with samples: CSV, JSON lines and GPX."""
