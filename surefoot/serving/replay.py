"""Holds an answer against the same question asked again: whether the same comes out, and what is different now."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from surefoot.core.nouns import Answer, Asker
from surefoot.core.provenance import Found, Place, Provenance
from surefoot.serving.errors import NotReplayable
from surefoot.serving.turn import Mode, Question

T = TypeVar("T")
ACCESS = "access"
"""What differs where the asker's groups are others now."""


@dataclass(frozen=True, slots=True)
class Changed(Generic[T]):
    """What is no longer among the results, and what is new among them."""

    gone: tuple[T, ...]
    come: tuple[T, ...]

    @property
    def same(self) -> bool:
        """Whether nothing is gone and nothing new."""
        return not (self.gone or self.come)


@dataclass(frozen=True, slots=True)
class Replay:
    """An answer, what came out when it was run again, and how both differ."""

    before: Answer
    after: Answer
    passages: Changed[Found]
    sentences: Changed[Place]
    """Those that the answer stands on."""
    same_text: bool
    settings: Mapping[str, tuple[str, str]]
    """Parts of the release that differ, as they were and as they are; and the asker's groups under ACCESS."""

    @property
    def same(self) -> bool:
        """Whether the same came out: outcome, passages, sentences and text."""
        outcome = (self.before.outcome, self.before.support) == (self.after.outcome, self.after.support)
        return outcome and self.same_text and self.passages.same and self.sentences.same


def again(answer: Answer, asker: Asker) -> Question:
    """The question of an answer with what was remembered then; answering it records nothing.

    Raises NotReplayable for an answer from before it was written down how answers are made.
    """
    how = _how(answer)
    return Question(
        text=answer.question,
        assistant=answer.assistant,
        asker=asker,
        mode=Mode(how.mode),
        history=how.history,
        rehearsal=True,
    )


def compared(before: Answer, after: Answer, releases: tuple[Mapping[str, str], Mapping[str, str]]) -> Replay:
    """Hold an answer against one that was made again; `releases` are the parts of both releases."""
    was, now = _how(before), _how(after)
    settings = {
        name: (releases[0].get(name, ""), releases[1].get(name, ""))
        for name in sorted(releases[0].keys() | releases[1].keys())
        if releases[0].get(name) != releases[1].get(name)
    }
    if was.groups != now.groups:
        settings[ACCESS] = (", ".join(was.groups), ", ".join(now.groups))
    return Replay(
        before=before,
        after=after,
        passages=_changed(was.found, now.found, lambda one: one.chunk_id),
        sentences=_changed(_cited(was), _cited(now), lambda place: place),
        same_text=before.text == after.text,
        settings=settings,
    )


def _how(answer: Answer) -> Provenance:
    if answer.threat is not None:
        raise NotReplayable(f"For answer '{answer.id}' nothing was searched: its question was stopped at the entrance.")
    if answer.how is None:
        raise NotReplayable(f"How answer '{answer.id}' was made was not written down. Ask the question again instead.")
    return answer.how


def _cited(how: Provenance) -> list[Place]:
    return [one.place for one in how.considered if one.cited]


def _changed(was: Sequence[T], now: Sequence[T], key: Callable[[T], object]) -> Changed[T]:
    before, after = {key(one) for one in was}, {key(one) for one in now}
    return Changed(
        tuple(one for one in was if key(one) not in after), tuple(one for one in now if key(one) not in before)
    )
