"""Cuts documents into chunks along their structure, each no longer than the encoder reads."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from surefoot.core.nouns import Chunk, Document
from surefoot.ingestion.cutting import Block, Count, Kind, Piece, blocks, cut_lines, cut_prose
from surefoot.ingestion.cutting_tables import cut_table
from surefoot.ingestion.errors import Unreadable
from surefoot.ingestion.limits import MOST_CHUNKS
from surefoot.ingestion.text import Placed, joined
from surefoot.retrieval.editions import CHUNK_TOKENS
from surefoot.retrieval.encoders import DenseEncoder
from surefoot.retrieval.search import encoding_context

CHUNKER = "1"
"""Changes whenever the same document would give other chunks."""
_SMALLEST_BUDGET = 48
_TINY = 40
"""Tokens of a section below which it is put together with its neighbours."""
_SMALL = 100
"""Tokens of a section above which it keeps its own chunk and heading, however tiny its neighbour is."""
_LONGEST_LEAD = 60
"""Tokens of a line that introduces a list or table and stays with it."""
_MOST_CHARACTERS = 12
"""Characters that a token stands for at most; in running text it is four or five."""
_HEADINGS_SHARE = 0.4
"""Share of what the encoder reads that title and headings may take."""


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Neighbouring sections under one heading path, taken as one."""

    path: tuple[str, ...]
    page: int | None
    heading: int
    """Where its own heading line begins."""
    start: int
    end: int


def chunked(
    document: Document, encoder: DenseEncoder, target: int = CHUNK_TOKENS, most: int = MOST_CHUNKS
) -> tuple[str, list[Chunk]]:
    """The document's text and its chunks in order; each chunk's span points into the text.

    target: tokens of a chunk's own text, at most. Nothing is lost: each word stands in a chunk, or in the headings of
    one. Tables are cut between rows. Raises Unreadable where it makes more than `most` chunks.
    """
    text, placed = joined(document.sections)
    chunks = list(islice(_cut(document, (text, placed), encoder, target), most + 1))
    if len(chunks) > most:
        raise Unreadable(
            f"It makes more than {most:,} chunks, the limit of one file. Cut it up and feed the parts; of a table, "
            "keep the columns and rows that people ask about."
        )
    return text, chunks


def recut(
    document: Document, joined_text: tuple[str, Sequence[Placed]], encoder: DenseEncoder, target: int
) -> list[Chunk]:
    """The chunks of a document whose text is there already, with the places of its sections in it."""
    return list(_cut(document, joined_text, encoder, target))


def _cut(
    document: Document, joined_text: tuple[str, Sequence[Placed]], encoder: DenseEncoder, target: int
) -> Iterator[Chunk]:
    text, placed = joined_text
    chunker = _Chunker(document.title, text, encoder, target)
    number = 0
    for stretch in chunker.stretches(placed):
        path = chunker.fitting(stretch.path)
        for piece in chunker.pieces(stretch):
            key = f"{document.content_hash}/{encoder.name}/{target}/{number}"
            yield _chunk(document, number, _Place(key, path, stretch.page), (piece, text))
            number += 1


@dataclass(frozen=True, slots=True)
class _Place:
    key: str
    """Of a document's chunks in all editions none has the same, so that a citation never leads to another text."""
    path: tuple[str, ...]
    page: int | None


def _chunk(document: Document, ordinal: int, place: _Place, content: tuple[Piece, str]) -> Chunk:
    piece, text = content
    return Chunk(
        id=str(uuid.uuid5(uuid.UUID(document.id), place.key)),
        document_id=document.id,
        assistant=document.assistant,
        title=document.title,
        version=document.version,
        groups=document.groups,
        ordinal=ordinal,
        heading_path=place.path,
        text=text[piece.start : piece.end] if piece.text is None else piece.text,
        page=place.page,
        start=piece.start,
        end=piece.end,
        content_hash=document.content_hash,
        valid_from=document.valid_from,
    )


@dataclass(frozen=True, slots=True)
class _Counter:
    """Counts tokens; a text without spaces counts by its length, because the encoder takes long words for one token."""

    encoder: DenseEncoder

    def __call__(self, text: str) -> int:
        by_length = len(text) // _MOST_CHARACTERS
        if by_length > self.encoder.max_tokens:  # too long in any case, and its exact count costs time and memory
            return by_length
        return max(self.encoder.count_tokens(text), by_length)


