"""Finds who and what a claim names, and whether its source names them too: names, models, codes, roles."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from surefoot.core.text.dates import read_dates
from surefoot.core.text.quantities import codes, labels
from surefoot.core.text.roles import roles

Terms = Callable[[str], list[str]]

_CAPITALISED = re.compile(r"(?<![\w'])[A-ZÀ-Þ][\w&'-]*")
_SENTENCE_START = re.compile(r"(?:^|[.!?:;]\s+|[\"“(]\s*)$")
_NO_NAMES = frozenset("i eur usd gbp chf celsius fahrenheit nm mbit gbit mb gb tb kw kwh km a may".split())
_LOOSE = frozenset(
    "the a an of its their our your his her each every any this that same new other for by to in on at".split()
)


@dataclass(frozen=True, slots=True)
class Known:
    """What was asked and found, folded."""

    question: str
    all: str
    """The question and all evidence: tells whether a sentence begins with a name."""


def unnamed(claim: str, text: str, around: str, known: Known, terms: Terms) -> list[str]:
    """Names of a folded claim that do not stand in the source; roles may be asked for.

    text: what the source says itself; around: the same under its headings.
    """
    lower = f" {' '.join(around.lower().split())} "
    stems = frozenset(terms(around))
    plain = claim
    for date in read_dates(claim):
        plain = plain[: date.start] + " " * (date.end - date.start) + plain[date.end :]
    strange = [name for name in named_codes(plain) if not _stands(name.lower(), lower)]
    strange += [name for name in _names(plain, known.all) if not _named(name, lower, stems, terms)]
    strange += [role for role in roles(plain) if not _role_known(role, text.lower(), lower, known, terms)]
    return list(dict.fromkeys(strange))


def named_codes(claim: str) -> list[str]:
    """The codes and numbered names of a folded claim."""
    return [*(found.group() for found in codes(claim)), *(found.group() for found in labels(claim))]


def _stands(code: str, text: str) -> bool:
    """Whether a code stands in the text as a word; hyphen, blank or nothing between letters and digits are alike."""
    loose = re.sub(r"(?<=[a-z])[-\s]?(?=\d)", r"[-\\s]?", re.escape(code).replace(r"\-", "-").replace(r"\ ", " "))
    return re.search(rf"(?<![\w.]){loose}(?![\w]|[.,]\d)", text) is not None


def _names(claim: str, known: str) -> Iterator[str]:
    """Capitalised words that do not merely begin a sentence."""
    for match in _CAPITALISED.finditer(claim):
        word = match.group().removesuffix("'s").strip("'-&")
        if not word or word.lower() in _NO_NAMES or any(c.isdigit() for c in word):
            continue
        starts = _SENTENCE_START.search(claim[: match.start()]) is not None
        if not starts or (len(word) > 1 and word.isupper()) or _is_a_name(word, claim[match.end() :], known):
            yield word


def _is_a_name(word: str, behind: str, known: str) -> bool:
    """Whether the first word of a sentence is a name: another capital follows, or it has one within other sentences."""
    if re.match(r"\s[A-ZÀ-Þ][a-z]", behind) and word.lower() not in _LOOSE and len(word) > 3:
        return True
    inside = re.search(rf"[a-z,]\s{re.escape(word)}\b", known)
    return inside is not None and re.search(rf"\b{re.escape(word.lower())}\b", known) is None


def _named(name: str, around: str, stems: frozenset[str], terms: Terms) -> bool:
    lower = name.lower()
    parts = terms(lower)
    if len(name) == 1:
        return re.search(rf"(?<!\w){re.escape(lower)}(?!\w)", around) is not None
    return _stands(lower, around) or (bool(parts) and set(parts) <= stems) or not parts


def _role_known(role: str, text: str, around: str, known: Known, terms: Terms) -> bool:
    """Whether the role is in the source or the question; with another first name there it is another one."""
    asked = known.question.lower()
    if role in around or role in asked:
        return True
    words = terms(role)
    theirs = [terms(other) for other in roles(text)]
    kin = [other for other in theirs if len(other) > 1 and other[-1:] == words[-1:]]
    if len(words) > 1 and kin and not any(words[0] in other for other in kin):
        return False
    elsewhere = " " in role and role in known.all.lower()
    return not elsewhere and set(words[-1:]) <= frozenset(terms(text)) | frozenset(terms(asked))


def shared_names(claim: str, one: str, other: str) -> bool:
    """Whether a code or a numbered name of the claim stands in both of two sources."""
    return any(
        _stands(name.lower(), one.lower()) and _stands(name.lower(), other.lower()) for name in named_codes(claim)
    )
