"""A process that works on an embedded index until it is killed: `python -m tests.retrieval.edge_victim FOLDER WORK`."""

from __future__ import annotations

import sys
import time
from itertools import count
from pathlib import Path

from surefoot.retrieval.index.edge import EdgeIndex
from tests.retrieval.passages import DIMENSION, a_passage


def main() -> None:
    """Open the index, do the work, and report each step on stdout."""
    folder, work = Path(sys.argv[1]), sys.argv[2]
    index = EdgeIndex(folder, DIMENSION)
    say("open")
    if work == "add":
        for n in count():
            index.add([a_passage(f"part {n}", ordinal=n)])
            say(f"added {n}")
    while work == "erase":
        index.erase_deleted()
        say("erased")
    time.sleep(60)


def say(what: str) -> None:
    """Tell the parent at once."""
    sys.stdout.write(f"{what}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
