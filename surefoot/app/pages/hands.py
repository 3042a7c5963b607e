"""Takes what people do on our own HTML (clicks, dropped files, Escape) and calls what it means."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from surefoot.app.pages.connection import reporting

KEY = "hands"
HEARD = "hands-heard"
"""Number of the last deed that was carried out, so that the browser can tell again what got lost."""
Deed = Mapping[str, str]
"""The `data-` attributes of the element that was clicked."""
Actions = Mapping[str, Callable[[Deed], None]]


@cache
def _component() -> Any:
    script = Path(__file__).with_name("hands.js").read_text(encoding="utf-8")
    from streamlit.components.v2 import component

    return component("surefoot_hands", js=script, isolate_styles=False)


def mount(actions: Actions, **data: object) -> None:
    """Listen on this page; `data` tells the browser's side what is open (see hands.js)."""

    def done() -> None:
        for deed in _deeds():
            number = int(deed.get("count", "0"))
            if number <= st.session_state.get(HEARD, 0):
                continue  # told twice, because the first telling seemed lost
            st.session_state[HEARD] = number
            if (action := actions.get(deed.get("act", ""))) is not None:
                with reporting():
                    action(deed)

    heard = st.session_state.get(HEARD, 0)
    _component()(key=KEY, data={**data, "heard": heard}, on_act_change=done, height="content")


def _deeds() -> list[Deed]:
    """What the browser says that nobody has heard yet, in its order."""
    state = st.session_state.get(KEY)
    value = state.get("act") if isinstance(state, Mapping) else None
    deeds: object = value.get("deeds") if isinstance(value, Mapping) else None
    rows = deeds if isinstance(deeds, list) else []
    return [{str(k): str(v) for k, v in row.items()} for row in rows if isinstance(row, Mapping)]
