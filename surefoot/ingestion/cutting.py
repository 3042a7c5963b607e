"""Cuts Markdown into blocks, and blocks that are too long into pieces: prose by sentences, the rest by lines."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise

from surefoot.core.text.sentences import sentence_spans

Count = Callable[[str], int]
"""Gives the number of a text's tokens; texts parted by white space add up."""
_FENCE = re.compile(r"\s{0,3}(`{3,}|~{3,})")
_ITEM = re.compile(r"\s*(?:[-*+•]|\(?[0-9a-zA-Z]{1,3}[.)])\s")
_RULE = re.compile(r"\|?(?:\s*:?-+:?\s*\|)+\s*:?-*:?")
_OVERLAP = 24
"""Tokens of a sentence, at most, that two pieces of one paragraph share."""
_LONGEST_STRETCH = 6_000
"""Characters of prose that are cut at a time; the time to find sentences grows with the square."""


class Kind(Enum):
    """What a block is made of."""

    PROSE = "prose"
    LIST = "list"
    TABLE = "table"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, list, table or code block, as a half-open character span of the document's text."""

    kind: Kind
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Piece:
    """What becomes one chunk."""

    start: int
    end: int
    text: str | None = None
    """Set where it is more than the span's own text: rows of a table with the header repeated."""


def blocks(text: str, start: int, end: int) -> Iterator[Block]:
    """The blocks of a stretch of Markdown; blank lines part them, and a table parts itself from what is around it."""
    first = last = -1
    kind = Kind.PROSE
    fence = ""
    for left, right in lines(text, start, end):
        line = text[left:right]
        own = Kind.CODE if fence or _FENCE.match(line) else _kind(line, kind, fresh=first < 0)
        fence = _fence_after(fence, line)
        if first >= 0 and (own is not kind or (not line.strip() and kind is not Kind.CODE)):
            yield Block(kind, first, last)
            first = -1
        if line.strip():
            first, last, kind = (first if first >= 0 else left), right, own
        if own is Kind.CODE and not fence and first >= 0:
            yield Block(kind, first, last)
            first = -1
    if first >= 0:
        yield Block(kind, first, last)


def lines(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Spans of the lines, without their ends."""
    while start < end:
        stop = text.find("\n", start, end)
        stop = end if stop < 0 else stop
        yield start, stop
        start = stop + 1


def is_rule(line: str) -> bool:
    """Whether a line parts a pipe table's header from its rows."""
    return bool(_RULE.fullmatch(line.strip()))


def _kind(line: str, current: Kind, *, fresh: bool) -> Kind:
    if line.lstrip().startswith("|"):
        return Kind.TABLE
    if _ITEM.match(line) or (current is Kind.LIST and not fresh):
        return Kind.LIST
    return Kind.PROSE


def _fence_after(fence: str, line: str) -> str:
    found = _FENCE.match(line)
    if not fence:
        return found.group(1) if found else ""
    return "" if found and found.group(1).startswith(fence) and not line.strip().strip(fence[0]) else fence


def cut_lines(text: str, block: Block, budget: int, count: Count) -> Iterator[Piece]:
    """Pieces of whole lines, as many as fit; a line that does not fit is cut as prose."""
    first = last = -1
    used = 0
    for left, right in lines(text, block.start, block.end):
        tokens = count(text[left:right])
        if first >= 0 and used + tokens > budget:
            yield Piece(first, last)
            first, used = -1, 0
        if tokens > budget:
            yield from cut_prose(text, left, right, budget, count)
            continue
        if text[left:right].strip():
            first, last, used = (first if first >= 0 else left), right, used + tokens
    if first >= 0:
        yield Piece(first, last)


def cut_prose(text: str, start: int, end: int, budget: int, count: Count) -> Iterator[Piece]:
    """Pieces of whole sentences where these fit; a short last sentence is repeated at the start of the next piece."""
    split = _splitter(max(budget - _OVERLAP, 16), count)
    before: Piece | None = None
    for left, right in _stretches(text, start, end):
        for piece in _placed(text, left, right, split(text[left:right])):
            yield _overlapped(text, before, piece, count)
            before = piece


def _stretches(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Parts of a long paragraph, cut at a sentence's end or a space where there is one."""
    while end - start > _LONGEST_STRETCH:
        window = text[start : start + _LONGEST_STRETCH]
        cut = max(window.rfind(". "), window.rfind("\n")) + 1 or window.rfind(" ") + 1 or _LONGEST_STRETCH
        yield start, start + cut
        start += cut
    yield start, end


def _placed(text: str, start: int, end: int, found: list[str]) -> Iterator[Piece]:
    """The spans of texts that follow one another with only white space between them."""
    for piece in found:
        start = text.index(piece, start, end)
        yield Piece(start, start + len(piece))
        start += len(piece)


def _overlapped(text: str, before: Piece | None, piece: Piece, count: Count) -> Piece:
    if before is None:
        return piece
    spans = sentence_spans(text[before.start : before.end])
    if len(spans) < 2 or text[before.start + spans[-1][1] - 1] not in ".!?…":
        return piece
    start = before.start + spans[-1][0]
    return Piece(start, piece.end) if count(text[start : before.end]) <= _OVERLAP else piece


@functools.lru_cache(maxsize=64)
def _splitter(size: int, count: Count) -> Callable[[str], list[str]]:
    """LlamaIndex's sentence splitter, with our sentences and the encoder's tokens; its import takes seconds."""
    from llama_index.core.node_parser import SentenceSplitter

    def tokens(text: str) -> range:
        return range(count(text))  # the splitter asks only for their number

    parser = SentenceSplitter(chunk_size=size, chunk_overlap=0, tokenizer=tokens, chunking_tokenizer_fn=_sentences)
    return parser.split_text


def _sentences(text: str) -> list[str]:
    """The text in pieces that each begin with a sentence; joined they are the text again."""
    starts = [0, *(left for left, _ in sentence_spans(text)[1:]), len(text)]
    return [text[a:b] for a, b in pairwise(starts) if b > a]
