"""Checks everything that Surefoot needs on this machine; each finding comes with its remedy."""
