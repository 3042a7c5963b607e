"""A vehicle's day as lanes over its time axis, and the details of what is chosen there, as HTML."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from surefoot.app.client.fleet_forms import DayForm, StopForm, TripForm
from surefoot.app.client.telemetry_forms import EventForm
from surefoot.app.pages import record_card, record_words, vehicle_words
from surefoot.app.pages.markup import act, escape, icon
from surefoot.app.pages.record_words import zone_of

HARSH = frozenset({"harsh_braking", "harsh_acceleration", "harsh_cornering"})
LANES: tuple[tuple[str, frozenset[str]], ...] = (
    ("Harsh", HARSH),
    ("Speeding", frozenset({"speeding"})),
    ("Idling", frozenset({"idling"})),
    ("Nothing heard", frozenset({"gap", "jump"})),
)
"""Lanes of events, below those of trips and stops."""
DRAWN = frozenset[str]().union(*(kinds for _, kinds in LANES))
LEAST = timedelta(hours=4)
"""Of the axis; a short day is not stretched further."""
HOUR = timedelta(hours=1)
MOST = 300
"""Of one lane; more cannot be told apart."""


@dataclass(frozen=True, slots=True)
class Axis:
    """The part of a day that is shown."""

    start: datetime
    end: datetime

    def at(self, moment: datetime) -> float:
        """Where a moment lies, in percent."""
        share = (moment - self.start) / (self.end - self.start)
        return 100 * min(max(share, 0.0), 1.0)


@dataclass(frozen=True, slots=True)
class Item:
    """Something on a lane."""

    start: datetime
    end: datetime
    does: str
    thing: str
    title: str
    tone: str
    label: str = ""
    chosen: bool = False
    colour: str = ""


def axis(day: DayForm) -> Axis:
    """From the hour in which something first happens to the one in which it last does."""
    happened = [*day.trips, *(e for e in day.events if e.kind in DRAWN and e.kind != "gap")]
    begins = [max(one.start, day.start) for one in happened] or [day.start]
    ends = [min(one.end, day.end) for one in happened] or [day.end]
    start = day.start + ((min(begins) - day.start) // HOUR) * HOUR
    end = day.start - ((day.start - max(ends)) // HOUR) * HOUR
    if end - start < LEAST:
        end = min(start + LEAST, day.end)
        start = max(end - LEAST, day.start)
    return Axis(start, end)


def lanes(day: DayForm, trip: TripForm | None, event: EventForm | None) -> str:
    """All lanes."""
    along = axis(day)
    drawn = [_lane("Trips", _trips(day, trip), along), _lane("Stops", _stops(day), along)]
    for name, kinds in LANES:
        some = [e for e in day.events if e.kind in kinds]
        if some or name != "Nothing heard":
            drawn.append(_lane(name, (_event(e, day.zone, event) for e in some), along))
    cursor = (
        f'<div class="sf-lane-over" aria-hidden="true"><span class="sf-lane-cursor" hidden '
        f'data-replay-from="{along.start.timestamp()}" data-replay-to="{along.end.timestamp()}"></span></div>'
    )
    more = '<p class="sf-detail">There is more on this day than is shown.</p>' if day.more else ""
    whole = f"{''.join(drawn)}{_ticks(along, day.zone)}{cursor}"
    return f'<section class="sf-timeline" aria-label="Timeline">{whole}</section>{more}'


def details(day: DayForm, event: EventForm | None) -> str:
    """What is known of the chosen event; how to choose one where none is."""
    if event is None:
        return '<p class="sf-detail">Choose something on the timeline or on the map to see what it was.</p>'
    look = vehicle_words.event(event.kind)
    zone = zone_of(day.zone)
    facts = [
        ("Time", f"{record_words.moment(event.start, zone)}, for {record_words.length(event.duration_s)}"),
        ("Severity", event.severity or ""),
        ("Strongest", _peak(event)),
        ("Speed", record_words.figure(event.speed_kmh, "km/h") if event.speed_kmh is not None else ""),
        ("Place", event.place or ""),
        ("Driver", event.driver or ""),
        ("Position", _position(event)),
    ]
    pairs = "".join(f"<div><dt>{name}</dt><dd>{escape(value)}</dd></div>" for name, value in facts if value)
    label = 'aria-label="Close the details"'
    close = f'<button type="button" class="sf-action" {act("event")} {label}>{icon("close")}</button>'
    mark = record_card.simulated() if day.vehicle.simulated else ""
    return (
        f'<section class="sf-event" aria-label="Details" role="status"><div class="sf-section-head">'
        f'<h2>{vehicle_words.said(look)}</h2>{mark}{close}</div><dl class="sf-facts-grid">{pairs}</dl>'
        f'<p class="sf-detail">The replay above stands just before it.</p></section>'
    )


def said(event: EventForm, zone: str) -> str:
    """An event in a line."""
    look = vehicle_words.event(event.kind)
    at = record_words.aware(event.start).astimezone(zone_of(zone))
    strong = [f"{_peak(event)}"] if event.peak is not None else []
    long = [record_words.length(event.duration_s)] if event.duration_s else []
    return ", ".join([look.word, f"{at:%H:%M:%S}", *long, *strong, *filter(None, [event.severity])])


def _peak(event: EventForm) -> str:
    """The strongest value of an event, and from which on it is one: of speeding both are above the speed limit."""
    if event.peak is None:
        return ""
    unit, over = event.unit or "", " over the speed limit" if event.kind == "speeding" else ""
    told = f"{record_words.figure(abs(event.peak), unit, 1)}{over}"
    if event.kind == "jump":
        told = f"as if at {told}"
    if event.threshold is None:
        return told
    return f"{told} (counts from {record_words.figure(abs(event.threshold), unit, 1)}{' over' if over else ''})"


def _position(event: EventForm) -> str:
    if event.latitude is None or event.longitude is None:
        return ""
    return f"{event.latitude:.5f}, {event.longitude:.5f}"


def _trips(day: DayForm, chosen: TripForm | None) -> Iterable[Item]:
    zone = zone_of(day.zone)
    for n, trip in enumerate(day.trips):
        begin, end = (at.astimezone(zone).strftime("%H:%M") for at in (trip.start, trip.end))
        way = " to ".join(filter(None, [trip.from_place, trip.to_place]))
        title = f"Trip {n + 1}, {begin} to {end}" + (f", {way}" if way else "")
        does = act("trip", trip=trip.trip)
        here = chosen is not None and chosen.trip == trip.trip
        yield Item(trip.start, trip.end, does, trip.trip, title, "trip", str(n + 1), here, str(n % 6))


def _stops(day: DayForm) -> Iterable[Item]:
    for stop in day.stops:
        yield Item(stop.start, stop.end, "", stop.stop, _stopped(stop, day.zone), "stop", stop.place or "")


def _stopped(stop: StopForm, zone: str) -> str:
    begin, end = (at.astimezone(zone_of(zone)).strftime("%H:%M") for at in (stop.start, stop.end))
    at = f" at {stop.place}" if stop.place else ""
    return f"Stop{at}, {begin} to {'now' if stop.open else end}, {record_words.length(stop.duration_s or 0)}"


def _event(event: EventForm, zone: str, chosen: EventForm | None) -> Item:
    look = vehicle_words.event(event.kind)
    here = chosen is not None and chosen.event == event.event
    does = act("event", event=event.event)
    return Item(event.start, event.end, does, event.event, said(event, zone), look.tone, "", here)


def _lane(name: str, items: Iterable[Item], along: Axis) -> str:
    shown = [one for one in items if one.end >= along.start and one.start <= along.end]
    drawn = "".join(_item(one, along) for one in shown[:MOST])
    count = f' <span class="sf-number">{len(shown):,}</span>' if name not in {"Trips", "Stops"} else ""
    head = f'<span class="sf-lane-name">{name}{count}</span>'
    return f'<div class="sf-lane">{head}<div class="sf-lane-track">{drawn}</div></div>'


def _item(one: Item, along: Axis) -> str:
    left = along.at(one.start)
    place = f"left:{left:.3f}%;width:{along.at(one.end) - left:.3f}%"
    colour = f' data-colour="{one.colour}"' if one.colour else ""
    chosen = ' aria-pressed="true"' if one.chosen else ""
    shared = f'class="sf-lane-item sf-{one.tone}" style="{place}" title="{escape(one.title)}"{colour}'
    label = f"<span>{escape(one.label)}</span>" if one.label else ""
    if not one.does:
        return f"<span {shared}>{label}</span>"
    return (
        f'<button type="button" {shared} {one.does} data-thing="{escape(one.thing)}" '
        f'aria-label="{escape(one.title)}"{chosen}>{label}</button>'
    )


def _ticks(along: Axis, zone: str) -> str:
    """Hours below the lanes, so many that they do not touch."""
    hours = (along.end - along.start) / HOUR
    every = next(n for n in (1, 2, 3, 6, 12, 24) if hours / n <= TICKS)
    marks: list[str] = []
    at = along.start
    while at <= along.end:
        local = at.astimezone(UTC).astimezone(zone_of(zone))
        if local.hour % every == 0 and local.minute == 0:
            place = along.at(at)
            marks.append(f'<span style="left:{place:.3f}%"{_edge(place)}>{local:%H:%M}</span>')
        at += HOUR
    track = f'<div class="sf-lane-track">{"".join(marks)}</div>'
    return f'<div class="sf-lane sf-ticks" aria-hidden="true"><i></i>{track}</div>'


TICKS = 8


def _edge(place: float) -> str:
    return ' class="sf-first"' if place < 3 else ' class="sf-last"' if place > 97 else ""
