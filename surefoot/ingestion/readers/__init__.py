"""Read one file format each into sections."""

READER = "4"
"""Changes whenever the same file would give other sections."""
