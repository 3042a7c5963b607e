"""The left side: where one can go, who can be asked, and what was asked before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby

import streamlit as st

from surefoot.app.client.account_forms import MeForm
from surefoot.app.client.forms import AssistantForm, ConversationRow
from surefoot.app.pages import connection, removal, words
from surefoot.app.pages.hands import Actions
from surefoot.app.pages.markup import act, escape, icon
from surefoot.app.pages.places import Page, address, go, named

SEARCH = "conversation_search"
_USED = "used_assistant"
KNOWLEDGE: Mapping[Page, tuple[str, str, str]] = {
    "library": ("Library", "library_books", "documents:add"),
    "sources": ("Sources", "input", "sources:read"),
    "runs": ("Runs", "sync", "sources:read"),
}
GOVERNANCE: Mapping[Page, tuple[str, str, str]] = {
    "people": ("People", "group", "people:manage"),
    "audit": ("Audit", "policy", "trail:read"),
}
"""Label, symbol and needed permission of each page."""


def draw(
    assistants: Sequence[AssistantForm], current: AssistantForm | None, page: Page, conversation: str = ""
) -> None:
    """Draw it."""
    me = connection.me()
    with st.sidebar:
        live = me.may("fleet:read") and (page == "fleet" or any(a.live is not None for a in assistants))
        st.html(_pages(page, current, live=live))
        if assistants and page == "fleet":  # it is of no assistant: from there one goes to ask
            st.html(_assistants(assistants, None, "chat"))
        elif assistants and page not in GOVERNANCE:
            st.html(_assistants(assistants, current, page))
        for heading, links in (("Knowledge", KNOWLEDGE), ("Governance", GOVERNANCE)):
            allowed = [link for link in links.items() if me.may(link[1][2])]
            if allowed:
                st.html(_group(heading, allowed, page, current, {"library": sum(me.missed.values())}))
        if me.accounts:
            st.html(_account(me, page))
        if told := _answered(me):
            st.html(told)
        if page == "chat":
            _conversations(conversation, current)


def chosen(assistants: Sequence[AssistantForm], name: str) -> AssistantForm | None:
    """The assistant of a name, or else the one that this person used last, or the first; None where there is none."""
    named_ = next((a for a in assistants if a.name == name), None)
    if named_ is not None:
        st.session_state[_USED] = named_.name
        return named_
    used = _last_used()
    return next((a for a in assistants if a.name == used), None) or next(iter(assistants), None)


def _last_used() -> str:
    """The assistant that was chosen last in this browser, or else of the person's latest conversation."""
    if _USED not in st.session_state:
        latest = connection.client().conversations()
        st.session_state[_USED] = latest[0].assistant if latest else ""
    return str(st.session_state[_USED])


def actions(page: Page, assistant: str) -> Actions:
    """What a click on the left side does on an administrator's page."""
    return {
        "page": lambda deed: go(named(deed.get("page", "")), assistant=assistant),
        "conversation": lambda deed: go("chat", conversation=deed["conversation"]),
        "assistant": lambda deed: go("chat" if page == "fleet" else page, assistant=deed["assistant"]),
    }


def _pages(page: Page, current: AssistantForm | None, *, live: bool) -> str:
    """The chat, and the fleet where there is live data."""
    links = [_link("chat", "Chat", "forum", page, current)]
    links += [_link("fleet", "Fleet", "local_shipping", page, current)] if live else []
    items = "".join(f"<li>{link}</li>" for link in links)
    return f'<p class="sf-brand">Surefoot</p><nav aria-label="Pages"><ul class="sf-list">{items}</ul></nav>'


def _group(
    heading: str,
    links: Sequence[tuple[Page, tuple[str, str, str]]],
    page: Page,
    current: AssistantForm | None,
    waiting: Mapping[str, int],
) -> str:
    """What some roles need, small and below what everybody needs; `waiting` counts what waits on a page."""
    items = "".join(
        f"<li>{_link(to, label, symbol, page, current)}{_count(waiting.get(to, 0))}</li>"
        for to, (label, symbol, _) in links
    )
    name = f"sf-{heading.lower()}"
    return (
        f'<nav class="sf-knowledge" aria-labelledby="{name}"><h2 class="sf-side" id="{name}">{heading}</h2>'
        f'<ul class="sf-list">{items}</ul></nav>'
    )


def _count(number: int) -> str:
    """How much waits on a page."""
    what = words.counted(
        number, "question that the documents could not answer", "questions that the documents could not answer"
    )
    return (
        f'<span class="sf-waiting" title="{what}">{number:,}<span class="sf-unread"> waiting</span></span>'
        if number
        else ""
    )


