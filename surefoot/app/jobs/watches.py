"""Watches the folders of sources that shall run as soon as something changes."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from surefoot.ingestion.source_store import SourceEntry
from surefoot.ingestion.sources.watching import watch

logger = logging.getLogger(__name__)

NETWORK_SECONDS = 60.0
"""Between two looks through a network folder, which reports no changes."""


@dataclass(frozen=True, slots=True)
class Watched:
    """Folders that are watched in the same manner, by the id of their source."""

    folders: Mapping[str, Path]
    poll_s: float | None


def folders_of(sources: Iterable[SourceEntry]) -> list[Watched]:
    """The folders that shall be watched: those that report changes, and network folders."""
    wanted = [one for one in sources if one.watched and one.enabled and one.settings.get("path")]
    groups = [
        Watched(
            {one.id: Path(str(one.settings["path"])) for one in wanted if bool(one.settings.get("polling")) is slow},
            poll,
        )
        for slow, poll in ((False, None), (True, NETWORK_SECONDS))
    ]
    return [group for group in groups if group.folders]


class Watches:
    """One thread for each manner of watching; begun anew when the folders to be watched are others."""

    def __init__(self, changed: Callable[[str], None]) -> None:
        """changed: hears a source's id, from a thread of its own."""
        self._changed = changed
        self._groups: list[Watched] = []
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []

    def follow(self, sources: Iterable[SourceEntry]) -> set[str]:
        """Watch these sources' folders from now on; gives the ids of those that were not watched before."""
        groups = folders_of(sources)
        if groups == self._groups:
            return set()
        before = {source_id for group in self._groups for source_id in group.folders}
        self.stop(0.0)
        self._groups, self._stop = groups, threading.Event()
        for group in groups:
            thread = threading.Thread(target=self._watch, args=(group, self._stop), name="watched folders", daemon=True)
            thread.start()
            self._threads.append(thread)
        return {source_id for group in groups for source_id in group.folders} - before

    def stop(self, seconds: float) -> None:
        """Watch no longer, and give each thread so many seconds to end."""
        self._stop.set()
        for thread in self._threads:
            thread.join(seconds)
        self._threads = [thread for thread in self._threads if thread.is_alive()]
        self._groups = []

    def _watch(self, group: Watched, stop: threading.Event) -> None:
        try:
            watch(group.folders, self._changed, stop, poll_s=group.poll_s)
        except Exception:  # the border of a thread
            logger.exception("Folders are no longer watched until the server starts again.")
