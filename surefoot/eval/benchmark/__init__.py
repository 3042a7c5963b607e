"""Measures how near the product comes to the limits of its parts, each limit in the same run."""
