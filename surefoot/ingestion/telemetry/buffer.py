"""A bounded buffer between those who receive messages and the one who keeps them."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from threading import Condition

from surefoot.ingestion.telemetry.errors import IntakeBusy, IntakeClosed
from surefoot.retrieval.records.samples import Samples

_BATCH_BYTES = 8_000_000
"""About so much is taken out at once."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a message, once it is kept for good."""

    kept: int = 0
    """Samples of it that were new."""
    repeated: int = 0
    refused: int = 0
    reasons: tuple[str, ...] = ()
    """Why samples were refused; the first few."""


@dataclass(frozen=True, slots=True)
class Item:
    """A message, or a block of samples from a file."""

    content: bytes | Samples
    source: str
    done: Callable[[Receipt | Exception], None]
    """Called once it is kept, or refused for good; with an exception where an impatient one cannot be kept now."""
    vehicle: str | None = None
    """The vehicle that the sender is known to be."""
    patient: bool = False
    """Whether it waits until the store works again."""
    weight: int = 0
    """Bytes, about."""


class Buffer:
    """First in, first out; those who put wait while it is full."""

    def __init__(self, items: int, weight: int) -> None:
        """At most so many items, and so many bytes (one item always fits)."""
        self._items: deque[Item] = deque()
        self._changed = Condition()
        self._most, self._heaviest = items, weight
        self._weight = 0
        self._closed = False

    def __len__(self) -> int:
        return len(self._items)

    def put(self, item: Item, wait: float | None) -> None:
        """Add an item; after `wait` seconds without room IntakeBusy (None waits for ever), IntakeClosed when closed."""
        with self._changed:
            if not self._changed.wait_for(lambda: self._closed or self._fits(item), wait):
                raise IntakeBusy("More messages arrive than can be kept: send this one again in a few seconds.")
            if self._closed:
                raise IntakeClosed("The intake is closed: the message was not kept, send it again later.")
            self._items.append(item)
            self._weight += item.weight
            if len(self._items) == 1:
                self._changed.notify_all()

    def take(self, most: int, longest: float, quiet: float) -> list[Item]:
        """The next items: until there are `most`, or nothing came for `quiet` seconds, or `longest` after the first.

        Waits for a first one for a second at most; an empty list where none came.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._items or self._closed, 1.0)
        end, before = time.monotonic() + longest, 0
        # looking now and then costs less than being woken by each message
        while before < len(self._items) < most and not self._closed and time.monotonic() < end:
            before = len(self._items)
            time.sleep(quiet)
        with self._changed:
            taken: list[Item] = []
            weight = 0
            while self._items and len(taken) < most and weight < _BATCH_BYTES:
                taken.append(self._items.popleft())
                weight += taken[-1].weight
            self._weight -= weight
            self._changed.notify_all()
        return taken

    def take_impatient(self) -> list[Item]:
        """Take out those whose senders do not wait for the store."""
        with self._changed:
            taken = [item for item in self._items if not item.patient]
            self._items = deque(item for item in self._items if item.patient)
            self._weight -= sum(item.weight for item in taken)
            self._changed.notify_all()
        return taken

    def close(self) -> None:
        """Take nothing more; what is inside can still be taken out."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    @property
    def closed(self) -> bool:
        """Whether nothing more is taken."""
        return self._closed

    def _fits(self, item: Item) -> bool:
        return not self._items or (len(self._items) < self._most and self._weight + item.weight <= self._heaviest)
