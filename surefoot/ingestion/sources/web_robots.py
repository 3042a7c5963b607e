"""Keeps to what each web server's robots.txt asks (RFC 9309), and to its pace."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from surefoot.ingestion.errors import AddressRefused, SourceUnreachable
from surefoot.ingestion.sources.web_addresses import canonical, origin
from surefoot.ingestion.sources.web_client import Ask, WebClient

if TYPE_CHECKING:
    from protego import Protego

_LARGEST = 512 * 1024
"""Bytes of a robots.txt that are read; RFC 9309 asks for 500 KiB at least."""
_SECONDS = 30.0
_LONGEST_DELAY_S = 10.0
"""A longer crawl-delay counts as this: with it, a day has room for 8,640 pages."""
_MOST_SITEMAPS = 20


class RobotsRefused(SourceUnreachable):
    """The site's robots.txt does not allow an address."""


class Robots:
    """The rules of all servers that one listing or fetch meets; used by several threads."""

    def __init__(self, client: WebClient, name: str) -> None:
        self._client = client
        self.name = name
        """How robots.txt calls this program, lower case."""
        self._lock = threading.Lock()
        self._known: dict[str, Protego | str] = {}

    def permit(self, address: str) -> None:
        """Raise RobotsRefused where the address is not allowed, SourceUnreachable where the rules cannot be had."""
        if not self._rules(address).can_fetch(address, self.name):
            raise RobotsRefused(
                f"{address} is not read because {origin(address)}/robots.txt does not allow it. "
                f"Whoever runs the site can allow it for the user agent {self.name!r}."
            )

    def permit_redirect(self, address: str, _temporary: bool) -> None:
        """The same for the address of a redirect."""
        self.permit(address)

    def delay(self, address: str) -> float:
        """Seconds that the server wants between two requests; 0 where it does not say."""
        return min(self._rules(address).crawl_delay(self.name) or 0.0, _LONGEST_DELAY_S)

    def sitemaps(self, address: str) -> list[str]:
        """The sitemaps that the server names."""
        found = (canonical(text, address) for text in self._rules(address).sitemaps)
        return [sitemap for sitemap in found if sitemap][:_MOST_SITEMAPS]

    def _rules(self, address: str) -> Protego:
        server = origin(address)
        with self._lock:
            if server not in self._known:
                self._known[server] = self._load(server)
            rules = self._known[server]
        if isinstance(rules, str):
            raise SourceUnreachable(rules)
        return rules

    def _load(self, server: str) -> Protego | str:
        """The rules, or why nothing may be read: a server in trouble is left alone (RFC 9309, 2.3.1.4)."""
        from protego import Protego

        try:
            reply = self._client.ask(Ask(f"{server}/robots.txt", _LARGEST, _SECONDS))
        except AddressRefused:
            raise
        except SourceUnreachable as error:
            return f"Nothing of {server} is read while its robots.txt cannot be had. {error}"
        if reply.status >= 500 or reply.status == 429:
            return (
                f"Nothing of {server} is read while its robots.txt answers {reply.status}: the server is in trouble. "
                "Try again later."
            )
        if reply.too_large:
            return f"Nothing of {server} is read: its robots.txt has more than {_LARGEST:,} bytes. Correct it."
        text = reply.body.read_text("utf-8", errors="replace") if reply.body else ""
        reply.drop()
        return Protego.parse(text)


class Pace:
    """Lets one request after the other begin, `seconds` apart, whichever thread asks."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._next = 0.0

    def wait(self, seconds: float) -> None:
        """Wait for this request's turn; the next one's is `seconds` later."""
        with self._lock:
            now = time.monotonic()
            turn = max(now, self._next)
            self._next = turn + seconds
        time.sleep(turn - now)
