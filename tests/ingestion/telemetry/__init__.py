"""Tests of vehicles' messages and of what is derived from them."""
