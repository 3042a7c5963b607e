"""What goes into ingestion and what comes out of it: a file in, one of three results out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from surefoot.core.nouns import Section
from surefoot.ingestion.errors import UnsafePath

UNREADABLE = "[unreadable]"
"""Stands in the text where words were recognised on a scan that are not sure."""
LONGEST_PATH = 500
"""Characters of a file's name with its folders."""
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file to be read.

    Raises UnsafePath where the name is empty, absolute, too long, or holds '..' or control characters.
    """

    path: str
    """Relative name with '/' between folders; it names the document within its assistant. Kept in Unicode NFC."""
    data: bytes
    modified: datetime | None = None
    """When the source says that it was last changed, in UTC."""
    properties: Mapping[str, str] = field(default_factory=dict[str, str])
    """What the source knows of it beside its content: author, department, address."""

    def __post_init__(self) -> None:
        path = unicodedata.normalize("NFC", self.path)
        if reason := _fault(path):
            raise UnsafePath(f"The file name {path[:80]!r} {reason}. Rename the file and feed it again.")
        object.__setattr__(self, "path", path)

    @property
    def stem(self) -> str:
        """The name without folders and ending."""
        name = self.path.rsplit("/", 1)[-1]
        return name.rsplit(".", 1)[0] or name


def _fault(path: str) -> str:
    if not path.strip():
        return "is empty"
    if len(path) > LONGEST_PATH:
        return f"is longer than {LONGEST_PATH} characters"
    if _CONTROL.search(path):
        return "holds control characters"
    if "\\" in path or re.match(r"[A-Za-z]:", path):
        return "is no relative name with '/' between folders"
    if any(part in ("", ".", "..") for part in path.split("/")):
        return "is absolute or climbs out of its folder"
    return ""


@dataclass(frozen=True, slots=True)
class Content:
    """What a reader found in a file."""

    media_type: str
    title: str | None
    """The title that the file states, or None."""
    sections: tuple[Section, ...]
    pages: int | None = None
    """Number of pages, or None where the format has none."""
    encoding: str | None = None
    """Character encoding of a plain-text format, as it was recognised."""
    recognised: int = 0
    """Pages whose text comes from text recognition (OCR)."""
    missing_languages: tuple[str, ...] = ()
    """Codes of the languages, such as 'deu', in which scans are written and whose letters are not known here."""
    hidden: int = 0
    """Places whose text no reader of the file sees; it is left out of the sections."""


@dataclass(frozen=True, slots=True)
class Ingested:
    """A file was read and can be found."""

    path: str
    document_id: str
    title: str
    pages: int | None
    chunks: int


@dataclass(frozen=True, slots=True)
class Unchanged:
    """The same bytes were there already; nothing was read."""

    path: str
    document_id: str
    title: str
    pages: int | None
    chunks: int
    reason: str | None = None
    """Set where the same content is there under another path."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """A file could not be read; nothing of it can be found."""

    path: str
    reason: str
    """For the person who fed it: what is wrong, what to do."""
    document_id: str | None = None
    """The row in which the catalogue keeps the reason; None where a good document keeps the path."""
    acceptable: bool = False
    """Whether it could be read, and a rule of quality alone keeps it out: a person can accept it."""


IngestResult = Ingested | Unchanged | Rejected


@dataclass(frozen=True, slots=True)
class Fed:
    """What became of one of many files."""

    path: str
    result: IngestResult
    seconds: Mapping[str, float] = field(default_factory=dict[str, float])
    """By stage; empty where nothing was read."""
