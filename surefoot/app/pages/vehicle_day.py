"""A vehicle's day in figures, trips, and what is due for it, as HTML."""

from __future__ import annotations

from datetime import date

from surefoot.app.client.fleet_forms import DayForm, DueForm, TripForm
from surefoot.app.pages import record_card, record_words, vehicle_words, words
from surefoot.app.pages.markup import act, escape, icon
from surefoot.app.pages.places import address, asked
from surefoot.app.pages.record_words import zone_of

HARSH = ("harsh_braking", "harsh_acceleration", "harsh_cornering")
SOON_DAYS, SOON_KM = 30, 1500
"""What is due within that is soon."""


def step(day: date, symbol: str, label: str, *, off: bool = False) -> str:
    """The way to another day; not to one that has not begun."""
    if off:
        return f'<span class="sf-button sf-small sf-off" aria-disabled="true" title="{label}">{icon(symbol)}</span>'
    link = escape(address("fleet", vehicle=asked("vehicle"), day=day))
    return f'<a class="sf-button sf-small" href="{link}" {act("day", day=day)} aria-label="{label}">{icon(symbol)}</a>'


def title(day: DayForm, today: date) -> str:
    """The day in words."""
    name = {0: "Today", 1: "Yesterday"}.get((today - day.day).days, "")
    told = f"{day.day:%A} {day.day.day} {day.day:%B}" + (f" {day.day.year}" if day.day.year != today.year else "")
    return f'<h2 class="sf-day-title">{f"{name}, {told}" if name else told}</h2>'


def figures(day: DayForm) -> str:
    """What adds up over the day's trips and events."""
    inside = [trip for trip in day.trips if trip.start >= day.start]
    counts = {kind: sum(e.kind == kind for e in day.events) for kind in vehicle_words.EVENTS}
    speeds = [trip.top_speed_kmh for trip in inside if trip.top_speed_kmh is not None]
    facts = [
        ("Trips", f"{len(inside):,}"),
        ("Distance", record_words.figure(sum(trip.distance_km or 0 for trip in inside), "km", 1)),
        ("Driving", record_words.length(sum(trip.driving_s or 0 for trip in inside))),
        ("Top speed", record_words.figure(max(speeds), "km/h") if speeds else "–"),
        ("Harsh events", f"{sum(counts[kind] for kind in HARSH):,}"),
        ("Speeding", f"{counts['speeding']:,}"),
        ("Long idling", f"{counts['idling']:,}"),
        *_burnt(inside),
    ]
    pairs = "".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in facts)
    return f'<dl class="sf-facts-grid sf-day-figures">{pairs}</dl>{record_card.incomplete(day.incomplete)}'


def _burnt(trips: list[TripForm]) -> list[tuple[str, str]]:
    fuel = sum(trip.fuel_l or 0 for trip in trips)
    energy = sum(trip.energy_kwh or 0 for trip in trips)
    facts = [("Fuel, estimated", record_words.figure(fuel, "l", 1))] if fuel else []
    return facts + ([("Electricity, estimated", record_words.figure(energy, "kWh", 1))] if energy else [])


def trips(day: DayForm, chosen: TripForm | None) -> str:
    """The day's trips; a click shows one alone on the map."""
    rows = "".join(_trip(day, trip, n, chosen) for n, trip in enumerate(day.trips))
    heads = "".join(f'<th scope="col"{more}>{name}</th>' for name, more in _COLUMNS)
    table = f'<table class="sf-table sf-stack"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>'
    everything = (
        f'<button type="button" class="sf-button sf-small" {act("trip")}>{icon("close")}<span>All trips</span></button>'
        if chosen
        else ""
    )
    return (
        f'<section class="sf-record-rows sf-trips"><div class="sf-section-head"><h2>Trips</h2>{everything}</div>'
        f'<div class="sf-table-scroll" role="region" tabindex="0" aria-label="Trips">{table}</div></section>'
    )


_COLUMNS = (
    ("Trip", ""),
    ("Start", ""),
    ("End", ""),
    ("From", ""),
    ("To", ""),
    ("Driver", ""),
    ("Distance", ' class="sf-right"'),
    ("Top speed", ' class="sf-right"'),
)


