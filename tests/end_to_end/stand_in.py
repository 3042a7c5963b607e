"""A server that says what a test tells it to: for states of the pages that the real one reaches rarely or slowly."""

from __future__ import annotations

import asyncio
import json
import os
import threading
import uuid
from collections.abc import AsyncGenerator, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import HTTPException

from tests.app.running import until
from tests.end_to_end import stand_in_words as words
from tests.end_to_end.stand_in_knowledge import KnowledgeStand

Row = dict[str, Any]


@dataclass
class Stand:
    """What the stand-in knows; a test may change it while it runs."""

    pause: float = 0.0
    """Seconds between the sentences of an answer, and that a file takes."""
    engine: Row = field(default_factory=lambda: {"state": "none", "model": None, "stage": "off"})
    assistants: list[Row] = field(default_factory=words.assistants)
    documents: dict[str, list[Row]] = field(default_factory=words.documents)
    answers: dict[str, Row] = field(default_factory=dict[str, Row])
    conversations: dict[str, Row] = field(default_factory=dict[str, Row])
    gaps: list[Row] = field(default_factory=list[Row])
    asked: list[str] = field(default_factory=list[str])
    knowledge: KnowledgeStand = field(default_factory=KnowledgeStand)
    """Sources and runs."""
    left: int = 0
    """Readers that left before the end of their answer."""

    def assistant(self, name: str) -> Row:
        """An assistant as listed now."""
        found = next((a for a in self.assistants if a["name"] == name), None)
        if found is None:
            raise HTTPException(404, f"There is no assistant named '{name}'.")
        documents = self.documents.get(name, [])
        newest = max((d["created_at"] for d in documents), default=None)
        return {**found, "documents": len(documents), "newest": newest}

    def document(self, document_id: str) -> Row:
        """A document of any assistant."""
        for name, rows in self.documents.items():
            for row in rows:
                if row["document_id"] == document_id:
                    return {**row, "assistant": name}
        raise HTTPException(404, "There is no such document.")

    def conversation(self, conversation_id: str) -> Row:
        """A conversation with its answers."""
        if conversation_id not in self.conversations:
            raise HTTPException(404, "There is no such conversation.")
        answers = [a for a in self.answers.values() if a["conversation_id"] == conversation_id]
        return {**self.conversations[conversation_id], "answers": answers}

    async def events(self, body: Row) -> AsyncGenerator[Row, None]:
        """The events of an answer, kept at the end as the server keeps it."""
        question, assistant = str(body["messages"][-1]["content"]), str(body["model"])
        self.asked.append(question)
        script = words.script(question)
        conversation = body.get("conversation_id")
        answer: Row = {
            **words.blank(question, assistant),
            **{key: value for key, value in script.items() if key not in {"steps", "breaks"}},
            "id": uuid.uuid4().hex,
            "conversation_id": uuid.uuid4().hex if conversation in {None, "new"} else conversation,
        }
        self._begin(answer)
        yield {"event": "evidence_found", "passages": answer["evidence"]}
        try:
            for step in script["steps"]:
                await asyncio.sleep(self.pause)
                _take(answer, step)
                yield step
        except (GeneratorExit, asyncio.CancelledError):
            self.left += 1
            raise
        finally:
            self.answers[answer["id"]] = answer
        if not script.get("breaks"):
            yield {"event": "answer_ready", "answer": answer}

    def _begin(self, answer: Row) -> None:
        """The conversation is listed from its first question on."""
        title = answer["question"][:70]
        begun = {"id": answer["conversation_id"], "assistant": answer["assistant"], "title": title}
        self.conversations.setdefault(begun["id"], begun)["updated_at"] = words.moment(0)


def _take(answer: Row, step: Row) -> None:
    """Add a step to the answer; the places of its citations then count in the whole text."""
    if step["event"] == "claim_checked":
        answer["withheld"] = [*answer["withheld"], step["text"]]
        return
    for citation in step["citations"]:
        citation["start"] += len(answer["answer"])
        citation["end"] += len(answer["answer"])
    answer["answer"] += step["text"]
    answer["citations"] = [*answer["citations"], *step["citations"]]


@contextmanager
def standing(data: Path, stand: Stand, port: int) -> Generator[Stand]:
    """Serve the stand on a port, with the address where the pages look for a data folder's server."""
    from tests.end_to_end.stand_in_api import make_app

    config = uvicorn.Config(make_app(stand), port=port, log_level="warning", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until(lambda: server.started)
    data.mkdir(parents=True, exist_ok=True)
    (data / "server.json").write_text(json.dumps({"url": f"http://127.0.0.1:{port}", "pid": os.getpid()}))
    try:
        yield stand
    finally:
        server.should_exit = True
        thread.join(10)
