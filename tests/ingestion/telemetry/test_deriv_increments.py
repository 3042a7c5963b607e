"""What is derived bit by bit, in any order of arrival, is what is derived of everything at once."""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from surefoot.ingestion.telemetry.derivations.columns import Columns
from surefoot.ingestion.telemetry.derivations.cuts import Cut, KnownTrip, cut_before, cuts_before
from surefoot.ingestion.telemetry.derivations.deriving import Derived, derive
from surefoot.ingestion.telemetry.derivations.facts import Facts, Place, VehicleFacts
from surefoot.retrieval.records.samples import Sample, Samples, microseconds
from surefoot.retrieval.records.telemetry_tables import DERIVED

START = datetime(2026, 5, 4, 6, 0, 13, tzinfo=UTC)
FACTS = Facts(
    {"V-1": VehicleFacts("van", "diesel", 8.4), "V-2": VehicleFacts("truck", "electric", 90.0)},
    (Place("Yard", 50.0, 8.0, 400.0), Place("Gate", 50.0, 8.002, 150.0), Place("Field", 50.01, 8.03, 900.0)),
)
FIRST = {"minutes": "minute", "trips": "start", "stops": "start", "events": "start"}


class Shelf:
    """Keeps samples and derived rows as a store does: new samples replace what follows from the cut on."""

    def __init__(self) -> None:
        self.samples: dict[tuple[str, int], Sample] = {}
        self.rows: dict[str, dict[tuple[Any, ...], dict[str, Any]]] = defaultdict(dict)
        self.cut = 0

    def add(self, batch: list[Sample]) -> None:
        new = [one for one in batch if (one.vehicle, microseconds(one.time)) not in self.samples]
        if not new:
            return
        since = {name: min(microseconds(s.time) for s in new if s.vehicle == name) for name in {s.vehicle for s in new}}
        self.samples |= {(one.vehicle, microseconds(one.time)): one for one in new}
        cuts = cuts_before({name: self.trips(name) for name in since}, since)
        self.cut += len(cuts)
        needed = [
            one
            for (name, at), one in self.samples.items()
            if name in since and (name not in cuts or at >= cuts[name].read_from)
        ]
        self.replace(derive(Samples.of(needed).in_order(), FACTS, cuts=cuts), since, cuts)

    def trips(self, vehicle: str) -> list[KnownTrip]:
        return [
            KnownTrip(int(row["start"]), int(row["end"]), bool(np.isfinite(row["start_latitude"])))
            for row in self.rows["trips"].values()
            if row["vehicle"] == vehicle
        ]

    def replace(self, found: Derived, since: dict[str, int], cuts: dict[str, Cut]) -> None:
        for table in DERIVED:
            kept = self.rows[table.name]
            for key, row in list(kept.items()):
                cut = cuts.get(row["vehicle"])
                if row["vehicle"] in since and (cut is None or _is_after(table.name, row, cut)):
                    del kept[key]
            for key, row in rows_of(getattr(found, table.name), table.key).items():
                assert key not in kept, (table.name, key)
                kept[key] = row


def _is_after(table: str, row: dict[str, Any], cut: Cut) -> bool:
    if table == "states":
        return True
    return row[FIRST[table]] >= (cut.minute if table == "minutes" else cut.time)


def rows_of(columns: Columns, key: tuple[str, ...]) -> dict[tuple[Any, ...], dict[str, Any]]:
    count = len(next(iter(columns.values())))
    rows = [{name: values[n] for name, values in columns.items()} for n in range(count)]
    found = {tuple(row[name] for name in key): row for row in rows}
    assert len(found) == count, "keys name rows"
    return found


