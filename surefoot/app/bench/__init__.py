"""Measures this installation on this machine, each figure beside its limit, in a process of its own."""
