"""Turns vehicles' messages into facts: receives and validates samples, derives trips, events and states from them."""
