"""Tells whether two texts differ in their numbers: then one is a version of the other, not a copy."""

from __future__ import annotations

from functools import lru_cache
from itertools import zip_longest

from surefoot.core.text.numbers import numbers

_EDGES = ".,;:!?()[]{}\"'“”„’*_|"
_SIGNS = "-−–+±<>≤≥=~"


def differs_in_numbers(a_text: str, b_text: str) -> bool:
    """Whether the numbers of two texts, in their order and with their units, are not the same.

    What follows a number counts as its unit, so that '5 days' is not '5 working days'. Sections in another order
    count as a difference: in doubt it is a version.
    """
    pairs = zip_longest(_figures(a_text), _figures(b_text))
    return any(a != b for a, b in pairs)


def _figures(text: str) -> list[tuple[str, ...]]:
    """Each number with its sign and unit."""
    tokens = text.replace(" | ", " ").split()
    found: list[tuple[str, ...]] = []
    for at, token in enumerate(tokens):
        if values := _values(token):
            before = tokens[at - 1] if at and not tokens[at - 1].strip(_SIGNS) else ""
            after = tokens[at + 1].strip(_EDGES) if at + 1 < len(tokens) else ""
            found.append((before, *values, after))
    return found


@lru_cache(maxsize=4096)
def _values(token: str) -> tuple[str, ...]:
    """The numbers in one word, as they are written where that says more: '-5', '5mm', '3:1'."""
    core = token.strip(_EDGES)
    found = numbers(core)
    if not found:
        return (core,) if any(map(str.isdigit, core)) else ()
    return tuple(sorted(found)) if core.isalpha() or core.replace(",", "").replace(".", "").isdigit() else (core,)
