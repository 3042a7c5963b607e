"""Read one file format each into sections."""

READER = "3"
"""Changes whenever the same file would give other sections."""
