"""Tells from a document's line before and after what was done to it, for the audit trail."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from surefoot.core.journal import Act, ActKind

if TYPE_CHECKING:
    from surefoot.ingestion.catalogue import Entry

READY, DELETING = "ready", "deleting"


def acts(before: Entry | None, after: Entry) -> Iterator[Act]:
    """What is to be written when a line is saved; nothing while a file is still being read."""
    if after.status == READY and after.content_hash:
        was = before.content_hash if before and before.status == READY else ""
        if after.content_hash != was:
            kind = ActKind.DOCUMENT_CHANGED if was else ActKind.DOCUMENT_ADDED
            facts = {"assistant": after.assistant, "groups": sorted(after.groups), "chunks": after.chunks}
            yield Act(kind, after.id, after.content_hash, facts)
            return
    if before is None or before.status == DELETING:
        return
    if after.groups != before.groups:
        facts = {"groups": sorted(after.groups), "before": sorted(before.groups)}
        yield Act(ActKind.DOCUMENT_ACCESS_CHANGED, after.id, facts=facts)
    if (after.title, dict(after.properties or {})) != (before.title, dict(before.properties or {})):
        yield Act(ActKind.DOCUMENT_DESCRIBED, after.id, after.title)


def deleted(entry: Entry) -> Act | None:
    """What is to be written when a line goes; nothing for one that never became a document."""
    there = entry.status in {READY, DELETING} and entry.content_hash
    return Act(ActKind.DOCUMENT_DELETED, entry.id, facts={"assistant": entry.assistant}) if there else None
