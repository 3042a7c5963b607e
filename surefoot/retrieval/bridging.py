"""Takes the step in between: from the code that a question names to what the row of that code calls by name."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from surefoot.retrieval.highlights import Highlight
from surefoot.retrieval.question import QuestionRead
from surefoot.retrieval.units import Unit

LOOKED_AT = 30
"""Highlights among which the row of a code is looked for."""
MOST_NAMES = 8
"""Names of a row that are tried."""
LONGEST = 4
"""Words of a cell that names something; longer ones describe."""
_NAME = re.compile(r"[A-Z][\w-]*(?: [\w-]+)*")
_FIGURES = re.compile(r"^[\d\W]+$|^\d{4}-\d\d")


@dataclass(frozen=True, slots=True)
class Bridge:
    """A row that says what a code of the question stands for."""

    row: Highlight
    code: str
    """Its first cell."""
    names: tuple[str, ...]
    """Its other cells that name something, in their order."""
    question: str
    """As it was asked, with the code in it."""

    @property
    def asked(self) -> str:
        """The question with the names of the row in place of the code."""
        return self.asked_of(" ".join(self.names))

    def asked_of(self, name: str) -> str:
        """The question with this name in place of the code."""
        return re.sub(rf"\b{re.escape(self.code)}\b", lambda _: name, self.question, flags=re.IGNORECASE)


def bridge(question: QuestionRead, highlights: Iterable[Highlight]) -> Bridge | None:
    """The bridge over the best row whose first cell is a code of the question; None where there is none."""
    for highlight in list(highlights)[:LOOKED_AT]:
        key, names = _key_and_names(highlight.unit)
        if key.lower() in question.codes and names:
            return Bridge(highlight, key, tuple(names), question.text)
    return None


def _key_and_names(unit: Unit) -> tuple[str, list[str]]:
    """A row's first cell, and its other cells that name something; two blanks for what is no row."""
    if not unit.is_row or " — " not in unit.shown:
        return "", []
    key, _, rest = unit.shown.partition(" — ")
    cells = [cell.partition(": ")[2] or cell for cell in rest.split("; ")]
    return key, [cell for cell in cells if _names(cell)][:MOST_NAMES]


def _names(cell: str) -> bool:
    return bool(_NAME.fullmatch(cell)) and not _FIGURES.match(cell) and len(cell.split()) <= LONGEST
