"""Small encoded chunks for tests of the index."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from surefoot.core.nouns import Asker, Chunk, Encoding, Passage
from surefoot.retrieval.bm25 import Bm25
from surefoot.retrieval.index.port import EncodedChunk, Scope

DIMENSION = 4
ANN = Asker("ann", frozenset({"staff"}))
FLEET = Scope("fleet")
_WORDS = Bm25(average_length=5)
NORTH = (1.0, 0.0, 0.0, 0.0)
EAST = (0.0, 1.0, 0.0, 0.0)


def an_id(name: object) -> str:
    """A UUID that is always the same for the same name."""
    return str(uuid5(NAMESPACE_URL, f"chunk {name}"))


def a_passage(text: str, document: str = "manual", meaning: tuple[float, ...] = NORTH, **fields: Any) -> EncodedChunk:
    """A chunk of the fleet's documents that staff may see, with its vectors; `fields` replace the chunk's."""
    chunk = Chunk(
        id=an_id(f"{document} {text}"),
        document_id=document,
        assistant="fleet",
        title="Brake manual",
        version="2",
        groups=frozenset({"staff"}),
        ordinal=0,
        heading_path=("Brakes", "Pads"),
        text=text,
        page=3,
        start=10,
        end=10 + len(text),
        content_hash="ab" * 32,
        valid_from=date(2026, 1, 31),
    )
    return EncodedChunk(replace(chunk, **fields), Encoding(meaning, *_WORDS.document(text)))


def asked(text: str, meaning: tuple[float, ...] = NORTH) -> Encoding:
    """An encoded question."""
    return Encoding(meaning, *_WORDS.question(text))


def texts(found: Iterable[Passage | Chunk]) -> list[str]:
    """The texts of passages or chunks."""
    return [(one.chunk if isinstance(one, Passage) else one).text for one in found]
