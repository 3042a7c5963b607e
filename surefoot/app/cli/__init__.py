"""The command line `surefoot`: a client of the server, with one JSON document for programs and words for people."""

from __future__ import annotations

import sys
from collections.abc import Sequence


def main() -> None:
    """Run the command of the process's arguments and exit with its status."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run one command: 0 done, 1 failed, 2 typed wrongly, 130 interrupted."""
    from surefoot.app.cli.commands import app
    from surefoot.app.cli.output import guarded

    return guarded(app, list(arguments))
