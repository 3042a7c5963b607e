"""A server that says what a test tells it to: for states of the pages that the real one reaches rarely or slowly."""

from __future__ import annotations

import asyncio
import io
import json
import os
import threading
import time
import uuid
from collections.abc import AsyncGenerator, Generator
from contextlib import aclosing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.responses import JSONResponse
from PIL import Image, ImageDraw

from surefoot.app.api.completions import DONE, event_line
from surefoot.app.api.streams import EventStream
from tests.end_to_end import stand_in_words as words

Row = dict[str, Any]


@dataclass
class Stand:
    """What the stand-in knows; a test may change it while it runs."""

    pause: float = 0.0
    """Seconds between the sentences of an answer."""
    engine: Row = field(default_factory=lambda: {"state": "none", "model": None, "stage": "off"})
    assistants: list[Row] = field(default_factory=words.assistants)
    documents: dict[str, list[Row]] = field(default_factory=words.documents)
    answers: dict[str, Row] = field(default_factory=dict[str, Row])
    conversations: dict[str, Row] = field(default_factory=dict[str, Row])
    gaps: list[Row] = field(default_factory=list[Row])
    asked: list[str] = field(default_factory=list[str])
    left: int = 0
    """Readers that left before the end of their answer."""

    def row(self, name: str) -> Row:
        """An assistant as listed now."""
        found = next((a for a in self.assistants if a["name"] == name), None)
        if found is None:
            raise HTTPException(404, f"There is no assistant named '{name}'.")
        documents = self.documents.get(name, [])
        newest = max((d["created_at"] for d in documents), default=None)
        return {**found, "documents": len(documents), "newest": newest}

    def document(self, document_id: str) -> Row:
        """A document of any assistant."""
        everything = [d for rows in self.documents.values() for d in rows]
        found = next((d for d in everything if d["document_id"] == document_id), None)
        if found is None:
            raise HTTPException(404, "There is no such document.")
        return found

    async def events(self, body: Row) -> AsyncGenerator[Row, None]:
        """The events of an answer, kept at the end as the server keeps it."""
        question = str(body["messages"][-1]["content"])
        self.asked.append(question)
        script = words.script(question, str(body["model"]))
        answer: Row = {
            **words.blank(question, str(body["model"])),
            **{k: v for k, v in script.items() if k != "steps"},
            "id": uuid.uuid4().hex,
            "conversation_id": uuid.uuid4().hex if body.get("conversation_id") in (None, "new") else body["conversation_id"],
            "created_at": _now(),
        }
        yield {"event": "evidence_found", "passages": answer["evidence"]}
        try:
            for step in script["steps"]:
                await asyncio.sleep(self.pause)
                if step["event"] == "text_added":
                    offset = len(answer["answer"])
                    for citation in step["citations"]:
                        citation["start"] += offset
                        citation["end"] += offset
                    answer["answer"] += step["text"]
                    answer["citations"] += step["citations"]
                elif not step["supported"]:
                    answer["withheld"] = [*answer["withheld"], step["text"]]
                yield step
        except (GeneratorExit, asyncio.CancelledError):
            self.left += 1
            raise
        finally:
            self._keep(answer)
        if script.get("breaks"):
            return
        yield {"event": "answer_ready", "answer": answer}

    def _keep(self, answer: Row) -> None:
        self.answers[answer["id"]] = answer
        conversation = self.conversations.setdefault(
            answer["conversation_id"],
            {"id": answer["conversation_id"], "assistant": answer["assistant"], "title": answer["question"][:70]},
        )
        conversation["updated_at"] = _now()

    def of(self, conversation_id: str) -> Row:
        """A conversation with its answers."""
        if conversation_id not in self.conversations:
            raise HTTPException(404, "There is no such conversation.")
        answers = [a for a in self.answers.values() if a["conversation_id"] == conversation_id]
        return {**self.conversations[conversation_id], "answers": answers}


def _now() -> str:
    return datetime.now(UTC).isoformat()


def make_app(stand: Stand) -> FastAPI:
    """The HTTP API over a stand."""
    app = FastAPI()

    @app.exception_handler(HTTPException)
    async def refused(_: Request, error: HTTPException) -> JSONResponse:
        body = {"error": {"message": error.detail, "type": "invalid", "code": "not_found"}}
        return JSONResponse(body, error.status_code)

    @app.get("/health")
    def health() -> Row:
        return {"status": "ok"}

    @app.get("/status")
    def status() -> Row:
        return {"version": "0", "engine": stand.engine, "assistants": len(stand.assistants), "documents": 9}

    @app.get("/assistants")
    def assistants() -> list[Row]:
        return [stand.row(a["name"]) for a in stand.assistants]

    @app.post("/assistants")
    def create(body: Row) -> Row:
        name = str(body["title"]).lower().replace(" ", "-")
        if all(a["name"] != name for a in stand.assistants):
            stand.assistants.append(words.private_assistant(name, str(body["title"])))
        stand.documents.setdefault(name, [])
        return stand.row(name)

    @app.get("/assistants/{name}/suggestions")
    def suggestions(name: str) -> Row:
        return {"questions": [f"What does {d['title']} say about pads?" for d in stand.documents[name][:3]]}

    @app.delete("/assistants/{name}")
    def delete_assistant(name: str) -> Row:
        stand.assistants = [a for a in stand.assistants if a["name"] != name]
        return {}

    _add_documents(app, stand)
    _add_answers(app, stand)
    return app


