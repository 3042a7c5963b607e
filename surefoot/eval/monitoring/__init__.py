"""Watches the running product: spans now, drift and alerts on top of them."""
