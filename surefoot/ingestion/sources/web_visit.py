"""Asks for one page: allowed by the site, at its pace, once more where the server is busy."""

from __future__ import annotations

import hashlib
import re
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from surefoot.ingestion.errors import SourceUnreachable
from surefoot.ingestion.sources.web_addresses import ending_for, is_document_file, key
from surefoot.ingestion.sources.web_client import Ask, Permit, Reply, WebClient
from surefoot.ingestion.sources.web_page import NOTHING_SAID, Page, read_page
from surefoot.ingestion.sources.web_robots import Pace, Robots, RobotsRefused

_BUSY = frozenset({429, 503})
_SHORTEST_BUSY_S, _LONGEST_BUSY_S = 0.5, 10.0


class Elsewhere(SourceUnreachable):
    """A page redirects to where this source does not read."""

    def __init__(self, target: str, temporary: bool) -> None:
        super().__init__(f"It redirects to {target}, which is not part of this source.")
        self.temporary = temporary


@dataclass(frozen=True, slots=True)
class Target:
    """A page to ask for."""

    address: str
    depth: int
    """Links away from a start page or the sitemap."""


@dataclass(frozen=True, slots=True)
class Visit:
    """What came of asking for a page: an answer with what the page says, or the error instead."""

    target: Target
    reply: Reply | None = None
    page: Page = NOTHING_SAID
    error: SourceUnreachable | None = None


class Visitor:
    """Asks for pages; used by several threads."""

    def __init__(self, client: WebClient, robots: Robots, limit: int, pause: float) -> None:
        self._client, self._robots = client, robots
        self._limit, self._pause = limit, pause
        self._pace = Pace()

    def visit(self, target: Target, permit: Permit, seconds: float) -> Visit:
        """Ask for a page, within `seconds`; of a document's file, only its state where the server tells it."""
        try:
            reply = self._state(target, permit, seconds) or self._whole(target, permit, seconds)
            return Visit(target, reply, read_page(reply, self._robots.name))
        except SourceUnreachable as error:
            return Visit(target, error=error)

    def fetch(self, target: Target, permit: Permit, seconds: float) -> Visit:
        """Ask for a page or document with its body."""
        try:
            return Visit(target, self._whole(target, permit, seconds))
        except SourceUnreachable as error:
            return Visit(target, error=error)

    def _whole(self, target: Target, permit: Permit, seconds: float) -> Reply:
        reply = self._asked(target, permit, Ask(target.address, self._limit, seconds, wanted=is_wanted))
        if reply.status not in _BUSY:
            return reply
        wished = reply.headers.get("retry-after", "")
        wait = float(wished) if re.fullmatch(r"\d{1,6}", wished) else _SHORTEST_BUSY_S
        if wait > min(_LONGEST_BUSY_S, seconds):
            return reply
        time.sleep(max(wait, _SHORTEST_BUSY_S))
        return self._asked(target, permit, Ask(target.address, self._limit, seconds, wanted=is_wanted))

    def _state(self, target: Target, permit: Permit, seconds: float) -> Reply | None:
        """The answer without its body, where that tells whether the document has changed; else None."""
        if not is_document_file(target.address):
            return None
        reply = self._asked(target, permit, Ask(target.address, self._limit, seconds, method="HEAD"))
        return reply if reply.status == 200 and has_state(reply) else None

    def _asked(self, target: Target, permit: Permit, ask: Ask) -> Reply:
        self._robots.permit(target.address)
        self._pace.wait(max(self._pause, self._robots.delay(target.address)))
        return self._client.ask(ask, permit)


def is_wanted(address: str, content_type: str) -> bool:
    """Whether the body of an answer is a document that can be read."""
    return ending_for(address, content_type) is not None


def has_state(reply: Reply) -> bool:
    """Whether the server says by which mark a change can be seen."""
    return bool(reply.headers.get("etag") or reply.headers.get("last-modified"))


def fingerprint(reply: Reply) -> str:
    """What changes with the document: the server's mark, or else the content; bound to its address."""
    headers = reply.headers
    marks = {"etag": headers.get("etag"), "modified": headers.get("last-modified"), "sha256": reply.digest}
    kind, mark = next(((name, value) for name, value in marks.items() if value), ("size", str(reply.size)))
    return f"{kind}-" + hashlib.sha256(f"{mark}\n{key(reply.address)}".encode()).hexdigest()[:40]


def modified(reply: Reply) -> datetime | None:
    """When the server says that the document was changed last, in UTC."""
    try:
        found = parsedate_to_datetime(reply.headers.get("last-modified", ""))
    except (ValueError, TypeError, OverflowError):
        return None
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


def trouble(visit: Visit) -> str:
    """Why nothing can be said of a page because its server is in trouble; empty where it is not."""
    if visit.error is not None:
        return "" if isinstance(visit.error, RobotsRefused | Elsewhere) else str(visit.error)
    if visit.reply is not None and (visit.reply.status >= 500 or visit.reply.status in (408, 429)):
        return f"{visit.reply.address} answers {visit.reply.status}: the server is in trouble, or asked too often."
    return ""
