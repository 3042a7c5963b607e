"""/library: what an administrator does with documents: find, look at, describe, accept, give access, delete."""

from __future__ import annotations

import asyncio
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel
from starlette.responses import Response

from surefoot.app.accounts.actor import Actor
from surefoot.app.accounts.permissions import Permission
from surefoot.app.api.asker import By, Parts, Who, beside_reading, in_own_turn
from surefoot.app.api.conversions import ingested_form, library_row
from surefoot.app.api.knowledge import Work
from surefoot.app.client.forms import IngestedForm
from surefoot.app.client.library_forms import (
    CopyForm,
    DocumentCard,
    DocumentChange,
    LibraryPage,
    LibraryRow,
    Removal,
    Removed,
    SortName,
)
from surefoot.app.errors import RequestRefused
from surefoot.app.parts import App
from surefoot.app.samples import SHIPPED
from surefoot.core.journal import Act, ActKind
from surefoot.core.nouns import Asker
from surefoot.ingestion.catalogue import Entry
from surefoot.ingestion.listing import Wanted

router = APIRouter()
NOT_YOURS = "This document was fed by somebody else, who alone, beside an administrator, can change or delete it."


class Asked(BaseModel):
    """Which documents are looked for."""

    assistant: str
    words: str = Query("", max_length=500)
    status: str | None = None
    source: str | None = None
    language: str | None = None
    media_type: str | None = None
    superseded: Literal["yes", "no"] | None = None
    sort: SortName = "title"
    offset: int = Query(0, ge=0, le=1_000_000_000)
    limit: int = Query(100, ge=1, le=500)


@router.get("/library")
def find(asked: Annotated[Asked, Query()], parts: Parts, who: Who) -> LibraryPage:
    """A page of an assistant's documents."""
    parts.assistants.get(asked.assistant, who)
    wanted = Wanted(
        assistant=asked.assistant,
        words=asked.words,
        status=asked.status,
        source_id=asked.source,
        language=asked.language,
        media_type=asked.media_type,
        superseded=None if asked.superseded is None else asked.superseded == "yes",
    )
    found = parts.library.listing.find(wanted, who, asked.sort, (asked.offset, asked.limit))
    counts = {name: dict(numbers) for name, numbers in found.counts.items()}
    return LibraryPage(documents=[library_row(entry) for entry in found.entries], total=found.total, counts=counts)


@router.get("/library/{document_id}")
def card(document_id: str, parts: Parts, who: Who) -> DocumentCard:
    """A document with its quality report, its other versions and its copies."""
    entry = visible(parts, document_id, who)
    noted(parts, entry, "card")
    family = parts.library.catalogue.family(entry.assistant, entry.family) if entry.family else []
    others = [other for other in family if other.id != entry.id and other.visible_to(who)]
    copies = [copy for copy in parts.library.aliases.of(entry.id) if copy.visible_to(who)]
    newest_first = sorted(others, key=lambda other: (str(other.valid_from or ""), other.version), reverse=True)
    return DocumentCard(
        document=library_row(entry),
        report=parts.library.findings.report(entry.id),
        versions=[library_row(other) for other in newest_first],
        copies=[CopyForm(path=a.path, source_id=a.source_id) for a in copies],
    )


@router.patch("/library/{document_id}")
async def change(document_id: str, body: DocumentChange, parts: Parts, work: Work, by: By) -> LibraryRow:
    """Change title, access or properties; nothing is read or encoded again, and its source does not undo it."""
    entry = await asyncio.to_thread(visible, parts, document_id, by.asker)
    check_owner(entry, by)
    groups = frozenset(body.groups) if body.groups is not None else None
    describe = parts.library.pipeline.describe
    source = work.parts.sources.get(entry.source_id) if entry.source_id else None
    own = source.groups if source else parts.assistants.get(entry.assistant).groups
    changed = await asyncio.to_thread(describe, entry.id, body.title, body.properties, groups, own)
    return library_row(changed)


@router.post("/library/{document_id}/accept")
async def accept(document_id: str, parts: Parts, by: By) -> IngestedForm:
    """Take in a document that could be read and that a rule of quality rejected."""
    entry = await asyncio.to_thread(visible, parts, document_id, by.asker)
    check_owner(entry, by)
    return ingested_form(await in_own_turn(parts, by.id, parts.library.pipeline.accept, entry.id))


@router.post("/library/remove")
async def remove(body: Removal, parts: Parts, by: By) -> Removed:
    """Delete documents from catalogue, index and originals; the index is rewritten once, at the end."""
    return await beside_reading(parts, _removed, body.document_ids, parts, by)


@router.get(
    "/library/{document_id}/pages/{page}.png",
    response_class=Response,
    responses={200: {"content": {"image/png": {}}}},
)
def outlined_page(document_id: str, page: int, parts: Parts, who: Who) -> Response:
    """A page of a document as an image, with its chunks outlined."""
    from surefoot.ingestion.pages import outline_page

    entry = visible(parts, document_id, who)
    noted(parts, entry, f"page {page}")
    texts = [chunk.text for chunk in parts.library.index.chunks(entry.id) if chunk.page == page]
    image = outline_page(original_of(entry, parts), page, texts, parts.library.limits)
    return Response(image, media_type="image/png")


def visible(parts: App, document_id: str, who: Asker) -> Entry:
    """A document that the asker may see; raises RequestRefused where there is none."""
    entry = parts.library.catalogue.get(document_id, who)
    if entry is None:
        raise RequestRefused(f"There is no document '{document_id}', or you may not see it.", 404, "unknown_document")
    return entry


def noted(parts: App, entry: Entry, part: str) -> None:
    """Write into the audit trail that a part of a document was read."""
    parts.note(Act(ActKind.DOCUMENT_READ, entry.id, facts={"part": part}))


def may_change(entry: Entry, by: Actor) -> bool:
    """Whether somebody may change or delete a document that they see."""
    return entry.owner == by.id or by.may(Permission.MANAGE_DOCUMENTS)


def check_owner(entry: Entry, by: Actor) -> None:
    """Raise RequestRefused where somebody may not change a document."""
    if not may_change(entry, by):
        raise RequestRefused(NOT_YOURS, 403, "not_yours")


def original_of(entry: Entry, parts: App) -> bytes:
    """A document's original; raises RequestRefused where personal data in it is masked."""
    if entry.masked:
        raise RequestRefused(
            "Personal data in this document is masked, so its original and page images are shown to nobody.",
            403,
            "masked",
        )
    return parts.library.blobs.get(entry.content_hash)


def delete_entry(entry: Entry, parts: App, who: str, *, erase: bool) -> bool:
    """Delete a document and its copies; what a folder or source brought does not come back from there."""
    for one in (entry, *parts.library.aliases.of(entry.id)):
        if one.owner == SHIPPED.id or one.source_id:
            parts.library.catalogue.keep_away(one.id, who)
    return parts.library.pipeline.delete(entry.id, erase=erase)


def _removed(document_ids: list[str], parts: App, by: Actor) -> Removed:
    deleted, refused = 0, list[str]()
    for document_id in dict.fromkeys(document_ids):
        entry = parts.library.catalogue.get(document_id, by.asker)
        if entry is None or not may_change(entry, by):
            refused.append(document_id)
        elif delete_entry(entry, parts, by.id, erase=False):
            deleted += 1
    if deleted:
        parts.library.pipeline.erase()
    return Removed(deleted=deleted, refused=refused)