def alike(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return all(
        value == other[name]
        or (isinstance(value, float) and np.isclose(value, other[name], rtol=1e-9, atol=1e-9, equal_nan=True))
        for name, value in one.items()
    )


PHASES = st.lists(
    st.tuples(
        st.sampled_from(["drive", "creep", "idle", "park", "dark", "lost", "jump", "silent"]),
        st.integers(1, 25),
        st.sampled_from([1, 2, 10, 20, 45]),
    ),
    min_size=1,
    max_size=25,
)


def driven(vehicle: str, phases: list[tuple[str, int, int]], chance: random.Random) -> list[Sample]:
    """A vehicle's samples: each phase goes on for so many samples, so many seconds apart."""
    time, km, lat, lon = START, 1000.0, 50.0, 8.0
    found: list[Sample] = []
    for mode, count, step in phases:
        if mode == "silent":
            time += timedelta(seconds=count * step * 40)
            continue
        for _ in range(count):
            seconds = step * (30 if mode == "park" else 1) + chance.choice([0, 0, 0.25])
            speed = {"drive": chance.uniform(2, 90), "creep": chance.uniform(0, 6)}.get(mode, 0.0)
            time += timedelta(seconds=seconds)
            km += speed * seconds / 3600
            lat += chance.uniform(-1, 1) * speed * seconds / 3600 / 111
            lon += chance.uniform(-1, 1) * speed * seconds / 3600 / 71
            off = chance.choice([0.5, 3.0]) if mode == "jump" else chance.uniform(0, 1e-5)
            dark = mode == "dark"
            found.append(
                Sample(
                    vehicle,
                    time,
                    None if mode == "lost" else lat + off,
                    None if mode == "lost" else lon,
                    None if dark or chance.random() < 0.05 else speed,
                    chance.uniform(0, 359),
                    None if dark or chance.random() < 0.2 else km,
                    chance.choice([None, 0.0, -4.0, 3.0]),
                    chance.choice([None, 0.0, 5.0]),
                    chance.uniform(-20, 20),
                    None if dark else mode != "park",
                    chance.choice([None, 30.0, 50.0, 50.0]),
                    chance.choice([None, 50.0]),
                    chance.choice([None, "D-1", "D-1", "D-2"]),
                )
            )
    return found


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    one=PHASES,
    other=PHASES,
    seed=st.integers(0, 2**32),
    batches=st.integers(1, 8),
    lateness=st.sampled_from([0, 5, 1000]),
)
def test_any_order_of_arrival_derives_the_same_as_everything_at_once(
    one: list[tuple[str, int, int]], other: list[tuple[str, int, int]], seed: int, batches: int, lateness: int
) -> None:
    chance = random.Random(seed)
    everything = driven("V-1", one, chance) + driven("V-2", other, chance)
    if not everything:
        return
    arriving = sorted(
        range(len(everything)),
        key=lambda n: (everything[n].time - START).total_seconds() / 30 + chance.uniform(0, lateness),
    )
    arriving = [n for n in arriving for _ in range(1 + (chance.random() < 0.05))]
    shelf = Shelf()
    size = -(-len(arriving) // batches)
    for begin in range(0, len(arriving), size):
        shelf.add([everything[n] for n in arriving[begin : begin + size]])
    assert_same(shelf, everything)


def assert_same(shelf: Shelf, everything: list[Sample]) -> None:
    expected = derive(Samples.of(everything).in_order(), FACTS)
    for table in DERIVED:
        at_once = rows_of(getattr(expected, table.name), table.key)
        assert at_once.keys() == shelf.rows[table.name].keys(), table.name
        for key, row in at_once.items():
            assert alike(row, shelf.rows[table.name][key]), (table.name, row, shelf.rows[table.name][key])


def steady(*speeds: float, first: int = 0, step: int = 1, **said: Any) -> list[Sample]:
    """A sample every few seconds with these speeds, the engine on and a position."""
    position: dict[str, Any] = {"latitude": 50.0, "longitude": 8.0, **said}
    return [
        Sample("V-1", START + timedelta(seconds=first + step * n), speed_kmh=speed, engine_on=True, **position)
        for n, speed in enumerate(speeds)
    ]


NOWHERE: dict[str, Any] = {"latitude": None, "longitude": None}
HARD: dict[str, Any] = {"accel_long_ms2": -4.0}
SUDDEN = [0.0] * 330 + [0.0, 10.0, 40.0] + [40.0] * 300
"""A start so sudden that its estimate is over the threshold at the sample at which the trip begins."""
FAR: dict[str, Any] = {"latitude": 51.0}
SCENES = {
    "the estimate at a trip's first sample needs the sample before": [steady(*SUDDEN), steady(40, 40, 0, first=640)],
    "a harsh run over the beginning of a trip": [
        steady(*[0.0] * 330, *[40.0] * 300, **HARD),
        steady(40, 40, 0, first=640, **HARD),
    ],
    "a trip without positions between two places": [
        steady(*[0.0] * 320) + steady(*[0.0] * 10, *[40.0] * 300, *[0.0] * 310, first=320, **NOWHERE),
        steady(0, 0, 0, first=950, longitude=8.03, latitude=50.01),
    ],
    "a far position before a trip and back within it": [
        steady(*[0.0] * 320) + steady(*[0.0] * 10, first=320, **FAR) + steady(*[0.0] * 5, *[40.0] * 300, first=330),
        steady(40, 40, 0, first=640),
    ],
    "a far position at the beginning of a trip": [
        steady(*[0.0] * 329) + steady(0.0, 40.0, first=329, **FAR) + steady(*[40.0] * 300, first=331),
        steady(40, 40, 0, first=640),
    ],
}


@pytest.mark.parametrize("scene", list(SCENES))
def test_what_is_at_a_cut_stays_as_it_is(scene: str) -> None:
    shelf = Shelf()
    for batch in SCENES[scene]:
        shelf.add(batch)
    assert_same(shelf, [one for batch in SCENES[scene] for one in batch])
    assert shelf.cut == (0 if "without positions" in scene else 1)


def test_only_what_follows_the_last_settled_trip_is_derived_again() -> None:
    def trip(start: int, end: int, placed: bool = True) -> KnownTrip:
        return KnownTrip(start * 1_000_000, end * 1_000_000, placed)

    def cut(*trips: KnownTrip, since: int = 10_000) -> int | None:
        found = cut_before(trips, since * 1_000_000)
        return found.time // 1_000_000 if found else None

    assert cut(trip(0, 600), trip(1000, 2000), trip(5000, 9000)) == 5000
    assert cut(trip(0, 600), trip(1000, 2000), trip(5000, 10_000)) == 1000
    assert cut(trip(0, 600), trip(990, 1080)) == 0, "a trip of its first minute and one more is not settled"
    assert cut(trip(0, 600), trip(1000, 2000, placed=False)) == 0
    assert cut(trip(0, 600), since=600) is None
    assert cut() is None
