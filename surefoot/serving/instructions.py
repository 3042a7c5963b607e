"""Knows danger, and the wish for a person, by likeness to examples, and says first what the documents say for it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from surefoot.core.nouns import Asker, Citation, Outcome, Passage
from surefoot.core.text.sentences import sentence_spans
from surefoot.retrieval.units import Unit, units
from surefoot.serving.assistants import Instruction, InstructionKind
from surefoot.serving.guards.documents import instructs
from surefoot.serving.guards.fences import without_marks
from surefoot.serving.guards.legible import legible
from surefoot.serving.guards.threats import Threat
from surefoot.serving.guards.wording import stopped_text
from surefoot.serving.phrases.speech import surely
from surefoot.serving.phrases.tables import (
    INSTRUCTION_VECTORS,
    examples_hash,
    instruction_examples,
    small_talk_examples,
)
from surefoot.serving.quotes import cite
from surefoot.serving.small_talk import Encode, bare
from surefoot.serving.turn import Opening, Turn

WIDTH = 4.0
"""How fast an example's weight falls with the distance from it: exp(WIDTH * (cosine - 1)), the radial kernel of unit
vectors. Chosen of 2, 3, 4, 6 and 8 on the dev messages of `tools/question_sets/instructions` and the dev questions."""
RIDGE = 0.1
"""Of kernel ridge regression (Murphy, Probabilistic Machine Learning, 2022, section 17.3.9); 0.3 and 1 were worse."""
DANGER = 0.42
"""From which a sentence counts as one of danger, or of a declared topic; examples themselves are near 1."""
PERSON = 0.38
"""From which a sentence counts as the wish for a person."""
DOUBT = 0.7
"""Below which that may be a mistake: what such a sentence asks is answered, too."""
TOPIC = 0.15
"""Part of it that must speak for one topic, so that this topic's instruction is said."""
URGES = 0.7
"""Cosine from which a question only asks what to do now: the instruction says it."""
SAME = 0.97
"""Cosine from which a stored vector is one that this encoder makes; its 8 bits and another processor's move it less."""
MATTERS = 2
"""Things that are said in one answer."""
QUOTES = 3
"""Quotes of one instruction."""
_SIGN = re.compile(r"[^\W_]+")
_QUESTION = re.compile(r"[?？؟]")

Look = Callable[[str, str, Asker], Sequence[Passage]]
"""The passages of an assistant's document, named by its file, that an asker may see, in their order."""


@dataclass(frozen=True, slots=True)
class Matter:
    """What a message speaks of, and the instruction for it where one is declared."""

    kind: InstructionKind
    instruction: Instruction | None


@dataclass(frozen=True, slots=True)
class Heard:
    """What was heard in a message."""

    matters: tuple[Matter, ...]
    rest: str
    """Its other sentences where one of them asks something; else empty."""


@dataclass(frozen=True, slots=True)
class _Learned:
    """What was learned of the examples: one column a declared instruction, then danger, then a person."""

    vectors: NDArray[np.float32]
    weights: NDArray[np.float32]
    dangers: tuple[int, ...]
    """Columns of topics and of danger."""
    persons: tuple[int, ...]


