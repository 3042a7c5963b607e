"""Makes rows of the tables trips, stops and events out of what was found in a track."""

from __future__ import annotations

import numpy as np

from surefoot.ingestion.telemetry.derivations.columns import (
    Columns,
    Mask,
    Texts,
    Whole,
    picked,
    slice_sums,
    slice_tops,
    spread,
)
from surefoot.ingestion.telemetry.derivations.energy import energy_of
from surefoot.ingestion.telemetry.derivations.found import Found
from surefoot.ingestion.telemetry.derivations.polylines import encoded, simplified
from surefoot.ingestion.telemetry.derivations.segments import Segments
from surefoot.ingestion.telemetry.derivations.track import SECOND, Track
from surefoot.ingestion.telemetry.derivations.trips import Spans
from surefoot.ingestion.telemetry.derivations.zones import METRES_PER_DEGREE, smallest
from surefoot.retrieval.records.samples import Floats


def trip_rows(track: Track, segments: Segments, trips: Spans) -> Columns:
    """Columns of the table `trips`; a position that is not said at an end is that of the nearest sample within."""
    vehicle = track.vehicle[trips.first]
    km, idling = trips.sums(segments.km), trips.sums(segments.idling_s)
    known = trips.sums(np.isfinite(segments.km) * 1.0) > 0
    km = np.where(known, km, np.nan)
    good = np.flatnonzero(np.isfinite(track.latitude) & np.isfinite(track.longitude))
    ends = _ends(track, trips, good)
    named = [place_names(track, *end) for end in ends]
    return {
        **_common(track, trips, "trip"),
        "from_place": named[0],
        "to_place": named[1],
        "route": _routes(track, trips, good),
        "distance_km": km,
        "driving_s": trips.sums(segments.driving_s),
        "idling_s": idling,
        "top_speed_kmh": slice_tops(track.samples.speed_kmh, trips.first, trips.last + 1),
        **energy_of(track, vehicle, km, idling),
        "start_latitude": ends[0][0],
        "start_longitude": ends[0][1],
        "end_latitude": ends[1][0],
        "end_longitude": ends[1][1],
    }


def stop_rows(track: Track, segments: Segments, stops: Spans) -> Columns:
    """Columns of the table `stops`; the position is the mean of those said during the stop."""
    good = np.isfinite(track.latitude) & np.isfinite(track.longitude)
    latitude, longitude = (_means(values, good, stops) for values in (track.latitude, track.longitude))
    return {
        **_common(track, stops, "stop"),
        "place": place_names(track, latitude, longitude),
        "idling_s": stops.sums(segments.idling_s),
        "latitude": latitude,
        "longitude": longitude,
    }


def _means(values: Floats, good: Mask, spans: Spans) -> Floats:
    """The mean of the good values at the samples of each span; NaN of none."""
    held: Floats = np.where(good, values, 0.0).astype(np.float64)
    with np.errstate(invalid="ignore"):
        return slice_sums(held, spans.first, spans.last + 1) / slice_sums(
            good.astype(np.float64), spans.first, spans.last + 1
        )


def event_rows(track: Track, trips: Spans, found: Found, place: Texts) -> Columns:
    """Columns of the table `events`; `place` names the place of each sample."""
    order = np.lexsort((found.kind.astype(str), track.samples.time[found.first], track.vehicle[found.first]))
    found = Found(*(getattr(found, name)[order] for name in Found.__slots__))
    start, end = track.samples.time[found.first], track.samples.time[found.last]
    vehicle = picked(track.vehicles, track.vehicle[found.first])
    names = [
        f"{name}:{at}:{kind}:{about}" if about else f"{name}:{at}:{kind}"
        for name, at, kind, about in zip(vehicle, start, found.kind, found.place, strict=True)
    ]
    held = trips.holding(found.first)
    trip = picked(list(_ids(track, trips, "trip")), held)
    return {
        "vehicle": vehicle,
        "driver": picked(track.drivers, track.driver[found.at]),
        "event": np.array(names, dtype=object),
        "trip": trip,
        "kind": found.kind,
        "severity": found.severity,
        "axis": found.axis,
        "place": np.where(found.place == "", place[found.at], found.place).astype(object),
        "unit": found.unit,
        "start": start,
        "end": end,
        "duration_s": (end - start) / SECOND,
        "peak": found.peak,
        "threshold": found.threshold,
        "speed_kmh": track.samples.speed_kmh[found.at],
        "latitude": track.latitude[found.at],
        "longitude": track.longitude[found.at],
        "version": np.full(len(start), track.definitions.version, dtype=np.int64),
    }


