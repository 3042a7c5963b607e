"""Says from when on letters are taken to be unseen by a reader, in all formats alike."""

from __future__ import annotations

Colour = tuple[int, int, int]
"""Red, green and blue, each 0 to 255."""
WHITE: Colour = (255, 255, 255)
SMALLEST_POINTS = 3.0
"""Size of letters (1/72 inch) below which nobody reads them on paper or screen; small print has 5 or 6."""
_ALIKE = 24
"""Difference of levels below which two colours cannot be told apart at a glance; pale grey (#ddd) on white has 34."""


def alike(one: Colour, other: Colour) -> bool:
    """Whether letters of one colour cannot be seen on a ground of the other."""
    return max(abs(a - b) for a, b in zip(one, other, strict=True)) <= _ALIKE


def hex_colour(text: str | None) -> Colour | None:
    """The colour that six hexadecimal digits state, after other digits or signs; None where they are none."""
    digits = (text or "")[-6:]
    try:
        value = int(digits, 16) if len(digits) == 6 else -1
    except ValueError:
        return None
    return ((value >> 16) & 255, (value >> 8) & 255, value & 255) if value >= 0 else None


def has_words(text: str | None) -> bool:
    """Whether there is a letter or digit in a text, so that leaving it out leaves something out."""
    return any(c.isalnum() for c in text or "")
