"""What map.js draws of a vehicle's day: trips, events, the vehicle itself, and the track to replay."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from surefoot.app.client.fleet_forms import DayForm, TrackForm, TripForm
from surefoot.app.client.telemetry_forms import EventForm
from surefoot.app.pages import fleet_words, record_map, record_words, vehicle_timeline, vehicle_words
from surefoot.app.pages.record_words import zone_of

HEIGHT = 440
GAP_SECONDS = 300.0
"""Between two samples that far apart nobody knows where the vehicle was."""
LEAD_SECONDS = 15.0
"""How long before a chosen event its replay stands."""
MARKS = 300


def scene(day: DayForm, trip: TripForm | None, event: EventForm | None, track: TrackForm | None) -> dict[str, object]:
    """The map of a day, or of one trip of it."""
    name = day.vehicle.vehicle
    return {
        "scene": f"{name} {day.day} {trip.trip if trip else ''} {event.event if event else ''}",
        "label": f"Map of {name} on {day.day}. Trips and events stand below as lists.",
        "height": HEIGHT,
        "places": record_map.places(),
        "lines": [_line(day, one, n, trip) for n, one in enumerate(day.trips) if one.route],
        "marks": [*_events(day.events, trip, event, day.zone), *_vehicle(day)],
        "replay": _replay(track, event, day.zone) if track else None,
    }


def _line(day: DayForm, one: TripForm, number: int, chosen: TripForm | None) -> dict[str, object]:
    zone = zone_of(day.zone)
    begin, end = (at.astimezone(zone).strftime("%H:%M") for at in (one.start, one.end))
    faint = chosen is not None and one.trip != chosen.trip
    return {
        "points": one.route,
        "colour": number % 6,
        "number": "" if faint else str(number + 1),
        "faint": faint,
        "thing": one.trip,
        "title": f"Trip {number + 1}, {begin} to {end}, {record_words.figure(one.distance_km, 'km', 1)}",
        "act": {"act": "trip", "trip": one.trip},
    }


def _events(
    events: Sequence[EventForm], trip: TripForm | None, chosen: EventForm | None, zone: str
) -> list[dict[str, object]]:
    there = [
        e for e in events if e.kind in vehicle_timeline.DRAWN and e.latitude is not None and e.longitude is not None
    ]
    some = [e for e in there if trip is None or e.trip == trip.trip or e == chosen]
    return [_event(e, zone, chosen=e == chosen) for e in some[:MARKS]]


def _event(event: EventForm, zone: str, *, chosen: bool) -> dict[str, object]:
    look = vehicle_words.event(event.kind)
    return {
        "id": event.event,
        "thing": event.event,
        "lat": event.latitude,
        "lon": event.longitude,
        "kind": "event",
        "icon": look.icon,
        "tone": look.tone,
        "chosen": chosen,
        "title": vehicle_timeline.said(event, zone),
        "act": {"act": "event", "event": event.event},
    }


def _vehicle(day: DayForm) -> list[dict[str, object]]:
    """The vehicle where it is, on the day that still goes on."""
    one = day.vehicle
    if one.time is None or one.latitude is None or one.longitude is None or not day.start <= one.time < day.end:
        return []
    look = vehicle_words.state(one.state)
    return [
        {
            "id": one.vehicle, "lat": one.latitude, "lon": one.longitude, "heading": round(one.heading_deg or 0),
            "kind": "vehicle", "icon": look.icon, "tone": look.tone, "label": one.vehicle, "faint": True,
            "title": f"{one.vehicle}: {fleet_words.doing(one)}",
        }
    ]  # fmt: skip


def _replay(track: TrackForm, event: EventForm | None, zone: str) -> dict[str, object] | None:
    if track.start is None or len(track.seconds) < 2:
        return None
    start = record_words.aware(track.start)
    at = (event.start - start).total_seconds() - LEAD_SECONDS if event else _moving(track)
    return {
        "start": start.timestamp(),
        "wall": _wall(start, zone),
        "seconds": track.seconds,
        "lat": track.latitude,
        "lon": track.longitude,
        "speed": track.speed_kmh,
        "heading": track.heading_deg,
        "gap": max(GAP_SECONDS, 3 * track.seconds[-1] / len(track.seconds)),
        "at": min(max(at, 0.0), track.seconds[-1]),
    }


def _moving(track: TrackForm) -> float:
    """When it first moves: nobody wants to watch it stand through the night."""
    first = next((n for n, speed in enumerate(track.speed_kmh) if speed), 0)
    return track.seconds[max(first - 1, 0)]


def _wall(start: datetime, zone: str) -> float:
    """The clock on the wall at the start, as seconds since 1970, for map.js to show as if it were UTC."""
    offset = start.astimezone(zone_of(zone)).utcoffset()
    return start.timestamp() + (offset.total_seconds() if offset else 0)
