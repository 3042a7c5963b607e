"""Tests of the store of records and of what is read from it."""