class Instructions:
    """Hears what an instruction is for, and finds its sentences; the examples are encoded once, at first use."""

    def __init__(self, encode: Encode, look: Look) -> None:
        self._encode = encode
        self._look = look
        self._learned = lru_cache(maxsize=64)(self._learn)

    def opening(self, turn: Turn) -> Opening | None:
        """What must be said first to a question; None for nearly all of them."""
        if turn.finding is not None:
            return self._helping(turn) if turn.finding.threat is Threat.SELF_HARM else None
        heard = self.heard(turn.question.text, turn.spec.instructions)
        if not heard.matters:
            return None
        said, whole = _Said(turn), False
        for matter in heard.matters:
            quoted = said.quote(self._units(turn, matter))
            hand_over = matter.kind is InstructionKind.HAND_OVER
            whole |= not quoted and not hand_over
            if matter.kind is InstructionKind.DANGER:
                said.line(turn.speech.phrases.emergency)
            if hand_over or not quoted:
                said.line(turn.speech.phrases.hand_over.format(owner=turn.spec.owner))
        rest = turn.question.text if whole else heard.rest
        return said.opening(rest)

    def heard(self, text: str, instructions: tuple[Instruction, ...]) -> Heard:
        """What a message speaks of, danger first; sentence by sentence, since anger and situations stand around it.

        What asks something and speaks for it but weakly belongs to the rest as well.
        """
        parts = [part for part in _sentences(text) if _SIGN.search(part)]
        if not parts:
            return Heard((), "")
        learned = self._learned(instructions)
        vectors = self._encode([bare(part) for part in parts])
        scores = _kernel(vectors, learned.vectors) @ learned.weights
        found = [_matter(row, learned, instructions) for row in scores]
        matters = sorted({matter for matter, _ in found if matter is not None}, key=_first)[:MATTERS]
        others = [number for number, (_, surely) in enumerate(found) if surely < DOUBT]
        asks = [number for number in others if _QUESTION.search(parts[number])]
        if not matters or not asks or (vectors[asks] @ self._urges.T).max(axis=1).min() >= URGES:
            return Heard(tuple(matters), "")
        return Heard(tuple(matters), " ".join(parts[number] for number in others))

    def _helping(self, turn: Turn) -> Opening | None:
        """Help for who may hurt themselves, and the assistant's own instruction below it; None where it has none."""
        declared = _of_kind(turn.spec.instructions, InstructionKind.DANGER)
        found = self._units(turn, Matter(InstructionKind.DANGER, declared))
        if not found:
            return None
        said = _Said(turn)
        said.line(stopped_text(Threat.SELF_HARM, turn.speech.phrases))
        said.quote(found)
        return replace(said.opening(""), outcome=Outcome.REFUSED)

    def _units(self, turn: Turn, matter: Matter) -> list[Unit]:
        if matter.instruction is None:
            return []
        passages = self._look(turn.spec.name, matter.instruction.document, turn.question.asker)
        return quoted(passages, matter.instruction.quote)

    def _learn(self, instructions: tuple[Instruction, ...]) -> _Learned:
        """Kernel ridge regression of who an example belongs to; what only asks about it belongs to nobody."""
        owned = [[bare(text) for text in instruction.examples] for instruction in instructions]
        own = self._encode([text for texts in owned for text in texts]) if any(owned) else self._shared["asks"][:0]
        shared = [self._shared["danger"], self._shared["hand_over"]]
        unlike = [bare(text) for instruction in instructions for text in instruction.unlike]
        asks = [self._shared["asks"], *([self._encode(unlike)] if unlike else [])]
        vectors = np.concatenate([own, *shared, *asks])
        belongs = np.zeros((len(vectors), len(owned) + len(shared)), dtype=np.float32)
        at = 0
        for column, size in enumerate([*map(len, owned), *map(len, shared)]):
            belongs[at : at + size, column] = 1
            at += size
        weights = np.linalg.solve(_kernel(vectors, vectors) + RIDGE * np.eye(len(vectors), dtype=np.float32), belongs)
        kinds = [*(instruction.kind for instruction in instructions), InstructionKind.DANGER, InstructionKind.HAND_OVER]
        persons = tuple(column for column, kind in enumerate(kinds) if kind is InstructionKind.HAND_OVER)
        dangers = tuple(column for column in range(len(kinds)) if column not in persons)
        return _Learned(vectors, weights, dangers, persons)

    @cached_property
    def _shared(self) -> dict[str, NDArray[np.float32]]:
        """The vectors of the shipped examples: those that are shipped with them where they are this encoder's."""
        texts = shipped_texts()
        every = [text for kind in texts.values() for text in kind]
        vectors = stored_vectors()
        if vectors is None or float((self._encode(every[:1]) @ vectors[:1].T).item()) < SAME:
            vectors = self._encode(every)
        ends = np.cumsum([len(kind) for kind in texts.values()])[:-1]
        return dict(zip(texts, np.split(vectors, ends), strict=True))

    @property
    def _urges(self) -> NDArray[np.float32]:
        return self._shared["urges"]


def shipped_texts() -> dict[str, list[str]]:
    """The shipped examples of each kind, as they are encoded; small talk is neither danger nor a wish for a person."""
    texts = {
        kind: [bare(text) for texts in by_language.values() for text in texts]
        for kind, by_language in instruction_examples().items()
    }
    talk = [bare(text) for kind in small_talk_examples().values() for texts in kind.values() for text in texts]
    return texts | {"asks": [*texts["asks"], *talk]}


def stored_vectors(path: Path = INSTRUCTION_VECTORS) -> NDArray[np.float32] | None:
    """Unit vectors of the shipped examples, one a row; None where they are not of these examples."""
    if not path.is_file():
        return None
    with np.load(path) as stored:
        if str(stored["examples"]) != examples_hash():
            return None
        vectors = stored["vectors"].astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def store_vectors(encode: Encode, path: Path = INSTRUCTION_VECTORS) -> None:
    """Write the vectors of the shipped examples, in 8 bits: to encode them would keep a first asker waiting."""
    vectors = encode([text for kind in shipped_texts().values() for text in kind])
    rounded = np.rint(vectors * (127 / np.abs(vectors).max())).astype(np.int8)
    np.savez_compressed(path, vectors=rounded, examples=examples_hash())


