"""Gives an answer again where the very same was asked, and nothing that it was made of has changed since."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from datetime import UTC, datetime

from pydantic import TypeAdapter
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, delete, or_, select, update

from surefoot import __version__
from surefoot.core.nouns import Answer, AnswerEvent, Asker, ClaimChecked, EvidenceFound, Passage, TextAdded
from surefoot.serving.assistants import AssistantSpec
from surefoot.serving.tables import AnswerRow, RepeatRow
from surefoot.serving.turn import Turn

_ANSWER = TypeAdapter(Answer)
State = Callable[[str], int | None]
"""The number of an assistant's library's state; None while it changes."""
Look = Callable[[Answer, Asker], list[Passage]]
"""Those of an answer's passages that are still there for who asks."""


Counted = Callable[[str, frozenset[str]], frozenset[str]]
"""Of an asker's groups those that any of an assistant's documents is for: the others change no answer."""


@dataclass(frozen=True, slots=True)
class Key:
    """All that an answer depends on."""

    hash: str
    assistant: str
    state: int
    day: str
    """Dated documents count by today's date."""
    release: str


@dataclass(frozen=True, slots=True)
class Known:
    """An answer that can be given again, with its passages as they are now."""

    answer: Answer
    passages: tuple[Passage, ...]

    def events(self) -> Iterator[AnswerEvent]:
        """What a reader sees of it before it is complete."""
        yield EvidenceFound(self.passages)
        for text in self.answer.withheld:
            yield ClaimChecked(text, supported=False, reason=self._reason(text))
        yield TextAdded(self.answer.text, self.answer.citations)

    def _reason(self, text: str) -> str:
        claims = self.answer.how.claims if self.answer.how is not None else ()
        return next((claim.reason for claim in claims if claim.text == text), "")


class Repeats:
    """Finds and keeps answers by their key.

    An answer is given again only to who belongs, of the groups that count in its library, to exactly those that its
    first asker belonged to, after the same
    conversation, by the same release, from the same state of the library, on the same day; and only where each passage
    that was found for it is still in the index for this asker.
    """

    def __init__(
        self,
        sessions: Callable[[], Session],
        state: State,
        look: Look,
        counted: Counted = lambda _assistant, groups: groups,
        *,
        on: bool = True,
    ) -> None:
        self._sessions = sessions
        self._counted = counted
        self._state = state
        self._look = look
        self._on = on

    def key(self, turn: Turn, words: str) -> Key | None:
        """What a question's answer depends on; None where it must be made anew.

        words: who would word the answer, where that is not said by the release.
        """
        question = turn.question
        state = self._state(turn.spec.name) if self._on and question.repeatable else None
        if state is None:
            return None
        day = datetime.now(UTC).date().isoformat()
        facts = {
            "assistant": _declared(turn.spec),
            "question": question.text,
            "groups": sorted(self._counted(turn.spec.name, question.asker.groups)),
            "said": turn.memory.history,
            "mode": question.mode.value,
            "words": words,
            "release": turn.release,
            "state": state,
            "day": day,
            "product": __version__,
        }
        hashed = hashlib.sha256(json.dumps(facts, sort_keys=True).encode("utf-8", "surrogatepass")).hexdigest()
        return Key(hashed, turn.spec.name, state, day, turn.release)

    def find(self, key: Key, asker: Asker) -> Known | None:
        """The answer of a key, where it may be given to the asker."""
        query = (
            select(AnswerRow)
            .join(RepeatRow, col(RepeatRow.answer_id) == col(AnswerRow.id))
            .where(RepeatRow.key == key.hash, col(RepeatRow.refused).is_(False))
        )
        with self._sessions() as session:
            row = session.exec(query).first()
        if row is None:
            return None
        answer = _ANSWER.validate_python(row.body)
        if answer.how is None:
            return None
        passages = self._look(answer, asker)
        return Known(answer, tuple(passages)) if len(passages) == len(answer.how.found) else None

    def keep(self, key: Key, answer: Answer) -> None:
        """Keep a complete answer for the next one who asks; not where the library has changed meanwhile.

        What was kept of earlier states and days is forgotten.
        """
        if answer.release != key.release or self._state(key.assistant) != key.state:
            return
        over = or_(col(RepeatRow.state) != key.state, col(RepeatRow.day) != key.day)
        with self._sessions() as session:
            session.exec(delete(RepeatRow).where(col(RepeatRow.assistant) == key.assistant, over))
            known = session.get(RepeatRow, key.hash)
            if known is None and session.get(AnswerRow, answer.id) is not None:
                session.add(_row(key, answer))
            try:
                session.commit()
            except IntegrityError:  # the same was asked twice at once, or the conversation deleted: nothing is lost
                session.rollback()

    def refuse(self, answer: Answer) -> None:
        """Never give this answer again: somebody says that it is bad."""
        with self._sessions() as session:
            mine = col(RepeatRow.answer_id).in_([answer.id, answer.repeated_from or answer.id])
            session.exec(update(RepeatRow).where(mine).values(refused=True))
            session.commit()


def _row(key: Key, answer: Answer) -> RepeatRow:
    return RepeatRow(
        key=key.hash,
        owner="surefoot",
        answer_id=answer.id,
        assistant=key.assistant,
        state=key.state,
        day=key.day,
        refused=False,
    )


def _declared(spec: AssistantSpec) -> str:
    """All that an assistant declares."""
    return repr([(f.name, _sorted(getattr(spec, f.name))) for f in fields(spec)])


def _sorted(value: object) -> object:
    return sorted(value) if isinstance(value, frozenset) else value  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
