"""Keeps what the engine says: the last lines in memory, more in a file of bounded size."""

from __future__ import annotations

import threading
from collections import deque
from pathlib import Path

FILE_BYTES = 512 * 1024
"""The file is set aside as `.1` at this size, over the one before: at most twice this much is kept."""
LINES = 12
LINE_CHARACTERS = 1000


class EngineLog:
    """Lines as they come; without a path they are kept in memory alone."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._last: deque[str] = deque(maxlen=LINES)

    def add(self, line: str) -> None:
        """Keep one line; a log that cannot be written is no reason to stop."""
        line = line.rstrip()[:LINE_CHARACTERS]
        if not line:
            return
        with self._lock:
            self._last.append(line)
            if self._path:
                try:
                    self._write(self._path, line)
                except OSError:
                    self._path = None

    def ending(self) -> str:
        """The last lines, in a sentence."""
        with self._lock:
            lines = "\n".join(self._last)
        where = f" More in {self._path}." if self._path else ""
        return f"Its last lines:\n{lines}\n{where}".rstrip() if lines else f"It said nothing.{where}"

    @staticmethod
    def _write(path: Path, line: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and path.stat().st_size > FILE_BYTES:
            path.replace(path.with_name(f"{path.name}.1"))
        with path.open("a", encoding="utf-8") as file:
            file.write(f"{line}\n")
