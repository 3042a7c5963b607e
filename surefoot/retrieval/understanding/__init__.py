"""Understands what a question asks before anything is searched: its context, its words, its scope."""
