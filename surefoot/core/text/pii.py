"""Finds personal data in texts: names, addresses, and numbers that identify or reach a person."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence

from surefoot.core.text.pii_addresses import addresses
from surefoot.core.text.pii_engine import common_words, engine
from surefoot.core.text.pii_patterns import shaped
from surefoot.core.text.pii_persons import Names
from surefoot.core.text.pii_phones import phones
from surefoot.core.text.pii_recurring import known, recurring
from surefoot.core.text.pii_spans import ALL_KINDS, PiiKind, PiiSpan

__all__ = ["ALL_KINDS", "PiiKind", "PiiSpan", "find", "find_in_document"]

_PIECE = 8_000
"""Characters that are searched at once; memory does not grow with the text."""
_LONGEST_LINE = 2_000
"""Characters of a line that the model sees at once."""
_FINER = "\n\n", "\n", ". ", " "
_IDENTITY = re.compile(
    r"\b(?:dni|nif|nie|nino|ni number|national insurance|henkil[öo]tunnus|hetu|codice fiscale|"
    r"identity (?:number|code|card)|"
    r"(?:personal|national) id(?:entity|entification)?\b)",
    re.IGNORECASE,
)


def find(text: str, kinds: frozenset[PiiKind] | None = None) -> list[PiiSpan]:
    """Personal data of these kinds (all where None) in `text`: spans that do not overlap, in order.

    Patterns work in any language; names are found in English text, elsewhere where the given name is a common one.
    A span never holds the '|' between two cells of a table. Safe to call from many threads.
    """
    return find_in_document([text], kinds)[0]


def find_in_document(texts: Sequence[str], kinds: frozenset[PiiKind] | None = None) -> list[list[PiiSpan]]:
    """The same for the parts of one document.

    What is found in one part is known in the others, a person by the family name alone too.
    """
    wanted = ALL_KINDS if kinds is None else kinds
    found = [[span for span in _in_pieces(text, wanted) if span.kind in wanted] for text in texts]
    values = {
        text[span.start : span.end]: span.kind for text, spans in zip(texts, found, strict=True) for span in spans
    }
    if not values:
        return found
    index = known(values)
    return [_apart([*spans, *recurring(text, index)]) for text, spans in zip(texts, found, strict=True)]


def _in_pieces(text: str, wanted: frozenset[PiiKind]) -> Iterator[PiiSpan]:
    start = 0
    while start < len(text):
        end = _piece_end(text, start)
        piece = text[start:end]
        spans = (cut for span in _in_piece(piece, wanted) for cut in _within_cell(piece, span))
        yield from (span.moved(start) for span in _apart(spans))
        start = end


def _piece_end(text: str, start: int) -> int:
    """The end of the last paragraph, line, sentence or word that fits: what stands together is searched together."""
    if len(text) - start <= _PIECE:
        return len(text)
    for mark in _FINER:
        place = text.rfind(mark, start + _PIECE // 2, start + _PIECE)
        if place >= 0:
            return place + len(mark)
    return start + _PIECE


def _in_piece(piece: str, wanted: frozenset[PiiKind]) -> Iterator[PiiSpan]:
    yield from shaped(piece)
    if PiiKind.PHONE in wanted:
        yield from phones(piece)
    streets = list(addresses(piece)) if wanted & {PiiKind.ADDRESS, PiiKind.PERSON} else []
    yield from streets
    if PiiKind.PERSON in wanted:
        yield from Names(_ask, _is_common).find(piece, streets)
    if PiiKind.NATIONAL_ID in wanted:
        for hint in _IDENTITY.finditer(piece):
            after = piece[hint.end() : hint.end() + 60].split("\n", maxsplit=1)[0]
            yield from (span.moved(hint.end()) for span in engine().analyse(after) if span.kind is PiiKind.NATIONAL_ID)


def _ask(line: str) -> Iterator[PiiSpan]:
    for start in range(0, len(line), _LONGEST_LINE):
        yield from (span.moved(start) for span in engine().analyse(line[start : start + _LONGEST_LINE]))


def _is_common(word: str) -> bool:
    return word in common_words()


def _within_cell(piece: str, span: PiiSpan) -> Iterator[PiiSpan]:
    inside = piece[span.start : span.end]
    if not re.search(r"(?<!\\)\|", inside):
        yield span


def _apart(spans: Iterable[PiiSpan]) -> list[PiiSpan]:
    """Of spans that overlap the surest stays, of equally sure ones the longest."""
    kept: list[PiiSpan] = []
    for span in sorted(spans, key=lambda one: (-one.score, one.start - one.end, one.start)):
        place = bisect_left(kept, span.start, key=lambda one: one.start)
        after_last = place == 0 or kept[place - 1].end <= span.start
        before_next = place == len(kept) or span.end <= kept[place].start
        if span.end > span.start and after_last and before_next:
            kept.insert(place, span)
    return kept
