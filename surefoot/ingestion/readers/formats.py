"""The kinds of file that are read, and what people are told to save the others as."""

from __future__ import annotations

from enum import StrEnum

READABLE = "PDF, DOCX, PPTX, XLSX, HTML, Markdown, text or CSV"
"""What nearly every program can save as; more is read (see Format)."""


TITLES = (
    "PDF", "Word", "PowerPoint", "Excel", "OpenDocument", "EPUB", "RTF", "HTML", "Markdown", "text", "CSV", "JSON",
    "XML", "mail",
)  # fmt: skip
"""The kinds of file that are read, as people call them."""
PICTURES = ("images (PNG, JPEG, TIFF)",)
"""Those that are read where text can be recognised."""


class Format(StrEnum):
    """The kinds of file that are read, by media type."""

    PDF = "application/pdf"
    DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
    ODT = "application/vnd.oasis.opendocument.text"
    ODS = "application/vnd.oasis.opendocument.spreadsheet"
    ODP = "application/vnd.oasis.opendocument.presentation"
    EPUB = "application/epub+zip"
    DOC = "application/msword"
    XLS = "application/vnd.ms-excel"
    PPT = "application/vnd.ms-powerpoint"
    MSG = "application/vnd.ms-outlook"
    RTF = "application/rtf"
    PNG = "image/png"
    JPEG = "image/jpeg"
    TIFF = "image/tiff"
    EML = "message/rfc822"
    HTML = "text/html"
    MARKDOWN = "text/markdown"
    TEXT = "text/plain"
    CSV = "text/csv"
    JSON = "application/json"
    JSONL = "application/x-ndjson"
    XML = "application/xml"


def suffix(name: str) -> str:
    """The ending of a file's name, lower case, without the dot; empty where it has none."""
    last = name.rsplit("/", 1)[-1]
    return last.rsplit(".", 1)[1].lower() if "." in last else ""
