"""Which documents of a library are looked for: words, filters, order and page, all of them in the address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast, get_args

import streamlit as st

from surefoot.app.client.errors import ClientError
from surefoot.app.client.library_forms import LibraryPage, SortName
from surefoot.app.pages import connection, sources_live
from surefoot.app.pages.markup import act, escape
from surefoot.app.pages.places import address, asked, here, number

ROWS = 100
FILTERS = ("words", "status", "source", "language", "media_type", "superseded")
SORTS = frozenset(get_args(SortName))
STATES: Mapping[str, str] = {
    "ready": "Ready",
    "ingesting": "Being read",
    "rejected": "Not read",
    "deleting": "Being deleted",
}
FORMATS: Mapping[str, str] = {
    "application/pdf": "PDF",
    "text/markdown": "Markdown",
    "text/plain": "Text",
    "text/html": "HTML",
    "text/csv": "CSV",
    "message/rfc822": "Mail",
    "application/json": "JSON",
    "application/epub+zip": "EPUB",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "Word",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "Excel",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": "PowerPoint",
    "application/vnd.oasis.opendocument.text": "OpenDocument",
}
LANGUAGES: Mapping[str, str] = {
    "": "Not looked at",
    "und": "Unclear",
    "de": "German",
    "en": "English",
    "es": "Spanish",
    "fr": "French",
    "it": "Italian",
    "nl": "Dutch",
    "pl": "Polish",
    "pt": "Portuguese",
}
_ROUND = "library_round"
"""Changes when the fields have to forget what was typed."""


def sort() -> SortName:
    """The order that the address names."""
    return cast("SortName", asked("sort")) if asked("sort") in SORTS else "title"


def filters() -> dict[str, str]:
    """The filters that the address names."""
    found = {name: asked(name) for name in FILTERS if asked(name)}
    if found.get("superseded") not in {None, "yes", "no"}:
        del found["superseded"]
    return found


def find(assistant: str) -> LibraryPage:
    """The page of documents that the address names. Raises ClientError."""
    return connection.client().library.find(assistant, filters(), sort(), ((number("page") - 1) * ROWS, ROWS))


def reset() -> None:
    """Forget all filters."""
    here(**dict.fromkeys(FILTERS, ""), page="")
    st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1


def draw(assistant: str, found: LibraryPage) -> None:
    """Draw the fields; a filter stands there only where it can divide something."""
    key = f"{assistant}-{st.session_state.get(_ROUND, 0)}"
    with st.container(horizontal=True, key="library-filters", gap="small"):
        st.text_input(
            "Find a document",
            asked("words"),
            key=f"find-{key}",
            placeholder="Find a document",
            icon=":material/search:",
            on_change=lambda: _put("words", f"find-{key}"),
            label_visibility="collapsed",
            width=236,
        )
        for name, label, options in _choices(assistant, found):
            _select(name, label, options, key)
    sources_live.show(_status(assistant, found))


def _choices(assistant: str, found: LibraryPage) -> list[tuple[str, str, dict[str, str]]]:
    counts = found.counts
    some = [
        ("source", "Source", _sources(assistant, counts.get("source_id", {}))),
        ("language", "Language", {k: LANGUAGES.get(k, k) for k in counts.get("language", {}) if k}),
        ("media_type", "Format", {k: FORMATS.get(k, k) for k in counts.get("media_type", {}) if k}),
        ("superseded", "Version", {"no": "Current only", "yes": "Superseded only"}),
    ]
    return [(name, label, options) for name, label, options in some if len(options) > 1 or asked(name)]


def _sources(assistant: str, counts: Mapping[str, int]) -> dict[str, str]:
    """The sources that documents came from, by id; without a server for sources their ids have to do."""
    known = [source for source in counts if source]
    if not known:
        return {}
    try:
        names = {one.id: one.name for one in connection.client().knowledge.sources(assistant)}
    except ClientError:
        names = {}
    return {source: names.get(source, source) for source in known}


def _select(name: str, label: str, options: dict[str, str], key: str) -> None:
    values: Sequence[str] = ["", *options]
    here_now = asked(name)
    if here_now not in values:
        options, values = options | {here_now: here_now}, [*values, here_now]
    st.selectbox(
        label,
        values,
        values.index(here_now),
        key=f"{name}-{key}",
        format_func=lambda value: options.get(value, f"All {label.lower()}s"),
        label_visibility="collapsed",
        on_change=lambda: _put(name, f"{name}-{key}"),
        width=150,
    )


def _put(name: str, key: str) -> None:
    """Write into the address what stands in a field."""
    here(**{name: str(st.session_state.get(key) or "").strip(), "page": ""})


def _status(assistant: str, found: LibraryPage) -> str:
    counts = found.counts.get("status", {})
    chosen = asked("status")
    names = [name for name in STATES if counts.get(name) or name == chosen]
    if len(names) < 2 and not chosen:
        names = []
    chips = [_chip(assistant, name, STATES[name], counts.get(name, 0), chosen) for name in names]
    whole = [_chip(assistant, "", "All", sum(counts.values()), chosen)] if chips else []
    some = "".join([*whole, *chips])
    clear = f'<button type="button" class="sf-link" {act("clear")}>Show all documents</button>' if filters() else ""
    matches = f'<span class="sf-detail">{found.total:,} match. {clear}</span>' if filters() else ""
    return f'<nav class="sf-chips" aria-label="Status">{some}{matches}</nav>' if some or matches else ""


def _chip(assistant: str, name: str, label: str, count: int, chosen: str) -> str:
    current = ' aria-current="true"' if name == chosen else ""
    query = {**filters(), "status": name}
    link = f'href="{escape(address("library", assistant=assistant, **query))}" {act("status", status=name)}'
    return f'<a class="sf-filter" {link}{current}>{label} <span class="sf-number">{count:,}</span></a>'
