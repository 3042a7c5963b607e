"""Turns the lines of a PDF's pages into headings, paragraphs, lists and tables."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from surefoot.ingestion.readers.outline import Outline
from surefoot.ingestion.readers.pdf_headings import Headings
from surefoot.ingestion.readers.pdf_lines import Item, Line, reading_order
from surefoot.ingestion.readers.pdf_page import SOFT_HYPHEN, PageParts
from surefoot.ingestion.readers.pdf_rules import Table
from surefoot.ingestion.readers.pipes import pipe_table

_MARGIN = 0.08
"""Share of a page's height at its top and foot in which running titles and page numbers stand."""
_REPEATED_ON = 3
"""Pages on which a line must stand in the margin to be a running title."""
_PAGE_NUMBER = re.compile(
    r"(?:page|seite|s\.|p\.)?\s*[-–]?\s*\d{1,5}\s*[-–]?(?:\s*(?:of|von|/)\s*\d{1,5})?", re.IGNORECASE
)
_BULLET = re.compile(r"(?:[•◦▪▫●○■□‣⁃·∙➢➤✓✔\ue000-\uf8ff]|[-–—*](?=\s))\s*")
_NUMBER = re.compile(r"(?:\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)]|\d{1,2}(?:\.\d{1,2}){1,3}\.?)\s+\S")
_LABEL = re.compile(r"[A-Z#][\w /#&().-]{1,30}:\s+\S")
"""A field of a form; two below one another are not one sentence."""
_ENDS = (".", "!", "?", ":", ";", "…")


@dataclass(frozen=True, slots=True)
class Page:
    """What stands on a page, in reading order."""

    items: tuple[Item, ...]
    height: float


def laid_out(parts: PageParts) -> Page:
    """A page's lines and tables in reading order, set upright."""
    upright = parts.upright()
    return Page(tuple(reading_order(upright)), upright.height)


def outlined(pages: Sequence[Page]) -> Outline:
    """Headings by the look of letters, paragraphs by the distance of lines; a section begins on each page."""
    pages = _without_running_titles(pages)
    headings = Headings([item for page in pages for item in page.items if isinstance(item, Line)])
    outline = Outline()
    header: tuple[str, ...] = ()
    for number, page in enumerate(pages, start=1):
        outline.turn_page(number)
        items = _continued(page.items, header)
        for level, block in _blocks(items, headings, (1 - _MARGIN) * page.height):
            if level:
                outline.heading(level, block)
            else:
                outline.block(block)
        last = items[-1] if items else None
        header = last.rows[0] if isinstance(last, Table) else ()
    return outline


def _continued(items: Sequence[Item], header: tuple[str, ...]) -> list[Item]:
    """A table that begins a page and has the columns of the one that ended the last page goes on under its header."""
    found = list(items)
    first = found[0] if found else None
    if isinstance(first, Table) and header and len(first.rows[0]) == len(header) and first.rows[0] != header:
        found[0] = replace(first, rows=(header, *first.rows))
    return found


def _blocks(items: Sequence[Item], headings: Headings, foot: float) -> Iterator[tuple[int, str]]:
    """Heading level, or 0, and text of each block; nothing in the page's foot is a heading."""
    lines: list[Line] = []
    for item in items:
        if isinstance(item, Line):
            lines.append(item)
            continue
        yield from _text_blocks(lines, headings, foot)
        lines = []
        yield 0, pipe_table(item.rows)
    yield from _text_blocks(lines, headings, foot)


def _text_blocks(lines: Sequence[Line], headings: Headings, foot: float) -> Iterator[tuple[int, str]]:
    listed: list[str] = []
    for paragraph in _paragraphs(lines, headings):
        text = joined(paragraph)
        level = headings.level(paragraph) if paragraph[0].box.middle[1] < foot else 0
        if not level and _is_item(paragraph[0]):
            listed.append(_BULLET.sub("- ", text, count=1))
            continue
        if listed:
            yield 0, "\n".join(listed)
            listed = []
        yield level, text
    if listed:
        yield 0, "\n".join(listed)


def _is_item(line: Line) -> bool:
    return bool(_BULLET.match(line.text) or _NUMBER.match(line.text))


