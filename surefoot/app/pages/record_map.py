"""Draws readings on a map without tiles: routes with their ends, and things where they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from surefoot.app.client.errors import ClientError
from surefoot.app.client.fleet_forms import PlaceForm
from surefoot.app.client.reading_forms import ReadingForm, Value
from surefoot.app.pages import connection, record_words, vehicle_words
from surefoot.app.pages.record_words import zone_of

HEIGHT = 340
"""Pixels."""
MOST = 200
"""Routes or points on one map; the table has them all."""
_PLACES = "fleet_places"
KINDS = {
    "depot": "depot",
    "customer": "customer",
    "workshop": "workshop",
    "fuel_station": "fuel station",
    "charging_hub": "charging hub",
}


@cache
def _component() -> Any:
    names = ("map.js", "map_placing.js", "map_moving.js", "map_replay.js")
    script = "\n".join(Path(__file__).with_name(name).read_text(encoding="utf-8") for name in names)
    from streamlit.components.v2 import component

    return component("surefoot_map", js=script, isolate_styles=False)


def mount(key: str, scene: Mapping[str, object]) -> None:
    """Draw a map: `scene` is what map.js shows (places, lines, marks, replay).

    It goes as a list of one: in a dict Streamlit would look for data frames, and load pandas for it, 70 MB.
    """
    _component()(key=key, data=[dict(scene)], height="content")


def places() -> list[dict[str, object]]:
    """All named zones, looked up once a session; none where they cannot be had."""
    known: list[dict[str, object]] | None = st.session_state.get(_PLACES)
    if known:
        return known
    try:
        found = connection.client().fleet.places()
    except ClientError:
        return []  # the map is drawn without them
    st.session_state[_PLACES] = [_place(one) for one in found if one.latitude is not None and one.longitude is not None]
    return st.session_state[_PLACES]


def _place(place: PlaceForm) -> dict[str, object]:
    kind = KINDS.get(place.kind or "", "place")
    return {
        "name": place.place,
        "kind": place.kind or "",
        "title": f"{place.place} ({kind})",
        "outline": place.outline or "",
        "lat": place.latitude,
        "lon": place.longitude,
        "radius": place.radius_m,
    }


def draws(reading: ReadingForm) -> bool:
    """Whether there is something to draw."""
    return bool(_lines(reading) or _marks(reading))


def draw(reading: ReadingForm, key: str) -> None:
    """Draw a reading; only one that `draws`."""
    scene = {
        "scene": reading.id,
        "label": f"Map of {reading.told}. The table below has its rows.",
        "height": HEIGHT,
        "places": places(),
        "lines": _lines(reading),
        "marks": _marks(reading),
    }
    mount(key, scene)


def left_out(reading: ReadingForm) -> str:
    """What the map does not show, in words; empty where it shows all."""
    kept, total = len(reading.rows), max(reading.total, len(reading.rows))
    if reading.drawn not in {"route", "points"} or total <= min(kept, MOST):
        return ""
    return f"The map shows the first {min(kept, MOST):,} of {total:,}."


def _lines(reading: ReadingForm) -> list[dict[str, object]]:
    if reading.drawn != "route":
        return []
    return [
        {
            "points": str(row["route"]),
            "colour": n % 6,
            "number": str(n + 1),
            "thing": f"{reading.id}-{n}",
            "title": _title(reading, row),
        }
        for n, row in enumerate(reading.rows[:MOST])
        if row.get("route")
    ]


def _marks(reading: ReadingForm) -> list[dict[str, object]]:
    if reading.drawn != "points":
        return []
    return [
        _mark(reading, row, n)
        for n, row in enumerate(reading.rows[:MOST])
        if isinstance(row.get("latitude"), (int, float)) and isinstance(row.get("longitude"), (int, float))
    ]


def _mark(reading: ReadingForm, row: Mapping[str, Value], number: int) -> dict[str, object]:
    vehicle, start = str(row.get("vehicle") or ""), row.get("start")
    look = vehicle_words.look(str(row.get("state") or ""), str(row.get("kind") or reading.metric))
    at = record_words.aware(start).isoformat(timespec="seconds") if isinstance(start, datetime) else ""
    return {
        "id": f"{number}",
        "thing": f"{reading.id}-{number}",
        "lat": row["latitude"],
        "lon": row["longitude"],
        "kind": "vehicle" if row.get("state") else "event",
        "icon": look.icon,
        "tone": look.tone,
        "label": vehicle,
        "title": _title(reading, row),
        "act": {"act": "vehicle", "vehicle": vehicle, "at": at} if vehicle else {},
    }


def _title(reading: ReadingForm, row: Mapping[str, Value]) -> str:
    zone = zone_of(reading.zone)
    said: Sequence[str] = [
        f"{column.title} {record_words.cell(row.get(column.name), column, zone)}"
        for column in record_words.shown(reading)
        if row.get(column.name) not in (None, "")
    ]
    return ", ".join(said)
