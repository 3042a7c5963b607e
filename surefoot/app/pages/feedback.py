"""Thumbs on an answer, with reasons that take one tap and words for who wants to say more."""

from __future__ import annotations

from typing import Literal

import streamlit as st

from surefoot.app.client.forms import AnswerForm, FeedbackForm
from surefoot.app.pages import connection
from surefoot.app.pages.markup import act, escape, icon

REASONS = {
    "wrong": "Wrong",
    "not_in_source": "Not in the source",
    "incomplete": "Incomplete",
    "outdated": "Outdated",
    "too_slow": "Too slow",
    "other": "Other",
}
LONGEST = 4000
"""Characters of free text."""


def thumbs(answer: AnswerForm, turn: int) -> str:
    """Both thumbs as HTML, the one that was given pressed."""
    given = answer.feedback.rating if answer.feedback else None
    return _thumb("up", "Good answer", given, turn) + _thumb("down", "Bad answer", given, turn)


def _thumb(rating: Literal["up", "down"], name: str, given: str | None, turn: int) -> str:
    pressed = "true" if given == rating else "false"
    return (
        f'<button type="button" class="sf-action sf-thumb" {act("thumb", turn=turn, rating=rating)} '
        f'aria-pressed="{pressed}" title="{escape(name)}" aria-label="{escape(name)}">{icon(f"thumb_{rating}")}'
        "</button>"
    )


def give(answer: AnswerForm, rating: str) -> None:
    """Save a thumb; the same one again keeps what was said with it."""
    if rating not in ("up", "down") or (answer.feedback and answer.feedback.rating == rating):
        return
    connection.client().send_feedback(FeedbackForm(answer_id=answer.id, rating=rating, reasons=[], text=""))


def more(answer: AnswerForm) -> None:
    """What stands below the thumbs: thanks, and on a thumb down reasons and words."""
    given = answer.feedback
    if given is None:
        return
    with st.container(key=f"feedback-{answer.id}", gap="small"):
        if given.rating == "down":
            _reasons(answer, given)
        _text(answer, given)
        st.html(f'<p class="sf-thanks" role="status">{icon("done")} {_thanks(given)}</p>')


def _reasons(answer: AnswerForm, given: FeedbackForm) -> None:
    key = f"reasons-{answer.id}"
    st.pills(
        "What is wrong with it?",
        list(REASONS),
        selection_mode="multi",
        default=[r for r in given.reasons if r in REASONS],
        format_func=lambda reason: REASONS[reason],
        key=key,
        on_change=_save,
        args=(answer.id, given.rating),
    )


def _text(answer: AnswerForm, given: FeedbackForm) -> None:
    st.text_input(
        "In your own words (optional)",
        value=given.text,
        max_chars=LONGEST,
        key=f"words-{answer.id}",
        placeholder="What should it have said?" if given.rating == "down" else "What was good about it?",
        on_change=_save,
        args=(answer.id, given.rating),
    )


def _save(answer_id: str, rating: Literal["up", "down"]) -> None:
    reasons = st.session_state.get(f"reasons-{answer_id}") or []
    text = str(st.session_state.get(f"words-{answer_id}") or "")[:LONGEST]
    form = FeedbackForm(answer_id=answer_id, rating=rating, reasons=[str(r) for r in reasons], text=text)
    with connection.reporting():
        connection.client().send_feedback(form)


def _thanks(given: FeedbackForm) -> str:
    if given.rating == "up":
        return "Thank you. Your thumb is kept with this answer."
    if not given.reasons and not given.text:
        return "Thank you. One tap on a reason helps to find the fault."
    return "Thank you. It is kept with this answer, for whoever improves this assistant."
