"""The panel beside the conversation for a reading: its plan, what is counted, of when, narrowed to what, its rows."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from surefoot.app.client.citation_forms import CitationForm
from surefoot.app.client.reading_forms import ReadingForm
from surefoot.app.pages import record_card, record_words
from surefoot.app.pages.markup import act, escape, icon
from surefoot.app.pages.quoting import chip_still
from surefoot.app.pages.record_words import zone_of
from surefoot.app.pages.turn import Shown


@dataclass(frozen=True, slots=True)
class Read:
    """A reading that a citation opens."""

    reading: ReadingForm
    citation: CitationForm


def opened(name: str, turns: Sequence[Shown]) -> Read | None:
    """The reading that an address names: "3.2" where citation 2 of turn 3 stands on one."""
    turn, _, which = name.partition(".")
    shown = next((t for t in turns if str(t.turn) == turn), None)
    cited = next((c for c in shown.citations if str(c.number) == which and c.reading), None) if shown else None
    if shown is None or cited is None:
        return None
    reading = next((r for r in shown.readings if r.id == cited.reading), None)
    return Read(reading, cited) if reading is not None else None


def panel(read: Read) -> None:
    """Draw the panel."""
    reading = read.reading
    with st.container(key="panel", gap=None):
        st.html(_head(read))
        st.html(f'<div class="sf-panel-body"><dl class="sf-record-facts-list">{_facts(reading)}</dl></div>')
        if rows := record_card.table(reading):
            st.html(f'<div class="sf-record-below">{rows}</div>')


def section(reading: ReadingForm) -> str:
    """How a reading came about, as a step of an answer: its plan, what is counted and where that is written, rows."""
    exact = ""
    if reading.plan:
        plan = json.dumps(reading.plan, indent=2, ensure_ascii=False)
        exact = f'<details><summary>The plan as it was run</summary><pre class="sf-plan">{escape(plan)}</pre></details>'
    facts = [record_card.as_of(reading.as_of, reading.zone), record_card.simulated() if reading.simulated else ""]
    return (
        f'<section class="sf-step"><h3>Read from the records: {escape(reading.title)}</h3>'
        f'<p class="sf-record-facts">{"".join(filter(None, facts))}</p>'
        f"<dl>{_facts(reading)}</dl>{exact}{record_card.table(reading)}</section>"
    )


def _head(read: Read) -> str:
    reading = read.reading
    facts = [record_card.as_of(reading.as_of, reading.zone), record_card.simulated() if reading.simulated else ""]
    return (
        f'<div class="sf-panel-head"><h2 class="sf-panel-title" tabindex="-1">{chip_still(read.citation)}'
        f"{escape(record_words.upper(reading.title))}</h2>"
        f'<button type="button" class="sf-action" {act("close")} aria-label="Close the source" title="Close (Esc)">'
        f'{icon("close")}</button></div><p class="sf-record-facts">{"".join(filter(None, facts))}</p>'
    )


def _facts(reading: ReadingForm) -> str:
    number = record_words.figure(reading.value, reading.unit, reading.decimals) if reading.value is not None else ""
    pairs = [
        ("Value", escape(number)),
        ("What was asked of the records", escape(record_words.upper(reading.told))),
        ("Compared", escape(record_words.changed(reading))),
        ("Time", escape(_period(reading))),
        ("Narrowed to", _filters(reading)),
        ("What is counted", escape(reading.definition)),
        ("Source of the definition", escape(reading.source)),
        ("Rows", escape(_rows(reading))),
        ("Unknown", record_card.unknown(reading)),
    ]
    return "".join(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in pairs if value)


def _period(reading: ReadingForm) -> str:
    zone, period = zone_of(reading.zone), reading.period
    if period.start is None or period.end is None:
        return f"As it is now ({reading.zone})"
    begin, end = (f"{at.astimezone(zone):%Y-%m-%d %H:%M:%S}" for at in (period.start, period.end))
    return f"From {begin} to before {end} ({reading.zone})"


def _filters(reading: ReadingForm) -> str:
    told = [f"{name.replace('_', ' ')}: {', '.join(values)}" for name, values in reading.filters.items()]
    return "<br>".join(map(escape, told))


def _rows(reading: ReadingForm) -> str:
    kept, total = len(reading.rows), max(reading.total, len(reading.rows))
    return f"{kept:,}" if kept == total else f"{kept:,} of {total:,}"
