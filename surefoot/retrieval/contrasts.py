"""Knows words that tell things of one kind apart: the spring course and the autumn course are two courses."""

from __future__ import annotations

import re

_GROUPS = (
    "spring summer autumn winter",
    "north south east west northern southern eastern western",
    "upper lower middle",
    "left right",
    "front rear",
    "small large big medium",
    "short long",
    "new old used",
    "adult adults child children pensioner pensioners student students pupil pupils senior seniors junior juniors",
    "day night morning evening afternoon",
    "early late",
    "annual yearly monthly weekly daily quarterly",
    "soft hard",
    "domestic foreign national international",
    "internal external",
    "private public commercial",
    "single family group couple",
    "basic standard premium complete plus comfort economy business",
    "express ordinary",
    "paper digital online printed",
    "car cars van vans truck trucks bus buses coach coaches lorry lorries motorcycle motorcycles bicycle bicycles",
    "red blue green yellow white black",
    "indoor outdoor",
    "beginner beginners advanced intermediate",
    "below above",
    "cash card",
    "ground cellar attic",
    "petrol diesel electric hybrid",
    "dsl fibre cable",
    "prepaid postpaid",
    "permanent temporary seasonal",
)
_KIN = {word: number for number, group in enumerate(_GROUPS) for word in group.split()}
_WORD = re.compile(r"[a-z]+")


def of_another_kind(question: str, one: str, other: str) -> bool:
    """Whether two sentences name different members of a group that the question leaves open."""
    asked, mine, theirs = (_members(text) for text in (question, one, other))
    return any(not (mine[group] & theirs[group]) for group in mine.keys() & theirs.keys() - asked.keys())


def _members(text: str) -> dict[int, set[str]]:
    found: dict[int, set[str]] = {}
    for word in _WORD.findall(text.lower()):
        if word in _KIN:
            found.setdefault(_KIN[word], set()).add(word.removesuffix("ern").removesuffix("s"))
    return found
