"""Splits text into sentences, keeping the character span of each."""

from __future__ import annotations

import re

_ABBREVIATIONS = frozenset(
    (
        "e.g i.e etc vs no nos art sec para fig approx max min mr mrs ms dr st inc ltd co dept est cf p pp vol ref"
    ).split()
)
_END = re.compile(r"[.!?…]+[\"'”’)\]]*(?=\s|$)")
_LAST_WORD = re.compile(r"([\w.]+)[.!?…]+[\"'”’)\]]*$")
_NEXT_STARTS = re.compile(r"\s*[\"'“‘(\[*]*[A-ZÀ-Þ0-9¿¡]")


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Half-open spans of the sentences in `text`, without the white space around them."""
    spans: list[tuple[int, int]] = []
    start = 0
    for found in _END.finditer(text):
        if _is_boundary(text, start, found.end()):
            _append(spans, text, start, found.end())
            start = found.end()
    _append(spans, text, start, len(text))
    return spans


def complete_sentences(text: str) -> tuple[list[str], str]:
    """The sentences that have surely ended in a growing text, and the rest that may still grow.

    A sentence has ended when another one begins behind it: a mark like [2] may still follow the full stop.
    Joining the results gives `text` again.
    """
    done: list[str] = []
    start = 0
    for found in re.finditer(r"\n+|[.!?…]+[\"'”’)\]]*(?:\s*\[\d+\])*[.]?\s+", text):
        piece = text[start : found.end()]
        if text[found.end() : found.end() + 1] in ("", "["):
            break
        if found.group().startswith("\n") or _is_boundary(text, start, len(text[: found.end()].rstrip())):
            done.append(piece)
            start = found.end()
    return done, text[start:]


def _is_boundary(text: str, start: int, end: int) -> bool:
    word = _LAST_WORD.search(text[start:end])
    if word and text[end - 1] == ".":
        last = word.group(1).lower().rstrip(".")
        is_list_number = last.isdigit() and len(last) <= 2 and word.start() == 0
        if last in _ABBREVIATIONS or re.fullmatch(r"[a-z]", last) or is_list_number:
            return False
    rest = text[end:]
    return not rest.strip() or bool(_NEXT_STARTS.match(rest)) or rest.lstrip(" ").startswith("\n")


def _append(spans: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    piece = text[start:end]
    left = start + len(piece) - len(piece.lstrip())
    right = end - (len(piece) - len(piece.rstrip()))
    if right > left:
        spans.append((left, right))
