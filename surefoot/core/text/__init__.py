"""Text tools that more than one package needs."""
