"""/erasures, /retention and the exports: what is taken out for good, and all that is kept about a person."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel, Field

from surefoot.app.accounts.actor import EVERYONE, own_group
from surefoot.app.api.answers import answer_forms
from surefoot.app.api.asker import By, Parts, beside_reading
from surefoot.app.api.conversions import conversation_row
from surefoot.app.api.people import person_form
from surefoot.app.api.trail import entry_form
from surefoot.app.audit.reading import Wanted
from surefoot.app.client.erasure_forms import (
    ErasedForm,
    FedForm,
    PersonExport,
    ProofForm,
    RetentionApplied,
    RetentionForm,
)
from surefoot.app.erasure.retention import QUARANTINE_DAYS
from surefoot.app.erasure.room import Erased
from surefoot.app.errors import RequestRefused
from surefoot.app.parts import App
from surefoot.core.journal import Act, ActKind
from surefoot.core.nouns import Asker

router = APIRouter()
CLOSED_PATH = "(a document that you may not see)"
MOST_ENTRIES = 10_000
"""Entries of the trail in one export."""


class DocumentToErase(BaseModel):
    """Which document."""

    document_id: str = Field(max_length=200)


class PersonToErase(BaseModel):
    """Which person; the name must be theirs, since nothing brings them back."""

    person_id: str = Field(max_length=200)
    name: str = Field(max_length=200)


@router.post("/erasures/document")
async def erase_document(body: DocumentToErase, parts: Parts, by: By) -> ErasedForm:
    """Erase a document from everything that is kept, with every answer that something of it may be in."""
    _check_no_backup(parts)
    erased = await beside_reading(parts, parts.erasure.document, body.document_id, by.id)
    if erased is None:
        raise RequestRefused(f"There is no document '{body.document_id}'.", 404, "unknown_document")
    return _form(erased)


@router.post("/erasures/person")
async def erase_person(body: PersonToErase, parts: Parts, by: By) -> ErasedForm:
    """Erase a person with all that is theirs alone, and the key that tells which acts in the trail were theirs."""
    _check_no_backup(parts)
    person = parts.accounts.people.get(body.person_id)
    if person.name != body.name:
        raise RequestRefused(f"The name of '{body.person_id}' is another one: nothing was erased.", 422, "wrong_name")
    parts.accounts.four_eyes.check_may_go(person.id)
    return _form(await beside_reading(parts, parts.erasure.person, person.id, person.name, by.id))


@router.get("/retention")
def retention(parts: Parts) -> RetentionForm:
    """How long what is kept."""
    kept = parts.retention.kept
    return RetentionForm(
        conversations=kept.conversations,
        traces=kept.traces,
        samples=parts.settings.samples_days,
        trail=None,
        quarantine=QUARANTINE_DAYS,
    )


@router.post("/retention/apply")
def apply(parts: Parts, by: By) -> RetentionApplied:
    """Take out now what was kept long enough."""
    done = parts.retention.apply(by.id)
    return RetentionApplied(
        conversations=done.conversations, answers=done.answers, spans=done.spans, originals=done.originals
    )


@router.get("/me/export")
def my_export(parts: Parts, by: By) -> PersonExport:
    """All that is kept about oneself."""
    return _export(parts, by.asker, by.asker)


@router.get("/people/{person_id}/export")
def export(person_id: str, parts: Parts, by: By) -> PersonExport:
    """All that is kept about a person; where two administrators are needed, once another one has approved it."""
    person = parts.accounts.people.get(person_id)
    parts.accounts.four_eyes.check_export(by, person.id)
    whole = person.groups | {EVERYONE, own_group(person.id)}
    return _export(parts, Asker(person.id, whole), by.asker)


def _check_no_backup(parts: App) -> None:
    """What is erased while it is copied would still be in the copy."""
    if parts.backups.busy:
        words = "A backup is being made, and would still hold it. Try again when it is done; nothing was erased."
        raise RequestRefused(words, 409, "backup_running")


def _export(parts: App, of: Asker, reader: Asker) -> PersonExport:
    """What a person wrote and was told; what the reader, or the person, may not see by now stays closed in it."""
    parts.note(Act(ActKind.PERSON_EXPORTED, of=of.id, who=reader.id))
    known = {one.id: one for one in parts.accounts.people.list()}
    records = parts.records
    conversations = records.conversations.list(of, limit=1_000_000)
    kept = [one for row in conversations for one in records.answers.of_conversation(row.id, of)]
    fed = parts.erasure.fed_by(of.id)
    _, closed = parts.library.catalogue.sight([document_id for document_id, _, _ in fed], reader)
    return PersonExport(
        person=person_form(known[of.id]) if of.id in known else None,
        conversations=[conversation_row(row) for row in conversations],
        answers=[form for one in kept for form in answer_forms([one], parts, of, reader)],
        documents=[FedForm(id=i, assistant=a, path=CLOSED_PATH if i in closed else p) for i, a, p in fed],
        trail=[entry_form(one) for one in parts.trail.list(Wanted(person=of.id), None, MOST_ENTRIES)],
    )


def _form(erased: Erased) -> ErasedForm:
    proof = erased.proof
    return ErasedForm(
        documents=erased.documents,
        answers=erased.answers,
        conversations=erased.conversations,
        proof=ProofForm(
            holds=proof.holds, files=proof.files, bytes=proof.bytes, snippets=proof.snippets, found=list(proof.found)
        ),
    )
