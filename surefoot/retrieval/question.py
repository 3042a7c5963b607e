"""Reads a question: its content words, what it names, and which kind of answer it expects."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from surefoot.core.text.numbers import numbers
from surefoot.retrieval.understanding.past import Past, read_past

_QUANTITY = re.compile(
    r"\b(how (many|much|long|often|far|fast|soon|high|deep|late|old|big|quick(ly)?|large|thick|heavy)|"
    r"what (percentage|number|amount|price|distance|temperature|share|sum)|when|limit|maximum|minimum|max|min|"
    r"threshold|deadline|cost|price|fee|rate|charge|within|at most|at least|by when|until when|interval|pressure|"
    r"depth|speed|cap|allowance|below|above)\b",
    re.IGNORECASE,
)
_STEPS = re.compile(
    r"^\s*(how (do|can|should|to|does)|what (should|do|must) (i|we|one|an? \w+|the \w+) do|"
    r"which steps|what are the steps)\b",
    re.IGNORECASE,
)
_WHO = re.compile(r"\b(who|whom|which (role|team|function|department|desk)|whose)\b", re.IGNORECASE)
_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
CODES = re.compile(
    rf"\b[A-Za-z][A-Za-z-]{{0,40}}\d[\w-]*|(?<!^)(?<![.!?] )\b(?!(?:{_MONTHS}|EUR|USD|GBP|I)\b)[A-Z][a-z]+ \d[\d.,]*\b"
)
"""Letters before a code's first figure are bounded, so that a long run of them is not read again from each hyphen."""
_NAMES = re.compile(r"(?<![.!?]\s)(?<!^)\b[A-Z][A-Za-z]+\b|\b[A-Z]{2,}[\w-]*")
_COMMON = frozenset(f"{_MONTHS}|I".split("|"))


@dataclass(frozen=True, slots=True)
class QuestionRead:
    """What can be seen in a question without a model."""

    text: str
    names: frozenset[str]
    """Names, codes and numbers in it, lower case."""
    codes: frozenset[str]
    """Names with figures in them, like 'h18' or 'swift 250', lower case; evidence without them is not about this."""
    expects_quantity: bool
    expects_steps: bool
    expects_person: bool
    past: Past
    """Which versions of the documents it asks for."""

    @property
    def about_the_past(self) -> bool:
        """Whether it asks what an older version said."""
        return self.past.asked


def mentions(text: str, code: str) -> bool:
    """Whether a code stands in a text as a whole, both lower case: 'e1' does not stand in 'e10'."""
    return bool(re.search(rf"(?<!\w){re.escape(code)}(?!\w|-\d|[.,]\d)", text))


def read_question(text: str) -> QuestionRead:
    """Read a question; never fails."""
    stripped = re.sub(r"^\W+", "", text)
    codes = {m.group().lower().rstrip(".,") for m in CODES.finditer(stripped)}
    names = {m.group().lower() for m in _NAMES.finditer(stripped) if m.group() not in _COMMON} | numbers(text) | codes
    return QuestionRead(
        text=text,
        names=frozenset(names),
        codes=frozenset(codes),
        expects_quantity=bool(_QUANTITY.search(text)),
        expects_steps=bool(_STEPS.search(text)),
        expects_person=bool(_WHO.search(text)),
        past=read_past(text, datetime.now(UTC).date()),
    )
