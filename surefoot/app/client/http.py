"""The typed HTTP client: one method for each thing that the server does."""

from __future__ import annotations

import json
from collections.abc import Generator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote

from surefoot.app.client.areas import LONG_SECONDS, Areas
from surefoot.app.client.citation_forms import AnswerStateForm, AnswerStatesForm, CitingAnswerForm, CitingAnswersForm
from surefoot.app.client.errors import ClientError
from surefoot.app.client.eval_forms import EvalForm, EvalMode, EvalProgress, RetrievalScores
from surefoot.app.client.events import AnswerEvent, AnswerReady, Ask, parse_event
from surefoot.app.client.forms import (
    AnswerForm,
    AssistantForm,
    ChunkForm,
    ConversationForm,
    ConversationRow,
    DocumentDeleted,
    DocumentForm,
    DocumentList,
    FeedbackForm,
    FeedbackSaved,
    GapChange,
    GapSent,
    IngestForm,
    OpenGap,
    Readiness,
    SearchForm,
    Status,
)
from surefoot.app.client.hangup import HangUp
from surefoot.app.client.replay_forms import ReplayForm
from surefoot.app.client.transport import Original, Part, Transport, told_error

EvalStep = EvalProgress | EvalForm
HEALTH_SECONDS = 2.0
ANSWER_SECONDS = 600.0
"""An answer on a small processor waits for its turn and for a long prompt."""


