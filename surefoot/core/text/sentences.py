"""Splits text into sentences, keeping the character span of each."""

from __future__ import annotations

import re
from collections.abc import Iterator

LONGEST_WORD = 40
"""Characters before the end of a sentence in which its last word is looked for; no abbreviation is nearly as long."""
_ABBREVIATIONS = frozenset(
    (
        "e.g i.e etc vs no nos art sec para fig approx max min mr mrs ms dr st inc ltd co dept est cf p pp vol ref"
    ).split()
)
_END = re.compile(r"(?<![.!?…])[.!?…]+[\"'”’)\]]*(?=\s|$)")
_LAST_WORD = re.compile(r"([\w.]+)[.!?…]+[\"'”’)\]]*$")
_ENDS = re.compile(r"[.!?…\n]")
_SURELY_ENDED = re.compile(r"\n+|(?<![.!?…])[.!?…]+[\"'”’)\]]*(?:\s*\[\d+\])*[.]?\s+")
_NEXT_STARTS = re.compile(r"\s*[\"'“‘(\[*]*[A-ZÀ-Þ0-9¿¡]|\s*\Z| *\n")
"""The beginning of another sentence, or nothing more, or another line."""


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Half-open spans of the sentences in `text`, without the white space around them."""
    return list(_spans(text))


def first_sentence(text: str) -> str:
    """The first sentence of `text`, without the white space around it; only as much is read as it has."""
    return next((text[start:end] for start, end in _spans(text)), "")


def complete_sentences(text: str) -> tuple[list[str], str]:
    """The sentences that have surely ended in a growing text, and the rest that may still grow.

    A sentence has ended when another one begins behind it: a mark like [2] may still follow the full stop.
    Joining the results gives `text` again.
    """
    done: list[str] = []
    if not _ENDS.search(text):  # most tokens end nothing, and each one is looked at
        return done, text
    start = 0
    for found in _SURELY_ENDED.finditer(text):
        if text[found.end() : found.end() + 1] in ("", "["):
            break
        if found.group().startswith("\n") or _is_boundary(text, start, found.start() + len(found.group().rstrip())):
            done.append(text[start : found.end()])
            start = found.end()
    return done, text[start:]


def _spans(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for found in _END.finditer(text):
        if _is_boundary(text, start, found.end()):
            yield from _visible(text, start, found.end())
            start = found.end()
    yield from _visible(text, start, len(text))


def _is_boundary(text: str, start: int, end: int) -> bool:
    near = max(start, end - LONGEST_WORD)
    word = _LAST_WORD.search(text[near:end])
    if word and text[end - 1] == ".":
        last = word.group(1).lower().rstrip(".")
        is_list_number = last.isdigit() and len(last) <= 2 and near + word.start() == start
        if last in _ABBREVIATIONS or re.fullmatch(r"[a-z]", last) or is_list_number:
            return False
    return bool(_NEXT_STARTS.match(text, end))


def _visible(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The span without the white space around it, where anything is left of it."""
    piece = text[start:end]
    left, right = end - len(piece.lstrip()), start + len(piece.rstrip())
    if right > left:
        yield left, right
