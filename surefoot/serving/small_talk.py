"""Knows a greeting, thanks and "what can you do?" by their likeness to examples, and answers them truly."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from surefoot.core.nouns import Outcome, TextAdded
from surefoot.serving.phrases.speech import Speech
from surefoot.serving.phrases.tables import Phrases, phrases_in, small_talk_examples
from surefoot.serving.turn import Turn

NEAR = 0.65
"""Cosine from which a part of what is said counts as small talk. Of 2,137 of XQuAD's questions with at most six words,
in twelve languages, none reaches it, nor any in the question sets of this repository that asks something."""
CLOSER = 0.04
"""How much nearer it must be to small talk than to a short question of the same form, such as "what can I do?"."""
SAME = 0.01
"""Two examples that are as near as that may be of two languages: "hallo" is Dutch and German."""
WORDS = 6
"""Words of a part; small talk is short, and the likeness of long texts in a foreign language says little."""
PARTS = 4
OFFERED = 3
"""Questions that are offered to begin with."""
NAMED = 5
"""Kinds of figures that are named."""
_BETWEEN = re.compile(r"[,.;:!?¡¿…\n–—]+")
_WORD = re.compile(r"[^\W\d_]+")

Encode = Callable[[Sequence[str]], NDArray[np.float32]]
"""Unit vectors of texts, one a row."""


class Kind(StrEnum):
    """What is said; of several kinds in one message the last in this order is answered."""

    GREETING = "greeting"
    FAREWELL = "farewell"
    THANKS = "thanks"
    ABILITIES = "abilities"


@dataclass(frozen=True, slots=True)
class Talk:
    """Small talk that was heard, and in which language."""

    kind: Kind
    language: str


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What the assistant answers from, as far as the asker may see it."""

    documents: int
    figures: tuple[str, ...] = ()
    """Titles of what its records tell; empty where it has none."""
    live: bool = False
    """Whether the records are of now."""
    examples: tuple[str, ...] = ()


class SmallTalk:
    """Hears small talk; the examples are encoded once, at first use."""

    def __init__(self, encode: Encode) -> None:
        self._encode = encode

    def heard(self, text: str, spoken: Sequence[str]) -> Talk | None:
        """What is said where nothing else is; None where a part of it may ask something.

        spoken: languages that are likelier than others, the likeliest first.
        """
        parts = [part for part in _BETWEEN.split(text) if _WORD.search(part)]
        if not may_be(parts, text):
            return None
        found: list[Talk] = []
        for near in self._encode([bare(part) for part in parts]) @ self._vectors.T:
            talk = self._nearest(near, spoken)
            if talk is None:
                return None
            found.append(talk)
        return max(found, key=lambda talk: list(Kind).index(talk.kind))

    def _nearest(self, near: NDArray[np.float32], spoken: Sequence[str]) -> Talk | None:
        examples = self._examples
        asks = max(float(n) for n, (kind, _, _) in zip(near, examples, strict=True) if kind is None)
        talks = [
            (float(n), Talk(kind, code)) for n, (kind, code, _) in zip(near, examples, strict=True) if kind is not None
        ]
        best = max(score for score, _ in talks)
        if best < NEAR or best < asks + CLOSER:
            return None
        likely = [talk for score, talk in talks if score >= best - SAME]
        return min(likely, key=lambda talk: spoken.index(talk.language) if talk.language in spoken else len(spoken))

    @cached_property
    def _examples(self) -> tuple[tuple[Kind | None, str, str], ...]:
        kinds = {kind.value: kind for kind in Kind}
        return tuple(
            (kinds.get(name), code, text)
            for name, by_language in small_talk_examples().items()
            for code, texts in by_language.items()
            for text in texts
        )

    @cached_property
    def _vectors(self) -> NDArray[np.float32]:
        return self._encode([bare(text) for _, _, text in self._examples])


def may_be(parts: Sequence[str], text: str) -> bool:
    """Whether it is short enough, and without figures, which small talk has none of."""
    if not 0 < len(parts) <= PARTS or any(sign.isdigit() for sign in text):
        return False
    return all(len(part.split()) <= WORDS for part in parts)


def reply(turn: Turn, talk: Talk, known: Knowledge) -> TextAdded:
    """Answer it with what is true; nothing was searched, so nothing supports it and nothing has to."""
    turn.outcome = Outcome.SMALL_TALK
    turn.speech = Speech(phrases_in(talk.language), talk.language)
    phrases = turn.speech.phrases
    said = phrases.small_talk[talk.kind.value]
    if talk.kind in {Kind.GREETING, Kind.ABILITIES}:
        turn.options = known.examples[:OFFERED]
        said = f"{said} {_knows(turn, known, phrases)}"
    return turn.add(said)


def _knows(turn: Turn, known: Knowledge, phrases: Phrases) -> str:
    counted = phrases.searched_one if known.documents == 1 else phrases.searched_many
    searched = (counted if known.documents else phrases.searched_none).format(
        count=known.documents, title=turn.spec.title
    )
    if known.figures:
        records = phrases.small_talk["live" if known.live else "records"]
        searched += records.format(figures=", ".join(known.figures[:NAMED]))
    about = phrases.small_talk["about"].format(about=turn.spec.summary.rstrip("."))
    told = phrases.small_talk["knows"].format(searched=searched)
    return told if turn.spec.private or not turn.spec.summary else f"{told} {about}"


def bare(text: str) -> str:
    """A text in small letters with folded white space, as examples are encoded."""
    return " ".join(text.casefold().split())
