"""Who may see which vehicle: shown to those alone who may say so, and changed for one, several or a whole depot."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import streamlit as st
from pydantic import ValidationError

from surefoot.app.client.errors import ClientError
from surefoot.app.client.fleet_forms import GroupedVehicleForm, GroupsChange
from surefoot.app.pages import connection, notices, words
from surefoot.app.pages.markup import escape
from surefoot.app.pages.source_form_fields import wrong

_WRONG = "fleet-access-wrong"
NOBODY = "nobody"


def draw(vehicle: str = "") -> None:
    """Draw it for one vehicle, or for all; closed until somebody wants to know."""
    if not connection.me().may("fleet:manage"):
        return
    title = "Who may see it" if vehicle else "Who may see which vehicle"
    with st.expander(title, key="fleet-access", icon=":material/group:", on_change="rerun") as opened:
        if opened.open:
            with connection.reporting():
                _form(connection.client().fleet.groups(), vehicle)


def _form(every: Sequence[GroupedVehicleForm], vehicle: str) -> None:
    groups = {one.vehicle: one.groups for one in every}
    if not vehicle:
        st.html(_told(every))
    with st.form("fleet-access-form", border=False):
        chosen = [vehicle] if vehicle else _vehicles(every)
        typed = st.text_input(
            "Groups, separated by commas", ", ".join(groups.get(vehicle, [])), key=f"fleet-access-groups-{vehicle}",
            placeholder="everyone", autocomplete="off",
        )  # fmt: skip
        st.html(
            '<p class="sf-detail">It holds from the next click and question on, and for earlier answers and alerts too.'
            " Who is in none of the groups does not see that there is such a vehicle.</p>"
        )
        if faulty := st.session_state.pop(_WRONG, ""):
            st.html(wrong(faulty))
        if st.form_submit_button("Save", type="primary"):
            _save(chosen, [name.strip() for name in typed.split(",") if name.strip()])


def _vehicles(every: Sequence[GroupedVehicleForm]) -> list[str]:
    """What is picked: vehicles, and all of a depot."""
    depots = Counter(one.depot for one in every if one.depot)
    names = {f"All of {depot} ({many:,})": [one.vehicle for one in every if one.depot == depot]
             for depot, many in sorted(depots.items())}  # fmt: skip
    names |= {one.vehicle: [one.vehicle] for one in every}
    picked = st.multiselect("Vehicles", list(names), key="fleet-access-vehicles", placeholder="Vehicles or a depot")
    return list(dict.fromkeys(vehicle for name in picked for vehicle in names[name]))


def _told(every: Sequence[GroupedVehicleForm]) -> str:
    """How many vehicles of each depot are for whom."""
    counts = Counter((one.depot, ", ".join(one.groups) or NOBODY) for one in every)
    rows = "".join(
        f"<li>{escape(depot or 'Without a depot')}: {words.counted(many, 'vehicle')} for {escape(groups)}</li>"
        for (depot, groups), many in sorted(counts.items())
    )
    return f'<ul class="sf-detail">{rows}</ul>'


def _save(vehicles: Sequence[str], groups: Sequence[str]) -> None:
    if not vehicles or not groups:
        what = "Pick the vehicles." if not vehicles else "Name at least one group: nobody would see them."
        st.session_state[_WRONG] = what
    else:
        try:
            connection.client().fleet.set_groups(GroupsChange(vehicles=list(vehicles), groups=list(groups)))
            of = vehicles[0] if len(vehicles) == 1 else words.counted(len(vehicles), "vehicle")
            notices.tell(f"{of}: seen by {', '.join(groups)} from now on.")
        except ClientError as error:
            st.session_state[_WRONG] = error.message
        except ValidationError as error:
            st.session_state[_WRONG] = f"{error.errors()[0]['msg']}."
    st.rerun()
