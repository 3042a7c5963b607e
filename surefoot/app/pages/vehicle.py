"""One vehicle: what it does now, and a day of it on a map, on a timeline, in trips; replayed where one likes."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import streamlit as st

from surefoot.app.client.errors import ClientError
from surefoot.app.client.fleet_forms import DayForm, TrackForm, TripForm
from surefoot.app.client.telemetry_forms import EventForm
from surefoot.app.pages import (
    alerts,
    connection,
    fleet_access,
    hands,
    record_csv,
    record_map,
    record_words,
    sources_live,
    vehicle_day,
    vehicle_map,
    vehicle_now,
    vehicle_timeline,
)
from surefoot.app.pages.markup import act, escape, icon, said
from surefoot.app.pages.places import address, asked, go, here
from surefoot.app.pages.record_words import zone_of

EVERY_SECONDS = 5.0
TRACK_SECONDS = 20.0
"""How long the track of a day that still goes on is shown before it is read anew."""
POINTS = 3000
_TRACKS = "vehicle_tracks"
TRACKS = 6
"""Tracks that a session keeps."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the address picks out of a day."""

    trip: TripForm | None = None
    event: EventForm | None = None


def actions() -> hands.Actions:
    """What clicks on the page of a vehicle mean."""
    return {
        "fleet": lambda _: go("fleet"),
        "vehicle": lambda deed: go("fleet", vehicle=deed["vehicle"]),
        "day": lambda deed: here(day=deed.get("day", ""), at="", trip="", event=""),
        "trip": lambda deed: here(trip=deed.get("trip", ""), at="", event=""),
        "event": lambda deed: here(event=deed.get("event", ""), at=""),
        "place": lambda _: None,
    }


def draw(name: str) -> None:
    """Draw the page of a vehicle."""
    link = f'href="{escape(address("fleet"))}" {act("fleet")}'
    st.html(f'<a class="sf-back" {link}>{icon("arrow_back")}<span>Fleet</span></a>')
    try:
        day = _day(name)
    except ClientError as error:
        if error.status not in {404, 422}:
            raise
        st.html(
            f'<h1 class="sf-greeting">{escape(name)}</h1>'
            f'<p class="sf-lead">{said(error.message)} It may be named otherwise, or you may not see it.</p>'
        )
        return
    st.html(vehicle_now.head(day.vehicle))
    going_on = day.start <= datetime.now(day.start.tzinfo) < day.end
    st.fragment(_now, run_every=EVERY_SECONDS)(_Kept(day))
    alerts.alerts_section(connection.client(), name)
    fleet_access.draw(name)
    _days(day)
    st.fragment(_that_day, run_every=EVERY_SECONDS if going_on else None)(_Kept(day))


class _Kept:
    """What the page's own run has read already, for the first drawing of its live parts."""

    def __init__(self, first: DayForm) -> None:
        self._name = first.vehicle.vehicle
        self._wanted = first.day
        self._first: DayForm | None = first

    def take(self) -> DayForm:
        """It once; from then on what the server says now. Raises ClientError."""
        first, self._first = self._first, None
        return first or connection.client().fleet.day(self._name, self._wanted)


def _day(name: str) -> DayForm:
    return connection.client().fleet.day(name, _date(asked("day")), _moment(asked("at")))


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _moment(text: str) -> datetime | None:
    try:
        return record_words.aware(datetime.fromisoformat(text))
    except ValueError:
        return None


def _now(kept: _Kept) -> None:
    try:
        day = kept.take()
    except ClientError as error:
        sources_live.trouble(error)
        return
    st.html(vehicle_now.state(day.vehicle, day.zone))


