"""Assistants: GET /v1/models for OpenAI's clients, /assistants for ours."""

from __future__ import annotations

import asyncio
from itertools import zip_longest

from fastapi import APIRouter
from pydantic import BaseModel, Field

from surefoot.app.accounts.actor import own_group
from surefoot.app.api.asker import Parts, Who, beside_reading
from surefoot.app.api.chat_forms import Model
from surefoot.app.api.conversions import assistant_form
from surefoot.app.api.fleet import live_form
from surefoot.app.client.forms import AssistantForm
from surefoot.app.errors import RequestRefused
from surefoot.app.parts import EMPTY_SHELF, App, Shelf
from surefoot.core.nouns import Asker, Chunk
from surefoot.retrieval.records.desk import RecordDesk
from surefoot.retrieval.records.errors import RecordsFull
from surefoot.serving.assistants import AssistantSpec
from surefoot.serving.suggestions import suggest

router = APIRouter()
SUGGESTIONS = 3
DOCUMENTS_READ = 30
"""Documents that are read for suggestions."""


class AssistantModel(Model):
    """An assistant as a model, with what people choose it by."""

    surefoot: AssistantForm


class ModelList(BaseModel):
    """OpenAI's list of models."""

    object: str = "list"
    data: list[AssistantModel]


class NewAssistant(BaseModel):
    """A private assistant to be made."""

    title: str = Field(min_length=1, max_length=80)


class Suggestions(BaseModel):
    """Questions that an assistant's documents answer."""

    questions: list[str]


@router.get("/v1/models")
def models(parts: Parts, who: Who) -> ModelList:
    """Assistants as models."""
    return ModelList(data=[_model(form) for form in _forms(parts, who)])


@router.get("/v1/models/{name}")
def model(name: str, parts: Parts, who: Who) -> AssistantModel:
    """One assistant as a model."""
    return _model(_form(parts, who, parts.assistants.get(name, who)))


@router.get("/assistants")
def assistants(parts: Parts, who: Who) -> list[AssistantForm]:
    """All assistants."""
    return _forms(parts, who)


@router.post("/assistants", status_code=201)
def create(body: NewAssistant, parts: Parts, who: Who) -> AssistantForm:
    """Make a private assistant."""
    return _form(parts, who, parts.assistants.create(body.title, groups=[own_group(who.id)]))


@router.get("/assistants/{name}")
def assistant(name: str, parts: Parts, who: Who) -> AssistantForm:
    """One assistant."""
    return _form(parts, who, parts.assistants.get(name, who))


@router.delete("/assistants/{name}", status_code=204)
async def delete(name: str, parts: Parts, who: Who) -> None:
    """Delete a private assistant with its documents."""
    spec = await asyncio.to_thread(parts.assistants.get, name, who)
    for source in parts.jobs.parts.sources.list(name) if spec.private else []:
        parts.jobs.control.delete_source(source, who.id, keep=False)
    if spec.private:  # the registry words the refusal for the others
        await beside_reading(parts, _delete_documents, parts, who, name)
    await asyncio.to_thread(parts.assistants.delete, name)


@router.get("/assistants/{name}/suggestions")
def suggestions(name: str, parts: Parts, who: Who) -> Suggestions:
    """Three questions: those that the assistant declares, or made from facts in its documents."""
    spec = parts.assistants.get(name, who)
    if declared := _form(parts, who, spec).examples:
        return Suggestions(questions=declared[:SUGGESTIONS])
    entries = [entry for entry in parts.library.catalogue.list(name, who) if not entry.superseded]
    chunks: list[Chunk] = []
    for entry in entries[:DOCUMENTS_READ]:
        chunks += parts.library.index.chunks(entry.id)
    return Suggestions(questions=suggest(chunks, SUGGESTIONS))


def _delete_documents(parts: App, who: Asker, name: str) -> None:
    entries = parts.library.catalogue.list(name)
    if any(entry.owner != who.id for entry in entries):
        raise RequestRefused(f"'{name}' holds documents of somebody else and cannot be deleted.", 403, "not_yours")
    for entry in entries:
        parts.library.pipeline.delete(entry.id, erase=False)
    parts.library.pipeline.erase()


def _forms(parts: App, who: Asker) -> list[AssistantForm]:
    shelves = parts.library.shelves(who)
    return [_of(parts, who, spec, shelves.get(spec.name, EMPTY_SHELF)) for spec in parts.assistants.list(who)]


def _form(parts: App, who: Asker, spec: AssistantSpec) -> AssistantForm:
    return _of(parts, who, spec, parts.library.shelves(who).get(spec.name, EMPTY_SHELF))


def _of(parts: App, who: Asker, spec: AssistantSpec, shelf: Shelf) -> AssistantForm:
    """The assistant; where there is live data that it answers from, every other example asks for that."""
    desk = _desk(parts, spec.name)
    live = live_form(parts, who, desk) if desk is not None else None
    form = assistant_form(spec, shelf, live)
    if desk is None or live is None:
        return form
    asked = [q for pair in zip_longest(desk.semantics.declared.examples, spec.examples) for q in pair if q]
    return form.model_copy(update={"examples": asked})


def _desk(parts: App, name: str) -> RecordDesk | None:
    try:
        return parts.desks.desk(name)
    except RecordsFull:  # the tables beside its declaration have no room yet: an assistant is shown without them
        return None


def _model(form: AssistantForm) -> AssistantModel:
    created = int(form.newest.timestamp()) if form.newest else 0
    return AssistantModel(id=form.name, created=created, owned_by=form.owner, surefoot=form)
