"""The index port and its implementations."""
