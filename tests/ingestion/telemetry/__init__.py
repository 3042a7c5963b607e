"""Tests of receiving vehicles' messages."""
