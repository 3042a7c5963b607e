"""Erases documents and people from everything that is kept, with proof; and applies retention on a schedule."""
