"""A process that writes samples and says after each batch that it was kept: `python writing.py FILE LIMIT BATCHES`."""

from __future__ import annotations

import resource
import signal
import sys
from pathlib import Path

from surefoot.retrieval.records.errors import RecordsError
from surefoot.retrieval.records.store_duckdb import DuckDBRecords
from tests.retrieval.records.telling import NINE, some

BATCH = 500


def say(words: str) -> None:
    """A line that is out at once."""
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


def main(path: Path, limit: int, batches: int) -> None:
    """Write until a batch is refused, then without the limit again."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    store = DuckDBRecords(path)
    store.prepare()
    if limit:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
    number = 0
    while number < batches:
        try:
            store.add_samples(some(BATCH, first=BATCH * number), "mqtt", NINE)
        except RecordsError as refused:
            kept = len(store.samples_since({"van 1": 0}))
            say(f"refused {type(refused).__name__} {number} {kept} {refused}")
            resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
            continue
        number += 1
        say(f"kept {number}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
