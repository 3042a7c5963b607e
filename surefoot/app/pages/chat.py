"""The conversation: ask, see the evidence, then the checked sentences, then everything that belongs to them."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

from surefoot.app.client.errors import ClientError
from surefoot.app.client.forms import AssistantForm, ConversationForm
from surefoot.app.pages import (
    connection,
    conversation_menu,
    drop,
    follow,
    gap,
    hands,
    notices,
    record_panel,
    sidebar,
    source,
    status_line,
    turn,
    watching,
    welcome,
    why,
    words,
)
from surefoot.app.pages.asking import Asking
from surefoot.app.pages.chat_actions import ASKING, OPENED, SCROLL, Scene, actions, ask
from surefoot.app.pages.places import asked, here
from surefoot.app.pages.turn import Shown, Slots

SHOWN = 20
"""Latest turns that are drawn; earlier ones on request."""
_EARLIER = "earlier"


def page() -> None:
    """Draw the page, then show what arrives."""
    assistants = connection.client().assistants()
    conversation = _conversation()
    assistant = _assistant(assistants, conversation)
    scene = _scene(assistant, conversation)
    gap.seen(scene.answers)
    shown = _turns(scene)
    opened = source.opened(asked("source"), shown) if asked("source") else None
    read = record_panel.opened(asked("source"), shown)
    doubted = why.opened(asked("source"), shown)
    hands.mount(
        actions(scene, shown),
        panel=asked("source") if opened or doubted or read else "",
        drop=drop.allowed(),
        largest=connection.largest_upload(),
        scroll=f".st-key-turn-{shown[-1].turn}" if shown else "",
        moment=_moment(scene),
        round=drop.rounds(),
        field=scene.conversation_id or f"new {scene.assistant}",
    )
    sidebar.draw(assistants, assistant, "chat", conversation.id if conversation else "")
    conversation_menu.window()
    _take_files(assistant)
    notices.draw()
    was_reading = (files := drop.reading(scene.assistant)) is not None and files.live
    slots, reading_slot = _middle(scene, shown)
    if read is not None:
        record_panel.panel(read)
    elif opened is not None:
        source.panel(opened)
    elif doubted is not None:
        why.panel(doubted)
    _bottom(scene)
    follow.conversation(scene, shown, slots, reading_slot, was_reading=was_reading)
    watching.sources(shown)


def _conversation() -> ConversationForm | None:
    """The conversation that the address names."""
    wanted = asked("conversation")
    if not wanted:
        return None
    try:
        return connection.client().conversation(wanted)
    except ClientError as error:
        if error.status != 404:
            raise
        notices.tell("This conversation is not there any more, or it belongs to somebody else.")
        here(conversation="", source="")
        return None


def _assistant(assistants: Sequence[AssistantForm], conversation: ConversationForm | None) -> AssistantForm | None:
    """Who is asked; None where that assistant was deleted, or where there is none at all."""
    name = conversation.assistant if conversation else asked("assistant")
    if conversation is not None and all(a.name != name for a in assistants):
        return None
    return sidebar.chosen(assistants, name)


def _scene(assistant: AssistantForm | None, conversation: ConversationForm | None) -> Scene:
    """What is open, with the answer on its way if it belongs here; one that is complete has become the server's."""
    kept = list(conversation.answers) if conversation else []
    own = conversation is None or conversation.own
    scene = Scene(assistant, conversation.id if conversation else None, kept, None, len(kept), own)
    asking: Asking | None = st.session_state.get(ASKING)
    if asking is None or not scene.is_here(asking):
        return scene
    if len(kept) > asking.turn and asking.progress.answer is not None:  # the server has it now
        st.session_state.pop(ASKING, None)
        return scene
    return replace(scene, answers=kept[: asking.turn], asking=asking)


def _turns(scene: Scene) -> list[Shown]:
    shown = [turn.kept(answer, n) for n, answer in enumerate(scene.answers)]
    if scene.asking is not None:
        shown.append(turn.coming(scene.asking))
    return shown


def _moment(scene: Scene) -> str:
    """Changes when the latest question should come into view: when it is asked, and when a conversation is opened."""
    opened = scene.conversation_id or ""
    if st.session_state.get(OPENED) != opened:
        st.session_state[OPENED] = opened
        st.session_state[SCROLL] = time.monotonic()
        st.session_state.pop(_EARLIER, None)
    return str(st.session_state.get(SCROLL, ""))


def _take_files(assistant: AssistantForm | None) -> None:
    files = drop.take()
    if not files:
        return
    with connection.reporting():
        name = drop.assistant_for(files, assistant)
        drop.read(files, name)
        if assistant is None or name != assistant.name:
            here(assistant=name, conversation="", source="")
    st.rerun()


def _middle(scene: Scene, shown: list[Shown]) -> tuple[Slots | None, Any]:
    """The conversation, or the welcome; gives the places that change."""
    if not shown and scene.known is not None:
        return None, welcome.draw(scene.known)
    if not shown:
        st.html('<h1 class="sf-greeting">Nobody to ask yet</h1><p class="sf-lead">Drop files or a folder here.</p>')
        if drop.allowed():
            st.html(drop.invitation())
        return None, None
    slots = None
    hidden = max(len(shown) - SHOWN, 0) if not st.session_state.get(_EARLIER) else 0
    if hidden and st.button(f"Show {words.counted(hidden, 'earlier question')}", type="tertiary"):
        st.session_state[_EARLIER] = True
        st.rerun()
    for one in shown[hidden:]:
        slots = turn.draw(one, scene.knows, last=one is shown[-1])
    if len(shown) > 1:  # room below the latest question, so that it can come to the top
        st.html(f"<style>.st-key-turn-{shown[-1].turn} {{ min-height: calc(100dvh - 15rem); }}</style>")
    reading_slot = st.empty()
    if (now := drop.reading(scene.assistant)) is not None and now.live:
        reading_slot.html(drop.results(now))
    return slots, reading_slot


def _bottom(scene: Scene) -> None:
    """The field for the question, with what is coming above it and the way to add files below."""
    assistant = scene.known
    with st.bottom:
        status_line.draw()
        if not scene.own:
            st.html('<p class="sf-hint">Somebody shares this conversation with you: it can be read, not continued.</p>')
            return
        if assistant is None and scene.conversation_id is not None:
            st.html(
                '<p class="sf-hint">The assistant of this conversation was deleted: it can be read, not continued.</p>'
            )
            return
        if assistant is not None:
            st.chat_input(
                f"Ask the {assistant.title}" if not assistant.private else f"Ask about {assistant.title}",
                key="question",
                max_chars=4000,
                on_submit=_submitted,
                args=(scene,),
            )
        if drop.allowed():
            st.html(drop.hint("to add them" if assistant is not None and assistant.private else "to ask about them"))


def _submitted(scene: Scene) -> None:
    with connection.reporting():
        ask(scene, str(st.session_state.get("question") or ""))
