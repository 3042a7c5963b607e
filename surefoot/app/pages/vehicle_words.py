"""Words, icons and tones for what vehicles do: never colour alone."""

from __future__ import annotations

from dataclasses import dataclass

from surefoot.app.pages.markup import escape, icon
from surefoot.app.pages.words import Tone


@dataclass(frozen=True, slots=True)
class Look:
    """How something is shown for one glance."""

    word: str
    icon: str
    tone: Tone


STATES: dict[str, Look] = {
    "driving": Look("Driving", "navigation", "good"),
    "idling": Look("Idling", "pause_circle", "warn"),
    "parked": Look("Parked", "local_parking", "none"),
    "silent": Look("Silent", "signal_disconnected", "bad"),
}
UNHEARD = Look("Never heard", "question_mark", "none")
EVENTS: dict[str, Look] = {
    "harsh_braking": Look("Harsh braking", "front_hand", "bad"),
    "harsh_acceleration": Look("Harsh acceleration", "rocket_launch", "bad"),
    "harsh_cornering": Look("Harsh cornering", "turn_sharp_right", "bad"),
    "speeding": Look("Speeding", "speed", "bad"),
    "idling": Look("Idling", "pause_circle", "warn"),
    "entered": Look("Arrived", "login", "none"),
    "left": Look("Left", "logout", "none"),
    "gap": Look("Nothing heard", "signal_disconnected", "warn"),
    "jump": Look("Position jumped", "moving", "warn"),
}
PLACE = Look("Here", "location_on", "none")
CLASSES = {"van": "Vans", "truck": "Trucks", "car": "Cars"}
ENERGIES = {"diesel": "Diesel", "petrol": "Petrol", "electric": "Electric"}
METRICS = {"braking_list": "harsh_braking", "stop_list": ""}
"""Kinds of events that a listing holds without saying so."""


def state(name: str | None) -> Look:
    """A vehicle's state."""
    return STATES.get(name or "", UNHEARD)


def event(kind: str) -> Look:
    """A kind of event."""
    return EVENTS.get(kind, Look(kind.replace("_", " ").capitalize(), "location_on", "none"))


def look(state_name: str, kind: str) -> Look:
    """A state where there is one, else the kind of an event, else a place."""
    if state_name:
        return state(state_name)
    return EVENTS.get(METRICS.get(kind, kind), PLACE)


def said(look_: Look, more: str = "") -> str:
    """Icon and word in their tone, as HTML."""
    return f'<span class="sf-state sf-{look_.tone}">{icon(look_.icon)} {escape(look_.word)}{more}</span>'