def _answered(me: MeForm) -> str:
    """What one missed and was answered since."""
    rows = "".join(
        f'<li><a class="sf-new" href="{escape(address("chat", conversation=one.conversation_id or ""))}" '
        f"{act('conversation', conversation=one.conversation_id or '')}>{icon('mark_email_unread')}"
        f"<span>{escape(one.question)}</span></a></li>"
        for one in me.answered
        if one.conversation_id
    )
    return f'<h2 class="sf-side">Answered for you</h2><ul class="sf-list">{rows}</ul>' if rows else ""


def _account(me: MeForm, page: Page) -> str:
    """Who is signed in, and the way out."""
    link = _link("account", me.name, "account_circle", page, None)
    where = escape(connection.entrance("/sign-out"))
    out = f'<a class="sf-nav" href="{where}" target="_self">{icon("logout")}<span>Sign out</span></a>'
    items = f"<li>{link}</li><li>{out}</li>"
    return f'<nav class="sf-knowledge" aria-label="Account"><ul class="sf-list">{items}</ul></nav>'


def _link(to: Page, label: str, symbol: str, page: Page, current: AssistantForm | None) -> str:
    here = ' aria-current="page"' if to == page else ""
    link = f'href="{escape(address(to, assistant=current.name if current else ""))}" {act("page", page=to)}'
    return f'<a class="sf-nav" {link}{here}>{icon(symbol)}<span>{escape(label)}</span></a>'


def _assistants(assistants: Sequence[AssistantForm], current: AssistantForm | None, page: Page) -> str:
    out = ""
    for private, heading in ((False, "Assistants"), (True, "Yours")):
        some = [a for a in assistants if a.private is private]
        items = "".join(
            f"<li>{_assistant(a, page, chosen=current is not None and a.name == current.name)}</li>" for a in some
        )
        if items:
            out += f'<h2 class="sf-side">{heading}</h2><ul class="sf-list">{items}</ul>'
    return out


def _assistant(assistant: AssistantForm, page: Page, *, chosen: bool) -> str:
    link = escape(address(page, assistant=assistant.name))
    current = ' aria-current="true"' if chosen else ""
    return (
        f'<a class="sf-assistant" href="{link}" {act("assistant", assistant=assistant.name)}{current}>'
        f'<span class="sf-name">{escape(assistant.title)}</span>'
        f'<span class="sf-summary" title="{escape(assistant.summary)}">{escape(assistant.summary)}</span>'
        f"{_live(assistant)}"
        f'<span class="sf-fresh">{escape(words.freshness(assistant))}</span></a>'
    )


def _live(assistant: AssistantForm) -> str:
    told = words.live(assistant)
    return f'<span class="sf-fresh">{icon("sensors")} {escape(told)}</span>' if told else ""


def _conversations(current: str, assistant: AssistantForm | None) -> None:
    name = assistant.name if assistant else ""
    link = f'href="{escape(address("chat", assistant=name))}" {act("new")}'
    new = f'<a class="sf-new" {link}>{icon("add")}<span>New</span></a>'
    st.html(f'<div class="sf-side-row"><h2 class="sf-side">Conversations</h2>{new}</div>')
    query = st.text_input(
        "Search conversations",
        key=SEARCH,
        placeholder="Search",
        icon=":material/search:",
        label_visibility="collapsed",
    )
    gone = removal.pending()
    rows = [c for c in connection.client().conversations(query.strip()) if c.id not in gone]
    if rows:
        st.html(_days(rows, current))
    else:
        nothing = "No conversation has these words." if query.strip() else "Your questions will be kept here."
        st.html(f'<p class="sf-detail">{nothing}</p>')
    removal.undo_line()


def _days(rows: Sequence[ConversationRow], current: str) -> str:
    return "".join(
        f'<h3 class="sf-day">{escape(day)}</h3><ul class="sf-list">{"".join(_row(c, current) for c in some)}</ul>'
        for day, some in groupby(rows, key=lambda c: words.day(c.updated_at))
    )


def _row(row: ConversationRow, current: str) -> str:
    chosen = ' aria-current="true"' if row.id == current else ""
    link = escape(address("chat", conversation=row.id))
    return (
        f'<li class="sf-conversation"><a href="{link}" {act("conversation", conversation=row.id)}{chosen} '
        f'title="{escape(row.title)}">{escape(row.title)}</a>'
        f'<button type="button" class="sf-action" {act("manage", conversation=row.id)} '
        f'aria-label="Rename or delete “{escape(row.title)}”" title="Rename or delete">{icon("more_horiz")}</button>'
        "</li>"
    )
