"""Finds in a web page its links, its title, and what it asks of robots."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from surefoot.ingestion.sources.web_addresses import canonical
from surefoot.ingestion.sources.web_client import Reply

_LARGEST = 5 * 1024 * 1024
"""Bytes of a page in which links are looked for; hand-written pages are far smaller."""
_MOST_LINKS = 5_000
_LONGEST_TITLE = 300
_REFRESH = re.compile(r"""^\s*[\d.]*\s*[;,]\s*(?:url\s*=\s*)?["']?([^"']+)""", re.IGNORECASE)
_CHARSET = re.compile(r"""charset\s*=\s*["']?([\w.:-]+)""", re.IGNORECASE)
_FOR_OTHERS = re.compile(r"\s*([\w-]+)\s*:\s*(.*)")
_PAGES = frozenset({"text/html", "application/xhtml+xml"})


@dataclass(frozen=True, slots=True)
class Page:
    """What a page says beside its text."""

    title: str = ""
    links: tuple[str, ...] = ()
    """Canonical addresses, once each, in the page's order."""
    preferred: str | None = None
    """The address that the page names as its own (rel=canonical), where it is another one."""
    indexed: bool = True
    """False where the page asks not to be found (noindex)."""


NOTHING_SAID = Page()


@dataclass(slots=True)
class _Wishes:
    indexed: bool = True
    followed: bool = True

    def hear(self, words: str) -> None:
        found = {word.strip() for word in words.lower().split(",")}
        self.indexed = self.indexed and not found & {"noindex", "none"}
        self.followed = self.followed and not found & {"nofollow", "none"}


def is_page(reply: Reply) -> bool:
    """Whether the answer is HTML."""
    return reply.content_type in _PAGES


def read_page(reply: Reply, robot: str) -> Page:
    """The page in an answer; `robot` is the lower-case name by which the page may address this program.

    An answer that is no page, or too large a one, has no links and no title, but may ask not to be indexed.
    """
    wishes = _Wishes()
    for words in _for_robot(reply.headers.get("x-robots-tag", ""), robot):
        wishes.hear(words)
    root = _parsed(reply) if is_page(reply) and reply.body is not None else None
    if root is None:
        return Page(indexed=wishes.indexed)
    for element in root.iter("meta"):
        if (element.get("name") or "").strip().lower() in ("robots", robot):
            wishes.hear(element.get("content") or "")
    base = _base(root, reply.address)
    preferred = next(
        (canonical(link.get("href") or "", base) for link in root.iter("link") if _has(link, "canonical")), None
    )
    links = tuple(_unique(_links(root, base))) if wishes.followed else ()
    return Page(_title(root), links, preferred if preferred != reply.address else None, wishes.indexed)


def _for_robot(header: str, robot: str) -> Iterator[str]:
    """The wishes of an X-Robots-Tag header that are meant for this robot; 'name:' holds to the next name."""
    mine = True
    for part in header.split(","):
        named = _FOR_OTHERS.fullmatch(part)
        if named and named[1].lower() not in ("unavailable_after", "max-snippet", "max-image-preview"):
            mine, part = named[1].lower() == robot, named[2]  # noqa: PLW2901 # the rest of the part
        if mine:
            yield part


def _parsed(reply: Reply) -> Any:
    """The page's root element, or None; lxml has no types."""
    from lxml.etree import LxmlError
    from lxml.html import HTMLParser, document_fromstring

    path = reply.body
    if path is None or (reply.size or 0) > _LARGEST:
        return None
    charset = _CHARSET.search(reply.headers.get("content-type", ""))
    try:
        parser = HTMLParser(encoding=charset[1] if charset else None, no_network=True)
    except LookupError:
        parser = HTMLParser(no_network=True)
    try:
        return document_fromstring(path.read_bytes(), parser=parser)
    except (LxmlError, ValueError):  # empty, or nothing but comments
        return None


def _base(root: Any, address: str) -> str:
    for element in root.iter("base"):
        if made := canonical(element.get("href") or "", address):
            return made
    return address


def _links(root: Any, base: str) -> Iterator[str]:
    for element in root.iter("a", "area", "iframe", "frame", "link", "meta"):
        target = _reference(element)
        if target and not _has(element, "nofollow") and (made := canonical(target, base)):
            yield made


def _reference(element: Any) -> str | None:
    if element.tag in ("iframe", "frame"):
        return element.get("src")
    if element.tag == "link":
        return element.get("href") if _has(element, "next") else None
    if element.tag == "meta":
        refresh = (element.get("http-equiv") or "").lower() == "refresh"
        found = _REFRESH.match(element.get("content") or "") if refresh else None
        return found[1] if found else None
    return element.get("href")


def _has(element: Any, relation: str) -> bool:
    return relation in (element.get("rel") or "").lower().split()


def _unique(links: Iterable[str]) -> list[str]:
    found: dict[str, None] = {}
    for link in links:
        found[link] = None
        if len(found) >= _MOST_LINKS:
            break
    return list(found)


def _title(root: Any) -> str:
    title = root.find(".//title")
    return " ".join("".join(title.itertext()).split())[:_LONGEST_TITLE] if title is not None else ""
