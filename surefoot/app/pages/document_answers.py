"""Which answers cite a document."""

from __future__ import annotations

from surefoot.app.client.citation_forms import CitingAnswerForm
from surefoot.app.pages import connection, words
from surefoot.app.pages.markup import act, escape
from surefoot.app.pages.places import address


def draw(document_id: str) -> str:
    """The answers as HTML, newest first."""
    found = connection.client().citing(document_id)
    if not found:
        return '<p class="sf-lead">None of your answers cites it yet.</p>'
    lead = f'<p class="sf-detail">{words.counted(len(found), "answer")} of yours cite it.</p>'
    return f"<section>{lead}<ul>{''.join(map(_answer, found))}</ul></section>"


def _answer(answer: CitingAnswerForm) -> str:
    numbers = ", ".join(f"[{number}]" for number in answer.numbers)
    said = f'<span>{escape(answer.question)} <span class="sf-detail">cites it as {numbers}</span></span>'
    when = f'<span class="sf-detail">{words.day(answer.created_at)}</span>'
    if answer.conversation_id is None:
        return f'<li class="sf-row-link">{said}{when}</li>'
    link = escape(address("chat", conversation=answer.conversation_id))
    deed = act("conversation", conversation=answer.conversation_id)
    return f'<li><a class="sf-row-link" href="{link}" {deed}>{said}{when}</a></li>'
