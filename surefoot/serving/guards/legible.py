"""Makes text from outside safe to keep and to show, without changing what it says."""

from __future__ import annotations

import re
import unicodedata

STACKED = 4
"""Marks above or below a letter that some languages do need; more only make a text run over its neighbours."""
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufff9-\ufffb\U000e0000-\U000e007f]")
"""Control characters, overrides and isolates of direction, marks of annotation, and letters that nobody sees."""
_WITHOUT_WIDTH = "\u00ad\u200b-\u200f\u2060-\u2064\ufeff"
HIDDEN = f"[{_WITHOUT_WIDTH}\ue000-\uf8ff]"
"""Pattern of a character without width or of private use; some scripts and emoji need it within a word."""
_HIDDEN = re.compile(HIDDEN)
_UNSEEN = re.compile(f"[{_WITHOUT_WIDTH}\\s]*")
_SURROGATE = re.compile("[\ud800-\udfff]")
_FLAG = re.compile("(\U0001f3f4[\U000e0020-\U000e007f]+)")
_MARK = re.compile(r"[^\x00-\u02ff]")


def legible(text: str) -> str:
    """The text without characters that hide or reorder it, lone surrogates replaced, piles of marks cut."""
    if text.isascii() and not _UNFIT.search(text):
        return text
    pieces = _FLAG.split(_SURROGATE.sub("\ufffd", text))
    text = "".join(piece if number % 2 else _UNFIT.sub("", piece) for number, piece in enumerate(pieces))
    return _unpiled(text) if _MARK.search(text) else text


def visible(text: str) -> str:
    """The text without characters of no width or of private use, also those that some scripts and emoji need."""
    return _HIDDEN.sub("", text)


def is_blank(text: str) -> bool:
    """Whether nothing in the text has a width."""
    return bool(_UNSEEN.fullmatch(text))


def _unpiled(text: str) -> str:
    kept: list[str] = []
    marks = 0
    for letter in text:
        marks = marks + 1 if unicodedata.combining(letter) else 0
        if marks <= STACKED:
            kept.append(letter)
    return "".join(kept)
