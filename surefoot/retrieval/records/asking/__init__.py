"""Turns a question in plain words into a plan by rules and the declared vocabulary, and says where it cannot."""
