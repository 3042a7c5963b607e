"""Keeps derived facts in step with samples: derives anew, in passes, what new samples or new definitions change."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain
from threading import Event, Lock, Thread
from typing import Any

import numpy as np

from surefoot.ingestion.telemetry.derivations.cuts import Cut, KnownTrip, cuts_before
from surefoot.ingestion.telemetry.derivations.definitions import Definitions
from surefoot.ingestion.telemetry.derivations.deriving import Derived, derive
from surefoot.ingestion.telemetry.derivations.facts import Facts
from surefoot.ingestion.telemetry.derivations.minutes import MINUTE
from surefoot.ingestion.telemetry.derivations.states import silenced
from surefoot.ingestion.telemetry.stored import (
    counts,
    in_microseconds,
    known_trips,
    rows_of,
    still_due,
    together,
    underived,
    versions,
)
from surefoot.retrieval.records.errors import RecordsError
from surefoot.retrieval.records.samples import Samples
from surefoot.retrieval.records.store import RecordStore, Replacement
from surefoot.retrieval.records.telemetry_tables import DERIVED, STATES

logger = logging.getLogger(__name__)
MOST_AT_ONCE = 500
"""Vehicles that are derived together at most, where all of their samples are read."""
SHARE = 4
"""A pass and the pause behind it last so many times as long as the pass, which so takes a quarter of a core at most."""
NEVER = np.iinfo(np.int64).max
AGES_SECONDS = 15.0
"""How often it is looked who was not heard of for long, what has become due, and whether facts have changed."""


@dataclass(frozen=True, slots=True)
class PassState:
    """How far derived facts are."""

    waiting: int = 0
    """Vehicles with samples that are not derived yet."""
    passes: int = 0
    last_seconds: float = 0.0
    last_at: datetime | None = None
    recomputed: int = 0
    to_recompute: int = 0
    """Vehicles that are derived from the beginning, because definitions changed or their history is new."""
    trouble: str | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """Samples of a vehicle that are kept and not derived yet."""

    since: int
    """The earliest moment among them, in microseconds since 1970."""
    noted: float
    """The monotonic moment from which they wait."""

    def with_(self, other: Waiting) -> Waiting:
        """Both."""
        return Waiting(min(self.since, other.since), min(self.noted, other.noted))


@dataclass(frozen=True, slots=True)
class Behind:
    """That facts do not hold all samples that are kept."""

    vehicles: int
    since: int
    """From this moment on, in microseconds since 1970; 0 where some vehicle is derived from the beginning."""


class Passes:
    """One thread that derives."""

    def __init__(
        self,
        store: RecordStore,
        facts: Callable[[Iterable[str]], Facts],
        clock: Callable[[], datetime],
        definitions: Definitions | None = None,
        pause: float = 0.5,
    ) -> None:
        """facts: what is known of these vehicles and of the places; pause: seconds between passes at least."""
        self._store, self._facts, self._clock, self._pause = store, facts, clock, pause
        self.definitions = definitions or Definitions()
        self._lock = Lock()
        self._waiting: dict[str, Waiting] = {}
        self._left: dict[str, Waiting] = {}
        """What the pass that runs has still before it."""
        self._known: dict[str, list[KnownTrip]] = {}
        self._sizes: dict[str, int] = {}
        """Of each vehicle of which all samples were read last, how many those were: to count them takes long."""
        self._facts_of: dict[str, int] = {}
        """Of each vehicle the hash of the facts that its rows were last derived with."""
        self._work, self._stopping = Event(), Event()
        self._busy = False
        self._thread = Thread(target=self._run, name="deriving", daemon=True)
        self.state = PassState()

    def start(self) -> None:
        """Begin with what was kept and not derived before; those made by other definitions are derived anew."""
        self._known = known_trips(self._store, self.definitions.version)
        made = versions(self._store)
        vehicles = self._store.vehicles()
        self._facts_of = hashes(self._facts(vehicles), vehicles)
        self.note(_unheard(self._store))
        for one in underived(self._store):
            self.note({one.vehicle: one.since})
        self.note({v: 0 for v in vehicles if made.get(v) != self.definitions.version})
        self._thread.start()

    def note(self, earliest: Mapping[str, int]) -> None:
        """Samples came: of each vehicle the earliest moment among them, in microseconds since 1970."""
        now = time.monotonic()
        self._note({vehicle: Waiting(since, now) for vehicle, since in earliest.items()})

    def _note(self, waiting: Mapping[str, Waiting]) -> None:
        with self._lock:
            for vehicle, one in waiting.items():
                self._waiting[vehicle] = one.with_(self._waiting.get(vehicle, one))
        self._work.set()

    def behind(self, seconds: float = 0.0) -> Behind | None:
        """What has waited for so long to be derived; None where nothing has."""
        until = time.monotonic() - seconds
        with self._lock:
            every = dict(self._left)
            every |= {v: one.with_(every.get(v, one)) for v, one in self._waiting.items()}
        late = [one.since for one in every.values() if one.noted <= until]
        return Behind(len(late), min(late)) if late else None

    def stop(self, seconds: float) -> bool:
        """Stop after the pass that runs; False where it has not ended within this time."""
        self._stopping.set()
        self._work.set()
        if self._thread.is_alive():
            self._thread.join(max(0.0, seconds))
        return not self._thread.is_alive()

    def drained(self, seconds: float) -> bool:
        """Wait until nothing waits to be derived; False where something still does after this time."""
        deadline = time.monotonic() + seconds
        while self._unfinished():
            if time.monotonic() > deadline:
                return False
            self._stopping.wait(0.02)
        return True

    def run_once(self) -> int:
        """Derive what waits; how many vehicles that were. Raises RecordsError, and then it waits still."""
        with self._lock:
            waiting, self._waiting = self._waiting, {}
            self._left = dict(waiting)
            self._busy = True
        try:
            return self._pass(waiting)
        finally:
            left, self._left = self._left, {}
            self._note(left) if left else None
            self._busy = False

    def _pass(self, waiting: Mapping[str, Waiting]) -> int:
        cuts = cuts_before(self._known, {v: one.since for v, one in waiting.items()})
        whole = [v for v in waiting if v not in cuts]
        self._tell(waiting=len(waiting), to_recompute=len(whole), recomputed=0)
        for block in chain([list(cuts)], self._blocks(whole)):
            if block and not (self._stopping.is_set() and block[0] in whole):
                self._derive(block, cuts)
                with self._lock:
                    self._left = {v: one for v, one in self._left.items() if v not in block}
                self._tell(recomputed=len(whole) - sum(v in self._left for v in whole))
        return len(waiting)

    def _unfinished(self) -> bool:
        with self._lock:  # else it could be seen between taking what waits and being busy with it
            return bool(self._waiting) or self._busy

    def _derive(self, vehicles: list[str], cuts: Mapping[str, Cut]) -> None:
        reads = {v: max(0, cuts[v].read_from) if v in cuts else 0 for v in vehicles}
        begins = {v: self._left[v].since if v in cuts else 0 for v in vehicles}
        # read before the samples are: what comes in between keeps its mark, as does what lies before the cut
        marks = [one.mark for one in underived(self._store) if one.since >= begins.get(one.vehicle, NEVER)]
        samples, facts = self._store.samples_since(reads), self._facts(vehicles)
        self._sized(samples, cuts)
        derived = derive(samples, facts, self.definitions, {v: cuts[v] for v in vehicles if v in cuts})
        self._store.replace_derived(list(_replacements(samples, derived, cuts)), marks)
        self._remember(vehicles, derived, cuts)
        made = hashes(facts, vehicles)
        # rows before a cut were made with what was known then: what has changed since is seen by the next look
        self._facts_of |= {v: made[v] if v not in cuts else self._facts_of.get(v, made[v]) for v in vehicles}

    def _blocks(self, whole: list[str]) -> Iterator[list[str]]:
        """The vehicles in blocks, counted just before each is read: a history may still be on its way in."""
        while whole:
            some = whole[:MOST_AT_ONCE]
            sizes = counts(self._store, [v for v in some if v not in self._sizes])
            block = together(some, self._sizes | sizes)
            whole = whole[len(block) :]
            yield block

    def _sized(self, samples: Samples, cuts: Mapping[str, Cut]) -> None:
        for vehicle, size in zip(*np.unique(samples.vehicle.astype(str), return_counts=True), strict=True):
            if vehicle in cuts:
                self._sizes.pop(vehicle, None)
            else:
                self._sizes[vehicle] = int(size)

    def look_around(self) -> None:
        """Say who is silent and what has become due, and see whether facts have changed. Raises RecordsError."""
        self._silence()
        still_due(self._store, self._clock())
        self.look_at_facts()

    def look_at_facts(self) -> int:
        """Have vehicles derived from the beginning of whom, or of places, other facts are known now; how many.

        What was derived before the start is taken as made with the facts of then. Raises RecordsError.
        """
        now = hashes(self._facts(self._facts_of), self._facts_of)
        changed = [v for v, made in self._facts_of.items() if made != now[v]]
        self.note(dict.fromkeys(changed, 0))
        return len(changed)

    def _remember(self, vehicles: list[str], derived: Derived, cuts: Mapping[str, Cut]) -> None:
        for vehicle in vehicles:
            kept = self._known.get(vehicle, []) if vehicle in cuts else []
            self._known[vehicle] = [trip for trip in kept if trip.start < cuts[vehicle].time]
        for vehicle, trip in _trips(derived.trips):
            self._known.setdefault(vehicle, []).append(trip)

    def _run(self) -> None:
        looked = 0.0
        while not self._stopping.is_set():
            self._work.wait(AGES_SECONDS)
            self._work.clear()
            began = time.monotonic()
            try:
                if self._waiting:
                    self.run_once()
                    self._tell(passes=self.state.passes + 1, last_at=self._clock(), trouble=None)
                if began - looked > AGES_SECONDS:
                    self.look_around()
                    looked = began
            except RecordsError as error:
                logger.warning("Facts cannot be derived now: %s", error)
                self._tell(trouble=str(error))
                self._stopping.wait(SHARE)
            seconds = time.monotonic() - began
            self._tell(last_seconds=round(seconds, 3), waiting=len(self._waiting))
            self._stopping.wait(max(self._pause, (SHARE - 1) * seconds))

    def _silence(self) -> None:
        """Say of vehicles that were not heard of for long that they are silent."""
        rows = rows_of(self._store, STATES)
        rows |= {name: in_microseconds(rows[name]) for name in ("time", "since")}
        now = silenced(rows, self._clock(), self.definitions)
        changed = [n for n, state in enumerate(now["state"]) if state != rows["state"][n]]
        if changed:
            self._store.put(STATES, {name: [values[n] for n in changed] for name, values in now.items()})

    def _tell(self, **changes: Any) -> None:
        self.state = replace(self.state, **changes)


def hashes(facts: Facts, vehicles: Iterable[str]) -> dict[str, int]:
    """The hash of what each vehicle's derivation depends on, which holds within this process."""
    return {vehicle: hash((facts.of(vehicle), repr(facts.places))) for vehicle in vehicles}


