"""Tests of questions that become plans."""
