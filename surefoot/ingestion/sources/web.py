"""Reads a web site: the pages of its sitemap and those that they link, as far as the site allows."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from surefoot.ingestion.errors import DocumentGone, SourceInvalid, SourceUnreachable, Unreadable
from surefoot.ingestion.results import SourceFile
from surefoot.ingestion.sources.network import Surroundings
from surefoot.ingestion.sources.port import Doubtful, Listed, Source
from surefoot.ingestion.sources.web_addresses import canonical, origin, place
from surefoot.ingestion.sources.web_client import Reply, WebClient
from surefoot.ingestion.sources.web_crawl import Crawl, CrawlParts
from surefoot.ingestion.sources.web_page import read_page
from surefoot.ingestion.sources.web_robots import Robots, RobotsRefused
from surefoot.ingestion.sources.web_settings import WebSettings
from surefoot.ingestion.sources.web_sitemap import SitemapReader
from surefoot.ingestion.sources.web_visit import Elsewhere, Target, Visit, Visitor, modified

__all__ = ["WebSettings", "WebSource"]

_SPOOL = 512 * 1024 * 1024
"""Bytes of pages that are kept between listing and fetching; the oldest make room, and are asked for again."""
_CHECK_S = 15.0
_CHECK_PAGES = 1_000


class WebSource(Source):
    """The pages and linked documents of a web site."""

    def __init__(self, settings: WebSettings, surroundings: Surroundings) -> None:
        """Raises SourceInvalid where a secret is not set, or would be sent unencrypted into the open."""
        self._settings, self._surroundings = settings, surroundings
        headers = _secret_headers(settings, surroundings)
        self._folder = Path(tempfile.mkdtemp(prefix="web-", dir=surroundings.scratch))
        self._client = WebClient(surroundings.rules, surroundings.user_agent, self._folder, headers)
        self._kept: dict[str, tuple[str, Reply]] = {}
        self._kept_bytes = 0

    def listing(self) -> Iterator[Listed | Doubtful]:
        """The site's pages and documents, in the order of the walk."""
        for path in list(self._kept):
            self._dropped(path)
        robots = self._robots()
        visitor = self._visitor(robots)
        sitemaps = SitemapReader(self._client, robots, self._settings.pages)
        return Crawl(self._settings, CrawlParts(visitor, robots, sitemaps, self._keep)).walk()

    def fetch(self, listed: Listed) -> SourceFile:
        """The page as it was listed, or as it is now where it is no longer kept."""
        fingerprint_then, reply = self._kept.pop(listed.path, ("", None))
        if reply is None or reply.body is None or fingerprint_then != listed.fingerprint:
            reply = self._asked(listed)
        else:
            self._kept_bytes -= reply.size or 0
        try:
            return self._file(listed, reply)
        finally:
            reply.drop()

    def check(self) -> str:
        """Ask for the start pages, and for the sitemap."""
        robots = self._robots()
        visitor = Visitor(self._client, robots, self._surroundings.largest_file, 0.0)
        for start in self._settings.start:
            visit = visitor.visit(Target(start, 0), robots.permit_redirect, _CHECK_S)
            if visit.error is not None:
                raise visit.error
            self._check_start(start, visit)
        found = SitemapReader(self._client, robots, _CHECK_PAGES).read(self._settings.start[0], _CHECK_S)
        mapped = f"its sitemap names {len(found.pages):,} pages" if found.read else "it has no sitemap"
        if found.faults:
            mapped = found.faults[0].rstrip(".")
        return f"The site answers and allows its start pages to be read; {mapped}."

    def close(self) -> None:
        """Close connections and delete the pages that are kept."""
        self._client.close()
        shutil.rmtree(self._folder, ignore_errors=True)
        self._kept.clear()

    @staticmethod
    def _check_start(start: str, visit: Visit) -> None:
        if visit.reply is None or visit.reply.status != 200:
            status = visit.reply.status if visit.reply else "nothing"
            raise SourceUnreachable(f"The start page {start} answers {status}. Check the address.")
        visit.reply.drop()

    def _robots(self) -> Robots:
        return Robots(self._client, self._surroundings.user_agent.split("/")[0].strip().lower())

    def _visitor(self, robots: Robots) -> Visitor:
        return Visitor(self._client, robots, self._surroundings.largest_file, self._settings.pause)

    def _keep(self, listed: Listed, reply: Reply) -> None:
        """Keep a body until it is fetched; what is oldest gives way."""
        if reply.body is None:
            return
        if listed.path in self._kept:
            self._dropped(listed.path)
        self._kept[listed.path] = (listed.fingerprint, reply)
        self._kept_bytes += reply.size or 0
        while self._kept_bytes > _SPOOL:
            self._dropped(next(iter(self._kept)))

    def _dropped(self, path: str) -> None:
        _, reply = self._kept.pop(path)
        self._kept_bytes -= reply.size or 0
        reply.drop()

    def _asked(self, listed: Listed) -> Reply:
        """Ask for a page that is not kept; redirects to another host are not followed."""
        if canonical(listed.locator) != listed.locator:
            raise Unreadable(f"{listed.locator[:80]!r} is no address of a page. Run the source again.")
        robots, host = self._robots(), place(listed.locator)

        def permit(address: str, temporary: bool) -> None:
            if place(address) != host:
                raise Elsewhere(address, temporary)
            robots.permit(address)

        visit = self._visitor(robots).fetch(Target(listed.locator, 0), permit, float(self._settings.page_seconds))
        if isinstance(visit.error, Elsewhere) and not visit.error.temporary:
            raise DocumentGone(f"{listed.locator} is no longer there. {visit.error}")
        if isinstance(visit.error, Elsewhere | RobotsRefused):
            raise Unreadable(str(visit.error))
        if visit.error is not None or visit.reply is None:
            raise visit.error or SourceUnreachable(f"{listed.locator} does not answer.")
        return self._usable(visit.reply)

    def _usable(self, reply: Reply) -> Reply:
        if reply.status in (404, 410):
            raise DocumentGone(f"{reply.address} is no longer there: the site answers {reply.status}.")
        if reply.status >= 500 or reply.status in (408, 429):
            raise SourceUnreachable(f"{reply.address} answers {reply.status}. Try again later.")
        if reply.status != 200:
            raise Unreadable(f"{reply.address} answers {reply.status}: it is not given to this program.")
        if reply.too_large:
            raise Unreadable(
                f"{reply.address} has more than {self._surroundings.largest_file:,} bytes, which is the limit. "
                "Publish it in parts."
            )
        if reply.body is None:
            raise Unreadable(f"{reply.address} is no longer a page or document, but {reply.content_type or 'unknown'}.")
        return reply

    def _file(self, listed: Listed, reply: Reply) -> SourceFile:
        if reply.body is None:
            raise Unreadable(f"{reply.address} has no content.")
        page = read_page(reply, self._robots().name)
        properties = {"address": reply.address} | ({"title": page.title} if page.title else {})
        return SourceFile(listed.path, reply.body.read_bytes(), modified(reply), properties)


def _secret_headers(settings: WebSettings, surroundings: Surroundings) -> dict[str, str]:
    """The Authorization header by the origin that it is for."""
    name = settings.authorization_secret
    if name is None:
        return {}
    value = surroundings.secrets(name).strip()
    if not value.isprintable() or not value.isascii():
        raise SourceInvalid(f"{name} holds characters that no header may have. Set it to 'Bearer …' or 'Basic …'.")
    servers = {origin(start) for start in settings.start}
    if not surroundings.allow_private and any(server.startswith("http:") for server in servers):
        raise SourceInvalid(
            f"{name} would be sent over an unencrypted connection. Write the start addresses with https."
        )
    return dict.fromkeys(servers, value)
