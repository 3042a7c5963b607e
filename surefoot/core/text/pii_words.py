"""What a word with a capital looks like, in Latin, Greek and Cyrillic letters, and whether a text is English."""

from __future__ import annotations

import re

UPPER = "A-ZÀ-ÖØ-Þ" + "".join(chr(code) for code in range(0x100, 0x530) if chr(code).isupper())
"""Capital letters, for a character class: the pattern language has no name for them."""
LOWER = "a-zß-öø-ÿ" + "".join(chr(code) for code in range(0x100, 0x530) if chr(code).islower())
_ENGLISH = re.compile(
    r"\b(?:the|of|and|to|with|from|for|at|by|you|your|my|his|her|their|is|are|was|were|has|have|be|or|on|not|this|that)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]+")
_SHARE = 0.06
"""Of all words; English prose has some 0.25, its tables 0.06 and more, German prose 0.02."""
_FEW = 20
"""Words of which no share can be taken."""


def is_english(text: str) -> bool:
    """Whether a text seems to be English; a few words always do."""
    words = len(_WORD.findall(text))
    return words < _FEW or len(_ENGLISH.findall(text)) >= _SHARE * words
