"""Running an answer again, and how the two differ, in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from surefoot.app.client.errors import ClientError
from surefoot.app.client.how_forms import QuoteForm
from surefoot.app.client.replay_forms import ChangedDocumentForm, ChangedQuotesForm, ChangedSettingForm, ReplayForm
from surefoot.app.pages import connection, words
from surefoot.app.pages.markup import act, bare, escape, icon, said

_ASKED = "replay_asked"
_KNOWN = "replays"
_RUNNING = (
    '<p class="sf-busy" role="status"><span class="sf-pulse"></span>'
    "The same question is asked of the documents as they are now. Nothing is recorded …</p>"
)
_SETTINGS = {
    "access": "What you may see",
    "model": "The language model",
    "taught": "What the language model was taught",
    "prompt": "The instructions to the model",
    "edition": "The index that is searched",
    "encoder": "The search model",
    "evidence": "How evidence is chosen",
    "evidence_tokens": "How much the model reads",
    "answer_tokens": "How much the model writes",
    "memory_tokens": "How much is remembered",
}
_BECAME = {"gone": "is not there any more", "changed": "was changed since", "added": "was added since"}


def ask(answer_id: str) -> None:
    """Remember that somebody wants an answer to be run again; the panel does it when it is drawn."""
    st.session_state[_ASKED] = answer_id


def draw(slot: Any, answer_id: str, turn: int) -> None:
    """The button, or what came of it."""
    if st.session_state.get(_ASKED) == answer_id:
        slot.html(f"{_section()}{_RUNNING}</section>")
        _known()[answer_id] = _result(answer_id)
        st.session_state.pop(_ASKED, None)
    result = _known().get(answer_id, "")
    label = "Run it again and compare" if not result else "Run it once more"
    does = act("replay", turn=turn)
    button = f'<button type="button" class="sf-button" {does}>{icon("replay")}<span>{label}</span></button>'
    slot.html(f"{_section()}{result}<p>{button}</p></section>")


def _section() -> str:
    return '<section class="sf-step sf-replay"><h3>Would it be the same today?</h3>'


def _known() -> dict[str, str]:
    known: dict[str, str] = st.session_state.setdefault(_KNOWN, {})
    return known


def _result(answer_id: str) -> str:
    try:
        return described(connection.client().replay(answer_id))
    except ClientError as error:
        return f'<p class="sf-bad" role="alert">{icon("error")} {said(error.message)}</p>'


def described(found: ReplayForm) -> str:
    """What came out, as HTML."""
    took = words.seconds(found.after.timings_ms.total)
    if found.same:
        same = f"{icon('check_circle')} The same passages, sentences and words came out"
        return f'<p class="sf-good" role="status">{same} ({took}).</p>{_causes(found)}'
    rows = [_row("Passages", found.passages), _row("Sentences", found.sentences)]
    text = ""
    if not found.same_text:
        text = f'<p class="sf-detail">It says now</p><blockquote>{escape(bare(found.after.answer))}</blockquote>'
    head = f'<p class="sf-warn" role="status">{icon("published_with_changes")} Something else came out ({took}).</p>'
    return f'{head}{_causes(found)}<ul class="sf-rows">{"".join(rows)}</ul>{text}'


def _row(name: str, changed: ChangedQuotesForm) -> str:
    if changed.same:
        return f"<li><span>{name}: the same</span></li>"
    parts = [f"no longer {_titles(changed.gone)}"] if changed.gone else []
    parts += [f"new {_titles(changed.come)}"] if changed.come else []
    parts += [f"{changed.vanished} not there any more"] if changed.vanished else []
    return f"<li><span>{name}: {'; '.join(parts)}</span></li>"


def _titles(quotes: Sequence[QuoteForm]) -> str:
    named = dict.fromkeys(f"“{escape(q.title)}”{f' page {q.page}' if q.page is not None else ''}" for q in quotes)
    return ", ".join(list(named)[:4]) + (" and others" if len(named) > 4 else "")


def _causes(found: ReplayForm) -> str:
    """What is different now, whether it changed the answer or not."""
    rows = [_setting(one) for one in found.settings] + [_document(one) for one in found.documents]
    return f'<p class="sf-detail">What is different now</p><ul class="sf-rows">{"".join(rows)}</ul>' if rows else ""


def _setting(one: ChangedSettingForm) -> str:
    name = _SETTINGS.get(one.name, one.name)
    return f"<li><span>{escape(name)}: {escape(one.was or 'none')} → {escape(one.now or 'none')}</span></li>"


def _document(one: ChangedDocumentForm) -> str:
    return f"<li><span>“{escape(one.title)}” {_BECAME[one.became]}</span></li>"
