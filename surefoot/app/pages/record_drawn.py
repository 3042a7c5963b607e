"""Draws a turn's readings where its evidence stands: number, chart or map, rows, and the file of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from surefoot.app.client.citation_forms import CitationForm
from surefoot.app.client.reading_forms import ReadingForm
from surefoot.app.pages import connection, record_card, record_chart, record_csv, record_map
from surefoot.app.pages.markup import escape


def draw(readings: Sequence[ReadingForm], turn: int, citations: Sequence[CitationForm] = ()) -> None:
    """Draw them, one card each; at most once a run of the page for each turn."""
    for n, reading in enumerate(readings):
        with st.container(key=f"record-{turn}-{n}", gap="small"):
            _card(reading, f"{turn}-{n}", citations)


def _card(reading: ReadingForm, key: str, citations: Sequence[CitationForm]) -> None:
    st.html(f'<section class="sf-record">{record_card.head(reading, citations)}</section>')
    left_out = ""
    if record_chart.draws(reading):
        left_out = record_chart.left_out(reading)
        st.altair_chart(record_chart.chart(reading), width="stretch", key=f"chart-{key}")
    elif record_map.draws(reading):
        left_out = record_map.left_out(reading)
        st.html(record_card.headed(reading))
        record_map.draw(reading, f"map-{key}")
    told = f'<p class="sf-detail">{escape(left_out)}</p>' if left_out else ""
    if below := told + record_card.table(reading) + record_card.counted(reading):
        st.html(f'<div class="sf-record-below">{below}</div>')
    if reading.rows:
        st.download_button(
            f"Download {len(reading.rows):,} rows (CSV)" if len(reading.rows) > 1 else "Download as CSV",
            _file(reading),
            record_csv.file_name(reading),
            record_csv.TYPE,
            key=f"csv-{key}",
            on_click="ignore",
            type="tertiary",
            icon=":material/download:",
        )


def _file(reading: ReadingForm) -> Callable[[], bytes]:
    """Written when somebody wants it."""
    return connection.when_wanted(lambda: record_csv.written(reading), record_csv.TYPE, record_csv.file_name(reading))
