"""Keeps what a reader yielded in a temporary file, with parts of the same name as one document."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from surefoot.ingestion.sources.hub_process import HubDocument
from surefoot.ingestion.sources.query_values import moment

_BETWEEN = "\n\n"
_FLEETING = frozenset({"last_accessed_date"})
"""Metadata that change without the document."""
_CHANGED = ("last_modified_date", "last_modified", "modified_at", "updated_at")
_MOST_PROPERTIES, _LONGEST_PROPERTY = 50, 1000


@dataclass(slots=True)
class Kept:
    """One document of the spool."""

    spans: list[int] = field(default_factory=list[int])
    """Where its parts begin in the file."""
    size: int = 0
    """Bytes of its text."""
    modified: datetime | None = None
    _digest: Any = field(default_factory=hashlib.sha256)

    @property
    def fingerprint(self) -> str:
        """A hash of its texts and metadata."""
        return str(self._digest.hexdigest())

    def add(self, begin: int, document: HubDocument, metadata: Mapping[str, str]) -> None:
        """Append a part."""
        self.size += document.size + (len(_BETWEEN) if self.spans else 0)
        self.spans.append(begin)
        self._digest.update(json.dumps([document.text, document.size, metadata], sort_keys=True).encode() + b"\n")
        if self.modified is None:
            self.modified = next(filter(None, (moment(metadata.get(key)) for key in _CHANGED)), None)


class Spool:
    """Documents by path, in the order in which their first parts came; the file goes with `close`."""

    def __init__(self, folder: Path) -> None:
        self._file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - closed by `close`
        self._kept: dict[str, Kept] = {}

    def add(self, path: str, document: HubDocument) -> None:
        """Append a part to the document of that path."""
        metadata = {key: value for key, value in document.metadata.items() if key not in _FLEETING}
        self._kept.setdefault(path, Kept()).add(self._file.tell(), document, metadata)
        self._file.write(json.dumps([document.text, metadata]).encode() + b"\n")

    def items(self) -> Iterator[tuple[str, Kept]]:
        """All documents."""
        return iter(self._kept.items())

    def get(self, path: str) -> Kept | None:
        """A document, or None."""
        return self._kept.get(path)

    def content(self, kept: Kept) -> tuple[str, dict[str, str]]:
        """A document's text, and the metadata that all its parts have alike."""
        parts = [self._part(begin) for begin in kept.spans]
        first = parts[0][1].items()
        alike = [(key, value) for key, value in first if all(part[1].get(key) == value for part in parts)]
        properties = {key[:100]: value[:_LONGEST_PROPERTY] for key, value in alike[:_MOST_PROPERTIES]}
        return _BETWEEN.join(text for text, _ in parts), properties

    def close(self) -> None:
        """Remove the file."""
        self._file.close()

    def _part(self, begin: int) -> tuple[str, dict[str, str]]:
        self._file.seek(begin)
        text, metadata = json.loads(self._file.readline())
        return text, metadata
