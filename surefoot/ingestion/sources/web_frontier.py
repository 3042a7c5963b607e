"""Holds the pages that a walk over a web site has still to ask for, each once, within the source's limits."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Iterator

from surefoot.ingestion.errors import SourceUnreachable
from surefoot.ingestion.sources.patterns import Patterns
from surefoot.ingestion.sources.port import Doubtful
from surefoot.ingestion.sources.web_addresses import (
    document_name,
    folder,
    is_document_file,
    is_other_file,
    is_trap,
    key,
    place,
    plain_path,
    possible_endings,
    without_query,
)
from surefoot.ingestion.sources.web_robots import Robots, RobotsRefused
from surefoot.ingestion.sources.web_settings import WebSettings
from surefoot.ingestion.sources.web_visit import Elsewhere, Target


class Frontier:
    """Pages to ask for, first in, first out."""

    def __init__(self, settings: WebSettings, robots: Robots) -> None:
        self._settings, self._robots = settings, robots
        self._patterns = Patterns(settings.include, settings.exclude)
        self._queue: deque[Target] = deque()
        self._seen: set[str] = set()
        self._variants: Counter[str] = Counter()
        self._hosts: dict[str, str] = {}
        self.full = False
        """Whether a page was left out because the limit of pages was reached."""

    @property
    def folders(self) -> list[str]:
        """The folders in which this source's documents lie, one a host."""
        return list(dict.fromkeys(self._hosts.values()))

    def open(self, address: str) -> None:
        """Count an address as asked for, and its host as part of the source."""
        self._hosts[place(address)] = folder(address)
        self._seen.add(key(address))

    def close(self, address: str) -> None:
        """Count an address as asked for."""
        self._seen.add(key(address))

    def add(self, addresses: Iterable[str], depth: int) -> list[Doubtful]:
        """Put new pages of this source into the queue; gives the doubts about those that robots.txt refuses."""
        doubts: list[Doubtful] = []
        for address in self._new(addresses) if depth <= self._settings.depth else ():
            if refused := self._refusal(address):
                doubts.append(refused)
            else:
                self._queue.append(Target(address, depth))
        return doubts

    def take(self, count: int) -> list[Target]:
        """The next pages, at most `count`; empty where there is none."""
        return [self._queue.popleft() for _ in range(min(count, len(self._queue)))]

    def takes(self, address: str) -> bool:
        """Whether an address belongs to this source, by its host, its kind and the patterns."""
        if place(address) not in self._hosts or is_other_file(address) or is_trap(address):
            return False
        return (self._settings.documents or not is_document_file(address)) and self._patterns.takes(plain_path(address))

    def permit(self, address: str, temporary: bool) -> None:
        """Raise where a redirect leads out of this source, or to where robots.txt does not allow it."""
        if not self.takes(address):
            raise Elsewhere(address, temporary)
        self._robots.permit(address)

    def _new(self, addresses: Iterable[str]) -> Iterator[str]:
        for address in addresses:
            if key(address) in self._seen or not self.takes(address):
                continue
            if "?" in address:
                if self._variants[without_query(address)] >= self._settings.variants:
                    continue
                self._variants[without_query(address)] += 1
            if len(self._seen) >= self._settings.pages:
                self.full = True
                return
            self._seen.add(key(address))
            yield address

    def _refusal(self, address: str) -> Doubtful | None:
        try:
            self._robots.permit(address)
        except RobotsRefused as error:
            return Doubtful(document_name(address, possible_endings(address)[0]), str(error))
        except SourceUnreachable:  # the visit will tell
            return None
        return None
