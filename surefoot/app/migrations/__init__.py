"""Brings a database to this version's schema, step by step, each step a file in `versions`."""