def _days(day: DayForm) -> None:
    """The day that is shown, and the way to others."""
    today = datetime.now(zone_of(day.zone)).date()
    with st.container(key="vehicle-days", horizontal=True, vertical_alignment="center", gap="small"):
        st.html(vehicle_day.step(day.day - timedelta(days=1), "chevron_left", "The day before"))
        key = f"day-{day.vehicle.vehicle}-{day.day}"
        st.date_input(
            "Day",
            value=day.day,
            key=key,
            format="DD/MM/YYYY",
            label_visibility="collapsed",
            max_value=max(today, day.day),
            width=150,
            on_change=lambda: here(day=st.session_state[key] or "", at="", trip="", event=""),
        )
        st.html(vehicle_day.step(day.day + timedelta(days=1), "chevron_right", "The day after", off=day.day >= today))
        st.html(vehicle_day.title(day, today))


def _that_day(kept: _Kept) -> None:
    """Everything of the day: figures, map, timeline, trips, what is due."""
    try:
        day = kept.take()
        chosen = _chosen(day)
        track = _track(day, chosen.trip)
    except ClientError as error:
        sources_live.trouble(error)
        return
    st.html(vehicle_day.figures(day))
    if not day.trips and not day.events and not (track and track.seconds):
        st.html(f'<p class="sf-nothing">Nothing was heard of {escape(day.vehicle.vehicle)} on this day.</p>')
        st.html(vehicle_day.due(day))
        return
    record_map.mount("vehicle-map", vehicle_map.scene(day, chosen.trip, chosen.event, track))
    st.html(vehicle_timeline.lanes(day, chosen.trip, chosen.event))
    st.html(vehicle_timeline.details(day, chosen.event))
    if day.trips:
        st.html(vehicle_day.trips(day, chosen.trip))
    st.html(vehicle_day.due(day))
    _download(day)


def _download(day: DayForm) -> None:
    """The file of the day that is shown, as it is when somebody wants it."""
    client, name, wanted = connection.client(), day.vehicle.vehicle, day.day
    file = f"{re.sub('[^A-Za-z0-9-]+', '-', name)}-{wanted}.csv"
    st.download_button(
        "Download this day (CSV)",
        connection.when_wanted(lambda: record_csv.day(client.fleet.day(name, wanted)), record_csv.TYPE, file),
        file,
        record_csv.TYPE,
        key="day-csv",
        on_click="ignore",
        type="tertiary",
        icon=":material/download:",
    )


def _chosen(day: DayForm) -> Chosen:
    """The trip and the event that the address names, or those of its moment."""
    trip = next((t for t in day.trips if t.trip == asked("trip")), None)
    event = next((e for e in day.events if e.event == asked("event")), None)
    at = _moment(asked("at"))
    if at is None:
        return Chosen(trip, event)
    second = timedelta(seconds=1)
    trip = trip or next((t for t in day.trips if t.start - second <= at < t.end + second), None)
    shown = [e for e in day.events if e.kind in vehicle_timeline.DRAWN]
    return Chosen(trip, event or next((e for e in shown if abs(e.start - at) < second), None))


def _track(day: DayForm, trip: TripForm | None) -> TrackForm | None:
    """The track of the trip, or of the whole day; kept for a while."""
    start, end = (trip.start, trip.end + timedelta(seconds=1)) if trip else (day.start, day.end)
    kept: dict[tuple[str, datetime, datetime], tuple[float, TrackForm]] = st.session_state.setdefault(_TRACKS, {})
    key, now = (day.vehicle.vehicle, start, end), time.monotonic()
    going_on = end > datetime.now(end.tzinfo) - timedelta(hours=1)
    known = kept.get(key)
    if known is None or (going_on and now - known[0] > TRACK_SECONDS):
        kept[key] = (now, connection.client().fleet.track(day.vehicle.vehicle, start, end, POINTS))
        _forget(kept)
    return kept[key][1]


def _forget(kept: dict[tuple[str, datetime, datetime], tuple[float, TrackForm]]) -> None:
    oldest: Sequence[tuple[str, datetime, datetime]] = sorted(kept, key=lambda key: kept[key][0])
    for key in oldest[: max(len(kept) - TRACKS, 0)]:
        del kept[key]
