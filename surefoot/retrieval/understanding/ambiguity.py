"""Sees that a question fits several things alike that the evidence tells apart, so that it is better asked back."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from surefoot.core.text.numbers import numbers
from surefoot.retrieval.highlights import Highlight
from surefoot.retrieval.question import QuestionRead
from surefoot.retrieval.units import Unit, cells

Terms = Callable[[str], list[str]]
"""Stemmed content words of a text."""

MOST = 4
"""Things that can be asked back about; where more fit, a list says more than a question."""
LIKELY = 0.4
"""Score that the likeliest row has at least."""
AS_LIKELY = 0.6
"""Score of the other rows relative to the likeliest one's."""
NEAREST = 3
"""Highlights among which the likeliest row is looked for, nearly as likely as the best one."""
_ALL = re.compile(
    r"\b(?:all|any|both|each|every|either|compare|list|difference|between|in general|generally|always|usually|kinds?|"
    r"types?|(?:larg|small|high|low|cheap|long|short|bigg|new|old|fast|light|heavi)est)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Ambiguity:
    """Several things that a question may mean."""

    options: tuple[str, ...]
    """Their names as the document writes them, in its order; two to MOST."""


def find_ambiguity(read: QuestionRead, highlights: Sequence[Highlight], terms: Terms) -> Ambiguity | None:
    """Rows of one table that the question fits alike: it names what their first cells share and not what differs.

    A question with a figure, a code or a name chooses by it, and one that asks for all or the largest chooses too.
    """
    if not highlights or numbers(read.text) or read.codes or _ALL.search(read.text):
        return None
    near = [h for h in highlights[:NEAREST] if h.score >= max(LIKELY, 0.9 * highlights[0].score)]
    first = next((h for h in near if h.unit.is_row and set(terms(_label(h.unit))) & set(terms(read.text))), None)
    if first is None:
        return None
    asked = set(terms(read.text))
    likely = [h.unit for h in highlights if h.score >= AS_LIKELY * first.score and _same_table(h.unit, first.unit)]
    shared = asked & set(terms(_label(first.unit)))
    fitting = [unit for unit in likely if _fits(unit, asked, shared, terms)]
    if first.unit not in fitting or not 2 <= len(fitting) <= MOST:
        return None
    if _several(read.text, shared, terms) or _qualified(read.text, shared, terms):
        return None
    options = _options(sorted(fitting, key=lambda u: (u.passage.chunk.ordinal, u.start)))
    return Ambiguity(options) if options else None


def _same_table(one: Unit, other: Unit) -> bool:
    """Whether both are rows under the same columns and headings of one version of a document."""
    a, b = (
        (unit.passage.chunk.document_id, unit.passage.chunk.version, unit.heading, unit.context)
        for unit in (one, other)
    )
    return one.is_row and a == b


def _fits(unit: Unit, asked: set[str], shared: set[str], terms: Terms) -> bool:
    """Whether a row's name has the same words of the question as the likeliest, and at least one that it lacks."""
    name = set(terms(_label(unit)))
    return name & asked == shared and bool(name - asked) and set(terms(_cells(unit))) & asked <= shared


def _several(text: str, shared: set[str], terms: Terms) -> bool:
    """Whether the question speaks of the things in the plural: then it asks for all of them."""
    named = [word for word in re.findall(r"[^\W\d_]+", text) if set(terms(word)) & shared]
    return bool(named) and named[-1].lower().endswith("s") and not named[-1].lower().endswith("ss")


def _qualified(text: str, shared: set[str], terms: Terms) -> bool:
    """Whether the word before what is shared says which one, though no row has it: 'canteen manager'."""
    words = re.findall(r"[^\W\d_]+", text)
    first = next((n for n, word in enumerate(words) if set(terms(word)) & shared), 0)
    return first > 0 and bool(terms(words[first - 1]))


def _label(unit: Unit) -> str:
    """What a row is about: its first cell."""
    return unit.shown.split(" — ")[0].strip()


def _options(rows: Sequence[Unit]) -> tuple[str, ...] | None:
    """The rows' names; rows of one name have theirs with the first further cell that tells them all apart.

    None where that leaves two alike.
    """
    names = [_label(row) for row in rows]
    for name in {name for name in names if names.count(name) > 1}:
        alike = [n for n, other in enumerate(names) if other == name]
        _, *further = zip(*(cells(rows[n].quote) for n in alike), strict=False)
        telling = next((column for column in further if _differ(column)), None)
        if telling is None:
            return None
        for n, cell in zip(alike, telling, strict=True):
            names[n] = f"{name}, {cell}"
    return tuple(names) if _differ(names) else None


def _differ(texts: Sequence[str]) -> bool:
    """Whether no text is empty or like another."""
    return all(texts) and len({text.casefold() for text in texts}) == len(texts)


def _cells(unit: Unit) -> str:
    """What stands in a row beside its name, without the names of the columns."""
    return " ".join(cells(unit.quote)[1:])
