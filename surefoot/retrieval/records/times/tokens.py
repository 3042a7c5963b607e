"""A question as words, numbers and marks, and the phrases that are looked for among them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Generic, TypeVar

from surefoot.retrieval.records.times.vocabulary import COUNTED, FUNCTION_WORDS

_PIECE = re.compile(r"(?:[^\W\d_]|[\u0300-\u036f])+(?:['’][^\W\d_]+)?|[0-9]+|\S")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "’": "'", "–": "-", "—": "-", "−": "-", "‑": "-"})
_LARGEST = 6
"""Digits of the largest number that is told from larger ones."""
_CLOSING = frozenset(".,;:?!)]}\"'”“»«…*`")
_LONG_DASHES = frozenset("–—")
_OPENING = frozenset("([{\"'„“”«»,;:*`")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Token:
    """A word, a number or a mark."""

    text: str
    word: str
    """In lower case, with ae for ä, dashes as hyphens and without a possessive 's."""
    start: int
    end: int
    tied: bool
    """Whether nothing separates it from the token before."""
    number: int | None


@dataclass(frozen=True, slots=True)
class Line:
    """The tokens of a question; beyond their ends stand empty words."""

    tokens: tuple[Token, ...]

    @classmethod
    def of(cls, text: str) -> Line:
        """The tokens of a text, in time linear in its length."""
        found: list[Token] = []
        for piece in _PIECE.finditer(text):
            tied = bool(found) and found[-1].end == piece.start()
            found.append(_token(piece[0], piece.start(), tied=tied))
        return cls(tuple(found))

    def __len__(self) -> int:
        return len(self.tokens)

    def word(self, at: int) -> str:
        """The folded word at a place."""
        return self.tokens[at].word if 0 <= at < len(self.tokens) else ""

    def text(self, at: int) -> str:
        """The word at a place, as written."""
        return self.tokens[at].text if 0 <= at < len(self.tokens) else ""

    def number(self, at: int) -> int | None:
        """The number in digits at a place; very large ones as a million."""
        return self.tokens[at].number if 0 <= at < len(self.tokens) else None

    def digits(self, at: int) -> int:
        """How many digits the number at a place has; 0 where there is none."""
        return len(self.text(at)) if self.number(at) is not None else 0

    def tied(self, at: int) -> bool:
        """Whether the token at a place is written onto the one before it."""
        return 0 <= at < len(self.tokens) and self.tokens[at].tied

    def capital(self, at: int) -> bool:
        """Whether the word at a place begins with a capital letter."""
        return self.text(at)[:1].isupper()

    def after(self, at: int, phrase: str) -> int | None:
        """The place behind a phrase that stands at a place, as `in|over? the? last week`; None where it does not."""
        for options, optional in _steps(phrase):
            if self.word(at) in options:
                at += 1
            elif not optional:
                return None
        return at

    def skip(self, at: int, phrase: str) -> int:
        """The place behind a phrase where it stands, else the same place."""
        behind = self.after(at, phrase)
        return at if behind is None else behind

    def free(self, at: int) -> bool:
        """Whether something may begin here: not within V-102, H18 or an address."""
        if not self.tied(at):
            return True
        before = self.word(at - 1)
        if self.text(at - 1) in _LONG_DASHES:
            return self.number(at - 2) is None
        if before == "/":
            return self.number(at) is None and self.number(at - 2) is None
        return before in _OPENING and not (self.number(at) is not None and self.number(at - 2) is not None)

    def closed(self, at: int) -> bool:
        """Whether something may end before this place: the next is no part of the same code, number or unit."""
        if not self.tied(at):
            return True
        mark, tied_on = self.word(at), self.tied(at + 1)
        if self.text(at) in _LONG_DASHES:
            return True
        if mark in _CLOSING:
            goes_on = tied_on and (self.number(at + 1) is not None or (mark == "." and not self.capital(at + 1)))
            return not (goes_on and self.word(at + 1) not in _CLOSING)
        after_word = self.number(at - 1) is None
        return mark in {"-", "/"} and after_word and not (tied_on and self.number(at + 1) is not None)

    def calm(self, at: int) -> bool:
        """Whether a bare number may end here as a time: no noun follows that it could count."""
        return self.closed(at) and (at >= len(self) or self.word(at) in FUNCTION_WORDS or self.word(at) in _CLOSING)

    def counted(self, at: int) -> bool:
        """Whether a unit of measure or another thing that is counted stands here."""
        return self.word(at) in COUNTED or (self.word(at) == "-" and self.word(at + 1) in COUNTED)

    def span(self, start: int, stop: int) -> tuple[int, int]:
        """Characters from one token up to, and without, another."""
        return self.tokens[start].start, self.tokens[stop - 1].end


class Phrases(Generic[T]):
    """Phrases with what they mean, found by their first words."""

    def __init__(self, meanings: Mapping[str, T]) -> None:
        self._by_word: dict[str, list[tuple[str, T]]] = {}
        for phrase, meaning in meanings.items():
            for word in _first_words(phrase):
                self._by_word.setdefault(word, []).append((phrase, meaning))

    def at(self, line: Line, at: int) -> tuple[T, int] | None:
        """What the first phrase that stands at a place means, with the place behind it."""
        for phrase, meaning in self._by_word.get(line.word(at), ()):
            if (behind := line.after(at, phrase)) is not None:
                return meaning, behind
        return None


def _first_words(phrase: str) -> frozenset[str]:
    """The words with which a phrase may begin."""
    found: frozenset[str] = frozenset()
    for options, optional in _steps(phrase):
        found |= options
        if not optional:
            break
    return found


def _token(text: str, start: int, *, tied: bool) -> Token:
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= _LARGEST else None
    if number is None and text.isascii() and text.isdigit():
        number = 10**_LARGEST
    word = unicodedata.normalize("NFC", text).casefold().translate(_UMLAUTS).removesuffix("'s")
    return Token(text, word, start, start + len(text), tied, number)


@cache
def _steps(phrase: str) -> tuple[tuple[frozenset[str], bool], ...]:
    return tuple((frozenset(step.removesuffix("?").split("|")), step.endswith("?")) for step in phrase.split())
