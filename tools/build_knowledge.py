"""Builds the sample documents in PDF, DOCX and XLSX from their Markdown sources; the same source gives the same bytes.

Usage: python tools/build_knowledge.py [--check]

tools/knowledge/<assistant>/NAME.pdf.md becomes surefoot/app/assistants/<assistant>/knowledge/NAME.pdf, and so on;
tools/question_sets/<set>/sources/NAME.pdf.md becomes tools/question_sets/<set>/knowledge/NAME.pdf.
With --check nothing is written: exit status 1 names the documents that are stale.
"""

from __future__ import annotations

import io
import re
import sys
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import docx
import openpyxl
from openpyxl.styles import Font
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle, getSampleStyleSheet
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

ROOT = Path(__file__).parent.parent
SOURCES = ROOT / "tools" / "knowledge"
TARGETS = ROOT / "surefoot" / "app" / "assistants"
QUESTION_SETS = ROOT / "tools" / "question_sets"
MOMENT = datetime(2026, 1, 1)  # noqa: DTZ001 (the formats store naive times)


@dataclass(frozen=True, slots=True)
class Block:
    """A heading (level 1 to 3), a paragraph, a list item or a table."""

    kind: str
    text: str = ""
    level: int = 0
    rows: tuple[tuple[str, ...], ...] = ()


def blocks(markdown: str) -> Iterator[Block]:
    """The blocks of a source, in order."""
    for piece in re.split(r"\n\s*\n", markdown.strip()):
        lines = [line.rstrip() for line in piece.strip().splitlines()]
        while lines and (heading := re.fullmatch(r"(#{1,3})\s+(.+)", lines[0])):
            yield Block("heading", heading[2], len(heading[1]))
            lines = lines[1:]
        if not lines:
            continue
        if lines[0].lstrip().startswith("|"):
            rows = [tuple(c.strip() for c in line.strip().strip("|").split("|")) for line in lines]
            yield Block("table", rows=tuple(row for row in rows if not all(re.fullmatch(r":?-+:?", c) for c in row)))
        elif re.match(r"(-|\d+\.)\s", lines[0]):
            for line in _items(lines):
                yield Block("item", line)
        else:
            yield Block("paragraph", " ".join(lines))


def _items(lines: list[str]) -> Iterator[str]:
    current = ""
    for line in lines:
        if re.match(r"(-|\d+\.)\s", line) and current:
            yield current
            current = line
        else:
            current = f"{current} {line.strip()}".strip()
    yield current


def _plain(text: str) -> str:
    return text.replace("**", "")


def build_pdf(markdown: str) -> bytes:
    """A PDF with headings in bold, tables with rules, and a page number at the foot."""
    sheet = getSampleStyleSheet()
    body = ParagraphStyle("body", parent=sheet["BodyText"], fontSize=10.5, leading=15, spaceAfter=6)
    cell = ParagraphStyle("cell", parent=body, fontSize=9, leading=11, spaceAfter=0)
    styles = {1: sheet["Title"], 2: sheet["Heading1"], 3: sheet["Heading2"]}
    story: list[Flowable] = []
    for block in blocks(markdown):
        if block.kind == "heading":
            story.append(Paragraph(_rich(block.text), styles[block.level]))
        elif block.kind == "table":
            table = Table([[Paragraph(_rich(c), cell) for c in row] for row in block.rows], repeatRows=1, hAlign="LEFT")
            table.setStyle(
                TableStyle(
                    [("GRID", (0, 0), (-1, -1), 0.5, colors.grey), ("BACKGROUND", (0, 0), (-1, 0), colors.whitesmoke)]
                )
            )
            story += [Spacer(1, 2 * mm), table, Spacer(1, 4 * mm)]
        else:
            text = re.sub(r"^-\s+", "• ", block.text)
            story.append(Paragraph(_rich(text), body))
    title = next((_plain(b.text) for b in blocks(markdown) if b.kind == "heading"), "")
    out = io.BytesIO()
    SimpleDocTemplate(out, pagesize=A4, title=title, author="", invariant=1).build(
        story, onFirstPage=_foot, onLaterPages=_foot
    )
    return out.getvalue()