class Client(Areas):
    """Surefoot over HTTP. Every method raises ClientError; nothing is retried. Safe to share between threads."""

    def __init__(
        self, url: str, token: str | None = None, seconds: float = ANSWER_SECONDS, folder: str | None = None
    ) -> None:
        self._http = Transport(url, token, seconds, folder)
        self._seconds = seconds
        self.url = self._http.url

    def __enter__(self) -> Client:
        """Give the client itself."""
        return self

    def __exit__(self, *raised: object) -> None:
        """Close the connections, whatever happened."""
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    # What the server is doing

    def alive(self) -> bool:
        """Whether a server answers at all, within two seconds."""
        try:
            return self._http.json("GET", "/health", timeout=HEALTH_SECONDS).get("status") == "ok"
        except (ClientError, AttributeError):
            return False

    def status(self) -> Status:
        """Say what the server is doing."""
        return Status.model_validate(self._http.json("GET", "/status"))

    def ready(self) -> Readiness:
        """Say whether the server can answer, and what is missing."""
        try:
            self._http.send("GET", "/ready")
        except ClientError as error:
            if error.status != 503:
                raise
            return Readiness(ready=False, reasons=[error.message])
        return Readiness(ready=True)

    def metrics(self) -> str:
        """Give the server's metrics in Prometheus' text format."""
        return self._http.send("GET", "/metrics").text

    # Assistants

    def assistants(self) -> list[AssistantForm]:
        """List the assistants that the asker may use."""
        return [AssistantForm.model_validate(row) for row in self._http.json("GET", "/assistants")]

    def create_assistant(self, title: str) -> AssistantForm:
        """Make a private assistant."""
        return AssistantForm.model_validate(self._http.json("POST", "/assistants", json={"title": title}))

    def delete_assistant(self, name: str) -> None:
        """Delete a private assistant with its documents."""
        self._http.send("DELETE", f"/assistants/{_part(name)}")

    def suggestions(self, name: str) -> list[str]:
        """Give up to three questions that the assistant's documents answer."""
        found = self._http.json("GET", f"/assistants/{_part(name)}/suggestions")
        return [str(question) for question in found["questions"]]

    # Answers

    def ask(self, ask: Ask, hang_up: HangUp | None = None) -> Generator[AnswerEvent]:
        """Yield the answer's events as they happen; closing the generator stops the answer on the server.

        Another thread stops it with `hang_up`. The last event is AnswerReady; a stream without one raises ClientError.
        """
        with closing(self._http.lines("/v1/chat/completions", ask.body(), self._seconds, hang_up)) as lines:
            for line in lines:
                event = _event(line)
                if event is not None:
                    yield event
                if isinstance(event, AnswerReady):
                    return
        raise ClientError("The server stopped before the answer was complete. Ask again.", "interrupted")

    def answer(self, answer_id: str) -> AnswerForm:
        """Give an answer that was given before."""
        return AnswerForm.model_validate(self._http.json("GET", f"/answers/{_part(answer_id)}"))

    def replay(self, answer_id: str) -> ReplayForm:
        """Run an answer again without recording it, and say what differs."""
        return ReplayForm.model_validate(self._http.json("POST", f"/answers/{_part(answer_id)}/replay"))

    def answer_states(self, answer_ids: Sequence[str]) -> list[AnswerStateForm]:
        """Say whether the citations of up to 50 answers still hold; an answer that is not there is left out."""
        states = self._http.json("GET", "/answers/stale", params={"ids": ",".join(answer_ids)})
        return AnswerStatesForm.model_validate(states).answers

    def search(self, query: str, assistant: str, k: int = 10) -> SearchForm:
        """Find the passages nearest to a query, best first."""
        body = {"query": query, "assistant": assistant, "k": k}
        return SearchForm.model_validate(self._http.json("POST", "/search", json=body))

    def send_feedback(self, feedback: FeedbackForm) -> FeedbackSaved:
        """Save a thumb; a second one of the same asker replaces the first."""
        return FeedbackSaved.model_validate(self._http.json("POST", "/feedback", json=feedback.model_dump()))

    def send_gap(self, answer_id: str) -> GapSent:
        """Tell the owner of the knowledge base what was missing."""
        return GapSent.model_validate(self._http.json("POST", "/gaps", json={"answer_id": answer_id}))

    def settle_gap(self, gap_id: str, change: GapChange) -> OpenGap:
        """Close a gap with words to who sent it, or open it again."""
        return OpenGap.model_validate(self._http.json("PATCH", f"/gaps/{gap_id}", json=change.model_dump()))

    def gap_seen(self, gap_id: str) -> None:
        """Say that one saw what became of a gap that one sent."""
        self._http.send("PUT", f"/gaps/{gap_id}/seen")

    def gaps(self, assistant: str, status: str = "open") -> list[OpenGap]:
        """List what was missing in an assistant's knowledge."""
        rows = self._http.json("GET", "/gaps", params={"assistant": assistant, "status": status})
        return [OpenGap.model_validate(row) for row in rows]

    # Conversations

    def conversations(self, query: str = "") -> list[ConversationRow]:
        """List the asker's conversations, newest first."""
        rows = self._http.json("GET", "/conversations", params={"q": query} if query else None)
        return [ConversationRow.model_validate(row) for row in rows]

    def conversation(self, conversation_id: str) -> ConversationForm:
        """Give a conversation with its answers, oldest first."""
        return ConversationForm.model_validate(self._http.json("GET", f"/conversations/{_part(conversation_id)}"))

    def rename_conversation(self, conversation_id: str, title: str) -> None:
        """Give a conversation another title."""
        self._http.send("PATCH", f"/conversations/{_part(conversation_id)}", json={"title": title})

    def share_conversation(self, conversation_id: str, groups: Sequence[str]) -> None:
        """Let the members of these groups, and no others, read a conversation."""
        self._http.send("PUT", f"/conversations/{_part(conversation_id)}/groups", json={"groups": list(groups)})

    def delete_conversation(self, conversation_id: str) -> None:
        """Delete a conversation with its answers."""
        self._http.send("DELETE", f"/conversations/{_part(conversation_id)}")

    # Documents

    def ingest(self, files: Sequence[tuple[str, Any]], assistant: str) -> IngestForm:
        """Read files into an assistant's library: (relative name, bytes or open binary file) each."""
        parts = [Part("files", name, content) for name, content in files]
        answer = self._http.upload("/documents", {"assistant": assistant}, parts, LONG_SECONDS)
        return IngestForm.model_validate(answer)

    def documents(self, assistant: str) -> DocumentList:
        """List an assistant's documents."""
        return DocumentList.model_validate(self._http.json("GET", "/documents", params={"assistant": assistant}))

    def document(self, document_id: str) -> DocumentForm:
        """Give a document with its text and chunks."""
        row = dict(self._http.json("GET", f"/documents/{_part(document_id)}"))
        chunks = [ChunkForm.model_validate(chunk) for chunk in row.pop("chunks", [])]
        form = DocumentForm.model_validate({**row, "chunks": len(chunks)})
        return form.model_copy(update={"chunk_list": chunks})

    def citing(self, document_id: str) -> list[CitingAnswerForm]:
        """List the asker's answers that cite a document, newest first."""
        found = self._http.json("GET", f"/documents/{_part(document_id)}/answers")
        return CitingAnswersForm.model_validate(found).answers

    def delete_document(self, document_id: str) -> DocumentDeleted:
        """Delete a document everywhere."""
        return DocumentDeleted.model_validate(self._http.json("DELETE", f"/documents/{_part(document_id)}"))

    def original(self, document_id: str) -> Original:
        """Give the file as it was fed."""
        response = self._http.send("GET", f"/documents/{_part(document_id)}/original")
        disposition = response.headers.get("content-disposition", "")
        name = disposition.rpartition("filename=")[2].strip('"') or document_id
        return Original(name, response.headers.get("content-type", ""), response.content)

    def page_image(self, document_id: str, page: int, highlight: str = "") -> bytes:
        """Give a page as PNG, with the boxes of a quote marked."""
        params = {"quote": highlight} if highlight else None
        return self._http.send("GET", f"/documents/{_part(document_id)}/pages/{page}.png", params=params).content

    # Evaluation

    def evaluate_retrieval(self, corpus: Path, questions: Path, encoder: str | None = None) -> RetrievalScores:
        """Measure the search over documents and questions (JSON lines each), with this encoder or the live one."""
        with corpus.open("rb") as documents, questions.open("rb") as asked:
            parts = [Part("corpus", corpus.name, documents), Part("questions", questions.name, asked)]
            scores = self._http.upload("/eval/retrieval", {"encoder": encoder} if encoder else {}, parts, LONG_SECONDS)
        return RetrievalScores.model_validate(scores)

    def evaluate(
        self, assistant: str, split: str = "all", mode: EvalMode = "both", *, report: bool = False
    ) -> Generator[EvalStep]:
        """Play an assistant's cases, yielding the progress and last the result, with its report where wanted."""
        body = {"assistant": assistant, "split": split, "mode": mode, "report": report}
        with closing(self._http.lines("/eval/run", body, LONG_SECONDS)) as lines:
            for row in (_parsed(line) for line in lines if line.strip()):
                if "result" in row:
                    yield EvalForm.model_validate(row["result"])
                    return
                yield EvalProgress.model_validate(row)
        raise ClientError("The server stopped before all cases were played. Run the evaluation again.", "interrupted")


def _event(line: str) -> AnswerEvent | None:
    """Read one line of a stream of server-sent events."""
    data = line.removeprefix("data:").strip()
    if not line.startswith("data:") or data == "[DONE]":
        return None
    payload = _parsed(data).get("surefoot")
    return parse_event(payload) if payload else None


def _parsed(line: str) -> dict[str, Any]:
    """Read one line of a stream; an error in it is raised as the server worded it."""
    try:
        row = dict(json.loads(line))
    except (ValueError, TypeError) as error:
        raise ClientError("The server sent something that is no answer.", "not_surefoot") from error
    if "error" in row:
        raise told_error(row) or ClientError(str(row["error"]))
    return row


def _part(name: str) -> str:
    """Quote a name for use as one part of a path."""
    return quote(name, safe="")
