"""What a person sees when nothing was found: where it was looked, what came near, and whom to ask."""

from __future__ import annotations

from collections.abc import Sequence

from surefoot.app.client.forms import AnswerForm, GapForm, PassageForm
from surefoot.app.pages import words
from surefoot.app.pages.markup import act, escape, icon


def card(answer: AnswerForm, gap: GapForm, turn: int, passages: Sequence[PassageForm]) -> str:
    """The gap as HTML, with the button that sends it, or whom it went to; `passages` are those that can be opened."""
    rows = [_row("Searched", escape(gap.searched))]
    if gap.nearest:
        rows.append(_row("Nearest", _nearest(gap.nearest, turn, passages)))
    if gap.missing:
        rows.append(_row("What would make it sure", escape(gap.missing[:1].upper() + gap.missing[1:])))
    return f'<div class="sf-gap"><dl>{"".join(rows)}</dl>{_sending(answer, gap, turn)}</div>'


def _row(name: str, value: str) -> str:
    return f"<dt>{name}</dt><dd>{value}</dd>"


def _nearest(nearest: Sequence[PassageForm], turn: int, passages: Sequence[PassageForm]) -> str:
    return "<br>".join(_link(passage, turn, passages) for passage in nearest)


def _link(passage: PassageForm, turn: int, passages: Sequence[PassageForm]) -> str:
    name = ", ".join(filter(None, (passage.title, words.where(passage.page, passage.heading, passage.title))))
    at = next((n for n, p in enumerate(passages) if p.chunk_id == passage.chunk_id), None)
    if at is None:
        return escape(name)
    return f'<button type="button" class="sf-link" {act("source", turn=turn, source=f"e{at}")}>{escape(name)}</button>'


def _sending(answer: AnswerForm, gap: GapForm, turn: int) -> str:
    if answer.gap_sent:
        went = f"Sent to the {_role(gap.owner)}, with your question."
        return f'<p class="sf-sent" role="status">{icon("mark_email_read")} {went}</p>'
    return (
        f'<button type="button" class="sf-button" {act("gap", turn=turn)}>{icon("send")}'
        f"<span>Ask the {_role(gap.owner)} for it</span></button>"
    )


def _role(owner: str) -> str:
    """A role within a sentence: "Fleet manager" becomes "fleet manager", "HR lead" stays."""
    name = owner.strip() or "owner"
    return escape(name[:1].lower() + name[1:] if name[1:2].islower() else name)
