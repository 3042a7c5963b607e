"""Knows how far runs are while they go on: documents by status and stage, documents a second, seconds left."""

from __future__ import annotations

import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from surefoot.ingestion.run_items import INGESTED, TO_DO, UNDONE, WORKING

STAGES = ("read", "profile", "validate", "clean", "deduplicate", "encode", "index")
"""The stages that a document passes, in their order."""
PASSED = "passed."
"""Before a stage's name, where documents that have passed it are counted beside those of a status."""
WINDOW_SECONDS = 20.0

Told = Callable[[str, str], None]


@dataclass(frozen=True, slots=True)
class Live:
    """How far a run is at this moment."""

    counts: dict[str, int]
    """Documents by status, and by stage that they have passed (`passed.read`, …)."""
    per_second: float | None
    """Documents a second over the last WINDOW_SECONDS; None where none was done."""

    @property
    def seconds_left(self) -> float | None:
        """At this pace."""
        left = sum(self.counts.get(status, 0) for status in UNDONE)
        return left / self.per_second if self.per_second else None


def counted(totals: Iterable[tuple[str, str, int]]) -> dict[str, int]:
    """Documents by status and by stage passed, from rows of status, reached stage, count."""
    counts: Counter[str] = Counter()
    for status, stage, number in totals:
        counts[status] += number
        for name in passed(status, stage):
            counts[PASSED + name] += number
    return dict(counts)


def passed(status: str, stage: str) -> tuple[str, ...]:
    """The stages that lie behind a document of this status that has reached this stage."""
    if status == INGESTED:
        return STAGES
    return STAGES[: STAGES.index(stage)] if stage in STAGES else ()


@dataclass(slots=True)
class _Way:
    """One run that goes on."""

    counts: Counter[str]
    at_work: dict[str, str] = field(default_factory=dict[str, str])
    """The documents at work, each with the stage that it has reached."""
    done: deque[float] = field(default_factory=deque[float])
    """When documents were done, within the window."""
    begun: float = 0.0


class Progress:
    """The runs that go on in this process; safe for threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._ways: dict[str, _Way] = {}
        self._lock = threading.Lock()

    def begin(self, run_id: str, totals: Iterable[tuple[str, str, int]]) -> None:
        """Start, or start over, from what is written."""
        counts = Counter(counted((TO_DO if status == WORKING else status, stage, n) for status, stage, n in totals))
        with self._lock:
            way = self._ways.get(run_id)
            done, begun = (way.done, way.begun) if way else (deque[float](), self._clock())
            self._ways[run_id] = _Way(counts, {}, done, begun)

    def told(self, run_id: str) -> Told:
        """What hears the stages of a run's documents."""

        def hear(path: str, stage: str) -> None:
            with self._lock:
                if run_id in self._ways:
                    self._ways[run_id].at_work[path] = stage

        return hear

    def stage(self, run_id: str, path: str) -> str:
        """The stage that a document at work has reached; empty where it has not begun."""
        with self._lock:
            way = self._ways.get(run_id)
            return way.at_work.get(path, "") if way else ""

    def done(self, run_id: str, path: str, status: str, stage: str) -> None:
        """One document is done."""
        with self._lock:
            way = self._ways.get(run_id)
            if way is None:
                return
            way.at_work.pop(path, None)
            way.counts[TO_DO] -= 1
            way.counts[status] += 1
            way.counts.update(PASSED + name for name in passed(status, stage))
            way.done.append(self._clock())

    def live(self, run_id: str) -> Live | None:
        """How far a run is; None where it does not go on in this process."""
        with self._lock:
            way = self._ways.get(run_id)
            if way is None:
                return None
            counts = Counter(way.counts)
            counts[WORKING] += len(way.at_work)
            counts[TO_DO] -= len(way.at_work)
            for stage in way.at_work.values():
                counts.update(PASSED + name for name in passed(WORKING, stage))
            return Live({name: n for name, n in counts.items() if n > 0}, self._pace(way))

    def end(self, run_id: str) -> None:
        """The run goes on no longer."""
        with self._lock:
            self._ways.pop(run_id, None)

    def _pace(self, way: _Way) -> float | None:
        now = self._clock()
        while way.done and way.done[0] < now - WINDOW_SECONDS:
            way.done.popleft()
        span = min(WINDOW_SECONDS, now - way.begun)
        return len(way.done) / span if way.done and span > 0 else None
