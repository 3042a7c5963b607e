"""Rebuilds a lost catalogue: from the sidecars, else from what the index says, and closed where neither knows."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from surefoot.ingestion.blobs import Blobs
from surefoot.ingestion.catalogue import Catalogue, Entry, Status, id_of
from surefoot.ingestion.errors import BlobDamaged, BlobMissing
from surefoot.ingestion.forgetting import NOBODY
from surefoot.ingestion.sidecars import Sidecars, reread
from surefoot.retrieval.index.port import Held

_SPECIAL = re.compile(r"[^\w .-]+")
_TITLE = 80


@dataclass(frozen=True, slots=True)
class Remains:
    """What is left of a library."""

    catalogue: Catalogue
    """The new one."""
    blobs: Blobs
    sidecars: Sidecars
    held: Mapping[str, Held]
    """What the index holds of each document; empty where there is none."""


@dataclass(frozen=True, slots=True)
class Closed:
    """Where an original goes of which nobody knows whose it is."""

    assistant: str
    owner: str
    groups: frozenset[str]


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a rebuilding came to, in documents."""

    known: int = 0
    """With path, title, owner and groups as they were."""
    indexed: int = 0
    """With title, assistant and groups from the index alone."""
    closed: int = 0
    """Of which nothing is known: for their owner alone."""
    lost: int = 0
    """Known, but their originals are gone or damaged: each has a line that says so."""


def rebuild(remains: Remains, samples: frozenset[str], closed: Closed) -> Rebuilt:
    """Write the lines that the catalogue lacks, so that the next start reads those documents again.

    Nobody sees what they could not see before: groups are those that sidecar and index agree on. What somebody deleted
    stays deleted. May be killed anywhere and repeated.

    samples: hashes of the files that ship with the assistants, which are read anyway.
    """
    counts: Counter[str] = Counter()
    for document_id in remains.sidecars.kept_away():
        if not remains.catalogue.kept_away(document_id):
            remains.catalogue.keep_away(document_id, NOBODY)
    told = list(remains.sidecars.list())
    for sidecar in told:
        if sidecar.entry.status is Status.DELETING or remains.catalogue.get(sidecar.entry.id):
            continue
        line, whole = _known(sidecar.entry, remains)
        remains.catalogue.save(line)
        counts["known" if whole else "lost"] += 1
    spoken_for = remains.catalogue.originals() | samples | {name for one in told for name in one.hashes}
    for content_hash in sorted(set(remains.blobs.names()) - spoken_for):
        for line, kind in _unknown(content_hash, remains.held.values(), closed):
            remains.catalogue.save(line)
            counts[kind] += 1
    return Rebuilt(counts["known"], counts["indexed"], counts["closed"], counts["lost"])


def _known(entry: Entry, remains: Remains) -> tuple[Entry, bool]:
    """The line of a document that has a sidecar, and whether its original is whole."""
    held, content_hash = remains.held.get(entry.id), entry.content_hash or entry.pending_hash
    entry = replace(entry, groups=entry.groups & held.groups) if held else entry
    if not content_hash:
        return entry, True
    if not remains.blobs.has(content_hash):
        remains.blobs.bring_back(content_hash)
    try:
        remains.blobs.get(content_hash)
    except (BlobMissing, BlobDamaged) as error:
        lost = replace(entry, status=Status.REJECTED, reason=str(error), content_hash="", pending_hash="", recipe="")
        return lost, False
    return (entry if entry.status is Status.REJECTED else reread(entry, content_hash)), True


def _unknown(content_hash: str, held: Iterable[Held], closed: Closed) -> list[tuple[Entry, str]]:
    """The lines of an original without a sidecar: one for each document of which the index holds this content."""
    found = [one for one in held if one.content_hash == content_hash]
    if not found:
        title = f"Recovered original {content_hash[:8]}"
        nothing = Held(closed.assistant, title, closed.groups, False, 0, content_hash)
        return [(_line(nothing, closed.owner), "closed")]
    return [(_line(one, NOBODY), "indexed") for one in found]


def _line(held: Held, owner: str) -> Entry:
    assistant, title, content_hash = held.assistant, held.title, held.content_hash
    path = f"recovered/{_SPECIAL.sub(' ', title)[:_TITLE].strip()} {content_hash[:8]}"
    known = Entry(
        id=id_of(assistant, path),
        assistant=assistant,
        owner=owner,
        path=path,
        groups=held.groups,
        title=title,
        chunks=held.chunks,
        regrouped=True,
        retitled=True,
    )
    return reread(known, content_hash)
