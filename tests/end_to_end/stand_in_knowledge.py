"""The stand-in's routes of sources and runs, over rows that a test may change while it runs."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import Annotated, Any, cast

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import JSONResponse

from surefoot.ingestion.errors import SourceInvalid
from surefoot.ingestion.sources.declared import kinds, parse, schema
from tests.end_to_end import stand_in_words as words

Row = dict[str, Any]
router = APIRouter()


@dataclass
class KnowledgeStand:
    """Sources and runs as the stand-in knows them."""

    sources: list[Row] = field(default_factory=list[Row])
    runs: list[Row] = field(default_factory=list[Row])
    items: dict[str, list[Row]] = field(default_factory=dict[str, list[Row]])
    failures: dict[str, list[Row]] = field(default_factory=dict[str, list[Row]])
    found: str = "The folder /srv/manuals is there, with 14 files and folders at its top."
    acted: list[tuple[str, ...]] = field(default_factory=list[tuple[str, ...]])
    """What was asked of runs and sources."""
    numbers: itertools.count[int] = field(default_factory=itertools.count)

    def source(self, source_id: str) -> Row:
        """A source."""
        return _one(self.sources, source_id, "source")

    def run(self, run_id: str) -> Row:
        """A run."""
        return _one(self.runs, run_id, "run")

    def begin(self, source: Row, kind: str = "source") -> Row:
        """A run that waits to be taken up."""
        made = run(f"r{next(self.numbers)}", source, kind=kind, state="queued", started_at=None, total=0)
        self.runs.insert(0, made)
        source["last_run"] = made
        return made


def _one(rows: list[Row], row_id: str, what: str) -> Row:
    for row in rows:
        if row["id"] == row_id:
            return row
    raise HTTPException(404, f"There is no {what} '{row_id}', or you may not see it.")


def source(source_id: str, name: str, **more: Any) -> Row:
    """A source as listed."""
    row = {
        "id": source_id, "assistant": "fleet", "name": name, "kind": "folder", "title": "Folder",
        "settings": {"path": "/srv/manuals", "watch": True}, "groups": ["everyone"], "schedule": "0 2 * * *",
        "watched": False, "enabled": True, "declared": False, "owner": "local", "created_at": words.moment(40),
        "checked_at": words.moment(0), "changed_at": words.moment(2), "next_run": words.moment(-1), "health": "ok",
        "trouble": None, "documents": 1284, "last_run": None,
    }  # fmt: skip
    return {**row, **more}


def run(run_id: str, of: Row | None = None, **more: Any) -> Row:
    """A run as listed."""
    row = {
        "id": run_id, "assistant": "fleet", "source_id": of["id"] if of else None,
        "source_name": of["name"] if of else None, "kind": "source", "state": "running", "reason": None,
        "asked_by": "local", "created_at": words.moment(0), "started_at": words.moment(0), "finished_at": None,
        "total": 0, "done": 0, "unchanged": 0, "counts": {}, "stages": {}, "documents_per_second": None,
        "seconds_left": None, "report": {},
    }  # fmt: skip
    return {**row, **more}


def item(path: str, **more: Any) -> Row:
    """A document of a run."""
    row = {
        "path": path, "change": "new", "status": "ingested", "stage": "index", "reason": None, "remedy": None,
        "document_id": words.MANUAL, "attempts": 1, "seconds": 0.42, "updated_at": words.moment(0),
    }  # fmt: skip
    return {**row, **more}


def _stand(request: Request) -> KnowledgeStand:
    return cast("KnowledgeStand", request.app.state.stand.knowledge)


Known = Annotated[KnowledgeStand, Depends(_stand)]


def _checked(kind: str, settings: Row) -> Row:
    return parse(kind, settings).model_dump(mode="json")


def invalid(_: Request, error: Exception) -> JSONResponse:
    """A fault in settings, in the server's form."""
    body = {"error": {"message": str(error), "type": "invalid", "code": "source_invalid"}}
    return JSONResponse(body, 422)


