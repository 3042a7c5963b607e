"""The fleet: where its vehicles are and what they do just now, on a map and in a list, or one of them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from surefoot.app.client.errors import ClientError
from surefoot.app.client.fleet_forms import FleetForm, VehicleForm
from surefoot.app.pages import (
    alerts,
    connection,
    fleet_access,
    fleet_intake,
    fleet_words,
    hands,
    notices,
    record_card,
    record_csv,
    record_map,
    sidebar,
    sources_live,
    vehicle,
    vehicle_words,
    words,
)
from surefoot.app.pages.hands import Deed
from surefoot.app.pages.markup import escape
from surefoot.app.pages.places import address, asked, go, here

EVERY_SECONDS = 3.0
LISTED = 200
"""Vehicles in the list; the others are found by the words and filters above it."""
HEIGHT = 560
"""Pixels of the map beside the list."""
SEARCH = "fleet_search"
FILE = "fleet.csv"
FACETS = ("state", "depot", "vehicle_class")


def page() -> None:
    """Draw the fleet, or the vehicle that the address names."""
    assistants = connection.client().assistants()
    assistant = sidebar.chosen(assistants, asked("assistant"))
    name = assistant.name if assistant else ""
    wanted = asked("vehicle")
    actions = {**sidebar.actions("fleet", name), **(vehicle.actions() if wanted else _actions())}
    actions |= alerts.alert_actions()
    hands.mount(actions, panel="", drop=False, largest=0, scroll="", round=0)
    sidebar.draw(assistants, assistant, "fleet")
    notices.draw()
    with st.container(key="fleet", gap="small"):
        if wanted:
            vehicle.draw(wanted)
        else:
            _fleet()


def _actions() -> hands.Actions:
    return {
        "vehicle": lambda deed: go("fleet", vehicle=deed["vehicle"]),
        "choose": _choose,
        "narrow": lambda deed: here(**{deed["facet"]: deed.get("value", "")}),
        "everything": _everything,
    }


def _choose(deed: Deed) -> None:
    """Mark a vehicle on the map and in the list; once more takes the mark away."""
    here(chosen="" if asked("chosen") == deed["vehicle"] else deed["vehicle"])


def _everything(_: Deed) -> None:
    st.session_state[SEARCH] = ""
    here(q="", state="", depot="", vehicle_class="")


def _narrowed() -> Mapping[str, str]:
    return {"q": asked("q"), **{facet: asked(facet) for facet in FACETS}}


def _fleet() -> None:
    first = connection.client().fleet.vehicles(_narrowed())
    if not first.total:
        st.html('<h1 class="sf-greeting">Fleet</h1>')
        fleet_intake.nothing()
        fleet_access.draw()
        return
    st.fragment(_live, run_every=EVERY_SECONDS)(_Kept(first))
    alerts.alerts_section(connection.client())
    fleet_access.draw()
    fleet_intake.foot()


class _Kept:
    """What the page's own run has read already, for the first drawing of its live part."""

    def __init__(self, first: FleetForm) -> None:
        self._first: FleetForm | None = first

    def take(self) -> FleetForm:
        """It once; from then on what the server says now. Raises ClientError."""
        first, self._first = self._first, None
        return first or connection.client().fleet.vehicles(_narrowed())


def _live(kept: _Kept) -> None:
    """Head, chips, map and list as they are now."""
    try:
        fleet = kept.take()
    except ClientError as error:
        sources_live.trouble(error)
        return
    st.html(_head(fleet))
    _search()
    st.html(fleet_words.chips(fleet, _narrowed()))
    if not fleet.vehicles:
        st.html(fleet_words.none_found())
        return
    chosen = asked("chosen")
    with st.container(key="fleet-both", horizontal=True, gap="small"):
        with st.container(key="fleet-map"):
            record_map.mount("fleet-map-drawn", _scene(fleet, chosen))
        with st.container(key="fleet-list"):
            rows = [_row(one, fleet.zone, chosen) for one in fleet.vehicles[:LISTED]]
            listed = {"label": "Vehicles", "rows": rows, "chosen": chosen}
            _rows()(key="fleet-rows", data=[listed], height="content")  # a list, as in record_map.mount
    if told := fleet_words.left_out(fleet, LISTED):
        st.html(f'<p class="sf-detail">{escape(told)}</p>')
    _download(fleet)


def _download(fleet: FleetForm) -> None:
    """The file of what is shown, as it is when somebody wants it."""
    client, narrowed = connection.client(), _narrowed()
    st.download_button(
        f"Download {words.counted(len(fleet.vehicles), 'vehicle')} (CSV)",
        connection.when_wanted(lambda: record_csv.fleet(client.fleet.vehicles(narrowed)), record_csv.TYPE, FILE),
        FILE,
        record_csv.TYPE,
        key="fleet-csv",
        on_click="ignore",
        type="tertiary",
        icon=":material/download:",
    )


def _search() -> None:
    if SEARCH not in st.session_state:
        st.session_state[SEARCH] = asked("q")
    st.text_input(
        "Find vehicles",
        key=SEARCH,
        placeholder="Vehicle, registration, model, driver, place",
        icon=":material/search:",
        label_visibility="collapsed",
        max_chars=100,
        on_change=lambda: here(q=str(st.session_state[SEARCH]).strip()),
    )


@cache
def _rows() -> Any:
    script = Path(__file__).with_name("rows.js").read_text(encoding="utf-8")
    from streamlit.components.v2 import component

    return component("surefoot_rows", js=script, isolate_styles=False)


def _head(fleet: FleetForm) -> str:
    preparing = fleet_words.preparing(fleet)
    marks = [
        "" if preparing else record_card.as_of(fleet.newest, fleet.zone),
        record_card.simulated() if fleet.simulated else "",
    ]
    marks.append(fleet_words.clock(fleet.zone, st.context.timezone))
    return (
        f'<div class="sf-page-head"><h1 class="sf-greeting">Fleet</h1>'
        f'<p class="sf-record-facts">{"".join(filter(None, marks))}</p></div>{preparing}'
    )


def _scene(fleet: FleetForm, chosen: str) -> dict[str, object]:
    there = [v for v in fleet.vehicles if v.latitude is not None and v.longitude is not None]
    return {
        "scene": "fleet " + " ".join(f"{name}={value}" for name, value in _narrowed().items()),
        "label": "Map of the vehicles. The list beside it says the same in words.",
        "height": HEIGHT,
        "fills": True,
        "places": record_map.places(),
        "marks": [_mark(one, chosen=one.vehicle == chosen) for one in there],
        "focus": chosen,
    }


def _mark(one: VehicleForm, *, chosen: bool) -> dict[str, object]:
    look = vehicle_words.state(one.state)
    return {
        "id": one.vehicle,
        "thing": one.vehicle,
        "lat": one.latitude,
        "lon": one.longitude,
        "heading": round(one.heading_deg or 0),
        "kind": "vehicle",
        "icon": look.icon,
        "tone": look.tone,
        "label": one.vehicle,
        "title": f"{one.vehicle}: {fleet_words.doing(one)}",
        "chosen": chosen,
        "act": {"act": "choose", "vehicle": one.vehicle},
    }


def _row(one: VehicleForm, zone: str, chosen: str) -> dict[str, object]:
    return {
        "id": one.vehicle,
        "html": fleet_words.row(one, zone),
        "href": address("fleet", vehicle=one.vehicle),
        "chosen": one.vehicle == chosen,
    }
