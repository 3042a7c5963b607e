"""What is said of vehicles on the page of the fleet, as HTML."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from surefoot.app.client.fleet_forms import Facet, FleetForm, VehicleForm
from surefoot.app.pages import record_card, record_words, vehicle_words, words
from surefoot.app.pages.markup import act, escape, icon
from surefoot.app.pages.places import address
from surefoot.app.pages.record_words import zone_of
from surefoot.app.pages.runs_words import bar

MADE_UP = (
    f' <span title="Made up by the simulator">{icon("science")}<span class="sf-unread">Simulated data</span></span>'
)
NAMES: Mapping[Facet, str] = {"state": "State", "depot": "Depot", "vehicle_class": "Class"}


def preparing(fleet: FleetForm) -> str:
    """Why the vehicles stand still, and how far the history of made-up ones is; empty where they do not."""
    done, days = fleet.history_done, fleet.history_days
    if done >= days:
        return f'<p role="status">{escape(fleet.missing)}</p>' if fleet.missing else ""
    return (
        f'<div role="status"><p>The made-up fleet is driving through its history: {done:,} of '
        f"{words.counted(days, 'day')}. After that it moves as you watch.</p>{bar(done, days, 'Days of history')}</div>"
    )


def doing(one: VehicleForm) -> str:
    """What a vehicle does, in words: "Driving, 63 km/h", "Parked at Northgate"."""
    word = vehicle_words.state(one.state).word
    if one.state == "driving" and one.speed_kmh is not None:
        word = f"{word}, {record_words.figure(one.speed_kmh, 'km/h')}"
    return f"{word} at {one.place}" if one.place else word


def row(one: VehicleForm, zone: str) -> str:
    """A vehicle in the list: its name, state, speed, driver, depot, place, and of when."""
    look = vehicle_words.state(one.state)
    moving = one.state == "driving" and one.speed_kmh is not None
    speed = f", {record_words.figure(one.speed_kmh, 'km/h')}" if moving else ""
    where = [f"at {one.place}"] if one.place else []
    facts = [*where, *filter(None, [one.driver, _kind(one)])]
    name = f"{escape(one.vehicle)}{MADE_UP if one.simulated else ''}"
    return (
        f'<span class="sf-vehicle-head"><b>{name}</b>{vehicle_words.said(look, escape(speed))}</span>'
        f'<span class="sf-vehicle-facts">{escape(" · ".join(facts))}</span>'
        f'<span class="sf-vehicle-facts">{record_card.as_of(one.time, zone)}</span>'
    )


def clock(zone: str, viewers: str | None, now: datetime | None = None) -> str:
    """What time it is where the fleet drives, for somebody whose clock shows another, as HTML."""
    at = now or datetime.now(UTC)
    there, here = at.astimezone(zone_of(zone)), at.astimezone(zone_of(viewers or zone))
    if there.utcoffset() == here.utcoffset():
        return ""
    return f'<span class="sf-age">{icon("schedule")} {there:%H:%M} where the fleet is ({escape(zone)})</span>'


def _kind(one: VehicleForm) -> str:
    return ", ".join(filter(None, [one.model, one.depot]))


def chips(fleet: FleetForm, asked: Mapping[str, str]) -> str:
    """What the vehicles can be narrowed to, each with how many there would be."""
    groups = "".join(_chips(fleet, facet, asked) for facet in NAMES)
    return f'<div class="sf-fleet-chips">{groups}</div>'


def _chips(fleet: FleetForm, facet: Facet, asked: Mapping[str, str]) -> str:
    counts = fleet.counts.get(facet, {})
    names = list(vehicle_words.STATES) if facet == "state" else []
    names += [name for name in counts if name and name not in names]
    names += [asked[facet]] if asked[facet] and asked[facet] not in names else []
    if len(names) < 2 and not asked[facet]:
        return ""
    items = "".join(_chip(facet, name, counts.get(name, 0), asked) for name in names)
    return f'<nav class="sf-chips" aria-label="{NAMES[facet]}">{items}</nav>'


def _chip(facet: Facet, name: str, count: int, asked: Mapping[str, str]) -> str:
    chosen = asked[facet] == name
    to = "" if chosen else name
    link = escape(address("fleet", **{**asked, facet: to}))
    current = ' aria-current="true"' if chosen else ""
    look = vehicle_words.STATES.get(name) if facet == "state" else None
    label = look.word if look else vehicle_words.CLASSES.get(name, name) if facet == "vehicle_class" else name
    mark = f'<span class="sf-{look.tone}">{icon(look.icon)}</span>' if look else ""
    return (
        f'<a class="sf-filter" href="{link}" {act("narrow", facet=facet, value=to)}{current}>{mark}'
        f'{escape(label)} <span class="sf-number">{count:,}</span></a>'
    )


def left_out(fleet: FleetForm, listed: int) -> str:
    """What does not fit, in words; empty where all is shown."""
    if fleet.found <= listed:
        return ""
    on_map = len(fleet.vehicles)
    return (
        f"The list shows the first {listed:,} of {words.counted(fleet.found, 'vehicle')}, the map {on_map:,}. "
        "Search or filter to see the others."
    )


def none_found() -> str:
    """That no vehicle is as it was asked for, with the way back."""
    return (
        '<div class="sf-nothing"><p>No vehicle is like that just now.</p>'
        f'<p><button type="button" class="sf-button" {act("everything")}>{icon("filter_alt_off")}'
        "<span>Show all vehicles</span></button></p></div>"
    )
