"""Keeps each line of the catalogue once more in a file, so that a lost catalogue can be rebuilt from originals."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, cast

from surefoot.ingestion.blobs import write_whole
from surefoot.ingestion.catalogue import Entry, Status

logger = logging.getLogger(__name__)

_KEPT_AWAY = "kept-away"
_MOST_EARLIER = 50
"""Earlier contents of a document that are remembered by their hashes."""
_MOMENTS = ("created_at", "updated_at", "modified_at")
_NOT_COMPARED = ("updated_at",)


@dataclass(frozen=True, slots=True)
class Sidecar:
    """A document's line as it was last written, and the contents that it had before."""

    entry: Entry
    earlier: tuple[str, ...] = ()
    """sha256 of the contents that this document had before, the latest last."""
    unnamed_since: date | None = None
    """When it was first found that the catalogue has no such line; None while it has."""

    @property
    def hashes(self) -> frozenset[str]:
        """Every content that this document is known to have had."""
        return frozenset({self.entry.content_hash, self.entry.pending_hash, *self.earlier}) - {""}


class Sidecars:
    """One small file a document: `ab/<document id>.json`; and an empty one for each document that is kept away.

    A file is written after the catalogue's line, so that after a kill it may be one step behind: `settle` puts that
    right at the start.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def write(self, entry: Entry) -> None:
        """Write a document's line; one that cannot be written is removed rather than left as it was.

        An old one could name groups that may not see the document any more.
        """
        before = self.read(entry.id)
        earlier = before.earlier if before else ()
        if before and before.entry.content_hash not in ("", entry.content_hash, *earlier):
            earlier = (*earlier, before.entry.content_hash)[-_MOST_EARLIER:]
        if before and before.unnamed_since is None and _compared(before.entry) == _compared(entry):
            return
        self._keep(Sidecar(entry, earlier))

    def read(self, document_id: str) -> Sidecar | None:
        """What is known of a document; None where nothing is, or where the file is damaged."""
        return _read(self._path(document_id))

    def drop(self, document_id: str) -> None:
        """Forget a document; nothing happens where there is none."""
        self._path(document_id).unlink(missing_ok=True)

    def list(self) -> Iterator[Sidecar]:
        """What is known of all documents, those in deletion too."""
        return (found for path in self._files() if (found := _read(path)))

    def settle(self, entries: Iterable[Entry], today: date) -> None:
        """Bring the files in step with the catalogue's lines; what was being deleted and has no line any more goes.

        Files of other documents stay for a while: the catalogue may be an older one that was brought back.
        """
        named = set[str]()
        for entry in entries:
            named.add(entry.id)
            self.write(entry)
        for path in self._files():
            if path.stem in named or (found := _read(path)) is None:
                continue
            if found.entry.status is Status.DELETING:
                path.unlink(missing_ok=True)
            elif found.unnamed_since is None:
                self._keep(replace(found, unnamed_since=today))

    def purge(self, before: date) -> int:
        """Remove the files of documents that have had no line since before a day; how many."""
        gone = [one for one in self.list() if one.unnamed_since and one.unnamed_since < before]
        for sidecar in gone:
            self.drop(sidecar.entry.id)
        return len(gone)

    def rename(self, owner: str, becomes: str) -> None:
        """Let what a person fed be somebody else's."""
        for sidecar in self.list():
            if sidecar.entry.owner == owner:
                self._keep(replace(sidecar, entry=replace(sidecar.entry, owner=becomes)))

    def keep_away(self, document_id: str) -> None:
        """Remember that somebody deleted this document, whatever its source or folder says."""
        _write(self._folder / _KEPT_AWAY / document_id, b"")

    def kept_away(self) -> list[str]:
        """Ids of the documents that somebody deleted for good."""
        return sorted(path.name for path in (self._folder / _KEPT_AWAY).glob("*") if not path.name.endswith(".part"))

    def _keep(self, sidecar: Sidecar) -> None:
        path = self._path(sidecar.entry.id)
        since = sidecar.unnamed_since.isoformat() if sidecar.unnamed_since else None
        row = {**_to_row(sidecar.entry), "earlier": sidecar.earlier, "unnamed_since": since}
        try:
            _write(path, json.dumps(row, ensure_ascii=False).encode("utf-8"))
        except OSError as error:
            logger.warning("What is known of the document %s could not be written down: %s", sidecar.entry.id, error)
            with suppress(OSError):
                path.unlink(missing_ok=True)

    def _files(self) -> Iterator[Path]:
        return iter(sorted(self._folder.glob("??/*.json")))

    def _path(self, document_id: str) -> Path:
        return self._folder / document_id[:2] / f"{document_id}.json"


def reread(known: Entry, content_hash: str) -> Entry:
    """The line of a document that is to be read again from its original, for those who could see it.

    Its number of chunks stays: what was taken in once is not kept out by a rule of quality now.
    """
    return replace(known, status=Status.INGESTING, content_hash="", pending_hash=content_hash, recipe="")


def _compared(entry: Entry) -> dict[str, Any]:
    return {name: value for name, value in _to_row(entry).items() if name not in _NOT_COMPARED}


def _to_row(entry: Entry) -> dict[str, Any]:
    row: dict[str, Any] = {field.name: getattr(entry, field.name) for field in fields(Entry)}
    row["groups"] = sorted(entry.groups)
    row["status"] = entry.status.value
    row["properties"] = None if entry.properties is None else dict(entry.properties)
    for name in (*_MOMENTS, "valid_from"):
        row[name] = row[name].isoformat() if row[name] else None
    return row


def _read(path: Path) -> Sidecar | None:
    try:
        row = cast("dict[str, Any]", json.loads(path.read_text(encoding="utf-8")))
        earlier = tuple(str(one) for one in row.pop("earlier", ()))
        since = row.pop("unnamed_since", None)
        known = {field.name for field in fields(Entry)}
        row = {name: value for name, value in row.items() if name in known}
        row["groups"] = frozenset(row["groups"])
        row["status"] = Status(row["status"])
        for name in _MOMENTS:
            row[name] = datetime.fromisoformat(row[name]) if row[name] else None
        row["valid_from"] = date.fromisoformat(row["valid_from"]) if row["valid_from"] else None
        return Sidecar(Entry(**row), earlier, date.fromisoformat(since) if since else None)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        logger.warning("%s cannot be read: %s", path, error)
        return None


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, data)