def _rich(text: str) -> str:
    safe = text.replace("&", "&amp;").replace("<", "&lt;")
    return re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", safe)


def _foot(canvas: object, document: object) -> None:
    draw: Callable[..., None] = getattr(canvas, "drawCentredString")  # noqa: B009 (reportlab has no types)
    draw(A4[0] / 2, 10 * mm, str(getattr(document, "page", "")))


def build_docx(markdown: str) -> bytes:
    """A Word document with real heading styles, lists and tables."""
    document = docx.Document()
    for block in blocks(markdown):
        if block.kind == "heading":
            document.add_heading(_plain(block.text), level=block.level)
        elif block.kind == "table":
            table = document.add_table(rows=0, cols=len(block.rows[0]), style="Table Grid")
            for row in block.rows:
                for cell, text in zip(table.add_row().cells, row, strict=False):
                    cell.text = _plain(text)
        elif block.kind == "item":
            numbered = re.match(r"\d+\.\s+", block.text)
            style = "List Number" if numbered else "List Bullet"
            document.add_paragraph(_plain(re.sub(r"^(-|\d+\.)\s+", "", block.text)), style=style)
        else:
            document.add_paragraph(_plain(block.text))
    document.core_properties.created = document.core_properties.modified = MOMENT
    document.core_properties.author = ""
    out = io.BytesIO()
    document.save(out)
    return _same_bytes(out.getvalue())


def build_xlsx(markdown: str) -> bytes:
    """A workbook with a sheet for each '## ' heading; figures are stored as numbers."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    sheet = None
    for block in blocks(markdown):
        if block.kind == "heading" and block.level == 2:
            sheet = book.create_sheet(_plain(block.text)[:31])
        elif block.kind == "table" and sheet is not None:
            for number, row in enumerate(block.rows):
                sheet.append([_value(_plain(c)) for c in row])
                if number == 0:
                    for cell in sheet[sheet.max_row]:
                        cell.font = Font(bold=True)
        elif block.kind == "paragraph" and sheet is not None:
            sheet.append([_plain(block.text)])
    book.properties.created = book.properties.modified = MOMENT
    out = io.BytesIO()
    book.save(out)
    return _same_bytes(out.getvalue())


def _value(text: str) -> str | int:
    return int(text) if re.fullmatch(r"-?[1-9]\d{0,8}|0", text) else text


def _same_bytes(archive: bytes) -> bytes:
    """The archive with fixed times inside, so that building twice gives the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in sorted(source.namelist(), key=lambda n: (n != "[Content_Types].xml", n)):
            data = source.read(name)
            if name == "docProps/core.xml":
                data = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>2026-01-01T00:00:00Z", data)
            target.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


BUILDERS = {".pdf": build_pdf, ".docx": build_docx, ".xlsx": build_xlsx}


def pairs() -> Iterator[tuple[Path, Path]]:
    """Each source with the document that it gives."""
    shipped = [(path, TARGETS / path.parent.name) for path in sorted(SOURCES.glob("*/*.md"))]
    fresh = [(path, path.parent.parent) for path in sorted(QUESTION_SETS.glob("*/sources/*.md"))]
    for source, assistant in [*shipped, *fresh]:
        name = source.name.removesuffix(".md")
        if Path(name).suffix in BUILDERS:
            yield source, assistant / "knowledge" / name


def main() -> int:
    """Build all documents, or with --check compare them."""
    check = "--check" in sys.argv[1:]
    stale: list[str] = []
    for source, target in pairs():
        data = BUILDERS[target.suffix](source.read_text(encoding="utf-8"))
        if not target.exists() or target.read_bytes() != data:
            stale.append(str(target.relative_to(ROOT)))
            if not check:
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(data)
    print("\n".join(stale) if stale else "all sample documents are up to date")
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
