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
_CODES = re.compile(
    rf"\b[A-Za-z][A-Za-z-]*\d[\w-]*|(?<!^)(?<![.!?] )\b(?!(?:{_MONTHS}|EUR|USD|GBP|I)\b)[A-Z][a-z]+ \d[\d.,]*\b"
)
_NAMES = re.compile(r"(?<![.!?]\s)(?<!^)\b[A-Z][A-Za-z]+\b|\b[A-Z]{2,}[\w-]*")
_COMMON = frozenset(f"{_MONTHS}|I".split("|"))
_ASKS = re.compile(
    r"(?:(?:for|to|by|at|on|from|in|within|after|below|above) )?(?:how|what|which|who|whom|when|where|why)\b",
    re.IGNORECASE,
)
_ASKS_AGAIN = re.compile(rf"(?:,? and |[,:;?.] )(?={_ASKS.pattern})", re.IGNORECASE)
ALONE = 6
"""Words from which a part of a question can stand alone."""
_FOLLOWS = re.compile(
    r"^\s*(and|what about|how about|also|or)\b|\b(it|its|that|those|these|they|them|this|there|same|one)\b",
    re.IGNORECASE,
)


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


def read_question(text: str) -> QuestionRead:
    """Read a question; never fails."""
    stripped = re.sub(r"^\W+", "", text)
    codes = {m.group().lower().rstrip(".,") for m in _CODES.finditer(stripped)}
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


def parts_of(text: str) -> list[str]:
    """The questions that a text asks ('…: which number do I ring, and how soon does somebody come?'); often just one.

    Each keeps what was told before the first one, and the codes of the whole, because 'that truck' says nothing alone;
    a part of a few words, or one with 'it' or 'that', keeps the question before it.
    """
    pieces = [piece.strip(" ,;?") for piece in _ASKS_AGAIN.split(text) if piece.strip(" ,;?.")]
    asking = [n for n, piece in enumerate(pieces) if _ASKS.match(piece)]
    if len(asking) < 2:
        return [text]
    told = ". ".join(pieces[: asking[0]])
    codes = [m.group() for m in _CODES.finditer(re.sub(r"^\W+", "", text))]
    parts: list[str] = []
    for n in asking:
        leans = len(pieces[n].split()) < ALONE or _FOLLOWS.search(pieces[n])
        before = pieces[n - 1] if n > asking[0] and leans else ""
        part = " ".join(filter(None, (told, before, pieces[n])))
        parts.append(" ".join([part, *dict.fromkeys(code for code in codes if code not in part)]))
    return parts
