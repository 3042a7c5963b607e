"""Runs in the background: takes up what waits, minds the clock and the watched folders, goes on after a restart."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from surefoot.app.jobs.durable import EXECUTOR, Durable
from surefoot.app.jobs.schedule import after, latest
from surefoot.app.jobs.watches import Watches
from surefoot.core.errors import SurefootError
from surefoot.ingestion.errors import PlaceRefused
from surefoot.ingestion.run_control import RunControl
from surefoot.ingestion.run_parts import RunParts
from surefoot.ingestion.run_store import QUEUED, RUNNING
from surefoot.ingestion.runs import Monitor, Runs
from surefoot.ingestion.source_store import SourceEntry, now

if TYPE_CHECKING:
    from sqlalchemy import URL

logger = logging.getLogger(__name__)

SYSTEM = "surefoot"
"""Who asks for runs that a clock or a watched folder begins."""
IDLE_SECONDS = 20.0
"""Between two looks at what waits when nobody says that something does."""
BUSY_SECONDS = 0.2
"""Between two looks while a run waits for the one before it in its lane."""
RETRY_SECONDS = 15.0

Declared = Callable[[], Iterable[SourceEntry]]
"""The sources that the assistants' declarations name now."""


@dataclass(frozen=True, slots=True)
class JobsPlace:
    """Where workflows are kept, and how much is done at once."""

    url: URL
    """SQLite file or PostgreSQL of DBOS."""
    at_once: int = 2
    executor: str = EXECUTOR
    clock: Callable[[], datetime] = now
    open: Callable[[float], bool] = lambda _seconds: True
    """Waits up to so many seconds until the library may be worked on; whether it may."""


