"""Chooses the highlights that answer a question, and words an answer out of quotes alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from surefoot.core.nouns import Citation
from surefoot.retrieval.evidence import Evidence
from surefoot.retrieval.highlights import Highlight
from surefoot.retrieval.units import Unit
from surefoot.serving.guards.fences import without_marks
from surefoot.serving.guards.legible import legible

MOST = 3
"""Quotes in an answer."""
SIDES = 2
"""Of a conflict."""
NEAR = 0.55
"""A further quote's score relative to the best one's."""


@dataclass(frozen=True, slots=True)
class Quoted:
    """Text made of quotes, with the citations that span them."""

    text: str
    citations: tuple[Citation, ...]


def choose(evidence: Evidence) -> list[Highlight]:
    """Both sides of a conflict, or the best highlight of each part asked, then those nearly as good; at most MOST."""
    first = list(evidence.conflict.sides if evidence.conflict else evidence.highlights[: evidence.leads])
    best = max((h.score for h in evidence.highlights[:MOST]), default=0.0)
    near = [h for h in evidence.highlights[:MOST] if h not in first and h.score >= NEAR * best]
    return (first + near)[:MOST]


def answered(evidence: Evidence) -> Quoted:
    """The answer in quotes; where two documents disagree it says so, and of each since when it holds."""
    return quoted(choose(evidence), disagree=evidence.conflict is not None)


def quoted(chosen: Sequence[Highlight], *, disagree: bool = False) -> Quoted:
    """An answer that says nothing but what the documents say; the first two may disagree, and are then introduced."""
    text = "The documents disagree." if disagree else ""
    citations: list[Citation] = []
    for number, highlight in enumerate(chosen, start=1):
        if text:
            text += "\n\n"
        if disagree and number <= SIDES:
            text += f"{_named(highlight.unit)} says: "
        start = len(text)
        text += without_marks(legible(highlight.unit.shown))
        citations.append(cite(highlight.unit, (start, len(text)), highlight.score, number))
        text += f" [{number}]"
    return Quoted(text, tuple(citations))


def _named(unit: Unit) -> str:
    """The document's title, and since when it holds, or else which version it is."""
    chunk = unit.passage.chunk
    since = f"valid from {chunk.valid_from.isoformat()}" if chunk.valid_from else f"version {chunk.version}, undated"
    return f"{without_marks(legible(chunk.title))} ({since})"


def cite(unit: Unit, span: tuple[int, int], score: float, number: int) -> Citation:
    """Tie a span of the answer to a unit."""
    chunk = unit.passage.chunk
    return Citation(
        start=span[0],
        end=span[1],
        document_id=chunk.document_id,
        title=chunk.title,
        page=chunk.page,
        quote=unit.quote,
        score=round(score, 4),
        chunk_id=chunk.id,
        heading_path=chunk.heading_path,
        version=chunk.version,
        superseded=chunk.superseded,
        number=number,
    )


class Numbering:
    """Gives each quote one number, in the order in which quotes are first cited."""

    def __init__(self, taken: Sequence[Citation] = ()) -> None:
        self._numbers = {(c.chunk_id, c.quote): c.number for c in taken}

    def number(self, citation: Citation) -> Citation:
        """The citation with its quote's number."""
        key = (citation.chunk_id, citation.quote)
        return replace(citation, number=self._numbers.setdefault(key, len(self._numbers) + 1))
