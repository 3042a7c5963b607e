"""Opens zipped documents without trusting them: weighed before anything is unpacked, parts parsed without entities."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from typing import Any
from urllib.parse import unquote

from lxml.etree import XMLParser, XMLSyntaxError, fromstring

from surefoot.ingestion.errors import Unreadable

Node = Any
"""An element of lxml, which has no types."""
PASSWORD = "The file is protected by a password. Save it without one and feed it again."  # noqa: S105 - a message
ENTITIES = (
    "The file declares entities of its own in its XML, as only files do that are made to overload their readers. "
    "Open it in the program that wrote it, save it again and feed that."
)
_DECLARED = re.compile(rb"<!ENTITY|<\0!\0E\0N\0T\0I\0T\0Y|\0<\0!\0E\0N\0T\0I\0T\0Y")
"""In any encoding that XML may have without saying so."""
_DAMAGED = "The file is damaged: its archive cannot be opened. Save it again and feed that."
_BROKEN_ARCHIVE = "The file is damaged: its archive is broken. Save it again and feed that."
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, OSError)
_MAX_UNPACKED = 400 * 1024 * 1024
"""Bytes that an archive may hold unpacked; 400 MiB is far over any office file and under the reader's memory."""
_MAX_PART = 200 * 1024 * 1024
_MAX_RATIO = 200
"""Times that one part of over 10 MiB may shrink; text compresses some 10 times, bombs 1,000 times."""
_MAX_PARTS = 20_000
_PROLOGUE = 1 << 20
"""Bytes of a part in which declarations may stand before its first element."""
_NO_MEMORY = 2
"""The XML parser's own number of the error (XML_ERR_NO_MEMORY)."""
_STRICT = re.compile(rb"http://purl\.oclc\.org/ooxml/(wordprocessingml/main|drawingml/[a-z]+|presentationml/main)")
_STRICT_LINKS = b"http://purl.oclc.org/ooxml/officeDocument/relationships"
_LINKS = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"


class Package:
    """The parts of a zipped document. Raises Unreadable for damaged archives, bombs and passwords."""

    def __init__(self, data: bytes) -> None:
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError) as error:
            raise Unreadable(_DAMAGED) from error
        parts = self._archive.infolist()
        _weigh(parts)
        if any(part.flag_bits & 1 for part in parts):
            raise Unreadable(PASSWORD)
        self.names = frozenset(part.filename for part in parts)

    def read(self, name: str) -> bytes | None:
        """The bytes of a part, or None where it is missing; raises Unreadable where it is broken."""
        try:
            return self._archive.read(name)
        except KeyError:
            return None
        except _BROKEN as error:
            raise Unreadable(_BROKEN_ARCHIVE) from error

    def xml(self, name: str) -> Node | None:
        """The root element of a part, or None where it is missing; the strict kind of Office XML is made the usual."""
        data = self.read(name)
        if data is None:
            return None
        if _DECLARED.search(data):
            raise Unreadable(ENTITIES)
        if b"purl.oclc.org" in data:
            data = data.replace(_STRICT_LINKS, _LINKS)
            data = _STRICT.sub(lambda found: _usual(found.group(1)), data)
        return parsed(data, f"its part {name}")

    def refuse_entities(self) -> None:
        """Raise Unreadable where a part declares entities, for parts that others parse."""
        for name in self.names:
            if name.endswith((".xml", ".rels")) and _DECLARED.search(self._beginning(name)):
                raise Unreadable(ENTITIES)

    def _beginning(self, name: str) -> bytes:
        try:
            with self._archive.open(name) as part:
                return part.read(_PROLOGUE)
        except _BROKEN as error:
            raise Unreadable(_BROKEN_ARCHIVE) from error

    def relations(self, part: str) -> dict[str, tuple[str, str]]:
        """What an Office part refers to inside of the package: kind and part by relation id."""
        folder, name = posixpath.split(part)
        root = self.xml(posixpath.join(folder, "_rels", f"{name}.rels"))
        found: dict[str, tuple[str, str]] = {}
        for node in root.iter(_RELATION) if root is not None else ():
            if node.get("TargetMode") != "External":
                kind = (node.get("Type") or "").rsplit("/", 1)[-1]
                found[node.get("Id") or ""] = (kind, resolved(part, node.get("Target") or ""))
        return found


def resolved(part: str, target: str) -> str:
    """The name of a part that another part refers to, relative to it or from the package's root."""
    target = unquote(target.split("#", 1)[0])
    return posixpath.normpath(posixpath.join("/", posixpath.dirname(part), target)).lstrip("/")


def parsed(data: bytes, what: str = "it") -> Node:
    """The root of an XML text; entities stay unexpanded, nothing is loaded. Raises Unreadable for broken XML."""
    parser = XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = fromstring(data, parser=parser)
    except (XMLSyntaxError, ValueError) as error:
        if getattr(error, "code", 0) == _NO_MEMORY:
            raise MemoryError from error
        if _DECLARED.search(data):
            raise Unreadable(ENTITIES) from error
        raise Unreadable(f"The file is damaged: {what} is no valid XML. Save it again and feed that.") from error
    if root is None:
        raise Unreadable(f"The file is damaged: {what} is no valid XML. Save it again and feed that.")
    return root


def _usual(room: bytes) -> bytes:
    family, _, last = room.partition(b"/")
    return b"http://schemas.openxmlformats.org/%s/2006/%s" % (family, last)


def _weigh(parts: list[zipfile.ZipInfo]) -> None:
    """Refuse bombs by the sizes that the archive states, before anything is unpacked; reading stops at those sizes."""
    total = sum(part.file_size for part in parts)
    bomb = any(p.file_size > 10 * 1024 * 1024 and p.file_size > _MAX_RATIO * max(p.compress_size, 1) for p in parts)
    largest = max((part.file_size for part in parts), default=0)
    if bomb or total > _MAX_UNPACKED or largest > _MAX_PART or len(parts) > _MAX_PARTS:
        raise Unreadable(
            f"The file would unpack to {total:,} bytes in {len(parts):,} parts, which is too much to be a document."
        )
