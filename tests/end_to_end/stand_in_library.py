"""The stand-in's routes of the library: found, thinned out, described, accepted and deleted as the real one does."""

from __future__ import annotations

from collections import Counter
from typing import Annotated, Any, cast

from fastapi import APIRouter, Depends, Request, Response

from tests.end_to_end import stand_in_words as words
from tests.end_to_end.stand_in import Stand
from tests.end_to_end.stand_in_api import page_image

Row = dict[str, Any]
router = APIRouter()
REPORT: Row = {
    "profile": {
        "language": "en", "language_confidence": 0.99, "characters": 41_200, "words": 6_480, "sections": 41, "pages": 24,
        "recognised_pages": 3, "encoding": "utf-8", "readability": 58.3, "average_sentence_words": 14.2,
        "symbol_share": 0.004, "replaced_share": 0.0, "mojibake_share": 0.0, "odd_word_share": 0.01,
        "repeated_line_share": 0.08,
    },
    "findings": [
        {"stage": "validate", "code": "old", "severity": "warning", "message": "It was last changed 3 years ago.",
         "remedy": "Ask its owner whether it still holds."},
        {"stage": "profile", "code": "scan", "severity": "note", "message": "3 pages were read by text recognition.",
         "remedy": ""},
    ],
    "cleaned": {"counts": {"running-header": 24, "hyphenation": 61}, "examples": [{"kind": "running-header", "text": "Corvane workshop manual", "page": 1}]},
    "near_duplicates": [{"document_id": words.POLICY_2026, "similarity": 0.94, "differs_in_numbers": True}],
    "seconds": {"profile": 0.012, "validate": 0.001, "clean": 0.02, "deduplicate": 0.008},
}  # fmt: skip


def _stand(request: Request) -> Stand:
    return cast("Stand", request.app.state.stand)


Known = Annotated[Stand, Depends(_stand)]


def row(document: Row, assistant: str) -> Row:
    """A document as the library lists it."""
    more: Row = {
        "assistant": assistant, "owner": "local", "source_id": None, "language": "en", "properties": {},
        "accepted": False, "regrouped": False, "acceptable": False, "masked": 0, "modified_at": None,
        "updated_at": document["created_at"],
    }  # fmt: skip
    return more | document


@router.get("/library")
def find(stand: Known, request: Request) -> Row:
    asked = request.query_params
    rows = [row(d, asked["assistant"]) for d in stand.documents.get(asked["assistant"], [])]
    counts = {name: Counter(str(r[name] or "") for r in rows) for name in _COUNTED}
    names = {"status": "status", "source": "source_id", "language": "language", "media_type": "media_type"}
    for name, column in names.items():
        if asked.get(name):
            rows = [r for r in rows if r[column] == asked[name]]
    if asked.get("superseded"):
        rows = [r for r in rows if r["superseded"] is (asked["superseded"] == "yes")]
    wanted = asked.get("words", "").lower().split()
    rows = [r for r in rows if all(w in f"{r['title']} {r['path']}".lower() for w in wanted)]
    sort = asked.get("sort", "title")
    column = {"updated": "updated_at"}.get(sort.strip("-"), sort.strip("-"))
    rows.sort(key=lambda r: r[column], reverse=sort.startswith("-"))
    offset = int(asked.get("offset", 0))
    return {"documents": rows[offset : offset + int(asked.get("limit", 100))], "total": len(rows), "counts": counts}


_COUNTED = ("status", "language", "media_type", "source_id")


@router.get("/library/{document_id}")
def card(document_id: str, stand: Known) -> Row:
    found = stand.document(document_id)
    policies = {words.POLICY_2024, words.POLICY_2026}
    others = [stand.document(other) for other in policies - {document_id}] if document_id in policies else []
    return {
        "document": row(found, found["assistant"]),
        "report": None if found["status"] == "rejected" else REPORT,
        "versions": [row(other, other["assistant"]) for other in others],
        "copies": [{"path": "old/manual-copy.pdf", "source_id": None}] if document_id == words.MANUAL else [],
    }


@router.patch("/library/{document_id}")
def change(document_id: str, body: Row, stand: Known) -> Row:
    kept = _kept(stand, document_id)
    regrouped = kept.get("regrouped", False) or body.get("groups") not in (None, kept["groups"])
    kept.update({name: value for name, value in body.items() if value is not None}, regrouped=regrouped)
    found = stand.document(document_id)
    return row(found, found["assistant"])


@router.post("/library/remove")
def remove(body: Row, stand: Known) -> Row:
    gone, before = set(body["document_ids"]), sum(map(len, stand.documents.values()))
    for rows in stand.documents.values():
        rows[:] = [d for d in rows if d["document_id"] not in gone]
    return {"deleted": before - sum(map(len, stand.documents.values())), "refused": []}


@router.post("/library/{document_id}/accept")
def accept(document_id: str, stand: Known) -> Row:
    found = _kept(stand, document_id)
    found.update(status="ready", reason=None, acceptable=False, accepted=True)
    return {
        "path": found["path"], "status": "ingested", "reason": None, "document_id": document_id, "pages": None,
        "chunks": 4, "title": found["title"],
    }  # fmt: skip


@router.get("/library/{document_id}/pages/{page}.png")
def outlined_page(document_id: str, page: int) -> Response:
    return page_image(document_id, page, "outlined")


@router.get("/documents/{document_id}/answers")
def citing(document_id: str, stand: Known) -> Row:
    found = [a for a in stand.answers.values() if any(c["document_id"] == document_id for c in a["citations"])]
    names = ("id", "assistant", "question", "conversation_id", "created_at")
    return {"answers": [{**{n: a[n] for n in names}, "numbers": [1]} for a in found]}


def _kept(stand: Stand, document_id: str) -> Row:
    return next(d for rows in stand.documents.values() for d in rows if d["document_id"] == document_id)
