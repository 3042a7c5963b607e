"""Which folders and files of this machine sources may read: not the server's own, not the system's, no hidden ones."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from surefoot.ingestion.errors import PlaceRefused

FOLDERS_SETTING = "SUREFOOT_SOURCE_FOLDERS"
"""The setting that names the folders below which sources may lie."""
_SYSTEM = tuple(map(Path, ("/boot", "/dev", "/etc", "/proc", "/run", "/sys", "/private/etc", "/System")))
_MOUNTED = Path("/run/media")
"""Where desktops mount disks that people plug in."""
_CLOSED = tuple(
    map(
        Path,
        "/bin /lib /lib32 /lib64 /libx32 /sbin /snap /usr /var/backups /var/cache /var/lib /var/log /var/mail "
        "/var/spool /Library /private/var/db".split(),
    )
)
"""What programs keep, secrets among it: read only where the operator names a folder of it."""


@dataclass(frozen=True, slots=True)
class Places:
    """Where sources may read on this machine's disks."""

    own: tuple[Path, ...] = ()
    """Folders that the server keeps for itself."""
    allowed: Callable[[], tuple[Path, ...] | None] = lambda: None
    """Folders that the operator names, below which all sources must lie; None: wherever nothing else forbids it."""

    def check(self, path: str | Path) -> None:
        """Raise PlaceRefused, which says what to do, where a folder or file may not be read; links are followed."""
        self.check_own(path)
        real = Path(os.path.realpath(path))
        folders = self.allowed()
        if folders is None:
            if any(real.is_relative_to(closed) for closed in _CLOSED):
                raise PlaceRefused(f"{real} holds files of programs. {_named(real)}")
            if any(part.startswith(".") for part in real.parts):
                raise PlaceRefused(f"{real} is hidden, and hidden folders hold keys and passwords. {_named(real)}")
        elif not any(real.is_relative_to(os.path.realpath(folder)) for folder in folders):
            raise PlaceRefused(
                f"Sources may not read {real}: it is in none of the folders that the operator of this server has "
                f"opened to them. {_named(real)}"
            )

    def check_own(self, path: str | Path) -> None:
        """Raise PlaceRefused for what no setting opens: the server's own folders, what holds them, the system's."""
        real = Path(os.path.realpath(path))
        for own in map(Path, map(os.path.realpath, self.own)):
            if real.is_relative_to(own):
                raise PlaceRefused(f"{real} belongs to Surefoot itself. Name the folder of the documents.")
            if own.is_relative_to(real):
                raise PlaceRefused(f"{real} holds Surefoot's own folder {own}. Name a folder that does not.")
        if is_system(real):
            raise PlaceRefused(f"{real} holds the operating system's own files. Name the folder of the documents.")

    def identities(self, *more: Path) -> frozenset[tuple[int, int]]:
        """Device and inode of the own folders, by which they are known under another name, such as a bind mount."""
        return frozenset((found.st_dev, found.st_ino) for own in (*self.own, *more) if (found := _stat(own)))

    def second_names(self) -> frozenset[tuple[int, int]]:
        """Device and inode of the own files that have another name, elsewhere, by a hard link."""
        found = (
            one
            for own in self.own
            for folder, _, names in os.walk(own)
            for name in names
            if (one := _stat(Path(folder, name)))
        )
        return frozenset((one.st_dev, one.st_ino) for one in found if one.st_nlink > 1)


def is_system(path: Path) -> bool:
    """Whether a path, whose links are not followed, is a folder of the operating system, or all of the disk."""
    system = any(path.is_relative_to(one) for one in _SYSTEM) and not path.is_relative_to(_MOUNTED)
    return system or path == Path(path.anchor)


def _named(real: Path) -> str:
    return f"If sources shall read it, whoever runs this server names it in {FOLDERS_SETTING}, such as {real}."


def _stat(path: Path) -> os.stat_result | None:
    try:
        return path.lstat()
    except OSError:
        return None