def _trip(day: DayForm, trip: TripForm, number: int, chosen: TripForm | None) -> str:
    zone = zone_of(day.zone)
    begin, end = (at.astimezone(zone).strftime("%H:%M") for at in (trip.start, trip.end))
    early = ' <span class="sf-detail">the day before</span>' if trip.start < day.start else ""
    late = ' <span class="sf-detail">the day after</span>' if trip.end > day.end else ""
    here = chosen is not None and trip.trip == chosen.trip
    query = {"vehicle": day.vehicle.vehicle, "day": day.day, "trip": trip.trip}
    link = f'href="{escape(address("fleet", **query))}" {act("trip", trip=trip.trip)}'
    mark = ' aria-current="true"' if here else ""
    going_on = f' <span class="sf-good">{icon("navigation")} goes on</span>' if trip.open else ""
    held = (
        record_card.colour(number),
        f'<span><a class="sf-link" {link}{mark}>{begin}</a>{early}</span>',
        f"<span>{end}{going_on}{late}</span>",
        escape(trip.from_place or "–"),
        escape(trip.to_place or "–"),
        escape(trip.driver or "–"),
        record_words.figure(trip.distance_km, "km", 1),
        record_words.figure(trip.top_speed_kmh, "km/h"),
    )
    cells = "".join(
        f'<td data-label="{name}"{more}>{one}</td>' for (name, more), one in zip(_COLUMNS, held, strict=True)
    )
    chosen_class = ' class="sf-marked"' if here else ""
    return f'<tr data-thing="{escape(trip.trip)}"{chosen_class}>{cells}</tr>'


def due(day: DayForm) -> str:
    """What is due for the vehicle, the most urgent first."""
    if not day.due:
        return '<section class="sf-due"><h2>Maintenance</h2><p class="sf-detail">Nothing is planned.</p></section>'
    items = "".join(f"<li>{_due(one)}</li>" for one in sorted(day.due, key=_urgency))
    return f'<section class="sf-due"><h2>Maintenance</h2><ul class="sf-list">{items}</ul></section>'


def _urgency(one: DueForm) -> tuple[bool, float]:
    by_day = float(one.days_left) if one.days_left is not None else 9e9
    by_km = one.km_left / (SOON_KM / SOON_DAYS) if one.km_left is not None else 9e9
    return (not one.overdue, min(by_day, by_km))


def _due_state(one: DueForm) -> tuple[str, str, str]:
    """Tone, icon and word: on its very day something is due, and not late."""
    if one.overdue:
        return "bad", "error", "Overdue"
    if one.days_left == 0:
        return "warn", "today", "Due today"
    soon = (one.days_left is not None and one.days_left <= SOON_DAYS) or (
        one.km_left is not None and one.km_left <= SOON_KM
    )
    return ("warn", "schedule", "Soon") if soon else ("none", "event", "Planned")


def _due_on(days: int, due_on: date) -> str:
    on = f"{due_on.day} {due_on:%B %Y}"
    named = {-1: "yesterday", 0: "today", 1: "tomorrow"}.get(days)
    if named:
        return f"{named}, {on}"
    return f"{words.counted(-days, 'day')} past {on}" if days < 0 else f"in {words.counted(days, 'day')}, on {on}"


def _due_at(km_left: float | None, due_km: float) -> str:
    at = record_words.figure(due_km, "km")
    if km_left is None:
        return f"at {at} (its odometer is not known)"
    km = record_words.figure(abs(km_left), "km")
    return f"{km} past {at}" if km_left < 0 else f"in {km}, at {at}"


def _due(one: DueForm) -> str:
    tone, symbol, word = _due_state(one)
    left: list[str] = []
    if one.days_left is not None and one.due_on is not None:
        left.append(_due_on(one.days_left, one.due_on))
    if one.due_km is not None:
        left.append(_due_at(one.km_left, one.due_km))
    state = f'<span class="sf-state sf-{tone}">{icon(symbol)} {word}</span>'
    name = escape(record_words.upper(one.item))
    told = " or ".join(left) or "When is not known yet"
    return f'<span>{name}</span>{state}<span class="sf-detail">{escape(told)}</span>'
