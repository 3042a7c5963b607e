"""Watches folders and says which source's folder changed."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

LOOK_S = 5.0
"""Seconds between looks whether a folder came or went as a whole."""
POLL_S = 10.0
"""Seconds between looks through folders that the system cannot watch."""
_QUIET_MS, _LONGEST_BURST_MS = 300, 3_000
"""A burst of changes ends when nothing happens for the first time, and is told after the second one at the latest."""

_Present = Mapping[str, tuple[Path, int, int]]
"""The folders that exist now, by name: each with its device and inode, which tell a new folder at the same path."""


def watch(
    folders: Mapping[str, Path], changed: Callable[[str], None], stop: threading.Event, *, poll_s: float | None = None
) -> None:
    """Call `changed` with a folder's name, once for a burst of changes in it, until `stop` is set. Blocks.

    With `poll_s` the folders are looked through every so many seconds, for network shares, which report no changes;
    so they are where the system cannot watch more folders. A folder that is not there is waited for; when it comes,
    goes or is replaced, that is a change. Changes of hidden files are none.
    """
    present = _present(folders)
    while not stop.is_set():
        try:
            _watch_present(folders, present, changed, stop, poll_s)
        except (OSError, RuntimeError):  # the limit of watched folders, or one that went as its watch began
            stop.wait(LOOK_S if poll_s else 0.1)
            poll_s = poll_s or POLL_S
        now = _present(folders)
        if now != present:
            for name in folders.keys() & (now.keys() | present.keys()):  # a change of the others may have been missed
                changed(name)
        present = now


def _present(folders: Mapping[str, Path]) -> _Present:
    found: dict[str, tuple[Path, int, int]] = {}
    for name, folder in folders.items():
        with contextlib.suppress(OSError):
            real = folder.resolve()
            state = real.stat()
            if real.is_dir():
                found[name] = (real, state.st_dev, state.st_ino)
    return found


def _watch_present(
    folders: Mapping[str, Path],
    present: _Present,
    changed: Callable[[str], None],
    stop: threading.Event,
    poll_s: float | None,
) -> None:
    """Watch the folders that are there, until one of them, or one that is missing, comes or goes."""
    if not present:
        stop.wait(LOOK_S)
        return
    from watchfiles import watch as batches

    for batch in batches(
        *{folder for folder, _, _ in present.values()},
        watch_filter=None,
        debounce=_LONGEST_BURST_MS,
        step=_QUIET_MS,
        stop_event=stop,
        rust_timeout=int(LOOK_S * 1000),
        yield_on_timeout=True,
        force_polling=poll_s is not None,
        poll_delay_ms=int((poll_s or POLL_S) * 1000),
        ignore_permission_denied=True,
    ):
        if _present(folders) != present:
            return
        paths = [Path(path) for _, path in batch]
        for name, (folder, _, _) in present.items():
            if _concerns(folder, paths):
                changed(name)


def _concerns(folder: Path, paths: Iterable[Path]) -> bool:
    """Whether one of the paths is a document's, which lies in the folder and is not hidden."""
    inside = (path.relative_to(folder).parts for path in paths if path.is_relative_to(folder))
    return any(not any(part.startswith((".", "~$")) for part in parts) for parts in inside)
