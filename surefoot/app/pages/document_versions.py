"""The versions of a document, the newest marked, and the other paths under which the same content was fed."""

from __future__ import annotations

from surefoot.app.client.library_forms import DocumentCard, LibraryRow
from surefoot.app.pages import words
from surefoot.app.pages.markup import act, escape, icon
from surefoot.app.pages.places import address


def draw(card: DocumentCard) -> str:
    """Both lists as HTML."""
    return f'<div class="sf-report">{_versions(card)}{_copies(card)}</div>'


def _versions(card: DocumentCard) -> str:
    rows = sorted([card.document, *card.versions], key=lambda row: (str(row.valid_from or ""), row.version))
    items = "".join(_version(row, card.document) for row in reversed(rows))
    lead = "" if card.versions else '<p class="sf-detail">No other version of it is here.</p>'
    return f"<section><h2>Versions</h2>{lead}<ul>{items}</ul></section>"


def _version(row: LibraryRow, shown: LibraryRow) -> str:
    current = f'<span class="sf-good">{icon("verified")} Current</span>'
    old = f'<span class="sf-warn">{icon("history")} Superseded</span>'
    state = old if row.superseded else current
    here = " · this one" if row.document_id == shown.document_id else ""
    dated = words.dated(row.version, row.valid_from) or f"version {row.version}"
    link = f'href="{escape(address("library", document=row.document_id))}" {act("document", document=row.document_id)}'
    return (
        f'<li><a class="sf-row-link" {link}><span><b>{escape(row.title or row.path)}</b> '
        f'<span class="sf-detail">{escape(dated)}{here}</span></span>{state}</a></li>'
    )


def _copies(card: DocumentCard) -> str:
    if not card.copies:
        return ""
    items = "".join(f'<li class="sf-row-link"><span>{escape(copy.path)}</span></li>' for copy in card.copies)
    lead = '<p class="sf-detail">The same content also lies there; it is kept and answered from once.</p>'
    return f"<section><h2>Copies</h2>{lead}<ul>{items}</ul></section>"
