"""Cuts passages into units that can be quoted: sentences, list items and table rows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby

from surefoot.core.nouns import Passage
from surefoot.core.text.sentences import sentence_spans

_ITEM = re.compile(r"\s*(?:[-*•]|\d{1,2}[.)])\s+")
_RULE = re.compile(r"[\s:|-]+")
_FIGURE = re.compile(r"^\s*(?:#{1,6}\s|```|---+\s*$)")
_CLOSING = " \t\n\"')]*_\N{RIGHT SINGLE QUOTATION MARK}\N{RIGHT DOUBLE QUOTATION MARK}\N{LEFT DOUBLE QUOTATION MARK}"
_QUESTION = re.compile(r"[?\N{FULLWIDTH QUESTION MARK}][\"'\u2019\u201d)\]]{0,3}(?=[\s;]|$)")
"""The end of a question, and not of a column's name ("Allowed?: yes")."""
SHORTEST = 12
"""Characters below which a piece of prose says nothing by itself."""


@dataclass(frozen=True, slots=True)
class Unit:
    """The smallest piece of a passage that can be quoted."""

    passage: Passage
    start: int
    end: int
    """Half-open character span in the passage's text."""
    shown: str
    """The piece as people read it: no list mark, a table row with the names of its columns."""
    context: str
    """What it stands under: the line that introduces a list, the names of a table's columns."""
    is_row: bool = False

    @property
    def quote(self) -> str:
        """The piece, verbatim from the passage."""
        return self.passage.chunk.text[self.start : self.end]

    @property
    def heading(self) -> str:
        """Title and headings above it."""
        chunk = self.passage.chunk
        return " > ".join((chunk.title, *(h for h in chunk.heading_path if h != chunk.title)))

    @property
    def asks(self) -> bool:
        """Whether it is a question alone, and answers nothing, unlike an item of a list of questions."""
        return not self.context and self.shown.rstrip(_CLOSING).endswith(("?", "\N{FULLWIDTH QUESTION MARK}"))

    @property
    def follows_question(self) -> bool:
        """Whether a question stands in it or above it: then it reads like an answer, whatever it says."""
        chunk = self.passage.chunk
        told = (chunk.title, *chunk.heading_path, self.shown, "" if self.is_row else self.context)
        return any(_QUESTION.search(text) for text in told)


def units(passages: Iterable[Passage]) -> list[Unit]:
    """All units of the passages, in their order; the same text twice counts once."""
    found: list[Unit] = []
    seen: set[str] = set()
    for passage in passages:
        for unit in _of_passage(passage):
            key = f"{passage.chunk.document_id}{' '.join(unit.quote.split()).lower()}"
            if key not in seen:
                seen.add(key)
                found.append(unit)
    return found


def _of_passage(passage: Passage) -> Iterator[Unit]:
    """Sentences of each run of prose, list items under the line that introduces them, rows under their columns.

    A question is one piece with the sentence behind it, as in "How long does it take? Five days."
    """
    text = passage.chunk.text
    lead = ""
    question: Unit | None = None
    for kind, lines in groupby(_lines(text), key=lambda span: _kind(text[slice(*span)])):
        spans = list(lines)
        start, end = spans[0][0], spans[-1][1]
        if kind == "prose":
            lead = text[start:end]
            sentences = list(_sentences(passage, question.start if question else start, end))
            question = sentences.pop() if sentences and sentences[-1].asks else None
            yield from sentences
        elif question and text[start:end].strip():
            yield question
            question = None
        if kind == "item":
            for start, end in spans:
                yield from _item(passage, start, end, lead)
        elif kind == "row":
            columns = cells(text[slice(*spans[0])])
            yield from (_row(passage, span, columns) for span in spans[1:] if not _RULE.fullmatch(text[slice(*span)]))
    if question:
        yield question


def _kind(line: str) -> str:
    if line.lstrip().startswith("|"):
        return "row"
    if _ITEM.match(line):
        return "item"
    return "prose" if line.strip() and not _FIGURE.match(line) else "gap"


def _lines(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for line in text.splitlines(keepends=True):
        yield start, start + len(line.rstrip("\r\n"))
        start += len(line)


def _sentences(passage: Passage, start: int, end: int) -> Iterator[Unit]:
    text = passage.chunk.text[start:end]
    question: Unit | None = None
    for left, right in sentence_spans(text):
        unit = Unit(passage, start + left, start + right, _clean(text[left:right]), "")
        if question and not unit.asks:
            both = passage.chunk.text[question.start : unit.end]
            unit, question = replace(unit, start=question.start, shown=_clean(both)), None
        if question:
            yield question
        question = unit if unit.asks else None
        if not question and unit.end - unit.start >= SHORTEST:
            yield unit
    if question:
        yield question


def _item(passage: Passage, start: int, end: int, lead: str) -> Iterator[Unit]:
    line = passage.chunk.text[start:end]
    mark = _ITEM.match(line)
    start += mark.end() if mark else 0
    if shown := _clean(passage.chunk.text[start:end]):
        introduction = _clean(lead) if lead.rstrip().endswith((":", "?")) else ""
        yield Unit(passage, start, end, shown, introduction[-200:])


def _row(passage: Passage, span: tuple[int, int], columns: list[str]) -> Unit:
    held = cells(passage.chunk.text[span[0] : span[1]])
    named = [
        f"{name}: {cell}" if name and number else cell
        for number, (name, cell) in enumerate(zip(columns, held, strict=False))
        if cell
    ]
    shown = f"{named[0]} — {'; '.join(named[1:])}" if len(named) > 1 else "".join(named)
    return Unit(passage, span[0], span[1], shown, " | ".join(columns), is_row=True)


def cells(line: str) -> list[str]:
    """What stands in a table row, as people read it."""
    inner = line.strip().removeprefix("|").removesuffix("|")
    return [_clean(cell.replace("\\|", "|")) for cell in re.split(r"(?<!\\)\|", inner)]


def _clean(text: str) -> str:
    """Folded white space, without Markdown's marks for bold, code and links."""
    text = re.sub(r"(\*\*|__)(?![_\s])(.+?)\1", r"\2", text)
    text = re.sub(r"`([^`]+)`", r"\1", text)
    text = re.sub(r"\[([^\]]+)\]\([^)\s]+\)", r"\1", text)
    return " ".join(text.split())
