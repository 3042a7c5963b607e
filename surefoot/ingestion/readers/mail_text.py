"""Puts a mail together: its subject as heading, its headers, its text, what is attached to it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from surefoot.core.nouns import Section
from surefoot.ingestion.errors import Unreadable
from surefoot.ingestion.readers.encoding import declared_encoding, decode, strict
from surefoot.ingestion.readers.formats import Format
from surefoot.ingestion.readers.html import read_html
from surefoot.ingestion.results import Content

_ARMOUR = re.compile(
    r"^-----BEGIN PGP (MESSAGE|SIGNATURE|PUBLIC KEY BLOCK)-----.*?(?:^-----END PGP \1-----[ \t]*$|\Z)",
    re.DOTALL | re.MULTILINE,
)
_SIGNED = re.compile(r"^-----BEGIN PGP SIGNED MESSAGE-----\n(?:Hash: .*\n)*\n?", re.MULTILINE)
_CIPHER_NOTE = "(This part of the mail is encrypted and cannot be read.)"
_ENCRYPTED = "The mail is encrypted. Decrypt it in the mail program, save it and feed that."
_SURE = ("", "us-ascii", "ascii", "utf-8")
"""Encodings that are stated for anything, right or wrong."""
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_LONGEST_NAME = 150
_LONGEST_HEADER = 2_000


@dataclass(slots=True)
class Letter:
    """A mail while it is read."""

    subject: str = ""
    headers: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    sections: list[Section] = field(default_factory=list[Section])
    attached: list[Section] = field(default_factory=list[Section])
    encrypted: bool = False
    """Whether a part of it could not be read because it is encrypted."""
    hidden: int = 0
    """Places whose text its readers do not see, in the mail itself."""

    def add_plain(self, text: str) -> None:
        """Add plain text; armoured blocks are left out."""
        readable = _ARMOUR.sub(lambda block: "" if block.group(1) != "MESSAGE" else "\0", _SIGNED.sub("", text))
        self.encrypted = self.encrypted or "\0" in readable
        readable = readable.replace("\0", _CIPHER_NOTE)
        if readable.replace(_CIPHER_NOTE, "").strip():
            self.sections.append(Section((), readable.strip()))

    def add_html(self, text: str) -> bool:
        """Add a page as its readers see it; whether it holds any text, were it hidden."""
        try:
            page = read_html(text)
        except Unreadable:
            return False
        found = page.sections
        if any(mark in section.text for section in found for mark in ("-----BEGIN PGP MESSAGE",)):
            self.encrypted = True
            return True
        self.sections += found
        self.hidden += page.hidden
        return page.hidden > 0 or any(section.text.strip() or section.heading_path for section in found)

    def content(self, kind: Format) -> Content:
        """The whole mail. Raises Unreadable where all of it is encrypted."""
        if self.encrypted and not self.sections and not self.attached:
            raise Unreadable(_ENCRYPTED)
        head = "\n".join(f"{name}: {text}" for name, text in self.headers if text)
        if self.encrypted:
            head = f"{head}\n\n{_CIPHER_NOTE}".strip()
        sections = _under_one(head, self.sections)
        path = (self.subject,) if self.subject else ()
        placed = tuple(replace(s, heading_path=(*path, *s.heading_path)) for s in (*sections, *self.attached))
        return Content(kind, self.subject or None, placed, hidden=self.hidden)


def _under_one(head: str, sections: Sequence[Section]) -> list[Section]:
    """The sections with `head` at their front; those at the start without a heading of their own become one."""
    count = next((n for n, section in enumerate(sections) if section.heading_path), len(sections))
    texts = [text for text in (head, *(section.text for section in sections[:count])) if text]
    first = [Section((), "\n\n".join(texts))] if texts else []
    return [*first, *sections[count:]]


def decoded(payload: bytes, stated: str | None) -> str:
    """The text of a part of a mail by its stated encoding, where that fits, else as any text file."""
    charset = (stated or "").strip().lower()
    if charset not in _SURE and (text := strict(payload, charset)) is not None:
        return text.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n")
    return decode(payload, declared_encoding(payload))[0]


def header(text: str) -> str:
    """A header's value on one line."""
    return " ".join(_CONTROL.sub(" ", text).split())[:_LONGEST_HEADER]


def file_name(text: str, otherwise: str) -> str:
    """The name of an attachment without folders and control characters."""
    name = header(text).replace("\\", "/").rsplit("/", 1)[-1].strip(". ")
    if len(name) > _LONGEST_NAME:
        stem, dot, ending = name.rpartition(".")
        name = f"{stem[: _LONGEST_NAME - len(ending) - 1]}{dot}{ending}" if len(ending) < 10 else name[:_LONGEST_NAME]
    return name or otherwise
