"""The panel beside the conversation that says why an answer is what it is."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from surefoot.app.client.errors import ClientError
from surefoot.app.client.forms import AnswerForm
from surefoot.app.pages import connection, how, record_panel, replaying, words
from surefoot.app.pages.markup import act, escape, icon
from surefoot.app.pages.turn import Shown

NAME = "why"
"""What the address calls it, behind the turn: "3.why"."""


def opened(name: str, turns: Sequence[Shown]) -> Shown | None:
    """The answer whose making an address names."""
    turn, _, which = name.partition(".")
    return next((t for t in turns if which == NAME and str(t.turn) == turn and t.answer is not None), None)


def panel(shown: Shown) -> None:
    """Draw the panel."""
    answer = shown.answer
    if answer is None:
        return
    with st.container(key="panel", gap=None):
        st.html(_head(answer))
        st.html(f'<div class="sf-panel-body sf-why">{_body(shown, answer)}</div>')
        replaying.draw(st.empty(), answer.id, shown.turn)


def _head(answer: AnswerForm) -> str:
    return (
        '<div class="sf-panel-head"><h2 class="sf-panel-title" tabindex="-1">Why this answer</h2>'
        f'<button type="button" class="sf-action" {act("close")} aria-label="Close" title="Close (Esc)">'
        f'{icon("close")}</button></div><p class="sf-detail">{escape(answer.question)}</p>'
    )


def _body(shown: Shown, answer: AnswerForm) -> str:
    try:
        kept = connection.client().answer(answer.id)
    except ClientError as error:
        if error.status != 404:
            raise
        return "<p>This answer is not kept any more.</p>"
    if kept.threat is not None:
        return f"<p>The question was stopped before anything was searched: {_taken_for(kept.threat)}.</p>{_spent(kept)}"
    parts = [record_panel.section(reading) for reading in kept.readings]
    if kept.how is not None:
        parts.append(how.sections(how.Told(shown.turn, kept, kept.how, shown.passages or [])))
    return ("".join(parts) or f"<p>{_nothing_read(kept)}</p>") + _spent(kept)


def _nothing_read(answer: AnswerForm) -> str:
    """Why nothing stands behind an answer."""
    if answer.outcome == "small_talk":
        return "Nothing was asked of the documents or records, so nothing was searched."
    if answer.outcome == "asked_back":
        return "The question may mean several things, so it was asked back before anything was read."
    if answer.outcome == "not_found":
        return "Nothing could be read for this answer, so nothing stands behind it."
    return "How this answer was made was not written down at that time."


def _taken_for(threat: str) -> str:
    return escape(words.THREATS.get(threat, "it reads like an attack"))


def _spent(answer: AnswerForm) -> str:
    """Who worded it, and what it cost."""
    again = [("Given again", "An earlier answer to the same question; nothing has changed since")]
    rows = [*(again if answer.repeated else []), ("Worded by", _author(answer)), *_stages(answer)]
    if answer.usage.prompt_tokens:
        rows.append(("Tokens read", _tokens(answer)))
        rows.append(("Tokens written", f"{answer.usage.completion_tokens:,}"))
    rows.append(("Release", f'<span class="sf-code">{escape(answer.release)}</span>'))
    rows.append(("Trace", f'<span class="sf-code">{escape(answer.trace_id)}</span>'))
    pairs = "".join(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in rows)
    took = words.seconds(answer.timings_ms.total)
    return f'<section class="sf-step"><h3>Made in {took}</h3><dl>{pairs}</dl></section>'


def _tokens(answer: AnswerForm) -> str:
    usage = answer.usage
    return f"{usage.prompt_tokens:,}, of which {usage.cached_tokens:,} were known from before"


def _stages(answer: AnswerForm) -> list[tuple[str, str]]:
    times = answer.timings_ms
    first = times.first_text if times.first_text is not None else times.total
    stages = [
        ("Evidence found", 0.0, times.evidence),
        ("First sentence", times.evidence, first),
        ("Complete", first, times.total),
    ]
    total = max(times.total, 0.001)
    return [(name, f"{_bar(begin / total, end / total)}{words.seconds(end)}") for name, begin, end in stages]


def _bar(begin: float, end: float) -> str:
    left = min(max(begin, 0), 1) * 100
    width = max(min(end, 1) * 100 - left, 1)
    place = f"margin-left:{min(left, 99):.1f}%;width:{width:.1f}%"
    return f'<span class="sf-bar" aria-hidden="true"><span style="{place}"></span></span>'


def _author(answer: AnswerForm) -> str:
    if answer.model is None and answer.readings:
        return "Rules alone: each figure is copied from the records"
    if answer.model is None and answer.how is None:
        return "Fixed words, no model"
    if answer.model is None:
        return "The documents alone, quoted word for word"
    return f"{escape(answer.model)}, each sentence held against the evidence"