def _paragraphs(lines: Sequence[Line], headings: Headings) -> Iterator[list[Line]]:
    usual = _usual_pitch(lines)
    paragraph: list[Line] = []
    for line in lines:
        if paragraph and _begins(paragraph, line, usual, headings):
            yield paragraph
            paragraph = []
        paragraph.append(line)
    if paragraph:
        yield paragraph


def _usual_pitch(lines: Sequence[Line]) -> float:
    """The usual distance of two lines, in font sizes; 1.2 where there is nothing to measure."""
    pitches = [(b.box.bottom - a.box.bottom) / b.size for a, b in pairwise(lines) if a.size == b.size and b.size > 0]
    near = [pitch for pitch in pitches if 0.8 < pitch < 2.5]
    return median(near) if near else 1.2


def _begins(paragraph: Sequence[Line], line: Line, usual: float, headings: Headings) -> bool:
    """Whether a line begins a new paragraph."""
    last = paragraph[-1]
    if _is_item(line) or headings.part(last, line) or (_LABEL.match(last.text) and _LABEL.match(line.text)):
        return True
    step = (line.box.bottom - last.box.bottom) / max(line.size, 1.0)
    if step < 0.5:  # the next column, or the same height again
        return last.text.endswith(_ENDS) or line.parts > 1 or step > -2
    if step > max(1.3 * usual, usual + 0.35):
        return True
    return line.parts > 1 or last.parts > 1 or _is_short_end(paragraph, line)


def _is_short_end(paragraph: Sequence[Line], line: Line) -> bool:
    """Whether the last line ended a sentence well before the margin, or the new one is set in."""
    last = paragraph[-1]
    right = max(other.box.x1 for other in (*paragraph, line))
    left = min(other.box.x0 for other in paragraph)
    short = last.box.x1 < right - 6 * last.size
    indented = line.box.x0 > left + 0.7 * line.size and len(paragraph) > 1 and not _is_item(paragraph[0])
    return last.text.endswith(_ENDS) and (short or indented)


def joined(lines: Sequence[Line]) -> str:
    """The text of a paragraph; words that a line's end parts are put together again."""
    text = lines[0].text
    for line in lines[1:]:
        if text.endswith(SOFT_HYPHEN):
            syllables = text[-2:-1].islower() and line.text[:1].islower()
            text = text[:-1] + ("" if syllables else "-") + line.text
        elif re.search(r"\w[-–]$", text):
            text += line.text
        else:
            text = f"{text} {line.text}"
    return text.replace(SOFT_HYPHEN, "-" if text.endswith(SOFT_HYPHEN) else "")


def _without_running_titles(pages: Sequence[Page]) -> list[Page]:
    """Pages without page numbers and repeated margin lines, which stay on the first page that has them."""
    margins = [[line for line in page.items if _in_margin(line, page)] for page in pages]
    counts = Counter(text for number, lines in enumerate(margins, 1) for text in {_folded(n, number) for n in lines})
    seen: set[str] = set()
    kept: list[Page] = []
    for number, (page, margin) in enumerate(zip(pages, margins, strict=True), start=1):
        dropped: set[int] = set()
        if len(margin) < len(page.items):
            dropped = {id(line) for line in margin if _is_running(_folded(line, number), counts, seen)}
        seen |= {_folded(line, number) for line in margin}
        kept.append(replace(page, items=tuple(item for item in page.items if id(item) not in dropped)))
    return kept


def _in_margin(item: Item, page: Page) -> bool:
    middle = item.box.middle[1]
    return isinstance(item, Line) and not _MARGIN * page.height < middle < (1 - _MARGIN) * page.height


def _folded(item: Item, number: int) -> str:
    """A margin line's text with the page's own number left out."""
    text = item.text if isinstance(item, Line) else ""
    return "" if _PAGE_NUMBER.fullmatch(text) else re.sub(rf"(?<![\w.,]){number}(?![\w.,])", "#", text)


def _is_running(text: str, counts: Counter[str], seen: set[str]) -> bool:
    return not text or (text in seen and counts[text] >= _REPEATED_ON)
