"""The part of a source's form that says when it is read: usual times, or an own cron expression with its next times."""

from __future__ import annotations

import streamlit as st

from surefoot.app.pages import sources_words
from surefoot.app.pages.markup import escape, icon
from surefoot.app.pages.source_form_fields import FieldInvalid, wrong
from surefoot.app.pages.sources_cron import NotUnderstood

PRESETS: tuple[tuple[str, str | None], ...] = (
    ("When asked", None),
    ("Every hour", "0 * * * *"),
    ("Every day at 02:00 UTC", "0 2 * * *"),
    ("Every Monday at 02:00 UTC", "0 2 * * 1"),
)
OWN = "Own times"
HELP = (
    "Five fields, in UTC: minute, hour, day of the month, month, day of the week. "
    "30 6 * * 1-5 is Monday to Friday at 06:30."
)


def draw(value: str | None, key: str, error: str = "") -> str | None:
    """Draw it; gives the cron expression as it was typed, or None for a source that is read when asked."""
    labels = [label for label, _ in PRESETS]
    usual = dict(PRESETS)
    known = next((label for label, cron in PRESETS if cron == value), OWN)
    chosen = st.selectbox("When it is read", [*labels, OWN], [*labels, OWN].index(known), key=f"{key}-schedule")
    cron = usual.get(chosen)
    if chosen == OWN:
        cron = st.text_input(
            "Cron expression", value or "", key=f"{key}-cron", help=HELP, placeholder="30 6 * * 1-5", max_chars=200
        )
    if error:
        st.html(wrong(error))
    elif cron:
        st.html(_next(cron))
    return cron if chosen == OWN else usual[chosen]


def _next(cron: str) -> str:
    try:
        times = sources_words.next_times(cron)
    except NotUnderstood as error:
        return wrong(f"{error} Write five fields, such as 30 6 * * 1-5.")
    if not times:
        return wrong("This time never comes. Check its day and month.")
    said = f"{sources_words.schedule(cron)}; next: {', '.join(times)} (UTC)"
    return f'<p class="sf-detail">{icon("schedule")} {escape(said[:1].upper() + said[1:])}</p>'


def taken(cron: str | None) -> str | None:
    """The cron expression as it is sent; whether its time comes is for the server to say. Raises FieldInvalid."""
    if cron is None:
        return None
    words = cron.split()
    if len(words) != 5:
        raise FieldInvalid("Write five cron fields, such as 30 6 * * 1-5.")
    return " ".join(words)
