"""Measures how much of a text is damaged: wrongly decoded, badly recognised, or made of symbols."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

_REPLACEMENT = "\ufffd"
_PUNCTUATION = frozenset(".,;:!?'\"()[]{}<>-–—‐‑/\\&%@#*+=_…’‘“”„«»‹›·•§°€$£¥|©®™¿¡¶†‡′″")
"""What documents are full of; '|' is also the rule of the readers' tables."""
_AS_LATIN = "".join(
    bytes([code]).decode("cp1252", "ignore") or chr(code)  # five bytes have no character in Windows-1252
    for code in range(0x80, 0xC0)
)
_TAIL = f"[{re.escape(_AS_LATIN)}\u0080-\u009f]"
_MOJIBAKE = re.compile(f"[\u00c2-\u00df]{_TAIL}|[\u00e0-\u00ef]{_TAIL}{{2}}|[\u00f0-\u00f4]{_TAIL}{{3}}")
"""UTF-8's byte sequences, each byte shown as a character."""
_ODD = re.compile(
    r"[a-z](?:[~^\\|{}!?;=\"<>¦¬°¢¥®©¤¨]+|\d+[a-z])[a-z]"  # a symbol or a digit within a small word
    r"|[a-z]\d+[a-z]{2}"
    r"|(?<!\S)[bcdfghjklmnpqrstvwxz]{4,}(?!\S)"  # no vowel
    r"|[a-z][A-Z]+[a-z]+[A-Z]"
    r"|(?<!\S)(?:[b-df-hj-np-rt-vxzB-DF-HJ-NP-RT-VXZ]|[~^\\|{}<>¦¬»«¢¥®©_`]{1,2})(?!\S)"  # a lone consonant or symbol
)
_NO_PROSE = re.compile(r"[@/_=#`\\]|www\.|::|\(\)")
"""Addresses, paths and code have shapes of their own."""
_FEWEST_TOKENS = 30


def symbol_share(counts: Counter[str]) -> float:
    """Share of symbols among the visible characters, from 0 to 1."""
    visible = sum(n for c, n in counts.items() if not c.isspace() and c not in "|_")
    symbols = sum(n for c, n in counts.items() if not c.isspace() and c not in "|_" and _is_symbol(c))
    return _share(symbols, visible)


def _is_symbol(c: str) -> bool:
    return not (c.isalnum() or c in _PUNCTUATION or unicodedata.category(c) in ("Mn", "Mc", "Me", "Cf"))


def replaced_share(counts: Counter[str]) -> float:
    """Share of characters that could not be decoded among the visible ones, from 0 to 1."""
    return _share(counts[_REPLACEMENT], sum(n for c, n in counts.items() if not c.isspace()))


def mojibake_share(text: str, counts: Counter[str]) -> float:
    """Share of characters that belong to UTF-8 read as Windows-1252, from 0 to 1."""
    if text.isascii():
        return 0.0
    wrong = sum(len(found) for found in _MOJIBAKE.findall(text))
    return _share(wrong, sum(n for c, n in counts.items() if not c.isspace()))


def odd_word_share(prose: str) -> float:
    """Share of words with shapes that no language has, from 0 to 1, as bad recognition makes them."""
    tokens = [token for token in prose.split() if not _NO_PROSE.search(token)]
    if len(tokens) < _FEWEST_TOKENS:
        return 0.0
    return _share(len(_ODD.findall(" ".join(tokens))), len(tokens))


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0
