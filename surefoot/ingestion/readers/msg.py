"""Reads Outlook mails (MSG): headers, the body, and attachments by the readers of their formats ([MS-OXMSG])."""

from __future__ import annotations

import codecs
import struct
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from surefoot.ingestion.readers.attachments import Attachments
from surefoot.ingestion.readers.compound import Compound
from surefoot.ingestion.readers.encoding import declared_encoding, decode, strict
from surefoot.ingestion.readers.formats import Format
from surefoot.ingestion.readers.mail_text import Letter, file_name, header
from surefoot.ingestion.readers.rtf_packed import unpacked
from surefoot.ingestion.results import Content

_PROPERTIES = "__properties_version1.0"
_HEADERS = {"To": "0E04", "Cc": "0E03"}
_CLASS, _SUBJECT, _BODY, _RTF, _HTML = "001A", "0037", "1000", "1009", "1013"
_SENDER, _ADDRESSES = ("0C1A", "0042"), ("5D01", "5D02", "0C1F", "0065")
_DATES = (0x0039, 0x0E06)
"""When it was sent, when it came."""
_CODE_PAGES = (0x3FFD, 0x3FDE)
_LONG_NAME, _SHORT_NAME, _SHOWN_NAME, _DATA, _CONTENT_ID, _MIME = "3707", "3704", "3001", "3701", "3712", "370E"
_ENTRY = 16
_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)


def read_msg(data: bytes, attached: Attachments) -> Content:
    """One section for headers and text, and those of attachments. Raises Unreadable for encrypted mails."""
    return _content(_Item(Compound(data), "", 32), attached)


def _content(item: _Item, attached: Attachments) -> Content:
    letter = Letter(header(item.text(_SUBJECT)))
    letter.headers = [("From", _sender(item)), *((name, header(item.text(tag))) for name, tag in _HEADERS.items())]
    letter.headers.append(("Date", item.moment(_DATES)))
    kind = item.text(_CLASS).lower()
    if kind.startswith("ipm.note.smime") and "multipartsigned" not in kind:
        letter.encrypted = True
    else:
        _add_body(item, letter, attached)
        for folder in item.folders("__attach_version1.0_#"):
            _attach(_Item(item.box, folder, 8), letter, attached)
    return letter.content(Format.MSG)


def _sender(item: _Item) -> str:
    name = next((text for tag in _SENDER if (text := header(item.text(tag)))), "")
    address = next((text for tag in _ADDRESSES if "@" in (text := header(item.text(tag)))), "")
    return f"{name} <{address}>" if name and address and name != address else name or address


def _add_body(item: _Item, letter: Letter, attached: Attachments) -> None:
    """The page, which keeps lists and tables, else the plain text, else the rich text."""
    page = item.bytes(_HTML)
    text = decode(page, declared_encoding(page) or item.code_page())[0] if page else item.text(_HTML)
    if text.strip() and letter.add_html(text):
        return
    plain = item.text(_BODY)
    if plain.strip():
        letter.add_plain(plain.replace("\r\n", "\n"))
    elif rich := unpacked(item.bytes(_RTF)):
        body = attached.reader(rich, "body.rtf", attached)
        letter.sections += body.sections
        letter.hidden += body.hidden


def _attach(item: _Item, letter: Letter, attached: Attachments) -> None:
    stated = next((text for tag in (_LONG_NAME, _SHORT_NAME, _SHOWN_NAME) if (text := item.text(tag).strip())), "")
    inner = f"{item.folder}__substg1.0_{_DATA}000D/"
    if item.box.has_folder(inner):
        name = file_name(stated, "mail.msg")
        letter.attached += attached.placed(name, lambda: _content(_Item(item.box, inner, 24), attached))
        return
    data = item.bytes(_DATA)
    is_logo = item.text(_MIME).startswith("image/") and item.text(_CONTENT_ID)
    if data and not is_logo:
        letter.attached += attached.sections(data, file_name(stated, "attachment.bin"))


@dataclass(frozen=True, slots=True)
class _Item:
    """A mail or an attachment in the box: its properties by their tags."""

    box: Compound
    folder: str
    """Where its streams lie, with '/' at the end; '' for the outermost mail."""
    head: int
    """Bytes before the first property of its stream of properties."""

    def text(self, tag: str) -> str:
        """A property that is text; '' where it is missing."""
        wide = self.box.read(f"{self.folder}__substg1.0_{tag}001F")
        if wide is not None:
            return wide.decode("utf-16-le", "replace").replace("\0", "")
        narrow = self.box.read(f"{self.folder}__substg1.0_{tag}001E") or b""
        text = strict(narrow, self.code_page() or "cp1252")
        return (narrow.decode("cp1252", "replace") if text is None else text).replace("\0", "")

    def bytes(self, tag: str) -> bytes:
        """A property that is data; empty where it is missing."""
        return self.box.read(f"{self.folder}__substg1.0_{tag}0102") or b""

    def folders(self, start: str) -> list[str]:
        """The folders in this one whose names begin so, in their order."""
        length = len(self.folder)
        inner = (name[length:].split("/", 1) for name in self.box.names if name.startswith(self.folder + start))
        return sorted({f"{self.folder}{parts[0]}/" for parts in inner if len(parts) == 2})

    def code_page(self) -> str | None:
        """The encoding of text that is not Unicode, or None."""
        for tag in _CODE_PAGES:
            number = self._number(tag)
            page = "utf-8" if number == 65001 else f"cp{number}" if number else ""
            if page and _is_known(page):
                return page
        return None

    def moment(self, tags: tuple[int, ...]) -> str:
        """The first of these dates that is there, in UTC; '' where none is."""
        number = next((number for tag in tags if (number := self._number(tag))), None)
        if number is None:
            return ""
        try:
            return f"{_EPOCH + timedelta(microseconds=number // 10):%Y-%m-%d %H:%M} UTC"
        except OverflowError:
            return ""

    def _number(self, tag: int) -> int | None:
        """A property of up to eight bytes, which stands among the others."""
        data = self.box.read(self.folder + _PROPERTIES) or b""
        for at in range(self.head, len(data) - _ENTRY + 1, _ENTRY):
            kind, name = struct.unpack_from("<HH", data, at)
            if name == tag:
                return int.from_bytes(data[at + 8 : at + (16 if kind == 0x0040 else 12)], "little")
        return None


def _is_known(page: str) -> bool:
    try:
        codecs.lookup(page)
    except LookupError:
        return False
    return True
