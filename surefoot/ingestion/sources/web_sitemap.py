"""Reads sitemaps (sitemaps.org): lists of pages, and lists of such lists, packed or not."""

from __future__ import annotations

import time
import zlib
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from surefoot.ingestion.errors import SourceUnreachable
from surefoot.ingestion.sources.web_addresses import canonical, origin
from surefoot.ingestion.sources.web_client import Ask, Reply, WebClient
from surefoot.ingestion.sources.web_robots import Robots
from surefoot.ingestion.sources.web_unpacking import gunzipped

_LARGEST = 50 * 1024 * 1024
"""Bytes of one sitemap, unpacked (the protocol's own limit)."""
_SECONDS = 60.0
_MOST_SITEMAPS = 100
_BLOCK = 64 * 1024


@dataclass(slots=True)
class Sitemaps:
    """What the sitemaps of a site hold."""

    pages: dict[str, None] = field(default_factory=dict[str, None])
    """Canonical addresses in the sitemaps' order."""
    read: int = 0
    """Sitemaps that were read."""
    faults: list[str] = field(default_factory=list[str])
    """Why a sitemap, or the rest of one, could not be read: its pages are in doubt."""


class SitemapReader:
    """Reads a site's sitemaps, within bounds of number, bytes and time."""

    def __init__(self, client: WebClient, robots: Robots, most_pages: int) -> None:
        self._client, self._robots, self._most = client, robots, most_pages

    def read(self, start: str, seconds: float) -> Sitemaps:
        """All pages of the sitemaps that robots.txt names, or else of /sitemap.xml; no error leaves here."""
        found, end = Sitemaps(), time.monotonic() + seconds
        waiting = deque(self._robots.sitemaps(start) or [f"{origin(start)}/sitemap.xml"])
        seen: set[str] = set()
        while waiting and not found.faults[10:]:
            address = waiting.popleft()
            if address in seen:
                continue
            if len(seen) >= _MOST_SITEMAPS or len(found.pages) >= self._most or time.monotonic() > end:
                found.faults.append("The site has more sitemaps, or larger ones, than are read.")
                break
            seen.add(address)
            waiting.extend(self._one(address, found, min(_SECONDS, end - time.monotonic())))
        return found

    def _one(self, address: str, found: Sitemaps, seconds: float) -> list[str]:
        """Add a sitemap's pages; gives the sitemaps that it names."""
        try:
            self._robots.permit(address)
            reply = self._client.ask(Ask(address, _LARGEST, max(seconds, 1.0)), self._robots.permit_redirect)
        except SourceUnreachable as error:
            found.faults.append(str(error))
            return []
        try:
            return self._entries(reply, found)
        finally:
            reply.drop()

    def _entries(self, reply: Reply, found: Sitemaps) -> list[str]:
        from lxml.etree import LxmlError

        if reply.status in (404, 410):
            return []
        if reply.body is None:
            found.faults.append(f"The sitemap {reply.address} answers {reply.status}, or is too large.")
            return []
        more: list[str] = []
        try:
            for kind, text in _locations(reply.body):
                address = canonical(text, reply.address)
                if address and kind == "sitemap":
                    more.append(address)
                elif address and len(found.pages) < self._most:
                    found.pages[address] = None
            found.read += 1
        except (LxmlError, zlib.error, ValueError) as error:
            found.faults.append(f"The sitemap {reply.address} is damaged ({error}). Correct it.")
        return more[:_MOST_SITEMAPS]


def _locations(path: Path) -> Iterator[tuple[str, str]]:
    """Of each <loc>, the entry that it stands in ('url' or 'sitemap') and its text; raises on broken XML."""
    from lxml.etree import XMLPullParser

    parser = XMLPullParser(
        events=("end",), resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True
    )
    for block in _unpacked(path):
        parser.feed(block)
        yield from _drained(parser)
    parser.close()
    yield from _drained(parser)


def _drained(parser: Any) -> Iterator[tuple[str, str]]:
    for _, element in parser.read_events():
        name = _local(element)
        if name == "loc" and element.getparent() is not None and element.text:
            yield _local(element.getparent()), element.text.strip()
        elif name != "loc":
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]


def _local(element: Any) -> str:
    return str(element.tag).rsplit("}", 1)[-1]


def _unpacked(path: Path) -> Iterator[bytes]:
    total = 0
    with path.open("rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
        file.seek(0)
        blocks = iter(lambda: file.read(_BLOCK), b"")
        for block in gunzipped(blocks) if packed else blocks:
            total += len(block)
            if total > _LARGEST:
                raise ValueError(f"more than {_LARGEST:,} bytes")
            yield block
