"""Turns the shapes of a PowerPoint slide into blocks of Markdown."""

from __future__ import annotations

from collections.abc import Iterator

from surefoot.ingestion.errors import Unreadable
from surefoot.ingestion.readers.grid import Spanning, spread
from surefoot.ingestion.readers.packages import Node, Package
from surefoot.ingestion.readers.pipes import pipe_table
from surefoot.ingestion.readers.slide_text import A, Bullets, P, bullet, level_of, paragraph_text, placeholder

_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_DIAGRAM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_TITLES = ("title", "ctrTitle")
_NUMBERS = ("sldNum", "sldImg")
_MOST_SPANNED = 100
_MOST_POINTS = 10_000
"""Points of a chart that are written as rows."""


def title_of(slide: Node) -> str:
    """The text of the slide's title on one line; '' where it has none."""
    for shape in slide.iter(f"{P}sp"):
        place = placeholder(shape)
        if place and place.kind in _TITLES:
            return " ".join(" ".join(paragraph_text(p) for p in shape.iterfind(f"{P}txBody/{A}p")).split())
    return ""


class Shapes:
    """The shapes of one slide, in the order in which they are drawn; what a shape lacks is left out."""

    def __init__(self, package: Package, relations: dict[str, tuple[str, str]], bullets: Bullets) -> None:
        self._package = package
        self._relations = relations
        self._bullets = bullets

    def blocks(self, slide: Node) -> Iterator[str]:
        """Paragraphs, lists, tables, charts and diagrams; without the title and what is hidden."""
        for tree in slide.iterfind(f"{P}cSld/{P}spTree"):
            yield from self._tree(tree)

    def notes(self, page: Node) -> Iterator[str]:
        """The paragraphs of a page of speaker notes."""
        for shape in page.iter(f"{P}sp"):
            place = placeholder(shape)
            if place and place.kind == "body":
                yield from self._text(shape)

    def _tree(self, tree: Node) -> Iterator[str]:
        for node in tree:
            if node.tag == f"{P}sp":
                yield from self._shape(node)
            elif node.tag == f"{P}graphicFrame" and not _hidden(node):
                yield from self._graphic(node)
            elif node.tag == f"{P}grpSp" and not _hidden(node):
                yield from self._tree(node)
            elif node.tag == f"{_MC}AlternateContent":
                chosen = node.find(f"{_MC}Choice")
                yield from self._tree(chosen) if chosen is not None else ()

    def _shape(self, shape: Node) -> Iterator[str]:
        place = placeholder(shape)
        if _hidden(shape) or (place and place.kind in (*_TITLES, *_NUMBERS)):
            return
        yield from self._text(shape)

    def _text(self, shape: Node) -> Iterator[str]:
        """Paragraphs, and runs of list items as one block."""
        styles = self._bullets.styles(shape)
        items: list[str] = []
        counts: dict[int, int] = {}
        for paragraph in shape.iterfind(f"{P}txBody/{A}p"):
            text = paragraph_text(paragraph)
            mark = bullet(styles, paragraph) if text else ""
            if text and not mark:
                yield "\n".join(items)
                items, counts = [], {}
                yield text
            elif text:
                level = level_of(paragraph)
                counts = {depth: count for depth, count in counts.items() if depth <= level}
                counts[level] = counts.get(level, 0) + 1
                indent = "  " * level
                written = "-" if mark == "-" else f"{counts[level]}."
                items.append(f"{indent}{written} {text}".replace("\n", f"\n{indent}  "))
        yield "\n".join(items)

    def _graphic(self, frame: Node) -> Iterator[str]:
        for table in frame.iter(f"{A}tbl"):
            yield pipe_table(spread([_cells(row) for row in table.iterfind(f"{A}tr")]))
        for tag, attribute in ((f"{_CHART}chart", f"{_R}id"), (f"{_DIAGRAM}relIds", f"{_R}dm")):
            for node in frame.iter(tag):
                _, part = self._relations.get(node.get(attribute) or "", ("", ""))
                yield from self._drawn(part)

    def _drawn(self, part: str) -> Iterator[str]:
        """The data of a chart or diagram; a broken one does not spoil its slide."""
        try:
            root = self._package.xml(part) if part else None
        except Unreadable:
            return
        if root is None:
            return
        if root.tag == f"{_CHART}chartSpace":
            yield "\n".join(paragraph_text(p) for p in root.iterfind(f"{_CHART}chart/{_CHART}title//{A}p"))
            yield _chart_table(root)
        else:
            texts = (paragraph_text(p).replace("\n", " ") for p in root.iter(f"{A}p"))
            yield "\n".join(f"- {text}" for text in texts if text)


def _hidden(node: Node) -> bool:
    return any(own.get("hidden") in ("1", "true") for own in node.iterfind(f"*/{P}cNvPr"))


def _cells(row: Node) -> list[Spanning]:
    """The cells of a table's row, without those that others cover."""
    return [
        (
            " ".join(paragraph_text(p) for p in cell.iter(f"{A}p")),
            _count(cell, "gridSpan"),
            _count(cell, "rowSpan"),
        )
        for cell in row.iterfind(f"{A}tc")
        if cell.get("hMerge") not in ("1", "true") and cell.get("vMerge") not in ("1", "true")
    ]


def _count(cell: Node, name: str) -> int:
    stated = cell.get(name) or "1"
    return min(max(int(stated), 1), _MOST_SPANNED) if stated.isdecimal() else 1


def _chart_table(chart: Node) -> str:
    """Categories down, series across, from the values that the chart keeps of its sheet."""
    series = list(chart.iter(f"{_CHART}ser"))[:_MOST_SPANNED]
    names = [" ".join(v.text or "" for v in s.iterfind(f"{_CHART}tx//{_CHART}v")) for s in series]
    categories: dict[int, str] = {}
    columns: list[dict[int, str]] = []
    for one in series:
        categories |= _points(one, "cat") or _points(one, "xVal")
        columns.append(_points(one, "val") or _points(one, "yVal"))
    places = sorted(set(categories).union(*columns))[:_MOST_POINTS]
    rows = [[categories.get(at, ""), *(column.get(at, "") for column in columns)] for at in places]
    return pipe_table([["", *names], *rows]) if rows else ""


def _points(series: Node, name: str) -> dict[int, str]:
    found: dict[int, str] = {}
    for point in series.iterfind(f"{_CHART}{name}//{_CHART}pt"):
        index = point.get("idx") or ""
        if index.isdecimal():
            found[int(index)] = point.findtext(f"{_CHART}v") or ""
    return found