def _begins(samples: Samples, cuts: Mapping[str, Cut]) -> dict[str, Cut]:
    """Each vehicle's cut, or its earliest sample where it has none: what is older than that cannot be derived again."""
    if not len(samples):
        return {}
    starts = np.flatnonzero(np.append(True, samples.vehicle[1:] != samples.vehicle[:-1]))
    firsts = zip(samples.vehicle[starts].tolist(), samples.time[starts].tolist(), strict=True)
    return {vehicle: cuts.get(vehicle, Cut(time)) for vehicle, time in firsts}


def _replacements(samples: Samples, derived: Derived, cuts: Mapping[str, Cut]) -> Iterator[Replacement]:
    begins = _begins(samples, cuts)
    minutes = {v: begin.minute if v in cuts else begin.time // MINUTE * MINUTE for v, begin in begins.items()}
    for table in DERIVED:
        since = minutes if table.name == "minutes" else {v: begin.time for v, begin in begins.items()}
        yield Replacement(table, since, getattr(derived, table.name))


def _unheard(store: RecordStore) -> dict[str, int]:
    """Vehicles whose newest sample is newer than what is known of them, from where what is known ends."""
    rows = rows_of(store, STATES)
    known = dict(zip(rows["vehicle"], in_microseconds(rows["time"]).tolist(), strict=True))
    newest = store.newest()
    heard = zip(newest.vehicle.tolist(), newest.time.tolist(), strict=True)
    return {vehicle: known[vehicle] for vehicle, at in heard if vehicle in known and at > known[vehicle]}


def _trips(rows: Mapping[str, Any]) -> Iterator[tuple[str, KnownTrip]]:
    placed = rows["start_latitude"]
    for n, vehicle in enumerate(rows["vehicle"]):
        yield vehicle, KnownTrip(int(rows["start"][n]), int(rows["end"][n]), placed[n] == placed[n])
