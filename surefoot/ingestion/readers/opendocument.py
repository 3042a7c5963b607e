"""Reads OpenDocument files: texts (ODT), spreadsheets (ODS) and slides (ODP)."""

from __future__ import annotations

from collections.abc import Iterator

from surefoot.ingestion.errors import Unreadable
from surefoot.ingestion.limits import ReadLimits
from surefoot.ingestion.readers.formats import Format
from surefoot.ingestion.readers.odf_styles import DRAW, OFFICE, SHOW, TABLE, Styles
from surefoot.ingestion.readers.odf_text import Flow, table_rows
from surefoot.ingestion.readers.outline import Outline
from surefoot.ingestion.readers.packages import PASSWORD, Node, Package
from surefoot.ingestion.readers.sheet_rows import Row, write_sheet
from surefoot.ingestion.readers.unseen import has_words
from surefoot.ingestion.results import Content

_TITLE = "{http://purl.org/dc/elements/1.1/}title"
_UNSEEN = ("collapse", "filter")
"""States of rows and columns that are not shown."""
_MOST_COLUMNS = 16_384
_MOST_CELLS = 2_000_000
"""Filled cells of one sheet, repeated ones counted."""


def read_open_document(data: bytes, kind: Format, limits: ReadLimits) -> Content:
    """Sections by heading, sheet or slide. Raises Unreadable for damaged and protected files."""
    package = Package(data)
    if b"encryption-data" in (package.read("META-INF/manifest.xml") or b""):
        raise Unreadable(PASSWORD)
    root = package.xml("content.xml")
    body = root.find(f"{OFFICE}body") if root is not None else None
    if root is None or body is None:
        raise Unreadable("The file is damaged: its text is missing. Save it again and feed that.")
    styles = Styles(root, package.xml("styles.xml"))
    if kind is Format.ODS:
        content = _sheets(body, styles)
    elif kind is Format.ODP:
        content = _slides(body, styles, limits)
    else:
        content = _text(body, styles)
    return _titled(content, package)


def _titled(content: Content, package: Package) -> Content:
    meta = package.xml("meta.xml")
    stated = next(((node.text or "").strip() for node in meta.iter(_TITLE)), "") if meta is not None else ""
    return Content(
        content.media_type, content.title or stated or None, content.sections, content.pages, hidden=content.hidden
    )


def _text(body: Node, styles: Styles) -> Content:
    outline = Outline()
    flow = Flow(styles, outline)
    for text in body.iterfind(f"{OFFICE}text"):
        flow.write(text)
    sections = outline.sections()
    heading = next((s.heading_path[0] for s in sections if s.heading_path), None)
    return Content(Format.ODT, flow.title or heading, sections, hidden=flow.hidden)


def _slides(body: Node, styles: Styles, limits: ReadLimits) -> Content:
    outline = Outline()
    pages = list(body.iterfind(f"{OFFICE}presentation/{DRAW}page"))
    if len(pages) > limits.pages:
        raise Unreadable(f"The file has {len(pages):,} slides; {limits.pages:,} are the limit. Cut it up.")
    titles: list[str] = []
    hidden = 0
    for number, page in enumerate(pages, start=1):
        if styles.is_hidden("drawing-page", page.get(f"{DRAW}style-name")):
            hidden += has_words("".join(page.itertext()))
            continue
        flow = Flow(styles, outline)
        titles.append(_slide(page, number, flow, outline))
        hidden += flow.hidden
    title = next((t for t in titles if t), None)
    return Content(Format.ODP, title, outline.sections(), len(pages), hidden=hidden)


def _slide(page: Node, number: int, flow: Flow, outline: Outline) -> str:
    """Write a slide, its title first and its speaker notes last; the title."""
    frames = list(page)
    heads = [frame for frame in frames if frame.get(f"{SHOW}class") == "title"]
    title = " ".join(text for head in heads if (text := flow.plain(head)))
    outline.turn_page(number)
    outline.heading(1, title or f"Slide {number}")
    for frame in frames:
        if frame.tag != f"{SHOW}notes" and frame not in heads:
            flow.write(frame)
    for notes in page.iterfind(f"{SHOW}notes"):
        spoken = flow.plain(notes)
        outline.block(f"Speaker notes: {spoken}" if spoken else "")
    return title


def _sheets(body: Node, styles: Styles) -> Content:
    outline = Outline()
    flow = Flow(styles, outline)
    for table in body.iterfind(f"{OFFICE}spreadsheet/{TABLE}table"):
        if styles.is_hidden("table", table.get(f"{TABLE}style-name")):
            flow.hidden += has_words("".join(table.itertext()))
        else:
            write_sheet(outline, table.get(f"{TABLE}name") or "", _rows(table, flow))
    return Content(Format.ODS, None, outline.sections(), hidden=flow.hidden)


def _rows(table: Node, flow: Flow) -> Iterator[tuple[int, Row]]:
    """Rows that hold anything, by number; repeated ones as often as they are stated. Raises Unreadable for too many."""
    number = 1
    cells = 0
    unseen = set(_hidden_columns(table))
    for node in table_rows(table):
        times = _repeated(node, "rows")
        row = _row(node, flow)
        if node.get(f"{TABLE}visibility") in _UNSEEN or (unseen and row.keys() <= unseen):
            flow.hidden += bool(row)
            row = {}
        elif unseen & row.keys():
            flow.hidden += 1
            row = {column: text for column, text in row.items() if column not in unseen}
        cells += len(row) * times
        if cells > _MOST_CELLS:
            raise Unreadable(f"A sheet has more than {_MOST_CELLS:,} filled cells. Cut it up and feed the parts.")
        for again in range(times if row else 0):
            yield number + again, dict(row)
        number += times


def _hidden_columns(table: Node) -> Iterator[int]:
    column = 1
    for node in table.iter(f"{TABLE}table-column"):
        times = min(_repeated(node, "columns"), _MOST_COLUMNS)
        if node.get(f"{TABLE}visibility") in _UNSEEN:
            yield from range(column, column + times)
        column += times


def _row(node: Node, flow: Flow) -> Row:
    row: Row = {}
    column = 1
    for cell in node:
        if cell.tag not in (f"{TABLE}table-cell", f"{TABLE}covered-table-cell"):
            continue
        times = _repeated(cell, "columns")
        text = flow.plain(cell) if len(cell) and cell.tag == f"{TABLE}table-cell" else ""
        if text:
            row |= dict.fromkeys(range(column, column + min(times, _MOST_CELLS + 1)), text)
        column += times
    return row


def _repeated(node: Node, what: str) -> int:
    stated = node.get(f"{TABLE}number-{what}-repeated") or "1"
    return max(int(stated), 1) if stated.isdecimal() and len(stated) < 10 else 1
