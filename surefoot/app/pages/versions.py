"""What a source said when it was cited, and what it says now, side by side."""

from __future__ import annotations

from surefoot.app.client.citation_forms import CitationForm
from surefoot.app.pages import words
from surefoot.app.pages.markup import act, escape, icon
from surefoot.app.pages.places import address
from surefoot.app.pages.snippets import differing

_SIGNS = {"changed": "published_with_changes", "gone": "delete", "superseded": "history"}


def fact(citation: CitationForm) -> str:
    """What has become of a source, in its colour and in words, as HTML; empty where it still says the same."""
    status = words.source_status(citation)
    if status not in words.BECAME:
        return ""
    tone = "warn" if status == "superseded" else "bad"
    said = words.BECAME[status]
    return f'<span class="sf-{tone}">{icon(_SIGNS[status])} {escape(said[:1].upper() + said[1:])}</span>'


def then_and_now(citation: CitationForm, turn: int) -> str:
    """The quote and what stands in its place, the words that differ marked, and what can be done; as HTML."""
    match words.source_status(citation):
        case "changed":
            now = citation.now
            present = differing(now, citation.changes.new, "ins") if now is not None else _MISSING
            return _side_by_side(citation, present) + _again(turn)
        case "gone":
            return _side_by_side(citation, _GONE) + _again(turn)
        case "superseded" if citation.newer:
            return _newer(citation.newer)
        case _:
            return ""


_MISSING = '<span class="sf-detail">The document no longer says anything like it.</span>'
_GONE = (
    '<span class="sf-detail">The document is not in the library any more, or you may no longer see it. '
    "Asked again, the question is answered without it.</span>"
)


def _side_by_side(citation: CitationForm, present: str) -> str:
    spans = citation.changes.old if citation.now is not None else []
    past = _version("When this was answered", differing(citation.quote, spans, "del"), "sf-past")
    return f'<div class="sf-versions">{past}{_version("Now", present, "sf-present")}</div>'


def _version(name: str, body: str, kind: str) -> str:
    return f'<section class="sf-version {kind}"><h3>{name}</h3><p>{body}</p></section>'


def _again(turn: int) -> str:
    label = f"{icon('refresh')}<span>Ask again</span>"
    return f'<p><button type="button" class="sf-button" {act("retry", turn=turn)}>{label}</button></p>'


def _newer(document_id: str) -> str:
    link = f'href="{escape(address("library", document=document_id))}"'
    does = act("document", document=document_id, page="", piece="")
    return f'<p><a class="sf-button" {link} {does}>{icon("update")}<span>Open the newer version</span></a></p>'
