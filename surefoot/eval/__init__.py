"""Judges answers and makes them better."""
