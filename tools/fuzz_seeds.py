"""Makes a small sound file of each format that is read, from which the fuzzing campaign makes broken ones."""

from __future__ import annotations

import io
import json
import zipfile
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

LARGEST = 400_000
"""Bytes of a file of the evaluation set that serves as a seed; larger ones make the campaign slow."""
_LINE = "Pads are replaced below three millimetres; the van stays at depot 4711."
_ROWS = (("Vehicle", "Interval"), ("Corvane 28", "25,000 km"), ("Haulier H12", "40,000 km"))
_ODF = "urn:oasis:names:tc:opendocument:xmlns:"
_ODF_BODIES = {
    "odt": "<office:text><text:h text:outline-level='1'>Guide</text:h><text:p>{line}</text:p></office:text>",
    "ods": "<office:spreadsheet><table:table table:name='T'><table:table-row><table:table-cell><text:p>{line}</text:p>"
    "</table:table-cell></table:table-row></table:table></office:spreadsheet>",
    "odp": "<office:presentation><draw:page draw:name='1'><draw:frame><draw:text-box><text:p>{line}</text:p>"
    "</draw:text-box></draw:frame></draw:page></office:presentation>",
}
_ODF_KINDS = {"odt": "text", "ods": "spreadsheet", "odp": "presentation"}


def seeds(folder: Path | None) -> dict[str, list[bytes]]:
    """Files by the ending of their name; those of the folder of the evaluation set too, where it is there."""
    found: defaultdict[str, list[bytes]] = defaultdict(list)
    for kind, data in _made().items():
        found[kind].append(data)
    for path in sorted(folder.iterdir()) if folder and folder.is_dir() else ():
        if path.is_file() and path.stat().st_size <= LARGEST and "bomb" not in path.name:
            found[path.suffix[1:].lower().replace("tif", "tiff").replace("tifff", "tiff")].append(path.read_bytes())
    return dict(found)


def _made() -> Mapping[str, bytes]:
    mail = f"From: a@example.com\r\nTo: b@example.com\r\nSubject: Pads\r\nMIME-Version: 1.0\r\n\r\n{_LINE}\r\n"
    table = "\n".join(",".join(f'"{cell}"' for cell in row) for row in _ROWS)
    return {
        "pdf": _pdf(),
        "docx": _docx(),
        "xlsx": _xlsx(),
        "pptx": _pptx(),
        **{kind: _open_document(kind, body) for kind, body in _ODF_BODIES.items()},
        "epub": _epub(),
        **_pictures(),
        "rtf": rf"{{\rtf1\ansi{{\fonttbl{{\f0 Arial;}}}}\pard {_LINE}\par\trowd\cellx99 a\cell\row}}".encode(),
        "eml": mail.encode(),
        "html": f"<html><h1>Guide</h1><p>{_LINE}</p><table><tr><td>a</td><td>b</td></tr></table></html>".encode(),
        "md": f"# Guide\n\n{_LINE}\n\n| a | b |\n| - | - |\n| 1 | 2 |\n".encode(),
        "txt": _LINE.encode(),
        "csv": table.encode(),
        "json": json.dumps({"guide": {"line": _LINE, "rows": _ROWS, "n": 1.5}}).encode(),
        "jsonl": b"\n".join(json.dumps({"vehicle": a, "interval": b}).encode() for a, b in _ROWS),
        "xml": f"<?xml version='1.0'?><guide><line n='1'>{_LINE}</line></guide>".encode(),
    }


def packed(parts: Mapping[str, bytes | str]) -> bytes:
    """A zip archive with these parts, of no date, so that it is the same each time."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _steady(archive: io.BytesIO) -> bytes:
    """An Office file without the time at which it was made."""
    with zipfile.ZipFile(archive) as parts:
        return packed({name: parts.read(name) for name in parts.namelist() if name != "docProps/core.xml"})


def _pdf() -> bytes:
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas = Canvas(out, pageCompression=0, invariant=1)
    for page in range(2):
        canvas.setFont("Helvetica", 12)
        canvas.drawString(60, 700, f"{_LINE} Page {page}.")
        canvas.grid([60, 160, 260], [500, 520, 540])
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _docx() -> bytes:
    import docx

    document = docx.Document()
    document.add_heading("Guide", 1)
    document.add_paragraph(_LINE, style="List Bullet")
    table = document.add_table(2, 2)
    table.cell(0, 0).text = "Vehicle"
    out = io.BytesIO()
    document.save(out)
    return _steady(out)


def _xlsx() -> bytes:
    import openpyxl

    book = openpyxl.Workbook()
    for row in _ROWS:
        book.active.append(row)  # type: ignore[union-attr]  # a new workbook has an active sheet
    out = io.BytesIO()
    book.save(out)
    return _steady(out)


def _pptx() -> bytes:
    import pptx

    slides = pptx.Presentation()
    slide = slides.slides.add_slide(slides.slide_layouts[1])
    slide.shapes.title.text = "Guide"  # type: ignore[union-attr]  # this layout has a title
    slide.placeholders[1].text = _LINE  # type: ignore[attr-defined]
    out = io.BytesIO()
    slides.save(out)
    return _steady(out)


def _open_document(kind: str, body: str) -> bytes:
    names = " ".join(f"xmlns:{name}='{_ODF}{name}:1.0'" for name in ("office", "text", "table"))
    names += f" xmlns:draw='{_ODF}drawing:1.0'"
    content = f"<office:document-content {names}><office:body>{body.format(line=_LINE)}</office:body>"
    mimetype = f"application/vnd.oasis.opendocument.{_ODF_KINDS[kind]}"
    return packed({"mimetype": mimetype, "content.xml": f"{content}</office:document-content>"})


def _epub() -> bytes:
    container = (
        "<container xmlns='urn:oasis:names:tc:opendocument:xmlns:container'><rootfiles>"
        "<rootfile full-path='book.opf' media-type='application/oebps-package+xml'/></rootfiles></container>"
    )
    book = (
        "<package xmlns='http://www.idpf.org/2007/opf'><manifest><item id='a' href='a.xhtml' "
        "media-type='application/xhtml+xml'/></manifest><spine><itemref idref='a'/></spine></package>"
    )
    page = f"<html xmlns='http://www.w3.org/1999/xhtml'><body><h1>Guide</h1><p>{_LINE}</p></body></html>"
    parts = {"META-INF/container.xml": container, "book.opf": book, "a.xhtml": page}
    return packed({"mimetype": "application/epub+zip", **parts})


def _pictures() -> dict[str, bytes]:
    """Small ones: recognising text is what takes time."""
    from PIL import Image, ImageDraw, ImageFont

    image = Image.new("L", (360, 60), "white")
    ImageDraw.Draw(image).text((8, 8), "Depot 4711", fill="black", font=ImageFont.load_default(36))
    found: dict[str, bytes] = {}
    for ending, kind in (("png", "PNG"), ("jpg", "JPEG"), ("tiff", "TIFF")):
        out = io.BytesIO()
        image.save(out, kind)
        found[ending] = out.getvalue()
    return found
