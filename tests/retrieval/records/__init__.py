"""Tests of answers from rows."""