def _add_documents(app: FastAPI, stand: Stand) -> None:
    @app.get("/documents")
    def documents(assistant: str) -> Row:
        return {"documents": stand.documents.get(assistant, [])}

    @app.post("/documents")
    async def ingest(request: Request) -> Row:
        form = await request.form()
        name, results = str(form["assistant"]), []
        for item in form.getlist("files"):
            path = str(getattr(item, "filename", ""))
            await asyncio.sleep(stand.pause)
            results.append(words.ingested(path, stand.documents.setdefault(name, [])))
        return {"documents": results, "seconds": 0.1}

    @app.get("/documents/{document_id}")
    def document(document_id: str) -> Row:
        row = stand.document(document_id)
        name = next(n for n, rows in stand.documents.items() if any(d["document_id"] == document_id for d in rows))
        return {**row, **words.contents(document_id), "assistant": name}

    @app.delete("/documents/{document_id}")
    def delete(document_id: str) -> Row:
        for rows in stand.documents.values():
            rows[:] = [d for d in rows if d["document_id"] != document_id]
        return {"document_id": document_id, "deleted": True}

    @app.get("/documents/{document_id}/original")
    def original(document_id: str) -> Response:
        return Response(b"original", headers={"content-disposition": 'attachment; filename="original.txt"'})

    @app.get("/documents/{document_id}/pages/{page}.png")
    def page_image(document_id: str, page: int, quote: str = "") -> Response:
        image = Image.new("RGB", (800, 1130), "white")
        draw = ImageDraw.Draw(image)
        for line in range(28):
            draw.rectangle((90, 100 + line * 34, 700 - (line * 53) % 190, 110 + line * 34), fill="#c9c9c9")
        if quote:
            draw.rectangle((80, 290, 720, 355), outline="#e0a800", fill="#fff3c4", width=3)
        draw.text((390, 1080), str(page), fill="black")
        data = io.BytesIO()
        image.save(data, "PNG")
        return Response(data.getvalue(), media_type="image/png")


def _add_answers(app: FastAPI, stand: Stand) -> None:
    @app.post("/v1/chat/completions")
    async def chat(body: Row) -> Response:
        async def lines() -> AsyncGenerator[bytes, None]:
            async with aclosing(stand.events(body)) as events:
                async for event in events:
                    yield event_line({"object": "chat.completion.chunk", "choices": [], "surefoot": event})
            yield DONE

        return EventStream(lines(), "text/event-stream", {})

    @app.post("/feedback")
    def feedback(body: Row) -> Row:
        stand.answers[body["answer_id"]]["feedback"] = body
        return {"id": "thumb", "answer_id": body["answer_id"]}

    @app.post("/gaps")
    def gap(body: Row) -> Row:
        answer = stand.answers[body["answer_id"]]
        if not answer["gap_sent"]:
            row = {k: answer[k] for k in ("assistant", "question")} | {"missing": answer["gap"]["missing"]}
            stand.gaps.append({**row, "id": f"gap{len(stand.gaps)}", "answer_id": answer["id"], "created_at": _now()})
        answer["gap_sent"] = True
        return {"id": "gap", "answer_id": answer["id"], "owner": answer["gap"]["owner"]}

    @app.get("/gaps")
    def gaps(assistant: str) -> list[Row]:
        return [g for g in stand.gaps if g["assistant"] == assistant]

    @app.get("/conversations")
    def conversations(q: str = "") -> list[Row]:
        found = [c for c in stand.conversations.values() if q.lower() in c["title"].lower()]
        return sorted(found, key=lambda c: c["updated_at"], reverse=True)

    @app.get("/conversations/{conversation_id}")
    def conversation(conversation_id: str) -> Row:
        return stand.of(conversation_id)

    @app.patch("/conversations/{conversation_id}")
    def rename(conversation_id: str, body: Row) -> Row:
        stand.conversations[conversation_id]["title"] = body["title"]
        return {}

    @app.delete("/conversations/{conversation_id}")
    def delete_conversation(conversation_id: str) -> Row:
        stand.conversations.pop(conversation_id, None)
        return {}


@contextmanager
def standing(data: Path, stand: Stand, port: int) -> Generator[Stand]:
    """Serve the stand on a port, with the address where the pages look for a data folder's server."""
    server = uvicorn.Server(uvicorn.Config(make_app(stand), port=port, log_level="warning", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    data.mkdir(parents=True, exist_ok=True)
    (data / "server.json").write_text(json.dumps({"url": f"http://127.0.0.1:{port}", "pid": os.getpid()}))
    try:
        yield stand
    finally:
        server.should_exit = True
        thread.join(10)


if __name__ == "__main__":
    import sys

    with standing(Path(sys.argv[1]), Stand(pause=float(sys.argv[3])), int(sys.argv[2])):
        while True:
            time.sleep(1)
