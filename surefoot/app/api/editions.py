"""/editions: ways of cutting and encoding all documents, built beside the live one, compared, switched, rolled back."""

from __future__ import annotations

import time
from dataclasses import asdict

from fastapi import APIRouter

from surefoot.app.api.asker import Parts, Who
from surefoot.app.api.case_runs import CASES
from surefoot.app.client.edition_forms import (
    AssistantComparison,
    ComparisonForm,
    DifferenceForm,
    EditionDropped,
    EditionForm,
    EditionList,
    EncoderForm,
    NewEdition,
)
from surefoot.app.errors import RequestRefused
from surefoot.app.parts import App
from surefoot.eval.cases import load_cases
from surefoot.eval.edition_run import Stand, Tried, compare
from surefoot.ingestion.edition_keeper import EditionKeeper
from surefoot.ingestion.edition_store import EditionEntry
from surefoot.ingestion.source_store import now

router = APIRouter()


@router.get("/editions")
def editions(parts: Parts, _who: Who) -> EditionList:
    """The editions, the live one first, and the encoders."""
    keeper = _keeper(parts)
    return EditionList(
        editions=[edition_form(entry) for entry in keeper.list()],
        encoders=[
            EncoderForm(name=kind.name, title=kind.title, available=kind.available(), remedy=kind.remedy)
            for kind in keeper.encoders.kinds
        ],
    )


@router.post("/editions", status_code=202)
def build(new: NewEdition, parts: Parts, _who: Who) -> EditionForm:
    """Make an edition and begin to build it in the background; or go on with one that is there."""
    return edition_form(_keeper(parts).build(new.name, new.encoder, new.chunk_tokens))


@router.post("/editions/rollback")
def rollback(parts: Parts, _who: Who) -> EditionForm:
    """Search the edition again that was live before."""
    return edition_form(_keeper(parts).rollback())


@router.get("/editions/{name}")
def edition(name: str, parts: Parts, _who: Who) -> EditionForm:
    """One edition with its progress."""
    return edition_form(_keeper(parts).get(name))


@router.post("/editions/{name}/compare")
def compare_edition(name: str, parts: Parts, _who: Who) -> EditionForm:
    """Play all assistants' cases on an edition and on the live one, and keep how they fared."""
    keeper = _keeper(parts)
    with keeper.using(name) as (live, other):
        started = time.monotonic()
        stand = Stand(parts.service, lambda document_id: _path_of(parts, document_id))
        compared = [(tried, compare(stand, tried, live, other)) for tried in _tried(parts)]
    result = ComparisonForm(
        against=live.name,
        compared_at=now(),
        seconds=round(time.monotonic() - started, 1),
        assistants=[
            AssistantComparison(
                assistant=tried.spec.name, differences=[DifferenceForm(**asdict(one)) for one in differences]
            )
            for tried, differences in compared
        ],
    )
    return edition_form(keeper.compared(name, result.model_dump(mode="json")))


@router.post("/editions/{name}/switch")
def switch(name: str, parts: Parts, _who: Who) -> EditionForm:
    """Search an edition from the next question on; the one that was stays in step."""
    return edition_form(_keeper(parts).switch(name))


@router.delete("/editions/{name}")
def drop(name: str, parts: Parts, _who: Who) -> EditionDropped:
    """Delete an edition with its index; not the live one."""
    _keeper(parts).drop(name)
    return EditionDropped(name=name)


def edition_form(entry: EditionEntry) -> EditionForm:
    """An edition as it travels."""
    compared = "against" in entry.comparison
    return EditionForm(
        name=entry.name,
        encoder=entry.encoder,
        chunk_tokens=entry.chunk_tokens,
        state=entry.state.value,
        built=entry.built,
        total=entry.total,
        trouble=entry.trouble,
        comparison=ComparisonForm.model_validate(dict(entry.comparison)) if compared else None,
        created_at=entry.created_at,
        switched_at=entry.switched_at,
    )


def _keeper(parts: App) -> EditionKeeper:
    return parts.library.keeper


def _tried(parts: App) -> list[Tried]:
    """The assistants that have cases and documents."""
    shelves = parts.library.shelves()
    specs = [spec for spec in parts.assistants.list() if spec.name in shelves and (spec.folder / CASES).is_file()]
    if not specs:
        words = "No assistant has both documents and cases: put a cases.jsonl into an assistant's folder."
        raise RequestRefused(words, 404, "no_cases")
    return [Tried(spec, load_cases(spec.folder / CASES)) for spec in specs]


def _path_of(parts: App, document_id: str) -> str:
    entry = parts.library.catalogue.get(document_id)
    return entry.path if entry else ""
