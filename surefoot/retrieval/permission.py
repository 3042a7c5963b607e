"""Tells whether a sentence answers a yes-or-no question with yes or with no: allowed or forbidden, needed or not."""

from __future__ import annotations

import re

from surefoot.core.text.polarity import denial_words

_FORBIDS = re.compile(
    r"\b(?:forbid\w*|forbidden|prohibit\w*|refus\w*|exclu\w*|reject\w*|impossible|bann?ed|bans?|barred|disallow\w*|"
    r"off[- ]limits|declin\w*|denied|void|invalid|unavailable|out of the question|(?:stays?|left|leaves?|kept) outside|"
    r"(?:stays?|left|kept) at home|cease[sd]?|discontinued|abolished|ends? there|suspended|withdrawn|instead of)\b",
    re.IGNORECASE,
)
_NEEDLESS = re.compile(
    r"\b(?:optional|voluntary|unnecessary|needless|superfluous|waived|dispensable|at (?:their|your|his|her) own choice|"
    r"exempt\w*|recommended|can do without|free of)\b",
    re.IGNORECASE,
)
_ASKS_NEED = re.compile(
    r"\b(?:must|need(?:ed|s)?|required?|obligatory|mandatory|compulsory|necessary|have to|has to|shall)\b",
    re.IGNORECASE,
)
_HARMLESS = re.compile(
    r"\bwithout (?:charge|cost|paying|payment|a fee|delay|giving|any? (?:charge|cost|fee))\b|\bfree of charge\b|"
    r"\bno (?:charge|fee|cost|deposit)\b",
    re.IGNORECASE,
)


def opposed_answers(question: str, one: str, other: str) -> bool:
    """Whether of two folded sentences one answers a folded yes-or-no question with yes and the other with no."""
    if _ASKS_NEED.search(question):
        return _needs(one) != _needs(other)
    return _denies(question, one) != _denies(question, other)


def _denies(question: str, text: str) -> bool:
    """Whether an odd number of its words deny or forbid; what the question denies itself counts for nothing."""
    plain = _HARMLESS.sub(" ", text)
    denied = len(denial_words(plain)) + len(_FORBIDS.findall(plain))
    return (denied + len(denial_words(_HARMLESS.sub(" ", question)))) % 2 == 1


def _needs(text: str) -> bool:
    """Whether something is needed; what is simply said to be done is."""
    denied = len(denial_words(text)) % 2 == 1
    return denied if _NEEDLESS.search(text) else not denied
