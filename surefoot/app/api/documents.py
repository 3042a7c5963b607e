"""/documents: files in, the library out, originals and page images."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import quote as url_quote

from fastapi import APIRouter, File, Form, Request, UploadFile
from pydantic import BaseModel
from starlette.responses import Response

from surefoot.app.accounts.actor import Actor, own_group
from surefoot.app.api.asker import By, Parts, Who, beside_reading, in_own_turn
from surefoot.app.api.conversions import chunk_form, document_row, ingested_form
from surefoot.app.api.library import check_owner, delete_entry, may_change, noted, original_of, visible
from surefoot.app.client.forms import ChunkForm, DocumentDeleted, DocumentList, IngestedForm, IngestForm
from surefoot.app.errors import RequestRefused
from surefoot.app.parts import App
from surefoot.core.nouns import Asker
from surefoot.ingestion.catalogue import Entry
from surefoot.ingestion.describing import Order
from surefoot.ingestion.errors import UnsafePath
from surefoot.ingestion.results import Rejected, SourceFile
from surefoot.retrieval.index.room import WRITING, check_room
from surefoot.serving.assistants import AssistantSpec
from surefoot.serving.errors import UnknownAssistant

router = APIRouter()
LOOK_SECONDS = 0.5
TAKEN = "Somebody else fed a document under this name, which this one would replace. Give it another name."


@dataclass(slots=True)
class Upload:
    """Whether somebody still waits for what is being read."""

    cancelled: bool = False

    def heard(self, _path: str, _stage: str) -> None:
        """Told of each stage, and of each turn of the encoder. Raises RequestRefused where nobody waits any more."""
        if self.cancelled:
            raise RequestRefused("The upload was cancelled; what was not read yet is not kept.", 499, "cancelled")


class WholeDocument(BaseModel):
    """A document with its text and chunks."""

    document_id: str
    assistant: str
    title: str
    status: str
    reason: str | None
    pages: int | None
    version: str
    path: str
    media_type: str
    valid_from: str | None
    superseded: bool
    groups: list[str]
    size: int
    created_at: str | None
    text: str
    chunks: list[ChunkForm]


@router.post("/documents")
async def ingest(
    assistant: Annotated[str, Form()],
    files: Annotated[list[UploadFile], File()],
    parts: Parts,
    by: By,
    request: Request,
) -> IngestForm:
    """Read files into an assistant's library; an unknown name makes a private assistant.

    Uploads of one person come one after the other, those of several take turns. Whoever closes the connection cancels
    what is not read yet, and deleting a document while it is being read cancels that one.
    """
    started = time.perf_counter()
    spec = await asyncio.to_thread(_assistant, parts, assistant, by.asker)
    taken = [await _order(file, spec, parts, by) for file in files]
    orders = [one for one in taken if isinstance(one, Order)]
    upload = Upload()
    reading = asyncio.ensure_future(in_own_turn(parts, by.id, _read, orders, parts, upload))
    while not (await asyncio.wait({reading}, timeout=LOOK_SECONDS))[0]:
        upload.cancelled = upload.cancelled or await request.is_disconnected()
    read = iter(reading.result())
    rows = [next(read) if isinstance(one, Order) else one for one in taken]
    return IngestForm(documents=rows, seconds=round(time.perf_counter() - started, 3))


@router.get("/documents")
def documents(assistant: str, parts: Parts, who: Who) -> DocumentList:
    """An assistant's documents."""
    parts.assistants.get(assistant, who)
    return DocumentList(documents=[document_row(entry) for entry in parts.library.catalogue.list(assistant, who)])


@router.get("/documents/{document_id}")
def document(document_id: str, parts: Parts, who: Who) -> WholeDocument:
    """A document with its text and chunks."""
    entry = visible(parts, document_id, who)
    noted(parts, entry, "text")
    row = document_row(entry).model_dump(mode="json", exclude={"chunks"})
    chunks = [chunk_form(chunk) for chunk in parts.library.index.chunks(entry.id)]
    text = parts.library.catalogue.text(entry.id)
    return WholeDocument.model_validate({**row, "assistant": entry.assistant, "text": text, "chunks": chunks})


@router.delete("/documents/{document_id}")
async def delete(document_id: str, parts: Parts, by: By) -> DocumentDeleted:
    """Delete a document from catalogue, index and originals."""
    entry = await asyncio.to_thread(visible, parts, document_id, by.asker)
    check_owner(entry, by)
    deleted = await beside_reading(parts, _delete, entry, parts, by.id)
    return DocumentDeleted(document_id=document_id, deleted=deleted)


@router.get("/documents/{document_id}/original", response_class=Response, responses={200: {"content": {"*/*": {}}}})
def original(document_id: str, parts: Parts, who: Who) -> Response:
    """The file as it was fed: always a download, never shown by the browser."""
    entry = visible(parts, document_id, who)
    data = original_of(entry, parts)
    noted(parts, entry, "original")
    name = entry.path.rsplit("/", 1)[-1]
    plain = "".join(c if c.isascii() and c.isprintable() and c not in '"\\' else "_" for c in name)
    disposition = f"attachment; filename*=UTF-8''{url_quote(name, safe='')}; filename=\"{plain}\""
    return Response(data, media_type=entry.media_type, headers={"Content-Disposition": disposition})


@router.get(
    "/documents/{document_id}/pages/{page}.png",
    response_class=Response,
    responses={200: {"content": {"image/png": {}}}},
)
def page_image(document_id: str, page: int, parts: Parts, who: Who, quote: str = "") -> Response:
    """A page of a PDF as an image, with the boxes of a quote marked."""
    from surefoot.ingestion.pages import render_page

    entry = visible(parts, document_id, who)
    data = original_of(entry, parts)
    noted(parts, entry, f"page {page}")
    image = render_page(data, page, quote, parts.library.limits)
    return Response(image, media_type="image/png")


def _assistant(parts: App, name: str, who: Asker) -> AssistantSpec:
    """The assistant that files are for, made where there is none. One that is somebody else's is not told of."""
    try:
        return parts.assistants.get(name, who)
    except UnknownAssistant:
        made = parts.assistants.create(name, name, groups=[own_group(who.id)])
        if not made.visible_to(who):
            raise
        return made


async def _order(file: UploadFile, spec: AssistantSpec, parts: App, by: Actor) -> Order | IngestedForm:
    """What is to be read, or why it is not."""
    path = file.filename or ""
    try:
        order = Order(SourceFile(path, await file.read()), spec.name, by.asker, spec.groups)
        known = await asyncio.to_thread(parts.library.catalogue.get, order.id)
        return order if known is None or may_change(known, by) else ingested_form(Rejected(path, TAKEN))
    except UnsafePath as error:
        return ingested_form(Rejected(path, str(error)))


def _read(orders: list[Order], parts: App, upload: Upload) -> list[IngestedForm]:
    """Read files, some at the same time; in the order of the files. Raises IndexFull before anything is kept."""
    upload.heard("", "")
    check_room(parts.settings.data, WRITING + sum(len(order.file.data) for order in orders))
    found: dict[str, list[IngestedForm]] = {}
    for fed in parts.library.pipeline.ingest_many(orders, upload.heard):
        found.setdefault(fed.path, []).append(ingested_form(fed.result))
    return [found[order.file.path].pop(0) for order in orders]


def _delete(entry: Entry, parts: App, who: str) -> bool:
    return delete_entry(entry, parts, who, erase=True)
