"""A conversation that has not begun: a greeting, questions that are answered well, and the place to drop files."""

from __future__ import annotations

from typing import Any

import streamlit as st

from surefoot.app.client.errors import ClientError
from surefoot.app.client.forms import AssistantForm
from surefoot.app.pages import connection, drop
from surefoot.app.pages.markup import act, escape, icon

SHOWN = 3
"""Example questions."""


def draw(assistant: AssistantForm) -> Any:
    """Draw it; gives the place where the reading of files is shown."""
    with st.container(key="welcome", gap=None):
        st.html(
            f'<h1 class="sf-greeting">{escape(assistant.title)}</h1>'
            f'<p class="sf-lead">{escape(_greeting(assistant))}</p>'
        )
        slot = st.empty()
        if (now := drop.reading(assistant.name)) is not None:
            slot.html(drop.results(now))
        questions = st.empty()
        if asked := examples(assistant):
            questions.html(_questions(asked, own=assistant.private))
        if drop.allowed():
            st.html(drop.invitation())
    return slot


def _greeting(assistant: AssistantForm) -> str:
    now = drop.reading(assistant.name)
    if now is not None and now.live:
        return "I am reading what you gave me. You can ask already; the more I have read, the better I answer."
    if assistant.private and not assistant.documents:
        return "I have no documents yet. Drop some here, and ask me about them."
    return assistant.greeting or f"{assistant.summary} Ask me about them."


def examples(assistant: AssistantForm) -> list[str]:
    """Up to three questions that this assistant answers well."""
    now = drop.reading(assistant.name)
    if now is not None:
        return now.suggestions[:SHOWN]
    if assistant.examples:
        return assistant.examples[:SHOWN]
    return _suggested(assistant)


def _suggested(assistant: AssistantForm) -> list[str]:
    """Questions made from the documents, looked up once for each state of the library."""
    if not assistant.documents:
        return []
    known: dict[tuple[str, int], list[str]] = st.session_state.setdefault("suggestions", {})
    key = (assistant.name, assistant.documents)
    if key not in known:
        try:
            known[key] = connection.client().suggestions(assistant.name)[:SHOWN]
        except ClientError:
            known[key] = []
    return known[key]


def _questions(asked: list[str], *, own: bool) -> str:
    head = "Questions that your documents answer" if own else "For example"
    items = "".join(
        f'<li><button type="button" class="sf-example" {act("example", n=n)}><span>{escape(question)}</span>'
        f"{icon('arrow_forward')}</button></li>"
        for n, question in enumerate(asked)
    )
    return f'<h2 class="sf-side">{head}</h2><ul class="sf-list sf-examples">{items}</ul>'
