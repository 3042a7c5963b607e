"""Splits text into words, also where a script writes none apart, and into blocks of bounded size."""

from __future__ import annotations

import re
from collections.abc import Iterator

_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0002ffff"
)
"""Thai, Lao, Burmese, Khmer, Japanese and Chinese: each character counts as a word."""
_MARKS = "\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0900-\u0dff"
"""Accents, points and vowel signs: parts of a word that Python does not count as letters."""
_WORD = re.compile(rf"[{_UNSPACED}]|[^\W_{_UNSPACED}]+(?:[{_MARKS}]+[^\W_{_UNSPACED}]*)*")
_ASCII_WORD = re.compile(r"[A-Za-z0-9]+")
"""Finds the same words in a text of ASCII alone, in a third of the time."""
_BLOCK = 1_000_000
"""Characters; a text is worked on in blocks so that 20 MB of it do not need a gigabyte."""
_SPACE = re.compile(r"\s")


def words(text: str) -> list[str]:
    """Letters and digits that stand together, in order; punctuation and symbols are no words."""
    return (_ASCII_WORD if text.isascii() else _WORD).findall(text)


def blocks(text: str) -> Iterator[str]:
    """The text in pieces of about a million characters, cut at white space, so that no word is cut in two."""
    start = 0
    while start < len(text):
        found = _SPACE.search(text, start + _BLOCK) if start + _BLOCK < len(text) else None
        end = found.end() if found else len(text)
        yield text if end - start == len(text) else text[start:end]
        start = end


def is_row(line: str) -> bool:
    """Whether a line is a row of a table, as the readers write them."""
    return line.startswith("|")
