"""Files on their way through the pipeline: read a few at a time, encoded and written in batches, in their order."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import ExitStack, suppress
from dataclasses import dataclass

from surefoot.ingestion.catalogue import Entry
from surefoot.ingestion.describing import Order
from surefoot.ingestion.inspection import Told
from surefoot.ingestion.preparing import Prepared, Unfit
from surefoot.ingestion.results import Fed, IngestResult
from surefoot.ingestion.storing import Store

AHEAD = 6
"""Files that are being read or wait for the encoder."""
FULL_CHUNKS = 96
FULL_DOCUMENTS = 32
"""A batch of this many chunks or documents is encoded and written."""


@dataclass(frozen=True, slots=True)
class Started:
    """A file on its way: being read, or done at once."""

    order: Order
    known: Entry | None = None
    reading: Future[Prepared | Unfit] | None = None
    done: IngestResult | None = None


class Conveyor:
    """Files on their way, in order; full batches are encoded and written."""

    def __init__(self, store: Store, told: Told) -> None:
        self._store = store
        self._told = told
        self._moving: deque[Started] = deque()
        self._batch: list[Prepared] = []

    def busy_with(self, order: Order) -> bool:
        """Whether the same path or the same content is on its way, so that this order must wait for it."""
        way = [*(one.order for one in self._moving if one.reading), *(one.order for one in self._batch)]
        return any(order.id == other.id or order.content_hash == other.content_hash for other in way)

    def put(self, started: Started) -> None:
        """Take one more."""
        self._moving.append(started)

    def finished(self) -> Iterator[Fed]:
        """What is done; waits until there is room for one more."""
        while self._moving and (len(self._moving) >= AHEAD or _ended(self._moving[0])):
            yield from self._taken(self._moving[0])
        if self._full():
            yield from self._written()

    def drained(self) -> Iterator[Fed]:
        """All that is on its way, once it is done."""
        while self._moving:
            yield from self._taken(self._moving[0])
            if self._full():
                yield from self._written()
        yield from self._written()

    def abandon(self) -> None:
        """Take back the lines of what was not finished; called when nothing is left, too."""
        with ExitStack() as each:  # all are tried, also where one fails
            for one in self._batch:
                each.callback(self._store.forget, one.order, one.known)
            for started in self._moving:
                if started.reading:
                    started.reading.cancel()
                    with suppress(Exception):  # the first failure was raised already
                        started.reading.result()
                    each.callback(self._store.forget, started.order, started.known)
            self._moving.clear()
            self._batch = []

    def _taken(self, started: Started) -> Iterator[Fed]:
        if started.done:
            self._moving.popleft()
            yield Fed(started.order.file.path, started.done)
            return
        outcome = started.reading.result() if started.reading else None
        refused = self._store.refuse(outcome) if isinstance(outcome, Unfit) else None
        self._moving.popleft()
        if refused:
            yield Fed(started.order.file.path, refused)
        elif isinstance(outcome, Prepared):
            self._batch.append(outcome)

    def _full(self) -> bool:
        return sum(one.chunks for one in self._batch) >= FULL_CHUNKS or len(self._batch) >= FULL_DOCUMENTS

    def _written(self) -> Iterator[Fed]:
        if self._batch:
            results = list(self._store.write(self._store.encode(self._batch, self._told), self._told))
            self._batch = []
            yield from results


def _ended(started: Started) -> bool:
    return started.reading is None or started.reading.done()
