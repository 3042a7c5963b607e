"""A click may end a run of a page wherever it reads or writes the session; what it leaves behind fits together."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator

import pytest
from streamlit.runtime.scriptrunner import RerunException
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData
from streamlit.runtime.state import SafeSessionState, SessionState, query_params_proxy, session_state_proxy

from surefoot.app.client.forms import AssistantForm
from surefoot.app.client.http import Client
from surefoot.app.pages import follow, places
from surefoot.app.pages.asking import Asking, Progress
from surefoot.app.pages.chat_actions import ASKING, Scene, ask
from tests.app.test_pages_stopped import an_answer

MOST_TOUCHES = 100
FLEET = AssistantForm(
    name="fleet", title="Fleet", summary="", greeting="", owner="Control room", examples=[], private=False, documents=1
)


class Session:
    """A session of Streamlit's own; a click may end its run at any touch."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self._left: int | None = None
        self.state = SafeSessionState(SessionState(), self._touched)
        for module in (session_state_proxy, query_params_proxy):
            patch.setattr(module, "get_session_state", lambda: self.state)
        patch.setattr(places, "_went_back", lambda: False)  # as at a click
        with self.state.query_params() as query:
            query.set_with_no_forward_msg("assistant", "fleet")

    def ends(self, run: Callable[[], None], touches: int) -> bool:
        """Run something that a click ends after so many touches of the session; whether it came to that."""
        self._left = touches
        try:
            run()
        except RerunException:
            return True
        finally:
            self._left = None
        return False

    def _touched(self) -> None:
        if self._left is None:
            return
        if self._left == 0:
            raise RerunException(RerunData())
        self._left -= 1


def sessions(patch: pytest.MonkeyPatch, run: Callable[[], None]) -> Iterator[Session]:
    """What a run leaves when it is ended at its first touch, at its second, and so on; at last when it is not ended."""
    for touches in range(MOST_TOUCHES):
        session = Session(patch)
        ended = session.ends(run, touches)
        yield session
        if not ended:
            return
    pytest.fail("the run touches the session without end")


def test_an_answer_gets_its_conversation_together_with_the_address_of_the_page(monkeypatch: pytest.MonkeyPatch):
    asking = Asking("How thick?", "fleet", None, 0)

    def settle() -> None:
        asking.conversation_id, asking.progress = None, Progress(answer=an_answer(conversation_id="c1"))
        follow._settle(Scene(FLEET, None, [], asking))  # pyright: ignore[reportPrivateUsage]

    left: list[str | None] = []
    for _ in sessions(monkeypatch, settle):
        opened = places.asked("conversation") or None
        assert Scene(FLEET, opened, [], None).is_here(asking), "the answer is no longer on the page that it belongs to"
        left.append(opened)
    assert left[0] is None
    assert left[-1] == "c1"


def test_a_question_that_is_kept_is_on_its_way(monkeypatch: pytest.MonkeyPatch):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        client = Client(f"http://127.0.0.1:{free.getsockname()[1]}")
    monkeypatch.setattr("surefoot.app.pages.connection.client", lambda: client)
    kept = [s.state[ASKING] for s in sessions(monkeypatch, lambda: ask(Scene(FLEET, None, [], None), "How thick?"))
            if ASKING in s.state]  # fmt: skip
    assert len(kept) > 1
    deadline = time.monotonic() + 20
    while any(one.progress.live for one in kept) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert all(one.progress.error for one in kept), "a question waits for an answer that nobody asked for"
