"""The strip under a question: what was found, before anything is said."""

from __future__ import annotations

from collections.abc import Sequence

from surefoot.app.client.forms import CitationForm, PassageForm
from surefoot.app.pages import words
from surefoot.app.pages.markup import act, escape, icon
from surefoot.app.pages.quoting import chip_still
from surefoot.app.pages.snippets import content_words, snippet

CARDS = 6
"""Passages that are shown; the others are too far from the question."""


def strip(
    passages: Sequence[PassageForm] | None, question: str, turn: int, citations: Sequence[CitationForm] = ()
) -> str:
    """The passages as cards, those that the answer stands on with their numbers; grey shapes until they are found."""
    if passages is None:
        cards = '<span class="sf-card sf-shape" aria-hidden="true"></span>' * 3
        return f'<div class="sf-strip">{cards}</div>'
    if not passages:
        return ""
    asked = content_words(question)
    shown = list(passages[:CARDS])
    items = "".join(f"<li>{_card(p, asked, turn, n, citations)}</li>" for n, p in enumerate(shown))
    return f'<ul class="sf-strip" aria-label="Passages found">{items}</ul>'


def _card(
    passage: PassageForm, asked: frozenset[str], turn: int, number: int, citations: Sequence[CitationForm]
) -> str:
    cited = {c.number: c for c in citations if c.chunk_id and c.chunk_id == passage.chunk_id}
    marks = "".join(chip_still(cited[number]) for number in sorted(cited))
    does = act("source", turn=turn, source=f"e{number}")
    return (
        f'<button type="button" class="sf-card{" sf-cited" if cited else ""}" {does}>'
        f'<span class="sf-card-title"><span>{escape(passage.title)}</span>{marks}</span>'
        f'<span class="sf-card-place">{place(passage)}</span>'
        f'<span class="sf-card-text">{snippet(passage.text, asked)}</span></button>'
    )


def place(passage: PassageForm) -> str:
    """Page, version or date, and whether there is a newer version, as HTML."""
    at = words.where(passage.page, passage.heading, passage.title)
    facts = [superseded()] if passage.superseded else []
    facts += [escape(f) for f in (at, words.dated(passage.version, passage.valid_from)) if f]
    return " · ".join(facts) or "&nbsp;"


def superseded() -> str:
    """The mark of an older version, as HTML."""
    return f'<span class="sf-warn">{icon("history")} Superseded</span>'
