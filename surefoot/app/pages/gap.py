"""What was not found: what the asker sees and whom they can ask, and what the owner sees and can answer."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from surefoot.app.client.forms import AnswerForm, AssistantForm, GapChange, GapForm, OpenGap, PassageForm
from surefoot.app.pages import connection, notices, words
from surefoot.app.pages.hands import Actions
from surefoot.app.pages.markup import act, escape, icon
from surefoot.app.pages.places import address, asked, here

_SETTLED, _SEEN = "gap_to_settle", "gaps_seen"
LONGEST = 2000
"""Characters of a reply."""


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
    """Each place once: rows of one table are passages of one place."""
    places: dict[tuple[str, str], PassageForm] = {}
    for passage in nearest:
        places.setdefault((passage.document_id, _place(passage)), passage)
    return "<br>".join(_link(passage, turn, passages) for passage in places.values())


def _place(passage: PassageForm) -> str:
    return ", ".join(filter(None, (passage.title, words.where(passage.page, passage.heading, passage.title))))


def _link(passage: PassageForm, turn: int, passages: Sequence[PassageForm]) -> str:
    name = _place(passage)
    at = next((n for n, p in enumerate(passages) if p.chunk_id == passage.chunk_id), None)
    if at is None:
        return escape(name)
    return f'<button type="button" class="sf-link" {act("source", turn=turn, source=f"e{at}")}>{escape(name)}</button>'


def _sending(answer: AnswerForm, gap: GapForm, turn: int) -> str:
    if answer.gap_reply is not None:
        return _replied(answer, gap, turn)
    if answer.gap_sent:
        went = f"Sent to the {_role(gap.owner)}, with your question."
        return f'<p class="sf-sent" role="status">{icon("mark_email_read")} {went}</p>'
    return (
        f'<button type="button" class="sf-button" {act("gap", turn=turn)}>{icon("send")}'
        f"<span>Ask the {_role(gap.owner)} for it</span></button>"
    )


def _replied(answer: AnswerForm, gap: GapForm, turn: int) -> str:
    """What the owner says; the question can be asked again."""
    reply = answer.gap_reply
    if reply is None:
        return ""
    words_ = f": “{escape(reply.text)}”" if reply.text else "."
    when = words.on_day(reply.closed_at)
    return (
        f'<p class="sf-sent" role="status">{icon("mark_email_read")} Answered by the {_role(gap.owner)}, {when}{words_}'
        f'</p><button type="button" class="sf-button" {act("retry", turn=turn)}>{icon("refresh")}'
        "<span>Ask again</span></button>"
    )


def seen(answers: Sequence[AnswerForm]) -> None:
    """Tell the server, once a session, that the asker has what became of their gaps before their eyes."""
    told: set[str] = st.session_state.setdefault(_SEEN, set[str]())
    for reply in (answer.gap_reply for answer in answers):
        if reply is not None and reply.id not in told:
            told.add(reply.id)
            connection.client().gap_seen(reply.id)
            connection.forget_me()


def actions() -> Actions:
    """What clicks on the list of what people missed do."""
    return {
        "missed": lambda deed: here(missed=deed.get("status", "")),
        "settle": lambda deed: st.session_state.update({_SETTLED: deed.get("gap", "")}),
        "reopen": lambda deed: _settle(deed.get("gap", ""), GapChange(status="open")),
    }


def listed(assistant: AssistantForm) -> None:
    """Draw what people missed in an assistant's documents, for who looks after these."""
    closed = asked("missed") == "closed"
    gaps = connection.client().gaps(assistant.name, "closed" if closed else "open")
    rows = "".join(map(_missed, gaps))
    nothing = "Nothing was answered yet." if closed else "Nobody misses anything."
    body = f'<ul class="sf-list">{rows}</ul>' if rows else f'<p class="sf-detail">{nothing}</p>'
    counted = f" ({len(gaps):,})" if gaps and not closed else ""
    chips = _chip(assistant, "", f"Open{counted}", chosen=not closed)
    chips += _chip(assistant, "closed", "Answered", chosen=closed)
    st.html(
        '<section class="sf-gaps"><h2 class="sf-side">People asked for</h2><p class="sf-detail">Questions that the '
        f"documents of {escape(assistant.title)} could not answer. Add a document that does, and tell who asked.</p>"
        f'<nav class="sf-chips" aria-label="People asked for">{chips}</nav>{body}</section>'
    )
    wanted = next((g for g in gaps if g.id == st.session_state.get(_SETTLED)), None)
    if wanted is not None:
        st.dialog("Answer what was missing", on_dismiss=_close)(_window)(wanted)


def _chip(assistant: AssistantForm, status: str, label: str, *, chosen: bool) -> str:
    link = f'href="{escape(address("library", assistant=assistant.name, missed=status))}"'
    now = " aria-current=true" if chosen else ""
    return f'<a class="sf-filter" {link} {act("missed", status=status)}{now}>{escape(label)}</a>'


def _missed(gap: OpenGap) -> str:
    """A gap in the owner's list."""
    who = f" by {escape(gap.asked_by)}" if gap.asked_by else ""
    told = f'<span class="sf-summary">Would make it sure: {escape(gap.missing)}</span>'
    fresh = f"Asked {escape(words.on_day(gap.created_at))}{who}"
    button = _button("settle", gap.id, "task_alt", "Answer …")
    if gap.closed_at is not None:
        said = f": “{escape(gap.reply)}”" if gap.reply else ""
        fresh += f" · answered {escape(words.on_day(gap.closed_at))}{said}"
        button = _button("reopen", gap.id, "undo", "Open again")
    name = f'<span class="sf-name">{escape(gap.question)}</span>'
    return f'<li>{name}{told}<span class="sf-fresh">{fresh}</span>{button}</li>'


def _button(does: str, gap: str, symbol: str, label: str) -> str:
    inside = f"{icon(symbol)}<span>{label}</span>"
    return f'<button type="button" class="sf-button sf-small" {act(does, gap=gap)}>{inside}</button>'


def _window(gap: OpenGap) -> None:
    st.html(f"<p>{escape(gap.question)}</p>")
    reply = st.text_area(
        "What to tell who asked",
        key=f"reply-{gap.id}",
        max_chars=LONGEST,
        placeholder="For example: the price list of the drones is in the library now.",
        help="They find it beside their question, and can ask again.",
    )
    if st.button("Tell them and close it", type="primary", key="settle-gap"):
        _settle(gap.id, GapChange(status="closed", reply=reply))
        st.rerun()


def _settle(gap_id: str, change: GapChange) -> None:
    with connection.reporting():
        connection.client().settle_gap(gap_id, change)
        notices.tell("Who asked is told beside their question." if change.status == "closed" else "It is open again.")
        connection.forget_me()
    _close()


def _close() -> None:
    st.session_state.pop(_SETTLED, None)


def _role(owner: str) -> str:
    """A role within a sentence: "Fleet manager" becomes "fleet manager", "HR lead" and "Compliance Officer" stay."""
    name = owner.strip() or "owner"
    return escape(name[:1].lower() + name[1:] if name[1:].islower() else name)
