"""Tells what a file is by its content; the name decides only between kinds of plain text."""

from __future__ import annotations

import re

from surefoot.ingestion.errors import Unreadable
from surefoot.ingestion.readers.compound import MAGIC, Compound
from surefoot.ingestion.readers.formats import READABLE, Format, suffix
from surefoot.ingestion.readers.packages import PASSWORD, Package

_MAGIC = (
    (b"\x89PNG\r\n\x1a\n", Format.PNG),
    (b"\xff\xd8\xff", Format.JPEG),
    (b"II*\x00", Format.TIFF),
    (b"MM\x00*", Format.TIFF),
    (b"{\\rtf", Format.RTF),
)
_REFUSED = (
    (b"GIF8", "an image"),
    (b"BM", "an image"),
    (b"RIFF", "an image, a sound or a film"),
    (b"%!PS", "a PostScript file"),
    (b"\x1f\x8b\x08", "a compressed archive"),
    (b"BZh", "a compressed archive"),
    (b"\xfd7zXZ\x00", "a compressed archive"),
    (b"7z\xbc\xaf", "a compressed archive"),
    (b"Rar!", "a compressed archive"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
    (b"SQLite format 3\x00", "a database"),
    (b"ITSF", "a compiled help file"),
)
_ARCHIVE = "This is an archive. Unpack it and feed the files in it."
_REFUSED_BY_NAME = {
    "mbox": "a mailbox, which holds many mails. Export its mails as EML files and feed those.",
    "ipynb": "a notebook. Save it as HTML or Markdown and feed that.",
    "svg": "a drawing (SVG). Save it as PDF and feed that.",
}
_BY_NAME = {
    "html": Format.HTML,
    "htm": Format.HTML,
    "xhtml": Format.HTML,
    "csv": Format.CSV,
    "tsv": Format.CSV,
    "tab": Format.CSV,
    "md": Format.MARKDOWN,
    "markdown": Format.MARKDOWN,
    "mdown": Format.MARKDOWN,
    "mkd": Format.MARKDOWN,
    "json": Format.JSON,
    "geojson": Format.JSON,
    "jsonl": Format.JSONL,
    "ndjson": Format.JSONL,
    "xml": Format.XML,
    "eml": Format.EML,
    "mht": Format.EML,
    "mhtml": Format.EML,
}
_STREAMS = {
    "worddocument": Format.DOC,
    "workbook": Format.XLS,
    "book": Format.XLS,
    "powerpoint document": Format.PPT,
    "__properties_version1.0": Format.MSG,
}
"""The streams of an OLE file that tell what it is, in lower case."""
_MAIN_PARTS = {
    "word/document.xml": Format.DOCX,
    "xl/workbook.xml": Format.XLSX,
    "ppt/presentation.xml": Format.PPTX,
}
_OPEN_DOCUMENTS = {
    "application/vnd.oasis.opendocument.text": Format.ODT,
    "application/vnd.oasis.opendocument.text-template": Format.ODT,
    "application/vnd.oasis.opendocument.spreadsheet": Format.ODS,
    "application/vnd.oasis.opendocument.spreadsheet-template": Format.ODS,
    "application/vnd.oasis.opendocument.presentation": Format.ODP,
    "application/vnd.oasis.opendocument.presentation-template": Format.ODP,
    "application/epub+zip": Format.EPUB,
}
_HTML = re.compile(
    r"\s*(?:<!--.*?-->\s*)*(?:<\?xml[^>]*>\s*)?(?:<!doctype html|<html|<head|<body)", re.IGNORECASE | re.DOTALL
)
_MAIL = re.compile(r"(?:[A-Za-z][\w-]*: .*\n(?:[ \t]+.*\n)*){3,}", re.MULTILINE)
_MAIL_WORDS = re.compile(r"^(?:MIME-Version|Received|Message-ID|Return-Path|From): ", re.MULTILINE | re.IGNORECASE)
_DAMAGED = "The file is damaged: its main part is missing. Save it again and feed that."
_PROGRAMS = frozenset({"exe", "dll", "com", "sys"})
_OLD_NAMES = frozenset({"doc", "dot", "xls", "xlt", "ppt", "pps", "msg"})
_NAMES = frozenset({"pdf", "docx", "pptx", "xlsx", "html", "htm", "md", "txt", "csv"})


def binary_format(data: bytes, name: str) -> Format | None:
    """A binary format by its content, or None for what may be text; raises Unreadable for kinds that are not read."""
    if not data:
        raise Unreadable("The file is empty.")
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zipped(Package(data))
    if data.startswith(MAGIC):
        return _compound(Compound(data), name)
    for magic, kind in _MAGIC:
        if data.startswith(magic):
            return kind
    for magic, what in _REFUSED:
        sure = len(magic) > 2 or 0 in data[:64] or suffix(name) in _PROGRAMS  # texts may begin with two such letters
        if sure and data.startswith(magic):
            raise Unreadable(_refusal(what, name))
    return Format.PDF if _is_pdf(data) else None


def is_mail(name: str) -> bool:
    """Whether a file is a mail by its name."""
    return _BY_NAME.get(suffix(name)) is Format.EML


def text_format(text: str, name: str) -> Format:
    """Which kind of text it is; raises Unreadable for kinds that are not read."""
    if _HTML.match(text[:4096]):
        return Format.HTML
    kind = suffix(name)
    if kind in _REFUSED_BY_NAME:
        raise Unreadable(f"This is {_REFUSED_BY_NAME[kind]}")
    if kind in _BY_NAME:
        return _BY_NAME[kind]
    if text.startswith("<?xml"):
        return Format.XML
    head = text[:4096]
    if _MAIL.match(head) and len(_MAIL_WORDS.findall(head)) >= 2:
        return Format.EML
    return Format.TEXT


def _is_pdf(data: bytes) -> bool:
    """The mark may stand after some junk; then an object must follow, because a text may speak of '%PDF-'."""
    return data[:64].lstrip().startswith(b"%PDF-") or (b"%PDF-" in data[:1024] and b" obj" in data)


def _refusal(what: str, name: str) -> str:
    if what == "a compressed archive":
        return _ARCHIVE
    named = f", though its name ends in .{suffix(name)}" if suffix(name) in _NAMES else ""
    if what == "an image":
        return f"This is an image{named}, of a kind that is not read. Save it as PNG, JPEG or TIFF and feed that."
    return f"This is {what}{named}, which is not read. Save the document as {READABLE} and feed that."


def _compound(file: Compound, name: str) -> Format:
    streams = {stream.lower() for stream in file.names}
    if "encryptedpackage" in streams:
        raise Unreadable(PASSWORD)
    for stream, kind in _STREAMS.items():
        if stream in streams:
            return kind
    if suffix(name) in _OLD_NAMES:
        raise Unreadable(_DAMAGED)
    raise Unreadable(_refusal("an old Office file of an unknown kind", name))


def _zipped(package: Package) -> Format:
    for part, kind in _MAIN_PARTS.items():
        if part in package.names:
            return kind
    if "xl/workbook.bin" in package.names:
        raise Unreadable("This is a binary Excel file (XLSB). Save it as XLSX and feed that.")
    if "[Content_Types].xml" in package.names and any(n.startswith(("word/", "xl/", "ppt/")) for n in package.names):
        raise Unreadable(_DAMAGED)
    stated = (package.read("mimetype") or b"")[:200].decode("ascii", "replace").strip()
    if stated in _OPEN_DOCUMENTS:
        return _OPEN_DOCUMENTS[stated]
    if stated.startswith("application/vnd."):
        raise Unreadable(f"This is an OpenDocument file of a kind that is not read. Save it as {READABLE}.")
    if "META-INF/container.xml" in package.names:
        return Format.EPUB
    raise Unreadable(_ARCHIVE)
