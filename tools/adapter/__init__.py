"""Trains the adapter of the reference model; in an environment of its own (`make adapter`)."""