class Jobs:
    """All that goes on with sources in this process. `start` and `stop` once."""

    def __init__(
        self,
        parts: RunParts,
        place: JobsPlace,
        declared: Declared = tuple,
        monitor: Monitor = lambda _run: {},
    ) -> None:
        self.parts = parts
        self._place = place
        self._declared = declared
        self._wake = threading.Event()
        self.control = RunControl(parts.sources, parts.runs, parts.items, self._wake.set)
        self._runs = Runs(parts, monitor)
        self._durable = Durable(place.url, place.at_once, self._runs, place.executor)
        self._sent: dict[str, str] = {}
        """Runs whose workflows have not ended, each with its lane."""
        self._watches = Watches(self._folder_changed)
        self._thread = threading.Thread(target=self._live, name="jobs", daemon=True)
        self.launched = threading.Event()
        """Set when runs are taken up."""

    def start(self) -> None:
        """Begin in the background; nobody has to wait for it."""
        self._thread.start()

    def kick(self) -> None:
        """Look at once at what waits: a source or its schedule is another."""
        self._wake.set()

    def stop(self, seconds: float) -> bool:
        """Halt all runs between two documents; they go on at the next start. False where that took longer."""
        deadline = time.monotonic() + seconds
        self.parts.stopping.set()
        self._wake.set()
        if not self._thread.ident:
            return True
        self._thread.join(max(0.0, deadline - time.monotonic()))
        self._watches.stop(1.0)  # they touch nothing any more
        idle = not self.launched.is_set() or self._durable.close(deadline - time.monotonic())
        return idle and not self._thread.is_alive()

    def _live(self) -> None:
        while not self.parts.stopping.is_set():
            try:
                self._begin()
                while not self.parts.stopping.is_set():
                    self._wake.clear()
                    self._wake.wait(self._look())
            except Exception:  # the border of a thread: what cannot be done now is tried again
                if not self.parts.stopping.is_set():
                    logger.exception("Runs cannot be taken up now; it is tried again.")
                self.parts.stopping.wait(RETRY_SECONDS)

    def _begin(self) -> None:
        """Once: wait for the library, launch DBOS, take in the declared sources."""
        if self.launched.is_set():
            return
        while not self._place.open(1.0):
            if self.parts.stopping.is_set():
                return
        self._durable.launch()
        for one in self._durable.unfinished():
            if run := self.parts.runs.get(one.run_id):
                self._sent[run.id] = run.lane
        self._take_in_declared()
        self.launched.set()

    def _look(self) -> float:
        """Take up what waits, and what is due; gives the seconds until it is worth looking again."""
        if not self.launched.is_set():
            return 0.0
        sources = [one for one in self.parts.sources.list() if one.enabled]
        moment = self._place.clock()
        for source in [*self._due(sources, moment), *self._newly_watched(sources)]:
            self.control.run(source, SYSTEM)
        if self._take_up():
            return BUSY_SECONDS
        times = [at for one in sources if one.schedule and (at := after(one.schedule, moment))]
        return max(0.0, min([IDLE_SECONDS, *((at - moment).total_seconds() for at in times)]))

    def _take_up(self) -> bool:
        """Begin queued runs, the oldest first, one of each lane; whether some must wait."""
        self._forget_ended()
        for run in self.parts.runs.in_state({RUNNING}):
            if run.id not in self._sent:  # its workflow ended without it, as at a stop
                self.parts.runs.move(run.id, {RUNNING}, QUEUED)
        waiting = False
        for run in self.parts.runs.in_state({QUEUED}):
            if run.id in self._sent:  # at work still: it was paused and resumed at once
                waiting = True
                continue
            if run.lane not in self._sent.values() and self._durable.begin(run.id):
                self._sent[run.id] = run.lane
            else:
                waiting = True
        return waiting

    def _forget_ended(self) -> None:
        if self._sent:
            alive = {one.run_id for one in self._durable.unfinished()}
            self._sent = {run_id: lane for run_id, lane in self._sent.items() if run_id in alive}

    def _due(self, sources: Iterable[SourceEntry], moment: datetime) -> list[SourceEntry]:
        """Those whose time has come since they were last run or changed; missed times count once."""
        scheduled = [one for one in sources if one.schedule]
        runs = self.parts.runs.latest() if scheduled else {}
        due: list[SourceEntry] = []
        for source in scheduled:
            since = max(source.updated_at, runs[source.id].created_at) if source.id in runs else source.updated_at
            time_of_it = latest(source.schedule or "", moment)
            if time_of_it is not None and time_of_it > since:
                due.append(source)
        return due

    def _newly_watched(self, sources: Iterable[SourceEntry]) -> list[SourceEntry]:
        """Those whose folders are watched from now on: something may have changed before."""
        every = list(sources)
        fresh = self._watches.follow(filter(self._may_be_read, every))
        return [one for one in every if one.id in fresh]

    def _may_be_read(self, source: SourceEntry) -> bool:
        """Whether a source's folder may be looked at; its runs say why not."""
        try:
            self.parts.places.check(str(source.settings.get("path", "")))
        except PlaceRefused:
            return False
        return True

    def _folder_changed(self, source_id: str) -> None:
        source = self.parts.sources.get(source_id)
        if source and source.enabled and not self.parts.stopping.is_set():
            self.control.run(source, SYSTEM)

    def _take_in_declared(self) -> None:
        """Save what the declarations say; a source that they no longer name is deleted with its documents."""
        try:
            named = {one.id: replace(one, declared=True) for one in self._declared()}
        except SurefootError as error:
            logger.warning("The declared sources are left as they are: %s", error)
            return
        there = {one.id: one for one in self.parts.sources.list() if one.declared}
        for source in named.values():
            if not _same(source, there.get(source.id)):
                self.parts.sources.save(source)
        for source_id in there.keys() - named.keys():
            self.control.delete_source(there[source_id], SYSTEM, keep=False)


def _same(new: SourceEntry, old: SourceEntry | None) -> bool:
    if old is None:
        return False
    names = ("assistant", "name", "kind", "groups", "owner", "schedule", "watched", "enabled")
    return dict(new.settings) == dict(old.settings) and all(getattr(new, n) == getattr(old, n) for n in names)
