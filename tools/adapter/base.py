"""Fetches the reference model where it is not there yet, and prints the path of its file."""

from __future__ import annotations

import sys

from surefoot.app.settings import load_settings
from surefoot.app.wiring import build_weights

REFERENCE = "qwen2.5-coder-1.5b-instruct"


def main() -> None:
    """Print the path."""
    fetched = build_weights(load_settings()).fetch_generator(REFERENCE)
    if fetched.model != REFERENCE:
        sys.exit(f"{REFERENCE} cannot be had: {fetched.note}")
    print(fetched.path)


if __name__ == "__main__":
    main()
