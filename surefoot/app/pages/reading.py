"""Files on their way into an assistant's library: one after the other, in a thread of its own."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import Literal

from surefoot.app.client.errors import ClientError
from surefoot.app.client.forms import IngestedForm
from surefoot.app.client.http import Client

CANCELLED = "You cancelled it before it was read."
REPLACES = "It replaces a document that is there already, so it is read to its end."
LOOK_SECONDS = 0.3
State = Literal["waiting", "reading", "ingested", "unchanged", "rejected"]


@dataclass(frozen=True, slots=True)
class File:
    """A file and what has become of it."""

    path: str
    state: State = "waiting"
    reason: str = ""
    pages: int | None = None
    document_id: str = ""
    cancelled: bool = False
    """Whether its reader wants it no longer; while it is still being read."""
    began: float = field(default_factory=time.monotonic)
    """When it came into its state."""


@dataclass(slots=True)
class Reading:
    """The files that an assistant was given in this session."""

    assistant: str
    client: Client
    files: list[File] = field(default_factory=list[File])
    suggestions: list[str] = field(default_factory=list[str])
    version: int = 0
    _contents: deque[tuple[int, bytes]] = field(default_factory=deque[tuple[int, bytes]])
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _busy: bool = False

    def add(self, files: Sequence[tuple[str, bytes]]) -> None:
        """Read files by name and content, after those that still wait."""
        with self._lock:
            for path, data in files:
                self._contents.append((len(self.files), data))
                self.files.append(File(path))
            self.version += 1
            if self._busy:
                return
            self._busy = True
        threading.Thread(target=self._read, daemon=True).start()

    def cancel(self) -> None:
        """Read no further: what waits is left out, and what is being read is deleted, which ends its reading.

        A document that was there before is not deleted for its new version, which is read to its end.
        """
        with self._lock:
            left, self._contents = list(self._contents), deque()
            for number, _ in left:
                self.files[number] = replace(self.files[number], state="rejected", reason=CANCELLED)
            self.version += 1
            reading = any(file.state == "reading" for file in self.files)
        there = self._statuses() if reading else {}
        with self._lock:
            for number, file in enumerate(self.files):
                if file.state == "reading":
                    older = there.get(file.path) == "ready"
                    self.files[number] = replace(file, cancelled=not older, reason=REPLACES if older else "")
            self.version += 1
        threading.Thread(target=self._withdraw, daemon=True).start()

    def _withdraw(self) -> None:
        """Delete what is being read as soon as it is there: a file that is still sent is not there yet."""
        while at_work := {file.path for file in self.files if file.cancelled and file.state == "reading"}:
            with suppress(ClientError):  # it is tried again, and what was read all the same is deleted at the end
                for document in self.client.documents(self.assistant).documents:
                    if document.path in at_work and document.status == "ingesting":
                        self.client.delete_document(document.document_id)
            time.sleep(LOOK_SECONDS)

    def _statuses(self) -> dict[str, str]:
        return {one.path: one.status for one in self.client.documents(self.assistant).documents}

    @property
    def live(self) -> bool:
        """Whether a file is still being read."""
        return self._busy

    @property
    def finished(self) -> int:
        """Number of files with a result."""
        return sum(f.state not in {"waiting", "reading"} for f in self.files)

    @property
    def taken(self) -> int:
        """Number of files that can be asked about."""
        return sum(f.state in {"ingested", "unchanged"} for f in self.files)

    def _read(self) -> None:
        while (waiting := self._next()) is not None:
            number, data = waiting
            self._set(number, replace(self.files[number], state="reading", began=time.monotonic()))
            self._ended(number, self._sent(self.files[number], data))

    def _next(self) -> tuple[int, bytes] | None:
        """The next file; None once all are read and questions about them were found."""
        with self._lock:
            if self._contents:
                return self._contents.popleft()
        if self.taken:
            try:
                self.suggestions = self.client.suggestions(self.assistant)
            except ClientError:
                self.suggestions = []  # one can ask without them
        with self._lock:
            self._busy = bool(self._contents)
            self.version += 1
            return self._contents.popleft() if self._contents else None

    def _sent(self, file: File, data: bytes) -> File:
        try:
            results = self.client.ingest([(file.path, data)], self.assistant).documents
        except ClientError as error:
            return replace(file, state="rejected", reason=error.message)
        except Exception as error:  # noqa: BLE001  the thread's border: the other files are still read
            words = f"It could not be sent ({type(error).__name__}). Drop it again."
            return replace(file, state="rejected", reason=words)
        return _became(file, results[0]) if results else replace(file, state="rejected", reason="It got no result.")

    def _ended(self, number: int, became: File) -> None:
        """Keep what became of a file; one that was cancelled meanwhile is in no library."""
        with self._lock:
            if not self.files[number].cancelled:
                self.files[number] = became
                self.version += 1
                return
        if became.state == "ingested":
            try:
                self.client.delete_document(became.document_id)
            except ClientError as error:
                self._set(number, replace(became, reason=f"It was read before it could be cancelled. {error.message}"))
                return
        self._set(number, replace(became, state="rejected", reason=CANCELLED, pages=None, document_id=""))

    def _set(self, number: int, file: File) -> None:
        with self._lock:
            self.files[number] = file
            self.version += 1


def _became(file: File, result: IngestedForm) -> File:
    return replace(
        file,
        state=result.status,
        reason=result.reason or "",
        pages=result.pages,
        document_id=result.document_id or "",
    )


def title_for(paths: Sequence[str]) -> str:
    """A name for a private assistant: that of the folder they came in, or of the first file."""
    folders = {PurePosixPath(path).parts[0] if "/" in path else "" for path in paths}
    folder = next(iter(folders)) if len(folders) == 1 else ""
    name = folder or PurePosixPath(paths[0]).stem
    return " ".join(name.replace("_", " ").replace("-", " ").split())[:60] or "My documents"


def distinct(paths: Sequence[str]) -> list[str]:
    """The paths, with a number in those that came before, so that no file takes another's place."""
    seen: dict[str, int] = {}
    out: list[str] = []
    for path in paths:
        seen[path] = seen.get(path, 0) + 1
        pure = PurePosixPath(path)
        out.append(path if seen[path] == 1 else str(pure.with_name(f"{pure.stem} ({seen[path]}){pure.suffix}")))
    return out
