"""Tests of answers from records."""
