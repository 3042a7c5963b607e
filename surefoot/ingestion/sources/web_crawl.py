"""Walks over a web site, breadth first and within limits, and tells of each page whether it is there."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

from surefoot.ingestion.errors import SourceUnreachable
from surefoot.ingestion.sources.port import Doubtful, Listed
from surefoot.ingestion.sources.web_addresses import document_name, ending_for, key, marked, origin, possible_endings
from surefoot.ingestion.sources.web_client import Reply
from surefoot.ingestion.sources.web_frontier import Frontier
from surefoot.ingestion.sources.web_robots import Robots
from surefoot.ingestion.sources.web_settings import WebSettings
from surefoot.ingestion.sources.web_sitemap import SitemapReader
from surefoot.ingestion.sources.web_visit import Elsewhere, Target, Visit, Visitor, fingerprint, modified, trouble

_MOST_FAILURES = 10
"""Pages that fail one after the other, after which the site counts as down."""
_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class CrawlParts:
    """What a walk uses."""

    visitor: Visitor
    robots: Robots
    sitemaps: SitemapReader
    keep: Callable[[Listed, Reply], None]
    """Takes over the body of a page that is listed."""


class Crawl:
    """One walk over a site; time that passes while its caller works does not count."""

    def __init__(self, settings: WebSettings, parts: CrawlParts) -> None:
        self._settings, self._parts = settings, parts
        self._frontier = Frontier(settings, parts.robots)
        self._left = float(settings.seconds)
        self._names: dict[str, str] = {}
        """The page of each name that was listed."""
        self._settled: set[str] = set()
        """Pages that were listed or that are in trouble."""
        self._aliases: list[tuple[str, Reply]] = []
        """The address that a page names as its own, and its answer."""
        self._failures = 0
        self._cut = ""
        """Why pages may exist that were not found; empty where the walk was complete."""

    def walk(self) -> Iterator[Listed | Doubtful]:
        """Every document of the site; raises SourceUnreachable where a start page or the rules cannot be had."""
        starts = [self._started(address) for address in self._settings.start]
        if self._settings.sitemap:
            yield from self._mapped()
        for visit in starts:
            yield from self._outcome(visit)
        with ThreadPoolExecutor(self._settings.concurrency, thread_name_prefix="web-source") as pool:
            while self._may_go_on() and (batch := self._frontier.take(self._settings.concurrency)):
                for visit in self._timed(lambda batch=batch: list(pool.map(self._visited, batch))):
                    yield from self._outcome(visit)
        yield from self._rest()

    def _started(self, address: str) -> Visit:
        """Visit a start page, wherever on the web it redirects to: that host belongs to the source then."""
        permit = self._parts.robots.permit_redirect
        visit = self._timed(lambda: self._parts.visitor.visit(Target(address, 0), permit, self._seconds()))
        if visit.error is not None:
            raise visit.error
        reply = visit.reply
        if reply is None or reply.status != 200:
            raise SourceUnreachable(
                f"The start page {address} answers {reply.status if reply else 'nothing'}. Nothing of this site was "
                "touched; check the address, and whether the page needs a login."
            )
        self._frontier.open(address)
        self._frontier.open(reply.address)
        return visit

    def _mapped(self) -> Iterator[Doubtful]:
        """Put the sitemaps' pages into the queue."""
        read = 0
        for server in dict.fromkeys(origin(start) for start in self._settings.start):
            found = self._timed(lambda server=server: self._parts.sitemaps.read(server, self._left / 2))
            read += found.read
            self._cut = self._cut or next(iter(found.faults), "")
            yield from self._frontier.add(found.pages, 0)
        if not read and not self._settings.crawl:
            raise SourceUnreachable(
                f"The site has no sitemap that can be read. {self._cut} Correct it, or let this source follow links."
            )

    def _visited(self, target: Target) -> Visit:
        return self._parts.visitor.visit(target, self._frontier.permit, self._seconds())

    def _outcome(self, visit: Visit) -> Iterator[Listed | Doubtful]:
        """What a visit says about its page; the pages that it links are put into the queue."""
        address, reason = visit.target.address, trouble(visit)
        self._failures = self._failures + 1 if reason else 0
        if self._settings.crawl:
            yield from self._frontier.add(visit.page.links, visit.target.depth + 1)
        if reason:
            self._settled.add(key(address))
            self._cut = self._cut or f"A page could not be read, and others may be linked from it alone. {reason}"
            yield from _doubts(address, reason, all_names=not self._settings.crawl)
        elif isinstance(visit.error, Elsewhere) and not visit.error.temporary:
            return
        elif visit.error is not None:
            yield from _doubts(address, str(visit.error))
        elif visit.reply is not None:
            yield from self._answered(visit, visit.reply)

    def _answered(self, visit: Visit, reply: Reply) -> Iterator[Listed | Doubtful]:
        address = visit.target.address
        if reply.temporary and key(reply.address) != key(address):
            yield from _doubts(address, f"It redirects to {reply.address} for the time being.")
        if reply.status != 200:
            if reply.status not in (404, 410):
                yield from _doubts(address, f"{reply.address} answers {reply.status}.")
        elif not self._frontier.takes(reply.address) or not visit.page.indexed or not _ending(reply):
            reply.drop()
        elif visit.page.preferred and self._frontier.takes(visit.page.preferred):
            yield from self._frontier.add([visit.page.preferred], visit.target.depth)
            self._aliases.append((visit.page.preferred, reply))
        else:
            yield from self._listing(reply)

    def _listing(self, reply: Reply) -> Iterator[Listed]:
        page, ending = key(reply.address), _ending(reply) or "html"
        if page in self._settled:
            reply.drop()
            return
        self._settled.add(page)
        self._frontier.close(reply.address)
        name = document_name(reply.address, ending)
        if self._names.setdefault(name, page) != page:
            name = marked(reply.address, ending)
        listed = Listed(name, fingerprint(reply), reply.address, reply.size, modified(reply))
        self._parts.keep(listed, reply)
        yield listed

    def _rest(self) -> Iterator[Listed | Doubtful]:
        """Pages that name another one as their own where that one was not found; then what was not reached."""
        for preferred, reply in self._aliases:
            if key(preferred) in self._settled:
                reply.drop()
            else:
                yield from self._listing(reply)
        if self._frontier.full:
            self._cut = self._cut or f"The limit of {self._settings.pages:,} pages was reached."
        for folder in self._frontier.folders if self._cut else ():
            yield Doubtful(folder, self._cut, below=True)

    def _may_go_on(self) -> bool:
        if self._left <= 0:
            self._cut = self._cut or f"The time limit of {self._settings.seconds:,} s was reached."
        if self._failures >= _MOST_FAILURES:
            self._cut = f"The site stopped answering: {self._failures} pages failed one after the other. {self._cut}"
        return self._left > 0 and self._failures < _MOST_FAILURES

    def _seconds(self) -> float:
        return max(0.5, min(float(self._settings.page_seconds), self._left))

    def _timed(self, work: Callable[[], _Result]) -> _Result:
        began = time.monotonic()
        try:
            return work()
        finally:
            self._left -= time.monotonic() - began


def _ending(reply: Reply) -> str | None:
    return ending_for(reply.address, reply.content_type)


def _doubts(address: str, reason: str, all_names: bool = False) -> list[Doubtful]:
    """The doubt about a page under the name that it most likely has, or under all that it can have."""
    endings = possible_endings(address)
    return [Doubtful(document_name(address, ending), reason) for ending in endings[: None if all_names else 1]]
