"""The source port: what every place that documents come from must do, the same for all kinds."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from surefoot.ingestion.results import SourceFile


@dataclass(frozen=True, slots=True)
class Listed:
    """A document that is at the source now."""

    path: str
    """Name of the document, with '/' between folders; unique at its source and the same in every listing."""
    fingerprint: str
    """Changes whenever the content may have changed: size and time, ETag, object id, hash of a row."""
    locator: str = ""
    """What `fetch` needs beside the path: an address, a key."""
    size: int | None = None
    """Bytes, where the source says so."""
    modified: datetime | None = None
    """UTC, where the source says so."""


@dataclass(frozen=True, slots=True)
class Doubtful:
    """A document, or all below a folder, of which the source could not say whether it is still there.

    What was read of it before is kept: only what a source surely no longer has is gone.
    """

    path: str
    reason: str
    below: bool = False
    """Whether `path` is a folder and all documents below it are in doubt."""


class Source(ABC):
    """A place that documents come from. Used by one thread at a time; must be closed."""

    @abstractmethod
    def listing(self) -> Iterator[Listed | Doubtful]:
        """Every document that is there now, once.

        Raises SourceUnreachable where the source cannot be listed to its end: then nothing counts as gone.
        """

    @abstractmethod
    def fetch(self, listed: Listed) -> SourceFile:
        """The document's content as it is now.

        Raises DocumentGone where it is no longer there, SourceUnreachable where the source does not answer, and
        Unreadable where this one document cannot be had (too large, refused) although the source works.
        """

    @abstractmethod
    def check(self) -> str:
        """Try the connection, within seconds; says in words what was found. Raises SourceUnreachable."""

    def close(self) -> None:  # noqa: B027 - most sources hold nothing
        """Release connections and temporary files."""
