"""Reads PDF files page by page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from surefoot.ingestion.errors import Unreadable
from surefoot.ingestion.readers.formats import Format
from surefoot.ingestion.readers.pdf_headings import Headings
from surefoot.ingestion.readers.pdf_layout import Page, joined, outlined
from surefoot.ingestion.readers.pdf_lines import Line, reading_order
from surefoot.ingestion.readers.pdf_page import take
from surefoot.ingestion.readers.pdf_seen import without_invisible
from surefoot.ingestion.results import Content

_BY_MACHINE = re.compile(r"microsoft word|powerpoint|untitled|\(?anonymous|document\d*$|slide 1$|\W*$", re.IGNORECASE)
_FILE_NAME = re.compile(r"\.(?:docx?|pdf|xlsx?|pptx?|indd|tex|dvi|rtf|odt|qxd)$", re.IGNORECASE)


def open_pdf(data: bytes) -> Any:
    """The PDF as an object of pypdfium2; raises Unreadable where it needs a password or is broken."""
    import pypdfium2

    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise Unreadable("The PDF is protected by a password. Save it without one and feed it again.") from error
        raise Unreadable("The PDF is damaged and cannot be opened. Save it as PDF again and feed that.") from error


def read_pdf(data: bytes, most_pages: int) -> Content:
    """Sections by page and heading. Raises Unreadable for scans, broken files and more pages than allowed."""
    document = open_pdf(data)
    count = len(document)
    if count > most_pages:
        raise Unreadable(f"The PDF has {count:,} pages; {most_pages:,} are the limit. Cut it up and feed the parts.")
    pages = [_page(document, number) for number in range(count)]
    sections = outlined(pages).sections()
    return Content(Format.PDF, _title(pages) or _stated_title(document), sections, count)


def _page(document: Any, number: int) -> Page:
    """What stands on a page; nothing where the page is broken, as viewers show it."""
    import pypdfium2

    try:
        page = document[number]
    except pypdfium2.PdfiumError:
        return Page((), 0.0)
    try:
        parts = without_invisible(page, take(page)).upright()
        return Page(tuple(reading_order(parts)), parts.height)
    finally:
        page.close()


def _title(pages: Sequence[Page]) -> str | None:
    """The heading in the largest letters among the first lines of the first page that has any."""
    lines = [item for page in pages for item in page.items if isinstance(item, Line)]
    headings = Headings(lines)
    first = next((page for page in pages if page.items), None)
    found = [line for line in (first.items if first else ())[:40] if isinstance(line, Line) and headings.level([line])]
    if not found:
        return None
    largest = max(line.size for line in found)
    start = next(n for n, line in enumerate(found) if line.size == largest)
    title = [found[start]]
    for line in found[start + 1 :]:
        if line.size != largest or line.box.top - title[-1].box.bottom > line.size:
            break
        title.append(line)
    return joined(title)


def _stated_title(document: Any) -> str | None:
    """The title in the file's properties, unless a program put it there by itself."""
    title = " ".join(str(document.get_metadata_value("Title")).split())
    return title if len(title) > 3 and not _BY_MACHINE.match(title) and not _FILE_NAME.search(title) else None
