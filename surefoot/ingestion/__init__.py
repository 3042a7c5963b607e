"""Turns sources into chunks that can be found."""