def instructions_version(instructions: tuple[Instruction, ...]) -> str:
    """A hash over what an assistant declares and what it is heard by, for the release of an answer."""
    figures = (WIDTH, RIDGE, DANGER, PERSON, DOUBT, TOPIC, URGES, MATTERS, QUOTES)
    declared = [instruction.model_dump_json() for instruction in instructions]
    return hashlib.sha256(repr((figures, declared)).encode()).hexdigest()[:12]


def quoted(passages: Sequence[Passage], quotes: Sequence[str]) -> list[Unit]:
    """The pieces of passages that are meant by quotes, in the quotes' order, at most QUOTES; of a heading the first.

    Sentences that tell the assistant what to do are none of them.
    """
    pieces = units(passages)
    found: dict[str, Unit] = {}
    for quote in map(_folded, quotes):
        for piece in pieces:
            if _meant(piece, quote) and not instructs(piece.shown):
                found.setdefault(_folded(piece.quote), piece)
    return list(found.values())[:QUOTES]


def _meant(piece: Unit, quote: str) -> bool:
    if quote in {_folded(heading) for heading in piece.passage.chunk.heading_path}:
        return True
    text = _folded(piece.quote)
    return f" {quote} " in f" {text} " or f" {text} " in f" {quote} "


class _Said:
    """Puts together what is said: quotes with their citations, and lines that cite nothing."""

    def __init__(self, turn: Turn) -> None:
        self._speech = turn.speech
        self._text = ""
        self._citations: list[Citation] = []
        self._passages: dict[str, Passage] = {}

    def line(self, text: str) -> None:
        """A line of the assistant's own, once."""
        if text not in self._text:
            self._text += f"\n\n{text}" if self._text else text

    def quote(self, pieces: Sequence[Unit]) -> bool:
        """Pieces of documents, each with its number; whether there are any."""
        spoken = {surely(piece.passage.chunk.text) for piece in pieces}
        if self._speech.asked_in and len(spoken) == 1 and (foreword := self._speech.foreword(spoken.pop())):
            self.line(foreword)
        for number, piece in enumerate(pieces, start=len(self._citations) + 1):
            shown = without_marks(legible(piece.shown))
            start = len(self._text) + 2 if self._text else 0
            self.line(f"{shown} [{number}]")
            self._citations.append(cite(piece, (start, start + len(shown)), 1.0, number))
            self._passages.setdefault(piece.passage.chunk.id, piece.passage)
        return bool(pieces)

    def opening(self, rest: str) -> Opening:
        """All of it."""
        outcome = Outcome.QUOTED if self._citations else Outcome.HANDED_OVER
        passages = tuple(self._passages.values())
        return Opening(self._text, tuple(self._citations), passages, outcome, rest)


def _matter(
    scores: NDArray[np.float32], learned: _Learned, instructions: tuple[Instruction, ...]
) -> tuple[Matter | None, float]:
    """What a sentence speaks of, and how much speaks for it; nothing, for nearly all."""
    danger = float(scores[list(learned.dangers)].sum())
    if danger >= DANGER:
        topics = [column for column in learned.dangers if _is_topic(column, instructions)]
        best = max(topics, key=lambda column: float(scores[column]), default=None)
        if best is not None and scores[best] >= TOPIC:
            return Matter(InstructionKind.TOPIC, instructions[best]), danger
        return Matter(InstructionKind.DANGER, _of_kind(instructions, InstructionKind.DANGER)), danger
    person = float(scores[list(learned.persons)].sum())
    if person >= PERSON:
        return Matter(InstructionKind.HAND_OVER, _of_kind(instructions, InstructionKind.HAND_OVER)), person
    return None, 0.0


def _is_topic(column: int, instructions: tuple[Instruction, ...]) -> bool:
    return column < len(instructions) and instructions[column].kind is InstructionKind.TOPIC


def _of_kind(instructions: tuple[Instruction, ...], kind: InstructionKind) -> Instruction | None:
    return next((instruction for instruction in instructions if instruction.kind is kind), None)


def _first(matter: Matter) -> int:
    """Danger to life before other topics, and a person last."""
    return [InstructionKind.DANGER, InstructionKind.TOPIC, InstructionKind.HAND_OVER].index(matter.kind)


def _sentences(text: str) -> Iterator[str]:
    for line in text.splitlines():
        for start, end in sentence_spans(line):
            yield line[start:end]


def _kernel(one: NDArray[np.float32], other: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.exp(WIDTH * (one @ other.T - 1))


def _folded(text: str) -> str:
    return " ".join(_SIGN.findall(text.casefold()))
