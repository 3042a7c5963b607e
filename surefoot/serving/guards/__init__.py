"""Keeps instructions that come from outside, in questions or in documents, from steering the assistant."""