def place_names(track: Track, latitude: Floats, longitude: Floats) -> Texts:
    """The smallest place that holds each position; '' for none."""
    places = track.facts.places
    return picked([place.name for place in places], smallest(places, latitude, longitude))


def _common(track: Track, spans: Spans, kind: str) -> Columns:
    """Columns that trips and stops share."""
    start, end = track.samples.time[spans.first], track.samples.time[spans.last]
    return {
        "vehicle": picked(track.vehicles, track.vehicle[spans.first]),
        "driver": picked(track.drivers, _first_driver(track, spans)),
        kind: _ids(track, spans, kind),
        "start": start,
        "end": end,
        "duration_s": (end - start) / SECOND,
        "open": spans.open,
        "version": np.full(len(spans), track.definitions.version, dtype=np.int64),
    }


def _ids(track: Track, spans: Spans, kind: str) -> Texts:
    """Names of rows: they stay the same when a span is derived again."""
    starts = track.samples.time[spans.first]
    vehicles = picked(track.vehicles, track.vehicle[spans.first])
    return np.array(
        [f"{vehicle}:{start}:{kind}" for vehicle, start in zip(vehicles, starts, strict=True)], dtype=object
    )


def _first_driver(track: Track, spans: Spans) -> Whole:
    """The first driver who is named in each span, or -1."""
    named = np.append(np.flatnonzero(track.driver >= 0), len(track))
    first = named[np.searchsorted(named, spans.first)]
    return np.where(first <= spans.last, np.append(track.driver, -1)[first], -1)


def _ends(track: Track, spans: Spans, good: Whole) -> list[tuple[Floats, Floats]]:
    """Latitude and longitude at the start and at the end of each span, of the nearest sample within that has them."""
    found: list[tuple[Floats, Floats]] = []
    after = np.searchsorted(good, spans.first)
    before = np.searchsorted(good, spans.last, side="right") - 1
    padded = np.append(good, len(track))
    for place, inside in ((after, before >= after), (before, before >= after)):
        at = np.where(inside, padded[place], len(track))
        found.append((np.append(track.latitude, np.nan)[at], np.append(track.longitude, np.nan)[at]))
    return found


def _routes(track: Track, trips: Spans, good: Whole) -> Texts:
    """The ways of trips as encoded polylines, without what is within the tolerance; '' where it is no line."""
    first, end = np.searchsorted(good, trips.first), np.searchsorted(good, trips.last, side="right")
    drawn = end - first >= 2
    latitude, longitude = track.latitude[good], track.longitude[good]
    scale = np.ones(len(good))
    line, nth = spread((end - first)[drawn])
    scale[first[drawn][line] + nth] = np.cos(np.radians(latitude[first[drawn]]))[line]
    east, north = longitude * METRES_PER_DEGREE * scale, latitude * METRES_PER_DEGREE
    kept = simplified(east, north, first[drawn], end[drawn] - 1, track.definitions.route_tolerance_m)
    number = np.concatenate(([0], np.cumsum(kept)))
    lines = encoded(latitude[kept], longitude[kept], number[first[drawn]], number[end[drawn]])
    routes = np.full(len(trips), "", dtype=object)
    routes[drawn] = np.array([*lines, None], dtype=object)[:-1]
    return routes
