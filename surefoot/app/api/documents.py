"""/documents: files in, the library out, originals and page images."""

from __future__ import annotations

import asyncio
import time
from typing import Annotated
from urllib.parse import quote as url_quote

from fastapi import APIRouter, File, Form, UploadFile
from pydantic import BaseModel
from starlette.responses import Response

from surefoot.app.api.asker import Parts, Who
from surefoot.app.api.conversions import chunk_form, document_row, ingested_form
from surefoot.app.client.forms import ChunkForm, DocumentDeleted, DocumentList, IngestedForm, IngestForm
from surefoot.app.errors import RequestRefused
from surefoot.app.parts import App
from surefoot.app.samples import SHIPPED
from surefoot.core.nouns import Asker
from surefoot.ingestion.catalogue import Entry
from surefoot.ingestion.errors import UnsafePath
from surefoot.ingestion.results import Rejected, SourceFile
from surefoot.serving.assistants import AssistantSpec
from surefoot.serving.errors import UnknownAssistant

router = APIRouter()


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
    assistant: Annotated[str, Form()], files: Annotated[list[UploadFile], File()], parts: Parts, who: Who
) -> IngestForm:
    """Read files into an assistant's library, one after the other; an unknown name makes a private assistant."""
    started = time.perf_counter()
    spec = await asyncio.to_thread(_assistant, parts, assistant)
    rows = [await _read(file, spec, parts, who) for file in files]
    return IngestForm(documents=rows, seconds=round(time.perf_counter() - started, 3))


@router.get("/documents")
def documents(assistant: str, parts: Parts, who: Who) -> DocumentList:
    """An assistant's documents."""
    parts.assistants.get(assistant)
    return DocumentList(documents=[document_row(entry) for entry in parts.library.catalogue.list(assistant, who)])


@router.get("/documents/{document_id}")
def document(document_id: str, parts: Parts, who: Who) -> WholeDocument:
    """A document with its text and chunks."""
    entry = _visible(parts, document_id, who)
    row = document_row(entry).model_dump(mode="json", exclude={"chunks"})
    chunks = [chunk_form(chunk) for chunk in parts.library.index.chunks(entry.id)]
    text = parts.library.catalogue.text(entry.id)
    return WholeDocument.model_validate({**row, "assistant": entry.assistant, "text": text, "chunks": chunks})


@router.delete("/documents/{document_id}")
async def delete(document_id: str, parts: Parts, who: Who) -> DocumentDeleted:
    """Delete a document from catalogue, index and originals."""
    entry = await asyncio.to_thread(_visible, parts, document_id, who)
    if entry.owner not in {who.id, SHIPPED.id}:
        raise RequestRefused("This document was fed by somebody else, who alone can delete it.", 403, "not_yours")
    if entry.owner == SHIPPED.id:
        await asyncio.to_thread(parts.library.catalogue.keep_away, entry.id, who.id)
    loop = asyncio.get_running_loop()
    deleted = await loop.run_in_executor(parts.library.reading, parts.library.pipeline.delete, document_id)
    return DocumentDeleted(document_id=document_id, deleted=deleted)


@router.get("/documents/{document_id}/original")
def original(document_id: str, parts: Parts, who: Who) -> Response:
    """The file as it was fed: always a download, never shown by the browser."""
    entry = _visible(parts, document_id, who)
    data = parts.library.blobs.get(entry.content_hash)
    name = entry.path.rsplit("/", 1)[-1]
    plain = "".join(c if c.isascii() and c.isprintable() and c not in '"\\' else "_" for c in name)
    disposition = f"attachment; filename*=UTF-8''{url_quote(name, safe='')}; filename=\"{plain}\""
    return Response(data, media_type=entry.media_type, headers={"Content-Disposition": disposition})


@router.get("/documents/{document_id}/pages/{page}.png")
def page_image(document_id: str, page: int, parts: Parts, who: Who, quote: str = "") -> Response:
    """A page of a PDF as an image, with the boxes of a quote marked."""
    from surefoot.ingestion.pages import render_page

    entry = _visible(parts, document_id, who)
    data = parts.library.blobs.get(entry.content_hash)
    image = render_page(data, page, quote, parts.library.limits)
    return Response(image, media_type="image/png", headers={"Cache-Control": "private, max-age=3600"})


def _assistant(parts: App, name: str) -> AssistantSpec:
    try:
        return parts.assistants.get(name)
    except UnknownAssistant:
        return parts.assistants.create(name, name=name)


async def _read(file: UploadFile, spec: AssistantSpec, parts: App, who: Asker) -> IngestedForm:
    path = file.filename or ""
    try:
        source = SourceFile(path, await file.read())
    except UnsafePath as error:
        return ingested_form(Rejected(path, str(error)))
    loop = asyncio.get_running_loop()
    pipeline, reading = parts.library.pipeline, parts.library.reading
    return ingested_form(await loop.run_in_executor(reading, pipeline.ingest, source, spec.name, who, spec.groups))


def _visible(parts: App, document_id: str, who: Asker) -> Entry:
    entry = parts.library.catalogue.get(document_id, who)
    if entry is None:
        raise RequestRefused(f"There is no document '{document_id}', or you may not see it.", 404, "unknown_document")
    return entry
