"""Compares what a source lists with what was read of it: new, changed, unchanged, gone, and what nobody can tell."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from surefoot.ingestion.sources.port import Doubtful, Listed

FEWEST_FOR_GUARD = 20
"""Known documents from which on a removal of more than half of them at once is questioned."""

ChangeKind = Literal["new", "changed", "unchanged", "gone", "doubtful", "duplicate"]


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one document at its source."""

    kind: ChangeKind
    """`doubtful`: the source could not tell, so what is there stays. `duplicate`: named twice, the first one counts."""
    path: str
    """In Unicode NFC, as the catalogue keeps it."""
    listed: Listed | None = None
    """What is at the source, for `new`, `changed`, `unchanged` and `duplicate`."""
    reason: str = ""
    """For people, where the kind is `doubtful` or `duplicate`."""


def compare(listing: Iterable[Listed | Doubtful], known: Mapping[str, str]) -> Iterator[Change]:
    """The changes since `known` (path in NFC → fingerprint) was read, one for each document, as the listing goes on.

    What is gone comes last, once the listing has ended without an error; an error of the listing passes through, and
    then nothing is gone. Documents that a doubt covers are never gone.
    """
    seen = _Seen()
    for found in listing:
        path = unicodedata.normalize("NFC", found.path)
        if isinstance(found, Doubtful):
            seen.doubt(path, below=found.below)
            yield Change("doubtful", path, reason=found.reason)
        elif path in seen.paths:
            yield Change("duplicate", path, found, f"The source names {path!r} twice; the first one counts.")
        else:
            seen.paths.add(path)
            yield Change(_kind(found.fingerprint, known.get(path)), path, found)
    for path in known:
        if not seen.has_or_doubts(path):
            yield Change("gone", path)


def guard_of_mass_removal(known: int, gone: int) -> str | None:
    """Why a run should wait for a person before it removes `gone` of `known` documents; None where it need not."""
    if known < FEWEST_FOR_GUARD or gone * 2 <= known:
        return None
    return (
        f"{gone:,} of {known:,} documents are no longer at the source. Nothing was removed yet: check that the source "
        "is complete (a share that is not mounted looks empty), then confirm the removal or run again."
    )


def _kind(fingerprint: str, before: str | None) -> ChangeKind:
    if before is None:
        return "new"
    return "unchanged" if before == fingerprint else "changed"


@dataclass(slots=True)
class _Seen:
    paths: set[str] = field(default_factory=set[str])
    doubted: set[str] = field(default_factory=set[str])
    folders: set[str] = field(default_factory=set[str])

    def doubt(self, path: str, *, below: bool) -> None:
        (self.folders if below else self.doubted).add(path)

    def has_or_doubts(self, path: str) -> bool:
        if path in self.paths or path in self.doubted or path in self.folders or "" in self.folders:
            return True
        return bool(self.folders) and any(folder in self.folders for folder in _folders(path))


def _folders(path: str) -> Iterator[str]:
    cut = path.rfind("/")
    while cut > 0:
        yield path[:cut]
        cut = path.rfind("/", 0, cut)
