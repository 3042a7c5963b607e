"""Finds running headers, footers and page numbers: lines at the edge of a page that come again on other pages."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from surefoot.core.nouns import Section
from surefoot.ingestion.quality.ledger import Ledger
from surefoot.ingestion.quality.lines import Line
from surefoot.ingestion.quality.words import is_row

_FEWEST_PAGES = 3
_SHARE = 0.6
"""Of the pages between a line's first and last one that must bear it; for left or right pages, of every other page."""
_LONGEST = 120
_NUMBER = re.compile(r"\d+")
_PAGE_WORDS = r"page|pages|seite|seiten|página|pagina|pág|pag|blatt|folio|стр|sheet|p"
_NAMES_PAGE = re.compile(rf"\b(?:{_PAGE_WORDS})\b|第|页|頁|\|\s*#\s*$|^\s*#\s*\||[–—·•]\s*#\s*$|^\s*#\s*[–—·•]")
"""How a line with words tells that its number is the page's; else a growing number is a chapter, a year, a step."""
_ONLY_NUMBER = re.compile(rf"(?:[\s#|/()\[\].–—·•-]|\b(?:{_PAGE_WORDS}|of|von|de|di|sur|aus)\b|第|页|頁|共)*")
_FARTHEST = 100
"""Most that a lone number may differ from the page's place in the file; years differ by more."""
_ITEM = re.compile(r"(?:[-*•]|\d+[.)])\s")


_MOST_LINES = 6
"""Of a header or footer; pages that agree in more are filled-in forms."""
_Lines = list[tuple[Line, str]]


@dataclass(frozen=True, slots=True)
class _Edge:
    """The outermost line of one page."""

    page: int
    line: Line
    text: str

    @property
    def numbers(self) -> tuple[int, ...]:
        return tuple(int(number[:15]) for number in _NUMBER.findall(self.text))


def running_lines(sections: Sequence[Section], ledger: Ledger) -> set[Line]:
    """The lines to be taken out: all that only number the pages, and every repetition but the first of the others.

    Lines are peeled off the pages' edges one by one, so that a repeated line within a page's text is never touched;
    tables, lists, whole sentences and lines of the kind 'Result: passed' are not either.
    """
    pages = _pages(sections)
    dropped: set[Line] = set()
    for last in (False, True):
        gone = _side(pages, last=last)
        for edge in sorted(gone, key=lambda edge: edge.page):
            pages[edge.page].remove((edge.line, edge.text))
            ledger.add("running lines", edge.text, edge.page)
        dropped |= {edge.line for edge in gone}
    return dropped


def _pages(sections: Sequence[Section]) -> dict[int, _Lines]:
    """Each page's lines that are not blank, in order."""
    pages: dict[int, _Lines] = {}
    for number, section in enumerate(sections):
        if section.page is not None and section.text:
            lines = enumerate(section.text.split("\n"))
            pages.setdefault(section.page, []).extend((Line(number, at), line) for at, line in lines if line.strip())
    return pages


def _side(pages: dict[int, _Lines], *, last: bool) -> list[_Edge]:
    """All that may go at the pages' heads, or feet; nothing where that is so much that the pages are forms."""
    left = {page: lines[::-1] if last else list(lines) for page, lines in pages.items()}
    depth = dict.fromkeys(left, 0)
    found: list[_Edge] = []
    for _ in range(_MOST_LINES + 1):
        running = _running(left, depth)
        if not running:
            return found
        for key, edges in running.items():
            for edge in edges:
                depth[edge.page] += 1
            found += edges if _ONLY_NUMBER.fullmatch(key) else edges[1:]
    return []


def _running(pages: dict[int, _Lines], depth: dict[int, int]) -> dict[str, list[_Edge]]:
    """The outermost lines of the pages, behind those already found, that come again, by what they have in common."""
    groups: dict[str, list[_Edge]] = {}
    filled = sorted(page for page, lines in pages.items() if len(lines) > depth[page])
    for page in filled:
        line, text = pages[page][depth[page]]
        if len(text) <= _LONGEST and not is_row(text):
            key = " ".join(_NUMBER.sub("#", text).casefold().split())
            groups.setdefault(key, []).append(_Edge(page, line, text))
    return {key: edges for key, edges in groups.items() if _is_running(key, edges, filled)}


def _is_running(key: str, edges: Sequence[_Edge], pages: Sequence[int]) -> bool:
    if len(edges) < _FEWEST_PAGES:
        return False
    within = bisect_right(pages, edges[-1].page) - bisect_left(pages, edges[0].page)
    same_side = len({edge.page % 2 for edge in edges}) == 1
    if len(edges) < _SHARE * within / (2 if same_side else 1):
        return False
    columns = list(zip(*(edge.numbers for edge in edges), strict=True))
    offsets = [{n - edge.page for n, edge in zip(column, edges, strict=True)} for column in columns]
    counting = [len(found) == 1 for found in offsets]
    if not all(counts or len(set(column)) == 1 for counts, column in zip(counting, columns, strict=True)):
        return False
    if not any(counting):
        return not _is_content(edges[0].text)
    if _ONLY_NUMBER.fullmatch(key):
        return any(abs(next(iter(found))) <= _FARTHEST for found in offsets if len(found) == 1)
    return bool(_NAMES_PAGE.search(key)) and not _ITEM.match(edges[0].text)


def _is_content(text: str) -> bool:
    """Whether a line may say something of its page: a sentence, or a name with a value."""
    return (
        bool(_ITEM.match(text))
        or ":" in text
        or (len(text.split()) >= 5 and text.rstrip()[-1] in ".!?")
        or not any(map(str.isalpha, text))
    )
