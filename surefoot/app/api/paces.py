"""How often a person may ask: nobody keeps the engine from the others, on purpose or by a script gone wild."""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Callable, Generator
from contextlib import contextmanager

from surefoot.app.accounts.actor import Actor
from surefoot.app.errors import RequestRefused

WINDOW_SECONDS = 60.0
CODE = "too_many_questions"


class Paces:
    """Questions of the last minute and those being answered, by person; lives with the process, in its event loop.

    Whoever may read the data folder is not held to it: commands and measurements ask as often as they like.
    """

    def __init__(self, a_minute: int, at_once: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._a_minute = a_minute
        self._at_once = at_once
        self._clock = clock
        self._asked: dict[str, deque[float]] = {}
        self._asking: Counter[str] = Counter()

    @contextmanager
    def asking(self, actor: Actor) -> Generator[None]:
        """Hold a person's place while a question is answered. Raises RequestRefused (429) where they ask too much."""
        if actor.via == "machine":
            yield
            return
        self._check(actor.id)
        self._asking[actor.id] += 1
        try:
            yield
        finally:
            self._asking[actor.id] -= 1
            self._asking += Counter()  # keeps those above zero

    def _check(self, person_id: str) -> None:
        if self._asking[person_id] >= self._at_once:
            raise RequestRefused(
                f"{self._at_once} of your questions are being answered. Wait for one of the answers, and ask again.",
                429,
                CODE,
            )
        now = self._clock()
        self._forget(now)
        asked = self._asked.setdefault(person_id, deque())
        if len(asked) >= self._a_minute:
            wait = int(asked[0] + WINDOW_SECONDS - now) + 1
            raise RequestRefused(
                f"You have asked {self._a_minute} questions within a minute. Ask again in {wait} seconds; an "
                "administrator can raise SUREFOOT_QUESTIONS_A_MINUTE.",
                429,
                CODE,
            )
        asked.append(now)

    def _forget(self, now: float) -> None:
        """Forget what is over, so that nothing is kept of people who are gone."""
        for person_id in list(self._asked):
            asked = self._asked[person_id]
            while asked and asked[0] <= now - WINDOW_SECONDS:
                asked.popleft()
            if not asked:
                del self._asked[person_id]
