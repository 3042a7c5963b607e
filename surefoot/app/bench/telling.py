"""Says on stdout how far a measurement is, one JSON line at a time."""

from __future__ import annotations

import json
import sys


def say(**what: object) -> None:
    """Write one line."""
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def tell(stage: str, done: int, total: int) -> None:
    """Say what is being done and how much of it."""
    say(stage=stage, done=done, total=total)
