"""The documents of a run: thinned out by status, a hundred a page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from surefoot.app.client.run_forms import ItemStatus, RunForm, RunItemForm, RunItemList
from surefoot.app.pages import connection, runs_pager, runs_words
from surefoot.app.pages.markup import act, escape, said
from surefoot.app.pages.places import address, asked, number

ROWS = 100


def asked_page(run_id: str) -> RunItemList:
    """The page of documents that the address names. Raises ClientError."""
    status = asked("status") if asked("status") in runs_words.STATUSES else None
    return connection.client().knowledge.run_items(run_id, status, (number("page") - 1) * ROWS, ROWS)


def draw(run: RunForm, page: RunItemList, status: str) -> str:
    """The table as HTML."""
    if not run.total:
        nothing = "It has not found its documents yet." if runs_words.live(run) else "Nothing had changed."
        return f'<p class="sf-detail">{nothing}</p>'
    rows = "".join(map(row, page.items))
    head = "".join(f'<th scope="col"{more}>{label}</th>' for label, more in _COLUMNS)
    whole = f'<table class="sf-table"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'
    table = f'<div class="sf-table-scroll">{whole}</div>'
    nothing = '<p class="sf-detail">No document is in this state now.</p>'
    body = table if page.items else nothing
    pages = runs_pager.draw("runs", "items", (page.offset // ROWS + 1, page.total, ROWS), run=run.id, status=status)
    return f'<section class="sf-live"><h2>Documents</h2>{_filters(run, status)}{body}{pages}</section>'


_COLUMNS = (
    ("Document", ' class="sf-col-title"'),
    ("Status", ""),
    ("Change", ' class="sf-wide"'),
    ("Stage", ' class="sf-wide"'),
    ("Seconds", ' class="sf-right sf-wide"'),
    ("Tries", ' class="sf-right sf-wide"'),
)


def _filters(run: RunForm, status: str) -> str:
    counts: Mapping[str, int] = {"": run.total, **run.counts}
    names: tuple[ItemStatus | Literal[""], ...] = ("", *runs_words.STATUSES)
    some = "".join(
        _filter(run, name, _word(name), counts.get(name, 0), chosen=name == status)
        for name in names
        if counts.get(name) or name == status
    )
    return f'<nav class="sf-chips" aria-label="Status">{some}</nav>'


def _word(status: ItemStatus | Literal[""]) -> str:
    return runs_words.STATUSES[status].word if status else "All"


def _filter(run: RunForm, name: str, label: str, count: int, *, chosen: bool) -> str:
    current = ' aria-current="true"' if chosen else ""
    link = f'href="{escape(address("runs", run=run.id, status=name))}" {act("items", status=name)}'
    return f'<a class="sf-filter" {link}{current}>{label} <span class="sf-number">{count:,}</span></a>'


def row(item: RunItemForm) -> str:
    """One document as a row of the table."""
    title = escape(item.path)
    if item.document_id and item.status != "removed":
        link = escape(address("library", document=item.document_id))
        title = f'<a href="{link}" {act("document", document=item.document_id)}>{title}</a>'
    reason = f'<span class="sf-detail sf-path">{said(item.reason)}</span>' if item.reason else ""
    stage = runs_words.STAGE_NAMES.get(item.stage, "")
    return (
        f"<tr data-opens><td>{title}{reason}</td><td>{runs_words.state(runs_words.STATUSES[item.status])}</td>"
        f'<td class="sf-wide">{runs_words.CHANGES.get(item.change, "")}</td><td class="sf-wide">{stage}</td>'
        f'<td class="sf-right sf-wide">{item.seconds:.2f}</td><td class="sf-right sf-wide">{item.attempts}</td></tr>'
    )
