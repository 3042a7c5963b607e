"""Collects how an answer is being made, and writes it down as ids, scores and reasons."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace

from surefoot.core.nouns import Asker, Citation, Passage
from surefoot.core.provenance import (
    Claimed,
    Considered,
    Decision,
    Found,
    LeftOut,
    Place,
    Provenance,
)
from surefoot.retrieval import answerability
from surefoot.retrieval.evidence import Evidence
from surefoot.retrieval.highlights import Highlight
from surefoot.retrieval.units import Unit
from surefoot.serving.packing import FAINT
from surefoot.serving.probing import ODDS
from surefoot.serving.quotes import NEAR

CONFIRMED, FIRST, ALONE, DECEPTIVE = "confirmed", "first", "alone", "deceptive"
"""Names of the model's log odds and of the chance that what stands first answers, in the record of an answer; missing
where no model was asked, or no checker read it."""
CONSIDERED = 12
"""Sentences that are written down beside those that are used."""


@dataclass(slots=True)
class Making:
    """What is known so far of how an answer is made."""

    asker: Asker
    mode: str
    history: tuple[tuple[str, str], ...] = ()
    evidence: Evidence | None = None
    language: str = ""
    """Of a question that was put into the documents' language before it was searched (ISO 639-1); else empty."""
    read: Sequence[Unit] = ()
    """What the model reads, in its order; empty where none is asked."""
    instructing: Sequence[Highlight] = ()
    """Sentences that were left out because they tell the assistant what to do, likeliest first."""
    claims: list[Claimed] = field(default_factory=list[Claimed])

    def claimed(self, text: str, units: Sequence[Unit], reason: str) -> None:
        """Note a sentence of the model with the verdict on it."""
        self.claims.append(Claimed(text, not reason, reason, tuple(place_of(unit) for unit in units)))

    @property
    def told(self) -> tuple[str, ...]:
        """Titles of documents with a sentence that would have mattered, had it not told the assistant what to do."""
        best = max((h.score for h in self.evidence.highlights), default=0.0) if self.evidence else 0.0
        return tuple(dict.fromkeys(h.unit.passage.chunk.title for h in self.instructing if h.score >= FAINT * best))

    def provenance(self, citations: Sequence[Citation]) -> Provenance | None:
        """How the answer with these citations was made; None before evidence was looked for."""
        evidence = self.evidence
        if evidence is None:
            return None
        return Provenance(
            understood=replace(evidence.understood, language=self.language),
            mode=self.mode,
            groups=tuple(sorted(self.asker.groups)),
            edition=evidence.edition,
            encode_ms=round(evidence.encode_ms, 2),
            search_ms=round(evidence.search_ms, 2),
            found=_found(evidence.passages),
            considered=(
                *_considered(evidence, self.read, citations),
                *map(_instructing, self.instructing[:CONSIDERED]),
            ),
            decision=_decision(evidence),
            claims=tuple(self.claims),
            history=self.history,
        )


def place_of(unit: Unit) -> Place:
    """Where a unit stands."""
    chunk = unit.passage.chunk
    return Place(chunk.document_id, chunk.id, unit.start, unit.end)


def _found(passages: Sequence[Passage]) -> tuple[Found, ...]:
    by_score = sorted(passages, key=lambda p: (-p.score, p.chunk.id))
    ranks = {passage.chunk.id: rank for rank, passage in enumerate(by_score, start=1)}
    return tuple(
        Found(p.chunk.document_id, p.chunk.id, round(p.score, 7), ranks[p.chunk.id], p.chunk.ordinal) for p in passages
    )


def _decision(evidence: Evidence) -> Decision:
    judged = evidence.judgement
    return Decision(
        chance=round(judged.chance, 4),
        enough_from=judged.enough_from,
        sure_from=judged.sure_from,
        enough=judged.enough,
        on_topic=judged.on_topic,
        features=(
            *zip(answerability.FEATURES, (round(x, 4) for x in judged.features), strict=False),
            *zip(ODDS, (round(odds, 4) for odds in judged.said or ()), strict=False),
            *_only(CONFIRMED, judged.confirmed),
            *_only(FIRST, judged.first),
            *_only(ALONE, judged.alone),
            *_only(DECEPTIVE, 1.0 if judged.deceptive else None),
        ),
        missing=judged.missing,
        probable_from=judged.probable_from,
    )


def _only(name: str, value: float | None) -> Iterator[tuple[str, float]]:
    if value is not None:
        yield name, round(value, 4)


def _considered(evidence: Evidence, read: Sequence[Unit], citations: Sequence[Citation]) -> tuple[Considered, ...]:
    """The likeliest sentences, and of the others those that are cited or were read."""
    uses = _Uses({(c.chunk_id, c.quote) for c in citations}, {place_of(unit) for unit in read}, evidence)
    likeliest = evidence.highlights[:CONSIDERED]
    others = [h for h in evidence.highlights[CONSIDERED:] if uses.cites(h) or uses.was_read(h)]
    return tuple(uses.of(highlight) for highlight in (*likeliest, *others))


def _instructing(highlight: Highlight) -> Considered:
    """A sentence that tells the assistant what to do."""
    return Considered(
        place=place_of(highlight.unit),
        score=round(highlight.score, 4),
        cosine=round(highlight.cosine, 4),
        coverage=round(highlight.coverage, 4),
        cited=False,
        read=False,
        left_out=LeftOut.INSTRUCTION,
    )


class _Uses:
    """Which sentences were used, and why the others were not."""

    def __init__(self, cited: Collection[tuple[str, str]], read: Collection[Place], evidence: Evidence) -> None:
        self._cited = cited
        self._read = read
        self._enough = evidence.judgement.enough
        self._said = {_folded(h) for h in evidence.highlights if self.cites(h)}
        best = max((h.score for h in evidence.highlights), default=0.0)
        self._faint = (FAINT if read else NEAR) * best

    def cites(self, highlight: Highlight) -> bool:
        """Whether the answer cites it."""
        return (highlight.unit.passage.chunk.id, highlight.unit.quote) in self._cited

    def was_read(self, highlight: Highlight) -> bool:
        """Whether the model read it."""
        return place_of(highlight.unit) in self._read

    def of(self, highlight: Highlight) -> Considered:
        """What became of a sentence."""
        cited = self.cites(highlight)
        return Considered(
            place=place_of(highlight.unit),
            score=round(highlight.score, 4),
            cosine=round(highlight.cosine, 4),
            coverage=round(highlight.coverage, 4),
            cited=cited,
            read=self.was_read(highlight),
            left_out=None if cited else self._left_out(highlight),
        )

    def _left_out(self, highlight: Highlight) -> LeftOut:
        if not self._enough:
            return LeftOut.NOT_ENOUGH
        if _folded(highlight) in self._said:
            return LeftOut.REPEATED
        if self.was_read(highlight):
            return LeftOut.UNUSED
        if highlight.score < self._faint:
            return LeftOut.FAINT
        return LeftOut.BUDGET if self._read else LeftOut.UNUSED


def _folded(highlight: Highlight) -> str:
    return " ".join(highlight.unit.quote.lower().split())