@router.get("/source-kinds")
def source_kinds() -> Row:
    found = [{"kind": k.kind, "title": k.title, "description": k.description, "icon": k.icon} for k in kinds()]
    return {"kinds": [{**one, "schema": schema(one["kind"])} for one in found]}


@router.get("/sources")
def sources(stand: Known, assistant: str = "") -> Row:
    return {"sources": [s for s in stand.sources if not assistant or s["assistant"] == assistant]}


@router.post("/sources")
def add(body: Row, stand: Known) -> Row:
    if any(s["name"] == body["name"] for s in stand.sources):
        error = {"message": f"There is a source '{body['name']}' already. Choose another name.", "code": "name_taken"}
        return cast("Row", JSONResponse({"error": error}, 409))
    body = {**body, "settings": _checked(body["kind"], body["settings"]), "groups": body["groups"] or ["everyone"]}
    fresh = {"checked_at": None, "changed_at": None, "health": "never", "documents": 0, "next_run": None}
    title = next(k.title for k in kinds() if k.kind == body["kind"])
    watched = bool(body.get("watched"))
    values: Row = {**fresh, **body, "title": title, "watched": watched}
    made = source(f"s{next(stand.numbers)}", values.pop("name"), **values)
    stand.sources.append(made)
    return made


@router.post("/sources/test")
def test(body: Row, stand: Known) -> Row:
    try:
        _checked(body["kind"], body["settings"])
    except SourceInvalid as error:
        return {"ok": False, "reason": str(error)}
    return {"ok": True, "found": stand.found}


@router.get("/sources/{source_id}")
def one_source(source_id: str, stand: Known) -> Row:
    return stand.source(source_id)


@router.patch("/sources/{source_id}")
def change(source_id: str, body: Row, stand: Known) -> Row:
    found = stand.source(source_id)
    if "settings" in body:
        body["settings"] = _checked(found["kind"], body["settings"])
    found.update(body)
    found["health"] = "ok" if found["enabled"] else "disabled"
    return found


@router.delete("/sources/{source_id}")
def delete(source_id: str, keep: bool, stand: Known) -> Row:
    found = stand.source(source_id)
    stand.sources.remove(found)
    stand.acted.append(("delete", source_id, "keep" if keep else "remove"))
    gone = run("gone", found, kind="remove", state="finished", finished_at=words.moment(0))
    return {"id": source_id, "kept": keep, "run": gone}


@router.post("/sources/{source_id}/run")
def run_source(source_id: str, stand: Known) -> Row:
    return stand.begin(stand.source(source_id))


@router.get("/runs")
def runs(stand: Known, assistant: str = "", source: str = "", limit: int = 50) -> Row:
    some = [r for r in stand.runs if assistant in {"", r["assistant"]} and source in {"", r["source_id"]}]
    return {"runs": some[:limit]}


@router.get("/runs/{run_id}")
def one_run(run_id: str, stand: Known) -> Row:
    return stand.run(run_id)


@router.get("/runs/{run_id}/items")
def items(run_id: str, stand: Known, status: str = "", offset: int = 0, limit: int = 100) -> Row:
    some = [i for i in stand.items.get(run_id, []) if status in {"", i["status"]}]
    return {"items": some[offset : offset + limit], "total": len(some), "offset": offset}


@router.get("/runs/{run_id}/failures")
def failures(run_id: str, stand: Known) -> Row:
    return {"failures": stand.failures.get(run_id, [])}


@router.post("/runs/{run_id}/{deed}")
def act(run_id: str, deed: str, stand: Known, body: Row | None = None) -> Row:
    found = stand.run(run_id)
    stand.acted.append((deed, run_id, *(body or {}).get("paths", ())))
    if deed in {"retry", "accept"}:
        return stand.begin(stand.source(found["source_id"]), "retry")
    state = {"cancel": "cancelled", "pause": "paused", "resume": "running", "confirm": "running"}[deed]
    found.update(state=state, reason=None if deed == "confirm" else found["reason"])
    return found
