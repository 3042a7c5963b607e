"""One question with its answer, on its way or kept: both are drawn alike, so that nothing moves at the end."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from surefoot.app.client.forms import AnswerForm, CitationForm, ElsewhereForm, PassageForm
from surefoot.app.client.reading_forms import ReadingForm
from surefoot.app.pages import feedback, gap, record_drawn, record_follow, words
from surefoot.app.pages.asking import Asking
from surefoot.app.pages.evidence import strip
from surefoot.app.pages.markup import act, escape, icon, said
from surefoot.app.pages.quoting import answer as answer_markup


@dataclass(frozen=True, slots=True)
class Shown:
    """What is drawn of a question and its answer."""

    turn: int
    question: str
    passages: list[PassageForm] | None
    text: str = ""
    citations: list[CitationForm] = field(default_factory=list[CitationForm])
    withheld: list[str] = field(default_factory=list[str])
    answer: AnswerForm | None = None
    error: str = ""
    stopped: bool = False
    readings: list[ReadingForm] = field(default_factory=list[ReadingForm])

    @property
    def live(self) -> bool:
        """Whether more is coming."""
        return self.answer is None and not self.error and not self.stopped


def kept(answer: AnswerForm, turn: int) -> Shown:
    """An answer that the server keeps."""
    passages = _evidence(answer)
    return Shown(
        turn,
        answer.question,
        passages,
        answer.answer,
        answer.citations,
        answer.withheld,
        answer,
        readings=answer.readings,
    )


def _evidence(answer: AnswerForm) -> list[PassageForm]:
    """The passages that are still there, and what is known from the answer itself of those that say something else.

    No passages where the answer says nothing of them: beside "call 112" they would only distract.
    """
    if answer.outcome in ("handed_over", "off_topic") and not answer.citations:
        return []
    if answer.gap is not None and not answer.evidence:
        return answer.gap.nearest
    there = {p.chunk_id for p in answer.evidence}
    cited = {
        c.chunk_id: c
        for c in reversed(answer.citations)
        if not c.reading and c.chunk_id not in there and c.status != "gone"
    }
    return [*answer.evidence, *(_passage(c) for c in reversed(cited.values()))]


def _passage(c: CitationForm) -> PassageForm:
    known = c.model_dump(
        include={"document_id", "title", "page", "score", "chunk_id", "heading", "version", "superseded"}
    )
    return PassageForm(text=c.quote, **known)


def coming(asking: Asking) -> Shown:
    """An answer on its way."""
    now = asking.progress
    if now.answer is not None:
        return kept(now.answer, asking.turn)
    return Shown(
        turn=asking.turn,
        question=asking.question,
        passages=list(now.passages) if now.passages is not None else None,
        text=now.text,
        citations=list(now.citations),
        withheld=list(now.withheld),
        error=now.error,
        stopped=now.stopped,
        readings=list(now.readings),
    )


@dataclass(frozen=True, slots=True)
class Slots:
    """The places of a turn that change while its answer arrives."""

    strip: Any
    readings: Any
    verdict: Any
    body: Any
    drawn: list[str] = field(default_factory=list[str])
    """Readings that are drawn already: charts and maps are drawn once a run."""

    def fill(self, shown: Shown, knows: str) -> None:
        """Draw what there is; `knows` says in words what is being searched."""
        found = strip(shown.passages, shown.question, shown.turn, shown.citations)
        if found and (shown.passages or shown.live):
            self.strip.html(found)
        else:
            self.strip.empty()
        if shown.readings and not self.drawn:
            self.drawn.extend(reading.id for reading in shown.readings)
            with self.readings.container(gap="small"):
                record_drawn.draw(shown.readings, shown.turn, shown.citations)
        if verdict := _verdict(shown, knows):
            self.verdict.html(verdict)
        else:  # small talk: nothing has to be supported
            self.verdict.empty()
        if body := _body(shown):
            self.body.html(body)


def draw(shown: Shown, knows: str, *, last: bool = False) -> Slots:
    """Draw a turn, and give the places that change; the last one of a conversation offers what could be asked next."""
    with st.container(key=f"turn-{shown.turn}", gap=None):
        st.html(f'<h2 class="sf-question">{escape(shown.question)}</h2>')
        slots = Slots(st.empty(), st.empty(), st.empty(), st.empty())
        slots.fill(shown, knows)
        if last and shown.answer is not None and (more := record_follow.buttons(shown.answer, shown.turn)):
            st.html(more)
        st.html(_foot(shown))
        if shown.answer is not None:
            feedback.more(shown.answer)
    return slots


def _verdict(shown: Shown, knows: str) -> str:
    if shown.answer is not None:
        verdict = words.verdict(shown.answer)
        return _final(verdict) if verdict.word else ""
    if shown.error:
        return f'<p class="sf-verdict" role="alert"><span class="sf-bad">{icon("error")} Interrupted</span></p>'
    if shown.stopped:
        return (
            f'<p class="sf-verdict" role="status"><span class="sf-none">{icon("stop_circle")} Stopped</span>'
            '<span class="sf-detail">What was checked until then stays.</span></p>'
        )
    return (
        f'<p class="sf-verdict sf-busy" role="status"><span class="sf-pulse"></span>{escape(_stage(shown, knows))}</p>'
    )


def _final(verdict: words.Verdict) -> str:
    more = f'<span class="sf-detail">{escape(verdict.more)}</span>' if verdict.more else ""
    word = f'<span class="sf-{verdict.tone}">{icon(verdict.icon)} {escape(verdict.word)}</span>'
    return f'<p class="sf-verdict" role="status">{word}{more}</p>'


def _stage(shown: Shown, knows: str) -> str:
    if shown.passages is None:
        return f"Looking through {knows} …"
    if shown.readings:
        return "The records are read. The sentence is checked before it is shown …"
    if not shown.text:
        return f"{words.counted(len(shown.passages), 'passage')} found. Each sentence is checked before it is shown …"
    return "Writing. Each sentence is checked before it is shown …"


def _body(shown: Shown) -> str:
    missing = shown.answer.gap if shown.answer is not None and shown.answer.outcome == "not_found" else None
    parts: list[str] = []
    if shown.text:
        kind = "sf-answer sf-unseen" if missing is not None else "sf-answer"
        parts.append(f'<div class="{kind}">{answer_markup(shown.text, shown.citations, shown.turn)}</div>')
    if shown.answer is not None and shown.answer.options:
        parts.append(_options(shown.answer, shown.turn))
    parts += _cautions(shown)
    if shown.withheld:
        parts.append(_withheld(shown.withheld))
    if shown.answer is not None and missing is not None:
        parts.append(gap.card(shown.answer, missing, shown.turn, shown.passages or []))
    if shown.answer is not None and shown.answer.elsewhere is not None:
        parts.append(_elsewhere(shown.answer.elsewhere, shown.turn))
    if shown.error:
        parts.append(f'<p class="sf-failure">{said(shown.error)}</p>')
    return "".join(parts)


def _options(answer: AnswerForm, turn: int) -> str:
    """What the question may mean, or what could be asked to begin with; one click asks for it."""
    asks = "For example" if answer.outcome == "small_talk" else "What do you mean?"
    buttons = "".join(
        f'<button type="button" class="sf-button" {act("option", turn=turn, n=n)}>{escape(option)}</button>'
        for n, option in enumerate(answer.options)
    )
    return f'<div class="sf-options" role="group" aria-label="{asks}">{buttons}</div>'


def _elsewhere(other: ElsewhereForm, turn: int) -> str:
    """Another assistant that can answer; one click asks it."""
    return (
        f'<p class="sf-detail">Another assistant can answer this:</p>'
        f'<div class="sf-options"><button type="button" class="sf-button" {act("elsewhere", turn=turn)}>'
        f"{icon('forum')}<span>Ask the {escape(other.title)}</span></button></div>"
    )


def _cautions(shown: Shown) -> list[str]:
    """A line for each older version that the answer stands on, and for each document that speaks to the assistant."""
    old = {c.document_id: c for c in shown.citations if words.source_status(c) == "superseded"}
    said_of_old = [
        f'<p class="sf-caution sf-warn">{icon("history")} Source {c.number} is an older version: '
        f"“{escape(c.title)}” is superseded.</p>"
        for c in old.values()
    ]
    return [
        f'<p class="sf-caution sf-warn">{icon("shield")} Something in “{escape(title)}” was left out: '
        "it gives instructions to the assistant.</p>"
        for title in (shown.answer.left_out if shown.answer is not None else [])
    ] + said_of_old


def _withheld(sentences: list[str]) -> str:
    one = len(sentences) == 1
    head = (
        "One sentence was withheld: no source says it."
        if one
        else f"{len(sentences)} sentences were withheld: no source says them."
    )
    items = "".join(f"<li>{escape(s)}</li>" for s in sentences)
    return f'<details class="sf-withheld"><summary>{icon("visibility_off")} {head}</summary><ul>{items}</ul></details>'


def _foot(shown: Shown) -> str:
    if shown.live:
        return f'<div class="sf-actions">{_action("stop", "stop_circle", "Stop", shown.turn)}</div>'
    again = _action("retry", "refresh", "Ask again", shown.turn)
    copy = _action("copy", "content_copy", "Copy", shown.turn) if shown.text else ""
    if shown.answer is None:
        return f'<div class="sf-actions">{copy}{again}</div>'
    thumbs = feedback.thumbs(shown.answer, shown.turn)
    return f'<div class="sf-actions">{copy}{again}{thumbs}{_why(shown.turn)}</div>'


def _why(turn: int) -> str:
    does = act("source", turn=turn, source="why")
    return f'<button type="button" class="sf-action sf-asks" {does}>Why this answer</button>'


def _action(name: str, symbol: str, label: str, turn: int) -> str:
    does = act(name, turn=turn)
    return (
        f'<button type="button" class="sf-action" {does}>{icon(symbol)}'
        f'<span class="sf-label">{escape(label)}</span></button>'
    )
