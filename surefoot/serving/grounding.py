"""Holds each sentence that a model wrote against the evidence before a reader sees it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from surefoot.core.text.numbers import numbers
from surefoot.retrieval.question import read_question
from surefoot.retrieval.units import Unit

Terms = Callable[[str], list[str]]
MARK = re.compile(r"\s*\[(\d+(?:\s*,\s*\d+)*)\]")
SHARED_WORDS = 0.6
"""Share of a claim's content words that its evidence (or the question) has to have."""
OWN_WORDS = 0.4
"""Share that the evidence itself has to have: the question's words prove nothing."""
_NEGATION = re.compile(r"\b(not|no|never|cannot|nor|neither|none|without)\b|n['’]t\b", re.IGNORECASE)
_LIMITS = re.compile(
    r"\b(not|no|never|cannot|nor|none|without|unless|only|except\w*|forbid\w*|prohibit\w*|refus\w*|exclu\w*|invalid|"
    r"outside|below|above|unable|lack\w*|reject\w*|void|ban\w*|stop\w*|until|before|after|less|more|free)\b|n['’]t\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence of the model with the evidence numbers that it named."""

    text: str
    """Without the numbers in brackets."""
    marks: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the evidence carries a claim, by which units, and why not."""

    supported: bool
    units: tuple[Unit, ...] = ()
    reason: str = ""


def read_claim(sentence: str) -> Claim:
    """Part a sentence from its marks."""
    marks = tuple(int(n) for found in MARK.finditer(sentence) for n in found.group(1).split(","))
    return Claim(" ".join(MARK.sub("", sentence).split()), marks)


class Grounding:
    """Checks numbers, names, words and negation of a claim against evidence."""

    def __init__(self, terms: Terms) -> None:
        self._terms = terms

    def check(self, claim: Claim, evidence: Sequence[Unit], question: str) -> Verdict:
        """The verdict on a claim; `evidence` is in prompt order, so that mark 1 is its first element.

        The marks are a hint: where the named unit does not carry the claim, the best single other unit is tried.
        """
        named = [evidence[m - 1] for m in dict.fromkeys(claim.marks) if 0 < m <= len(evidence)]
        reasons: list[str] = []
        for units in ([named] if named else []) + [[unit] for unit in self._by_shared_words(claim, evidence)]:
            reason = self._why_not(claim.text, units, question)
            if not reason:
                return Verdict(supported=True, units=tuple(units))
            reasons.append(reason)
        return Verdict(supported=False, reason=reasons[0] if reasons else "there is no evidence")

    def says_something(self, claim: Claim) -> bool:
        """Whether a claim can be checked by itself ('Yes.' cannot)."""
        return len(self._terms(claim.text)) >= 2 or bool(numbers(claim.text))

    def _by_shared_words(self, claim: Claim, evidence: Sequence[Unit]) -> list[Unit]:
        words = set(self._terms(claim.text))
        return sorted(evidence, key=lambda unit: -len(words & set(self._terms(_around(unit)))))[:3]

    def _why_not(self, text: str, units: Sequence[Unit], question: str) -> str:
        around = " ".join(_around(unit) for unit in units)
        known = f"{around} {question}".lower()
        if strange := {name for name in read_question(text).names - numbers(text) if name not in known}:
            return f"no source names {', '.join(sorted(strange))}"
        if strange := numbers(text) - numbers(around) - numbers(question):
            return f"no source gives the number {', '.join(sorted(strange))}"
        words = set(self._terms(text))
        own = words & set(self._terms(around))
        shared = own | (words & set(self._terms(question)))
        if words and (len(shared) < SHARED_WORDS * len(words) or len(own) < OWN_WORDS * len(words)):
            return "no source says it"
        if _NEGATION.search(text) and not _LIMITS.search(around):
            return "it denies what the source does not deny"
        return ""


def _around(unit: Unit) -> str:
    return f"{unit.heading} {unit.context} {unit.shown}"
