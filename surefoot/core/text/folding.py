"""Writes a text in one form for comparison: plain digits and dashes, nothing invisible, no marks of notes."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_CITATION = re.compile(r"\s?\[\^?\d{1,3}(?:\s*[,;–-]\s*\^?\d{1,3})*\]")
_FOOTNOTE = re.compile(r"(?<=[^\W\d_])[¹²³⁴-⁹⁰]+(?=\W|$)|(?<=\d)[¹²³⁴-⁹⁰]+|(?<=[.,;:!?)%])[¹²³⁴-⁹⁰]+")
_UNIT_POWER = re.compile(r"(?<=\b[a-z])([²³])|(?<=\b[kcdm]m)([²³])")
_DASHES = str.maketrans(dict.fromkeys("‐‑‒−", "-") | dict.fromkeys("—―", "–"))
_QUOTES = str.maketrans("’‘ʼ`´“”„«»", "'''''\"\"\"\"\"")


@lru_cache(maxsize=4096)
def folded(text: str) -> str:
    """The text as a careful reader takes it; its length may change.

    Full-width and other scripts' digits become 0 to 9, characters without width vanish, and what points to a note
    ('30¹ days', '[2]') is no figure and goes.
    """
    if text.isascii() and "[" not in text:
        return text
    text = _UNIT_POWER.sub(lambda found: "2" if "²" in found.group() else "3", text)
    text = _FOOTNOTE.sub("", _CITATION.sub("", text))
    text = unicodedata.normalize("NFKC", text)
    text = "".join(_plain(character) for character in text if unicodedata.category(character) != "Cf")
    return text.translate(_DASHES).translate(_QUOTES)


def _plain(character: str) -> str:
    """ASCII's digit for a digit of any script."""
    if character.isascii():
        return character
    digit = unicodedata.decimal(character, None)
    return character if digit is None else str(digit)
