"""The line below a long table: which rows stand there, and the way to the others."""

from __future__ import annotations

from surefoot.app.pages.markup import act, escape, icon
from surefoot.app.pages.places import Page, address


def draw(page: Page, deed: str, place: tuple[int, int, int], **query: str) -> str:
    """The line as HTML; empty where all rows fit.

    place: the page from 1, rows in all, rows a page. query: what else stands in the address.
    """
    number, total, rows = place
    last = max(1, -(-total // rows))
    if total <= rows:
        return ""
    first = (number - 1) * rows + 1
    said = f"{first:,}–{min(number * rows, total):,} of {total:,}" if first <= total else f"{total:,}"

    def step(to: int, label: str, symbol: str) -> str:
        if not 1 <= to <= last:
            return f'<span class="sf-button sf-small" aria-disabled="true">{icon(symbol)}<span>{label}</span></span>'
        link = f'href="{escape(address(page, **query, page=to))}" {act(deed, **query, page=to)}'
        return f'<a class="sf-button sf-small" {link}>{icon(symbol)}<span>{label}</span></a>'

    return (
        f'<nav class="sf-pager" aria-label="Rows"><span class="sf-number">{said}</span>'
        f"{step(number - 1, 'Previous rows', 'chevron_left')}{step(number + 1, 'Next rows', 'chevron_right')}</nav>"
    )
