"""What clicks on the conversation mean."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import streamlit as st

from surefoot.app.client.forms import AnswerForm, AssistantForm
from surefoot.app.pages import (
    connection,
    conversation_menu,
    drop,
    feedback,
    record_follow,
    removal,
    replaying,
    welcome,
    words,
)
from surefoot.app.pages.asking import Asking
from surefoot.app.pages.hands import Actions, Deed
from surefoot.app.pages.places import go, here, named
from surefoot.app.pages.presence import reader_is_there
from surefoot.app.pages.turn import Shown

ASKING = "asking"
OPENED = "opened_conversation"
SCROLL = "scroll_to_latest"
"""Changes when the latest question should come into view."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What is open on the chat page."""

    known: AssistantForm | None
    conversation_id: str | None
    answers: Sequence[AnswerForm]
    """Those that are drawn before the answer on its way."""
    asking: Asking | None
    kept: int = 0
    """Number of answers that the server keeps of the conversation."""
    own: bool = True
    """Whether the conversation is this person's; else somebody shares it, and it can be read alone."""

    @property
    def assistant(self) -> str:
        """The assistant's name; empty where there is none."""
        return self.known.name if self.known else ""

    @property
    def knows(self) -> str:
        """What is searched, in words."""
        return words.knows(self.known) if self.known else "the documents"

    def is_here(self, asking: Asking) -> bool:
        """Whether an answer on its way belongs to what is open."""
        return asking.conversation_id == self.conversation_id and asking.assistant == self.assistant


def ask(scene: Scene, question: str, *, fresh: bool = False) -> None:
    """Begin to answer a question in what is open; an answer that is still on its way is stopped."""
    question = question.strip()
    if not question or not scene.assistant:
        return
    earlier = st.session_state.get(ASKING)
    if isinstance(earlier, Asking):
        earlier.stop()
    conversation, turn = scene.conversation_id, scene.kept
    if conversation is None and scene.asking is not None and scene.asking.conversation_id is not None:
        conversation, turn = scene.asking.conversation_id, scene.asking.turn + 1  # it got its address in this moment
    asking = Asking(question, scene.assistant, conversation, turn, fresh)
    client, there = connection.client(), reader_is_there()
    st.session_state[ASKING] = asking
    asking.start(client, there)  # with no line between: else a click may leave it waiting for ever
    st.session_state[SCROLL] = asking.started
    go("chat", conversation=conversation, assistant="" if conversation else scene.assistant)


def actions(scene: Scene, shown: Sequence[Shown]) -> Actions:
    """The meaning of each click, by its name."""
    return {
        "page": lambda deed: go(named(deed.get("page", "")), assistant=scene.assistant),
        "assistant": lambda deed: _leave(scene, assistant=deed["assistant"]),
        "new": lambda _: _leave(scene, assistant=scene.assistant),
        "conversation": lambda deed: _leave(scene, conversation=deed["conversation"]),
        "manage": lambda deed: conversation_menu.manage(deed["conversation"]),
        "undo": lambda deed: removal.bring_back(deed["conversation"]),
        "source": lambda deed: here(source=f"{deed['turn']}.{deed['source']}"),
        "close": lambda _: here(source=""),
        "document": lambda deed: go("library", document=deed["document"], page=deed["page"], piece=deed["piece"]),
        "stop": lambda _: scene.asking.stop() if scene.asking else None,
        "example": lambda deed: _ask_example(scene, deed),
        "vehicle": lambda deed: go("fleet", vehicle=deed["vehicle"], at=deed.get("at", "")),
        "next": _for_turn(shown, lambda one, deed: _ask_next(scene, one, deed)),
        "option": _for_turn(shown, lambda one, deed: _ask_option(scene, one, deed)),
        "retry": _for_turn(shown, lambda one, _: ask(scene, one.question, fresh=True)),
        "thumb": _for_turn(shown, lambda one, deed: feedback.give(one.answer, deed["rating"]) if one.answer else None),
        "elsewhere": _for_turn(shown, lambda one, _: _ask_elsewhere(scene, one)),
        "gap": _for_turn(shown, lambda one, _: _send_gap(one)),
        "replay": _for_turn(shown, lambda one, _: replaying.ask(one.answer.id) if one.answer else None),
        "dismiss": lambda deed: drop.dismiss(deed["assistant"]),
        "cancel": lambda deed: drop.cancel(deed["assistant"]),
        "large": drop.too_large,
        "nothing": drop.too_large,
    }


def _leave(scene: Scene, **query: str) -> None:
    """Go elsewhere; an answer that begins a conversation goes on there, and is found in the list."""
    if scene.asking is not None and scene.asking.turn == 0:
        st.session_state.pop(ASKING, None)
    go("chat", **query)


def _ask_example(scene: Scene, deed: Deed) -> None:
    questions = welcome.examples(scene.known) if scene.known else []
    question = next((q for n, q in enumerate(questions) if str(n) == deed.get("n")), "")
    ask(scene, question)


def _ask_option(scene: Scene, one: Shown, deed: Deed) -> None:
    """Ask for one of the things that a question may mean, as the next question."""
    options = one.answer.options if one.answer is not None else []
    ask(scene, next((option for n, option in enumerate(options) if str(n) == deed.get("n")), ""))


def _ask_next(scene: Scene, one: Shown, deed: Deed) -> None:
    """Ask what was offered under an answer from records."""
    offered = record_follow.offered(one.answer) if one.answer is not None else []
    ask(scene, next((text for n, text in enumerate(offered) if str(n) == deed.get("n")), ""))


def _ask_elsewhere(scene: Scene, one: Shown) -> None:
    """Ask the assistant that can answer, in a conversation of its own."""
    other = one.answer.elsewhere if one.answer is not None else None
    known = next((a for a in connection.client().assistants() if other and a.name == other.assistant), None)
    if known is not None:
        ask(replace(scene, known=known, conversation_id=None, answers=(), asking=None, kept=0), one.question)


def _for_turn(shown: Sequence[Shown], do: Callable[[Shown, Deed], None]) -> Callable[[Deed], None]:
    """Do something with the turn that was clicked."""

    def done(deed: Deed) -> None:
        one = next((s for s in shown if str(s.turn) == deed.get("turn")), None)
        if one is not None:
            do(one, deed)

    return done


def _send_gap(one: Shown) -> None:
    if one.answer is not None:
        connection.client().send_gap(one.answer.id)
