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
from surefoot.serving.phrases.speech import Speech, surely
from surefoot.serving.phrases.tables import Phrases

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


def answered(evidence: Evidence, speech: Speech) -> Quoted:
    """The answer in quotes; where two documents disagree it says so, and of each since when it holds.

    Quotes that are not surely an answer are introduced as probably one or as the nearest passages, those in another
    language than the asker's by a line that says in which they are. Parts of the question without an answer are named
    below them.
    """
    chosen = choose(evidence)
    disagree = speech.phrases.disagree if evidence.conflict is not None else ""
    foreign = speech.foreword(_language(chosen)) if speech.asked_in else ""
    said = (_how_surely(evidence, speech.phrases), foreign, disagree)
    quoted = _quoted(chosen, "\n\n".join(filter(None, said)), speech.phrases if disagree else None)
    return replace(quoted, text="\n\n".join((quoted.text, *unanswered(evidence, speech))))


def probable(evidence: Evidence) -> bool:
    """Whether what stands first probably answers all that is asked, though not surely."""
    judged = evidence.judgement
    return judged.probable and not judged.sure and evidence.conflict is None and not evidence.unanswered


def _how_surely(evidence: Evidence, phrases: Phrases) -> str:
    if evidence.judgement.sure or evidence.conflict is not None:
        return ""
    return phrases.probable if probable(evidence) else phrases.nearest_only


def unanswered(evidence: Evidence, speech: Speech) -> list[str]:
    """A line for each part of the question that nothing answers."""
    return [speech.phrases.unanswered_part.format(part=f"{part}?") for part in evidence.unanswered]


def _quoted(chosen: Sequence[Highlight], text: str, introducing: Phrases | None) -> Quoted:
    """The text with the quotes below it; the first two may disagree, and are then introduced in these phrases."""
    citations: list[Citation] = []
    for number, highlight in enumerate(chosen, start=1):
        if text:
            text += "\n\n"
        if introducing and number <= SIDES:
            text += f"{_introduction(highlight.unit, introducing)} "
        start = len(text)
        text += without_marks(legible(highlight.unit.shown))
        citations.append(cite(highlight.unit, (start, len(text)), highlight.score, number))
        text += f" [{number}]"
    return Quoted(text, tuple(citations))


def _introduction(unit: Unit, phrases: Phrases) -> str:
    """The document's title, and since when it holds, or else which version it is."""
    chunk = unit.passage.chunk
    since = phrases.undated.format(version=chunk.version)
    if chunk.valid_from:
        since = phrases.valid_from.format(date=chunk.valid_from.isoformat())
    return phrases.says.format(title=without_marks(legible(chunk.title)), since=since)


def _language(chosen: Sequence[Highlight]) -> str:
    """The language of the passages that are quoted, where they are surely all in the same one; else empty."""
    spoken = {surely(highlight.unit.passage.chunk.text) for highlight in chosen}
    return spoken.pop() if len(spoken) == 1 else ""


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
        self._numbers = {(c.chunk_id or c.reading, c.quote): c.number for c in taken}

    def number(self, citation: Citation) -> Citation:
        """The citation with its quote's number."""
        key = (citation.chunk_id or citation.reading, citation.quote)
        return replace(citation, number=self._numbers.setdefault(key, len(self._numbers) + 1))
