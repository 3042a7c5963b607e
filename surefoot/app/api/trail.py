"""/trail: the audit trail, for auditors: read, verified, exported."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel
from starlette.responses import Response, StreamingResponse

from surefoot.app.api.asker import By, Parts
from surefoot.app.audit.reading import Entry, Wanted
from surefoot.app.audit.verifying import Verdict
from surefoot.app.client.trail_forms import EntryForm, SentForm, SentHeads, TrailForm, VerdictForm
from surefoot.app.parts import App
from surefoot.core.journal import Act, ActKind

router = APIRouter()


class Asked(BaseModel):
    """Which entries are looked for."""

    person: str = Query("", max_length=200)
    kind: str = Query("", max_length=100)
    thing: str = Query("", max_length=200)
    since: str = Query("", max_length=40)
    until: str = Query("", max_length=40)
    before: int | None = Query(None, ge=1, le=2**62)
    limit: int = Query(100, ge=1, le=1000)


@router.get("/trail")
def trail(asked: Annotated[Asked, Query()], parts: Parts) -> TrailForm:
    """The newest entries first."""
    wanted = Wanted(asked.person, asked.kind, asked.thing, asked.since, asked.until)
    found = parts.trail.list(wanted, asked.before, asked.limit + 1)
    return TrailForm(
        entries=[entry_form(one) for one in found[: asked.limit]],
        kinds=[kind.value for kind in ActKind],
        more=len(found) > asked.limit,
    )


@router.get("/trail/verification")
def verify(parts: Parts, against: Annotated[str, Query(max_length=64)] = "") -> VerdictForm:
    """Whether every entry follows on the one before; `against`: a hash that was noted earlier, outside."""
    return _verdict(parts, parts.trail.verify(against))


@router.post("/trail/verification")
def verify_heads(body: SentHeads, parts: Parts) -> VerdictForm:
    """The same, held against signed heads that were sent elsewhere: so a trail that was written anew is found."""
    return _verdict(parts, parts.trail.verify("", body.lines, body.key))


@router.get("/trail/export", response_class=Response, responses={200: {"content": {"application/x-ndjson": {}}}})
def export(parts: Parts, by: By) -> StreamingResponse:
    """All entries as lines of JSON, oldest first; the export itself is the last of them."""
    parts.note(Act(ActKind.TRAIL_EXPORTED, who=by.id))
    headers = {"Content-Disposition": 'attachment; filename="audit-trail.jsonl"'}
    return StreamingResponse(_lines(parts.trail.every()), media_type="application/x-ndjson", headers=headers)


def entry_form(entry: Entry) -> EntryForm:
    """An entry as it travels."""
    link = entry.link
    return EntryForm(
        number=link.number,
        at=link.at,
        actor=link.actor,
        person=entry.person,
        name=entry.name,
        kind=link.kind,
        thing=link.thing,
        digest=link.digest,
        facts=dict(link.facts),
        previous=link.previous,
        hash=entry.hash,
    )


def _verdict(parts: App, verdict: Verdict) -> VerdictForm:
    heads = parts.trail.heads
    return VerdictForm(
        whole=verdict.whole,
        entries=verdict.entries,
        end=verdict.end,
        fault=verdict.fault,
        known=verdict.known,
        faults=list(verdict.faults),
        more=verdict.more,
        heads=verdict.heads,
        key=heads.key.public if heads else "",
        sent=[SentForm(to=one.to, at=one.at, trouble=one.trouble) for one in heads.sent.values()] if heads else [],
    )


def _lines(entries: Iterator[Entry]) -> Iterator[bytes]:
    for entry in entries:
        yield json.dumps(entry_form(entry).model_dump(mode="json"), ensure_ascii=False).encode() + b"\n"
