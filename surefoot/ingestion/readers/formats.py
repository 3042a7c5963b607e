"""Tells what a file is by its content; the name decides only between kinds of plain text."""

from __future__ import annotations

import io
import re
import zipfile
from enum import StrEnum

from surefoot.ingestion.errors import Unreadable

_READABLE = "PDF, DOCX, HTML, Markdown, text, CSV or XLSX"
_MAX_UNPACKED = 400 * 1024 * 1024
"""Bytes that an archive may hold unpacked; 400 MiB is far over any office file and under the reader's memory."""
_MAX_PART = 200 * 1024 * 1024
_MAX_RATIO = 200
"""Times that one part of over 10 MiB may shrink; text compresses some 10 times, bombs 1,000 times."""
_MAX_PARTS = 20_000


class Format(StrEnum):
    """The kinds of file that are read, by media type."""

    PDF = "application/pdf"
    DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    HTML = "text/html"
    MARKDOWN = "text/markdown"
    TEXT = "text/plain"
    CSV = "text/csv"


_REFUSED = (
    (b"\x89PNG\r\n\x1a\n", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"GIF8", "an image"),
    (b"II*\x00", "an image"),
    (b"MM\x00*", "an image"),
    (b"{\\rtf", "a rich text file (RTF)"),
    (b"%!PS", "a PostScript file"),
    (b"\x1f\x8b", "a compressed archive"),
    (b"7z\xbc\xaf", "a compressed archive"),
    (b"Rar!", "a compressed archive"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
    (b"SQLite format 3\x00", "a database"),
    (b"ITSF", "a compiled help file"),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLD_OFFICE = {
    "doc": "an old Word file",
    "xls": "an old Excel file",
    "ppt": "an old PowerPoint file",
    "msg": "an Outlook mail",
}
_LATER = {
    "eml": "a mail",
    "mbox": "a mailbox",
    "xml": "an XML file",
    "json": "a JSON file",
    "jsonl": "a JSON file",
    "ipynb": "a notebook",
}
_HTML = re.compile(
    r"\s*(?:<!--.*?-->\s*)*(?:<\?xml[^>]*>\s*)?(?:<!doctype html|<html|<head|<body)", re.IGNORECASE | re.DOTALL
)
_MAIL = re.compile(r"(?:[A-Za-z][\w-]*: .*\n(?:[ \t]+.*\n)*){3,}", re.MULTILINE)
_MAIL_WORDS = re.compile(r"^(?:MIME-Version|Received|Message-ID|Return-Path|From): ", re.MULTILINE | re.IGNORECASE)


def suffix(name: str) -> str:
    """The ending of a file's name, lower case, without the dot; empty where it has none."""
    last = name.rsplit("/", 1)[-1]
    return last.rsplit(".", 1)[1].lower() if "." in last else ""


def binary_format(data: bytes, name: str) -> Format | None:
    """PDF, DOCX or XLSX by their content, or None for what may be text; raises Unreadable for all other kinds."""
    if not data:
        raise Unreadable("The file is empty.")
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zipped(data)
    if data.startswith(_OLE):
        raise Unreadable(_ole_reason(data, name))
    for magic, what in _REFUSED:
        if data.startswith(magic):
            raise Unreadable(_not_yet(what, name))
    return Format.PDF if _is_pdf(data) else None


def _is_pdf(data: bytes) -> bool:
    """The mark may stand after some junk; then an object must follow, because a text may speak of '%PDF-'."""
    return data[:64].lstrip().startswith(b"%PDF-") or (b"%PDF-" in data[:1024] and b" obj" in data)


def text_format(text: str, name: str) -> Format:
    """Which kind of text it is; raises Unreadable for mails, XML and JSON."""
    if _HTML.match(text[:4096]):
        return Format.HTML
    kind = suffix(name)
    if kind in _LATER or text.startswith("<?xml"):
        raise Unreadable(_not_yet(_LATER.get(kind, "an XML file"), name))
    if kind in ("html", "htm", "xhtml"):
        return Format.HTML
    if kind in ("csv", "tsv", "tab"):
        return Format.CSV
    if kind in ("md", "markdown", "mdown", "mkd"):
        return Format.MARKDOWN
    head = text[:4096]
    if _MAIL.match(head) and len(_MAIL_WORDS.findall(head)) >= 2:
        raise Unreadable(_not_yet("a mail", name))
    return Format.TEXT


def _not_yet(what: str, name: str) -> str:
    named = (
        f", though its name ends in .{suffix(name)}"
        if what in ("an image", "a program") and suffix(name) in _NAMES
        else ""
    )
    if what == "an image":
        return f"This is an image{named}: it has no text that could be read. Feed the document as {_READABLE}."
    return f"This is {what}{named}, which is not read yet. Save it as {_READABLE} and feed that."


_NAMES = frozenset({"pdf", "docx", "xlsx", "html", "htm", "md", "txt", "csv"})


def _ole_reason(data: bytes, name: str) -> str:
    if "EncryptedPackage".encode("utf-16-le") in data:
        return "The file is protected by a password. Save it without one and feed it again."
    return _not_yet(_OLD_OFFICE.get(suffix(name), "an old Office file"), name)


def _zipped(data: bytes) -> Format:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError) as error:
        raise Unreadable("The file is damaged: its archive cannot be opened. Save it again and feed that.") from error
    _check_size(parts)
    names = {part.filename for part in parts}
    if any(part.flag_bits & 1 for part in parts):
        raise Unreadable("The file is protected by a password. Save it without one and feed it again.")
    return _office_kind(names)


def _check_size(parts: list[zipfile.ZipInfo]) -> None:
    """Refuse bombs by the sizes that the archive states, before anything is unpacked; the memory limit holds liars."""
    total = sum(part.file_size for part in parts)
    bomb = any(p.file_size > 10 * 1024 * 1024 and p.file_size > _MAX_RATIO * max(p.compress_size, 1) for p in parts)
    largest = max((part.file_size for part in parts), default=0)
    if bomb or total > _MAX_UNPACKED or largest > _MAX_PART or len(parts) > _MAX_PARTS:
        raise Unreadable(
            f"The file would unpack to {total:,} bytes in {len(parts):,} parts, which is too much to be a document."
        )


def _office_kind(names: set[str]) -> Format:
    if "word/document.xml" in names:
        return Format.DOCX
    if "xl/workbook.xml" in names:
        return Format.XLSX
    if "[Content_Types].xml" in names:
        if any(name.startswith("ppt/") for name in names):
            raise Unreadable(_not_yet("a PowerPoint file", "x.pptx"))
        if any(name.startswith(("word/", "xl/")) for name in names):
            raise Unreadable("The file is damaged: its main part is missing. Save it again and feed that.")
    if "mimetype" in names:
        raise Unreadable(_not_yet("an OpenDocument or EPUB file", "x.odt"))
    raise Unreadable("This is an archive. Unpack it and feed the files in it.")
