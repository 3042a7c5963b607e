"""Counts how many planted contradictions are seen, and how many look-alikes are taken for one."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal
from uuid import NAMESPACE_URL, uuid5

from pydantic import BaseModel, ConfigDict

from surefoot.core.nouns import Chunk, Passage
from surefoot.retrieval.conflicts import Conflict, find_conflict
from surefoot.retrieval.encoders import HybridEncoder, question_vectors
from surefoot.retrieval.highlights import Highlight, Highlighter
from surefoot.retrieval.question import read_question


class PlantedDocument(BaseModel):
    """A short document."""

    model_config = ConfigDict(frozen=True)

    title: str
    text: str
    valid_from: date | None


class Planted(BaseModel):
    """A question with documents that contradict each other on it, or only seem to."""

    model_config = ConfigDict(frozen=True)

    id: str
    kind: Literal["conflict", "look_alike"]
    type: str
    question: str
    documents: tuple[PlantedDocument, ...]
    sides: tuple[str, ...] = ()
    """Of a conflict: the words of each side."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What was found for one question."""

    planted: Planted
    found: Conflict | None

    @property
    def right(self) -> bool:
        """Both sides of a conflict were found; of a look-alike nothing was."""
        if self.planted.kind == "look_alike" or self.found is None:
            return (self.found is None) == (self.planted.kind == "look_alike")
        return all(any(_quotes(h, side) for h in self.found.sides) for side in self.planted.sides)


def load(path: Path) -> list[Planted]:
    """The rows of a JSON Lines file."""
    return [Planted.model_validate(json.loads(line)) for line in path.read_text("utf-8").splitlines() if line.strip()]


def look(rows: Sequence[Planted], encoder: HybridEncoder) -> list[Looked]:
    """Rank the sentences of each row's documents for its question, and look for a contradiction."""
    highlighter = Highlighter(encoder.dense, encoder.sparse.terms)
    found: list[Looked] = []
    for row in rows:
        read = read_question(row.question)
        dense = question_vectors([row.question], encoder.dense)[0].tolist()
        highlights = highlighter.rank(read, dense, [_passage(one) for one in row.documents])
        found.append(Looked(row, find_conflict(read, highlights, encoder.dense, encoder.sparse.terms)))
    return found


def _quotes(highlight: Highlight, side: str) -> bool:
    """Whether a highlight and a side share characters of their document."""
    at = highlight.unit.passage.chunk.text.find(side)
    return at >= 0 and highlight.unit.start < at + len(side) and at < highlight.unit.end


def _passage(document: PlantedDocument) -> Passage:
    name = str(uuid5(NAMESPACE_URL, f"{document.title}\n{document.text}"))
    chunk = Chunk(
        id=name,
        document_id=name,
        assistant="planted",
        title=document.title,
        version="1",
        groups=frozenset(),
        ordinal=0,
        heading_path=(),
        text=document.text,
        page=None,
        start=0,
        end=len(document.text),
        content_hash="0" * 64,
        valid_from=document.valid_from,
    )
    return Passage(chunk, 1.0)
