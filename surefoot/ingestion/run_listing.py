"""The first step of a run: lists its source and writes down which documents are to be worked on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from itertools import islice

from surefoot.ingestion.errors import AddressRefused, SourceUnreachable
from surefoot.ingestion.run_control import CONFIRMED, HELD, KEEP, LISTED, REMOVALS, REMOVE
from surefoot.ingestion.run_items import CHANGED, EXAMPLES, GONE, NEW, ItemEntry
from surefoot.ingestion.run_parts import RunParts
from surefoot.ingestion.run_store import RunEntry
from surefoot.ingestion.source_store import SourceEntry, now
from surefoot.ingestion.sources.changes import Change, compare, guard_of_mass_removal

AT_ONCE = 500
"""Documents that are written down in one transaction; between two of them the run may be cancelled."""


@dataclass(slots=True)
class _Tally:
    kinds: Counter[str] = field(default_factory=Counter[str])
    remarks: list[str] = field(default_factory=list[str])
    """The first reasons of doubtful and duplicate documents."""

    def count(self, change: Change) -> None:
        self.kinds[change.kind] += 1
        if change.reason and len(self.remarks) < EXAMPLES:
            self.remarks.append(f"{change.path}: {change.reason}")


def list_documents(parts: RunParts, run: RunEntry, source: SourceEntry) -> bool:
    """Write down the run's documents; False where the run was stopped meanwhile. What is there already is redone.

    Raises SourceUnreachable where the source does not answer, SourceInvalid where its settings cannot be used.
    """
    parts.items.clear(run.id)
    if run.kind == REMOVE:
        return _list_all_as_gone(parts, run, source)
    for delay in (*parts.delays, None):
        try:
            return _list_changes(parts, run, source)
        except AddressRefused:
            raise
        except SourceUnreachable:
            if delay is None or parts.stopping.wait(delay) or not parts.goes_on(run.id):
                raise
            parts.items.clear(run.id)
    return False


def _list_changes(parts: RunParts, run: RunEntry, source: SourceEntry) -> bool:
    known = parts.sources.fingerprints(source.id)
    tally = _Tally()
    with closing(parts.open(source)) as place:
        changes = compare(place.listing(), known)
        while found := list(islice(changes, AT_ONCE)):
            if not parts.goes_on(run.id):
                return False
            _write_down(parts, run, source, found, tally)
    reason = guard_of_mass_removal(len(known), tally.kinds["gone"])
    parts.runs.note(run.id, unchanged=tally.kinds["unchanged"], reason=reason)
    parts.sources.listed(source.id, now())
    remarks = {"doubtful": tally.kinds["doubtful"], "duplicates": tally.kinds["duplicate"], "remarks": tally.remarks}
    parts.runs.report(run.id, **{LISTED: True, REMOVALS: HELD if reason else CONFIRMED}, **remarks)
    return True


def _write_down(parts: RunParts, run: RunEntry, source: SourceEntry, found: Sequence[Change], tally: _Tally) -> None:
    for change in found:
        tally.count(change)
    items = [_item(run, change) for change in found if change.kind in {NEW, CHANGED, GONE}]
    known = parts.sources.holders(source.id, [item.path for item in items if item.change != NEW])
    parts.items.add([replace(item, document_id=known.get(item.path)) for item in items])


def _item(run: RunEntry, change: Change) -> ItemEntry:
    listed = change.listed
    if listed is None:
        return ItemEntry(run.id, change.path, change.kind)
    return ItemEntry(
        run.id,
        change.path,
        change.kind,
        fingerprint=listed.fingerprint,
        locator=listed.locator,
        size=listed.size,
        modified_at=listed.modified,
    )


def _list_all_as_gone(parts: RunParts, run: RunEntry, source: SourceEntry) -> bool:
    if not run.report.get(KEEP):
        known = parts.sources.fingerprints(source.id)
        for paths in _portions(sorted(known)):
            parts.items.add([ItemEntry(run.id, path, GONE) for path in paths])
    parts.runs.report(run.id, **{LISTED: True, REMOVALS: CONFIRMED})
    return True


def _portions(paths: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(paths), AT_ONCE):
        yield paths[start : start + AT_ONCE]
