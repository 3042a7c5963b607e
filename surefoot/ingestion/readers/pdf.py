"""Reads PDF files page by page."""

from __future__ import annotations

import re
from typing import Any

from surefoot.ingestion.errors import Unreadable
from surefoot.ingestion.limits import ReadLimits
from surefoot.ingestion.readers.formats import Format
from surefoot.ingestion.readers.ocr import ocr_available
from surefoot.ingestion.readers.ocr_page import Recogniser
from surefoot.ingestion.readers.pdf_layout import Page, laid_out, outlined
from surefoot.ingestion.readers.pdf_page import PageParts, take
from surefoot.ingestion.readers.pdf_scan import is_scan, recognise
from surefoot.ingestion.readers.pdf_seen import without_invisible
from surefoot.ingestion.readers.pdf_titles import title_of
from surefoot.ingestion.results import Content

_BY_MACHINE = re.compile(r"microsoft word|powerpoint|untitled|\(?anonymous|document\d*$|slide 1$|\W*$", re.IGNORECASE)
_NOTHING = Page((), 0.0)
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


def read_pdf(data: bytes, limits: ReadLimits) -> Content:
    """Sections by page and heading; scans are recognised. Raises Unreadable for broken and too long files."""
    document = open_pdf(data)
    count = len(document)
    if count > limits.pages:
        raise Unreadable(f"The PDF has {count:,} pages; {limits.pages:,} are the limit. Cut it up and feed the parts.")
    taken = [_taken(document, number) for number in range(count)]
    found = [page for page, _ in taken]
    scans = {number: parts for number, parts in enumerate(found) if isinstance(parts, PageParts)}
    if not ocr_available() and any(page.words if isinstance(page, PageParts) else page.items for page in found):
        scans = {}  # the text that is there is worth having
    recogniser = Recogniser()
    recognised = dict(zip(scans, recognise(document, scans, limits, recogniser), strict=True))
    pages = [page if isinstance(page, Page) else laid_out(recognised.get(n, page)) for n, page in enumerate(found)]
    sections = outlined(pages).sections()
    title = title_of(pages) or _stated_title(document)
    gained = sum(len(parts.words) > len(scans[number].words) for number, parts in recognised.items())
    hidden = sum(places for _, places in taken)
    missing = tuple(sorted(recogniser.missing))
    return Content(Format.PDF, title, sections, count, recognised=gained, missing_languages=missing, hidden=hidden)


def _taken(document: Any, number: int) -> tuple[Page | PageParts, int]:
    """What is seen on a page, and how many places are hidden; its parts where it is a scan.

    Nothing where it is broken, as viewers show it.
    """
    import pypdfium2

    try:
        page = document[number]
    except pypdfium2.PdfiumError:
        return _NOTHING, 0
    try:
        parts, hidden = without_invisible(page, take(page))
        return parts if is_scan(page, parts.words) else laid_out(parts), hidden
    finally:
        page.close()


def _stated_title(document: Any) -> str | None:
    """The title in the file's properties, unless a program put it there by itself."""
    title = " ".join(str(document.get_metadata_value("Title")).split())
    return title if len(title) > 3 and not _BY_MACHINE.match(title) and not _FILE_NAME.search(title) else None
