"""Derives all facts of many vehicles from their samples at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from surefoot.ingestion.telemetry.derivations.columns import Columns, Whole
from surefoot.ingestion.telemetry.derivations.conduct import (
    gap_events,
    idling_events,
    jump_events,
    speeding_events,
)
from surefoot.ingestion.telemetry.derivations.crossings import crossings
from surefoot.ingestion.telemetry.derivations.cuts import Cut
from surefoot.ingestion.telemetry.derivations.definitions import Definitions
from surefoot.ingestion.telemetry.derivations.facts import Facts
from surefoot.ingestion.telemetry.derivations.found import Found
from surefoot.ingestion.telemetry.derivations.harsh import forces_of, harsh_events
from surefoot.ingestion.telemetry.derivations.minutes import minutes_of
from surefoot.ingestion.telemetry.derivations.rows import event_rows, stop_rows, trip_rows
from surefoot.ingestion.telemetry.derivations.segments import Segments, segments_of
from surefoot.ingestion.telemetry.derivations.states import state_rows
from surefoot.ingestion.telemetry.derivations.track import Track, track_of
from surefoot.ingestion.telemetry.derivations.trips import Spans, stops_of, trips_of
from surefoot.retrieval.records.samples import Samples
from surefoot.retrieval.records.telemetry_tables import EVENTS, MINUTES, STATES, STOPS, TRIPS, Table


@dataclass(frozen=True, slots=True)
class Derived:
    """Rows of the tables of the same names, as columns in the tables' order; rows by vehicle, then by time."""

    minutes: Columns
    trips: Columns
    stops: Columns
    events: Columns
    states: Columns


def derive(
    samples: Samples,
    facts: Facts | None = None,
    definitions: Definitions | None = None,
    cuts: Mapping[str, Cut] | None = None,
) -> Derived:
    """All facts that follow from the samples.

    For a vehicle in `cuts` the samples are those from `cut.read_from` on, and only rows that start at or after the cut
    are given (minutes from `cut.minute` on): they replace the stored ones there. For any other vehicle the samples are
    all it ever said. The state is always given. Raises ValueError where samples are not sorted by vehicle and time, or
    where a vehicle has two of one time.
    """
    track = track_of(samples, facts or Facts(), definitions or Definitions())
    since, minute = _from(track, cuts or {})
    segments = segments_of(track)
    trips = trips_of(track, segments)
    crossed, place = crossings(track)
    stops = stops_of(track, segments, trips)
    found = _events(track, segments, trips, crossed)
    found = Found(*(getattr(found, name)[_kept(track, found.first, since)] for name in Found.__slots__))
    return Derived(
        _ordered(MINUTES, minutes_of(track, segments, minute)),
        _ordered(TRIPS, trip_rows(track, segments, _after(track, trips, since))),
        _ordered(STOPS, stop_rows(track, segments, _after(track, stops, since))),
        _ordered(EVENTS, event_rows(track, trips, found, place)),
        _ordered(STATES, state_rows(track, segments, place)),
    )


def _events(track: Track, segments: Segments, trips: Spans, crossed: Found) -> Found:
    return Found.joined(
        [
            harsh_events(track, forces_of(track), trips.first),
            speeding_events(track),
            idling_events(track, segments),
            gap_events(track),
            jump_events(track),
            crossed,
        ]
    )


def _from(track: Track, cuts: Mapping[str, Cut]) -> tuple[Whole, Whole]:
    """For each vehicle the time of its cut and the first minute that is given; before all times for those without."""
    ever = int(np.iinfo(np.int64).min)
    known = [cuts.get(vehicle) for vehicle in track.vehicles]
    return (
        np.array([cut.time if cut else ever for cut in known], dtype=np.int64),
        np.array([cut.minute if cut else ever for cut in known], dtype=np.int64),
    )


def _kept(track: Track, first: Whole, since: Whole) -> NDArray[np.bool_]:
    return track.samples.time[first] >= since[track.vehicle[first]]


def _after(track: Track, spans: Spans, since: Whole) -> Spans:
    kept = _kept(track, spans.first, since)
    return Spans(spans.first[kept], spans.last[kept], spans.open[kept])


def _ordered(table: Table, columns: Columns) -> Columns:
    return {name: columns[name] for name in table.columns}
