"""Tells code from a question about code: a text is active content when it hardly says anything beside its code."""

from __future__ import annotations

import re

from surefoot.serving.guards.rules import rules, words

FEWEST = 3
"""Common words from which a text says something in English beside its code."""


def is_code(folded: str) -> bool:
    """Whether a folded text is code that somebody hopes to see run, rather than a question that mentions it."""
    code = rules("code", "code")[0].pattern
    if not code.search(folded):
        return False
    said = words("code", "says")
    return sum(word in said for word in re.findall(r"[a-z']+", code.sub(" ", folded))) < FEWEST
