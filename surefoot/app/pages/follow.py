"""Shows how files are being read until they are; what is clicked meanwhile starts the page anew, and it goes on."""

from __future__ import annotations

import time
from typing import Any

import streamlit as st

from surefoot.app.pages import drop
from surefoot.app.pages.reading import Reading

BEAT_SECONDS = 0.1


def reading(now: Reading | None, slot: Any) -> None:
    """Draw the results in a slot, again and again until the last file has one."""
    if now is None:
        return
    was_live = now.live
    slot.html(drop.results(now))
    while now.live:
        time.sleep(BEAT_SECONDS)
        slot.html(drop.results(now))
    if was_live:
        st.rerun()
