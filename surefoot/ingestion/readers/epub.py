"""Reads books (EPUB): the chapters in reading order, under the headings that they or the table of contents give."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from surefoot.core.nouns import Section
from surefoot.ingestion.errors import Unreadable
from surefoot.ingestion.readers.encoding import declared_encoding, decode
from surefoot.ingestion.readers.formats import Format
from surefoot.ingestion.readers.html import read_html
from surefoot.ingestion.readers.packages import Node, Package, resolved
from surefoot.ingestion.results import Content

_CONTAINER = "{urn:oasis:names:tc:opendocument:xmlns:container}"
_OPF = "{http://www.idpf.org/2007/opf}"
_NCX = "{http://www.daisy.org/z3986/2005/ncx/}"
_XHTML = "{http://www.w3.org/1999/xhtml}"
_TITLE = "{http://purl.org/dc/elements/1.1/}title"
_CIPHER = "{http://www.w3.org/2001/04/xmlenc#}CipherReference"
_CHAPTERS = ("application/xhtml+xml", "text/html")
_CLOSED = re.compile(
    r"<(?!(?:area|base|br|col|embed|hr|img|input|link|meta|source|track|wbr)\b)([A-Za-z][\w:-]*)([^<>]*?)/>"
)
"""Elements that XHTML closes at once; HTML would take all that follows as their content."""


_SHEET = re.compile(
    r"<link\b[^<>]{0,500}?\bhref\s*=\s*(?:\"([^\"<>]{1,300}\.css)\"|'([^'<>]{1,300}\.css)')", re.IGNORECASE
)
"""A style sheet that a chapter names."""
_MOST_SHEETS = 20


@dataclass(frozen=True, slots=True)
class _Book:
    title: str | None
    chapters: list[str]
    """Parts in reading order."""
    labels: dict[str, str]
    """What the table of contents calls a part."""


def read_epub(data: bytes) -> Content:
    """Sections by chapter and heading. Raises Unreadable for damaged and protected books."""
    package = Package(data)
    book = _book(package)
    locked = _locked(package)
    sections: list[Section] = []
    hidden = 0
    for part in book.chapters:
        if part in locked:
            raise Unreadable("The book is protected against copying. Feed it without protection.")
        page = _page(package, part)
        if page is not None:
            sections += _chapter(page.sections, book.labels.get(part, ""))
            hidden += page.hidden
    return Content(Format.EPUB, book.title, tuple(sections), hidden=hidden)


def _page(package: Package, part: str) -> Content | None:
    text, _ = _decoded(package, part)
    if not text.strip():
        return None
    names = (found.group(1) or found.group(2) for found in _SHEET.finditer(text))
    sheets = (_decoded(package, resolved(part, name))[0] for name in islice(names, _MOST_SHEETS))
    try:
        return read_html(_CLOSED.sub(r"<\1\2></\1>", text), sheets)
    except Unreadable:  # a page without an element, such as an empty cover
        return None


def _chapter(found: Sequence[Section], label: str) -> Iterator[Section]:
    known = {heading.casefold() for section in found for heading in section.heading_path}
    for section in found:
        path = (label, *section.heading_path) if label and label.casefold() not in known else section.heading_path
        yield replace(section, heading_path=path)


def _decoded(package: Package, part: str) -> tuple[str, str]:
    data = package.read(part) or b""
    return decode(data, declared_encoding(data))


def _book(package: Package) -> _Book:
    container = package.xml("META-INF/container.xml")
    rootfile = container.find(f".//{_CONTAINER}rootfile") if container is not None else None
    home = (rootfile.get("full-path") or "") if rootfile is not None else ""
    root = package.xml(home)
    if root is None:
        raise Unreadable("The book is damaged: its list of chapters is missing. Save it again and feed that.")
    items = {node.get("id") or "": node for node in root.iter(f"{_OPF}item")}
    spine = (items.get(node.get("idref") or "") for node in root.iter(f"{_OPF}itemref"))
    chapters = (resolved(home, i.get("href") or "") for i in spine if i is not None and _is_chapter(i))
    stated = next(((node.text or "").strip() for node in root.iter(_TITLE)), "")
    labels: dict[str, str] = {}
    for node in items.values():
        if node.get("media-type") == "application/x-dtbncx+xml" or "nav" in (node.get("properties") or "").split():
            labels |= _labels(package, resolved(home, node.get("href") or "")) | labels
    return _Book(stated or None, list(dict.fromkeys(chapters)), labels)


def _is_chapter(item: Node) -> bool:
    return item.get("media-type") in _CHAPTERS and "nav" not in (item.get("properties") or "").split()


def _labels(package: Package, part: str) -> dict[str, str]:
    """The first label that a table of contents gives each part; none where the table is broken."""
    try:
        root = package.xml(part)
    except Unreadable:
        return {}
    labels: dict[str, str] = {}
    for node in root.iter(f"{_NCX}navPoint", f"{_XHTML}a") if root is not None else ():
        if node.tag == f"{_XHTML}a":
            target, words = node.get("href"), "".join(node.itertext())
        else:
            content = node.find(f"{_NCX}content")
            target = content.get("src") if content is not None else None
            words = node.findtext(f"{_NCX}navLabel/{_NCX}text") or ""
        if target and words.strip():
            labels.setdefault(resolved(part, target), " ".join(words.split()))
    return labels


def _locked(package: Package) -> set[str]:
    """The encrypted parts; fonts are often disguised, which harms no text."""
    root = package.xml("META-INF/encryption.xml")
    found = root.iter(_CIPHER) if root is not None else ()
    return {resolved("", node.get("URI") or "") for node in found}
