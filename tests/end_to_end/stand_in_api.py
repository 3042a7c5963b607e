"""The stand-in's HTTP API: the real one's forms over what the stand knows."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Annotated, Any, cast

from fastapi import APIRouter, Depends, FastAPI, HTTPException, Request, Response
from fastapi.responses import JSONResponse
from PIL import Image, ImageDraw

from surefoot.app.accounts.permissions import Permission
from surefoot.app.api.completions import DONE, event_line
from surefoot.app.api.streams import EventStream
from surefoot.ingestion.errors import SourceInvalid
from tests.end_to_end import stand_in_words as words
from tests.end_to_end.stand_in import Stand

Row = dict[str, Any]
router = APIRouter()


def make_app(stand: Stand) -> FastAPI:
    """The HTTP API over a stand."""
    app = FastAPI()
    app.state.stand = stand
    from tests.end_to_end import stand_in_knowledge, stand_in_library

    for routes in (router, stand_in_knowledge.router, stand_in_library.router):
        app.include_router(routes)
    app.add_exception_handler(SourceInvalid, stand_in_knowledge.invalid)

    @app.exception_handler(HTTPException)
    async def refused(_: Request, error: HTTPException) -> JSONResponse:
        body = {"error": {"message": error.detail, "type": "invalid", "code": "not_found"}}
        return JSONResponse(body, error.status_code)

    return app


def _stand(request: Request) -> Stand:
    return cast("Stand", request.app.state.stand)


Known = Annotated[Stand, Depends(_stand)]


@router.get("/health")
def health() -> Row:
    return {"status": "ok"}


@router.get("/me")
def me() -> Row:
    return {
        "id": "local",
        "name": "this machine",
        "roles": ["administrator"],
        "groups": ["everyone", "person:local"],
        "permissions": [permission.value for permission in Permission],
        "accounts": False,
        "via": "machine",
    }


@router.get("/status")
def status(stand: Known) -> Row:
    return {"version": "0", "engine": stand.engine, "assistants": len(stand.assistants), "documents": 9}


@router.get("/assistants")
def assistants(stand: Known) -> list[Row]:
    return [stand.assistant(a["name"]) for a in stand.assistants]


@router.post("/assistants")
def create(body: Row, stand: Known) -> Row:
    name = str(body["title"]).lower().replace(" ", "-")
    if all(a["name"] != name for a in stand.assistants):
        stand.assistants.append(words.private_assistant(name, str(body["title"])))
    stand.documents.setdefault(name, [])
    return stand.assistant(name)


@router.get("/assistants/{name}/suggestions")
def suggestions(name: str, stand: Known) -> Row:
    return {"questions": [f"What does {d['title']} say about pads?" for d in stand.documents[name][:3]]}


@router.delete("/assistants/{name}")
def delete_assistant(name: str, stand: Known) -> Row:
    stand.assistants = [a for a in stand.assistants if a["name"] != name]
    return {}


@router.get("/documents")
def documents(assistant: str, stand: Known) -> Row:
    return {"documents": stand.documents.get(assistant, [])}


@router.post("/documents")
async def ingest(request: Request, stand: Known) -> Row:
    form = await request.form()
    rows = stand.documents.setdefault(str(form["assistant"]), [])
    paths = [str(getattr(item, "filename", "")) for item in form.getlist("files")]
    await asyncio.sleep(stand.pause)
    return {"documents": [words.ingested(path, rows) for path in paths], "seconds": 0.1}


@router.get("/documents/{document_id}")
def document(document_id: str, stand: Known) -> Row:
    return {**stand.document(document_id), **words.contents(document_id)}


@router.delete("/documents/{document_id}")
def delete_document(document_id: str, stand: Known) -> Row:
    for rows in stand.documents.values():
        rows[:] = [d for d in rows if d["document_id"] != document_id]
    return {"document_id": document_id, "deleted": True}


@router.get("/documents/{document_id}/pages/{page}.png")
def page_image(document_id: str, page: int, quote: str = "") -> Response:
    image = Image.new("RGB", (800, 1130), "white")
    draw = ImageDraw.Draw(image)
    for line in range(28):
        draw.rectangle((90, 100 + line * 34, 700 - (line * 53) % 190, 110 + line * 34), fill="#c9c9c9")
    if quote:
        draw.rectangle((80, 290, 720, 355), outline="#e0a800", fill="#fff3c4", width=3)
    data = io.BytesIO()
    image.save(data, "PNG")
    return Response(data.getvalue(), media_type="image/png")


@router.post("/v1/chat/completions")
async def chat(body: Row, stand: Known) -> Response:
    async def lines() -> AsyncGenerator[bytes]:
        async with aclosing(stand.events(body)) as events:
            async for event in events:
                yield event_line({"object": "chat.completion.chunk", "choices": [], "surefoot": event})
        yield DONE

    return EventStream(lines(), "text/event-stream", {})


@router.post("/feedback")
def feedback(body: Row, stand: Known) -> Row:
    stand.answers[body["answer_id"]]["feedback"] = body
    return {"id": "thumb", "answer_id": body["answer_id"]}


@router.post("/gaps")
def gap(body: Row, stand: Known) -> Row:
    answer = stand.answers[body["answer_id"]]
    if not answer["gap_sent"]:
        row = {key: answer[key] for key in ("assistant", "question")} | {"missing": answer["gap"]["missing"]}
        sent = {"id": f"gap{len(stand.gaps)}", "answer_id": answer["id"], "created_at": words.moment(0)}
        stand.gaps.append(row | sent)
    answer["gap_sent"] = True
    return {"id": "gap", "answer_id": answer["id"], "owner": answer["gap"]["owner"]}


@router.get("/gaps")
def gaps(assistant: str, stand: Known) -> list[Row]:
    return [g for g in stand.gaps if g["assistant"] == assistant]


@router.get("/conversations")
def conversations(stand: Known, q: str = "") -> list[Row]:
    found = [c for c in stand.conversations.values() if q.lower() in c["title"].lower()]
    return sorted(found, key=lambda c: c["updated_at"], reverse=True)


@router.get("/conversations/{conversation_id}")
def conversation(conversation_id: str, stand: Known) -> Row:
    return stand.conversation(conversation_id)


@router.patch("/conversations/{conversation_id}")
def rename(conversation_id: str, body: Row, stand: Known) -> Row:
    stand.conversations[conversation_id]["title"] = body["title"]
    return {}


@router.delete("/conversations/{conversation_id}")
def delete_conversation(conversation_id: str, stand: Known) -> Row:
    stand.conversations.pop(conversation_id, None)
    return {}
