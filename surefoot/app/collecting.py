"""Keeps the garbage collector from stopping everybody: what has lived long is not looked at again and again.

A full collection looks at every object there is, 0.4 seconds for a million, and meanwhile no answer moves on. Most of
them are code, which stays. So what survives a long collection is set aside. That is done a few times at most: garbage
that is part of a cycle then would stay for ever.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Mapping

YOUNG = 5_000
"""Objects from which on the young ones are looked at; Python's own 700 is for programs of one user."""
LONG_SECONDS = 0.05
TIMES = 6


class Collecting:
    """Watches collections."""

    def __init__(self, clock: Callable[[], float] = time.perf_counter, freeze: Callable[[], None] = gc.freeze) -> None:
        self._clock = clock
        self._freeze = freeze
        self._began = 0.0
        self.frozen = 0
        """How often something was set aside."""

    def __call__(self, phase: str, about: Mapping[str, int]) -> None:
        """Called by the collector before and after each of its runs."""
        if about["generation"] < 2 or self.frozen >= TIMES:
            return
        if phase == "start":
            self._began = self._clock()
        elif self._clock() - self._began > LONG_SECONDS:
            self.frozen += 1
            self._freeze()


def watch_collections() -> None:
    """Call it once, at the start."""
    gc.set_threshold(YOUNG, *gc.get_threshold()[1:])
    gc.callbacks.append(Collecting())