class _Chunker:
    """Cuts one document's text."""

    def __init__(self, title: str, text: str, encoder: DenseEncoder, target: int) -> None:
        self._target = target
        self._title = title
        self._text = text
        self._count: Count = _Counter(encoder)
        self._window = encoder.max_tokens

    def fitting(self, path: tuple[str, ...]) -> tuple[str, ...]:
        """The innermost headings that leave the encoder room for the text."""
        while path and self._context(path) > _HEADINGS_SHARE * self._window:
            path = path[1:]
        return path

    def stretches(self, placed: Sequence[Placed]) -> Iterator[_Stretch]:
        """Sections, with tiny ones put together with their neighbours under the same parent."""
        placed = [place for place in placed if place.end > place.heading]  # a page may go on with nothing
        open_: _Stretch | None = None
        for number, place in enumerate(placed):
            if place.start == place.end and _has_children(placed, number):
                continue
            own = _stretch(place)
            merged = _merged(open_, own) if open_ else None
            if open_ and merged and self._belong(open_, own, merged):
                open_ = merged
                continue
            if open_:
                yield open_
            open_ = own
        if open_:
            yield open_

    def pieces(self, stretch: _Stretch) -> Iterator[Piece]:
        """The blocks of a stretch, as many in a piece as fit; a line that introduces a list or table stays with it."""
        budget = self._budget(stretch.path)
        packed: list[Block] = []
        for block in blocks(self._text, stretch.start, stretch.end):
            if packed and self._tokens(packed[0].start, block.end) > budget:
                lead = packed[-1:] if self._leads(packed[-1], block) else []
                if rest := packed[: len(packed) - len(lead)]:
                    yield Piece(rest[0].start, rest[-1].end)
                packed = lead
            if self._tokens((packed or [block])[0].start, block.end) <= budget:
                packed.append(block)
            else:
                yield from self._cut(packed, block, budget)
                packed = []
        if packed:
            yield Piece(packed[0].start, packed[-1].end)

    def _cut(self, lead: Sequence[Block], block: Block, budget: int) -> Iterator[Piece]:
        """A block that does not fit, in pieces; what introduces it goes with the first."""
        room = budget - (self._tokens(lead[0].start, lead[-1].end) if lead else 0)
        if block.kind is Kind.TABLE:
            found = list(cut_table(self._text, block, room, self._count))
        elif block.kind is Kind.PROSE:
            found = list(cut_prose(self._text, block.start, block.end, room, self._count))
        else:
            found = list(cut_lines(self._text, block, room, self._count))
        if lead and found and found[0].text is None:
            found[0] = Piece(lead[0].start, found[0].end)
        elif lead:
            found.insert(0, Piece(lead[0].start, lead[-1].end))
        yield from found

    def _leads(self, block: Block, following: Block) -> bool:
        """Whether a block is a heading, or a short line that introduces the list or table that follows."""
        text = self._text[block.start : block.end]
        introduces = text.endswith(":") and following.kind in (Kind.LIST, Kind.TABLE)
        return (text.startswith("#") or introduces) and self._count(text) <= _LONGEST_LEAD

    def _belong(self, open_: _Stretch, own: _Stretch, merged: _Stretch) -> bool:
        """Whether one of two neighbours is tiny and both fit into one chunk."""
        smaller, larger = sorted((self._tokens(open_.start, open_.end), self._tokens(own.start, own.end)))
        together = self._tokens(merged.start, merged.end)
        return smaller < _TINY and larger < _SMALL and together <= self._budget(merged.path)

    def _budget(self, path: tuple[str, ...]) -> int:
        """Tokens of a chunk's own text under a heading path."""
        return max(min(self._target, self._window - self._context(self.fitting(path))), _SMALLEST_BUDGET)

    def _context(self, path: tuple[str, ...]) -> int:
        return self._count(encoding_context(self._title, path))

    def _tokens(self, start: int, end: int) -> int:
        return self._count(self._text[start:end])


def _has_children(placed: Sequence[Placed], number: int) -> bool:
    """Whether the next section stands under this one's heading, whose words its path then holds."""
    path = placed[number].section.heading_path
    following = placed[number + 1].section.heading_path if number + 1 < len(placed) else ()
    return following[: len(path)] == path


def _stretch(place: Placed) -> _Stretch:
    section = place.section
    start = place.start if section.text else place.heading  # a heading without text is its own text
    return _Stretch(section.heading_path, section.page, place.heading, start, place.end)


def _merged(a: _Stretch, b: _Stretch) -> _Stretch | None:
    """Two neighbours under the path that they share; None where one is not under the other's parent."""
    if a.page != b.page:
        return None
    if b.path == a.path or b.path[:-1] == a.path:
        return _Stretch(a.path, a.page, a.heading, a.start, b.end)
    if a.path and b.path and a.path[:-1] == b.path[:-1]:
        return _Stretch(a.path[:-1], a.page, a.heading, a.heading, b.end)
    return None
