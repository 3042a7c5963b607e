"""Wraps answers and their events in OpenAI's chat completion forms."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import assert_never
from urllib.parse import quote, urlencode

from surefoot.app.api.chat_forms import (
    Annotation,
    Completion,
    CompletionChoice,
    CompletionMessage,
    CompletionUsage,
    UrlCitation,
)
from surefoot.app.api.conversions import answer_form, citation_form, passage_form
from surefoot.app.api.readings import reading_form
from surefoot.app.client.forms import AnswerForm, CitationForm
from surefoot.core.nouns import Answer, AnswerEvent, AnswerReady, ClaimChecked, EvidenceFound, Passage, TextAdded, Usage

DONE = b"data: [DONE]\n\n"


def annotation(citation: CitationForm, base: str, answer_id: str) -> Annotation:
    """A citation as an annotation that leads to the document at its page; of a reading, to the answer that keeps it."""
    return Annotation(
        url_citation=UrlCitation(
            start_index=citation.start,
            end_index=citation.end,
            title=citation.title,
            url=f"{base}{_address(citation, answer_id)}",
        )
    )


def _address(citation: CitationForm, answer_id: str) -> str:
    if citation.reading:
        return f"/answers/{quote(answer_id)}"
    page = f"?{urlencode({'page': citation.page})}" if citation.page else ""
    return f"/documents/{citation.document_id}{page}"


def usage_form(usage: Usage) -> CompletionUsage:
    """Tokens in OpenAI's words."""
    return CompletionUsage(
        prompt_tokens=usage.prompt_tokens,
        completion_tokens=usage.completion_tokens,
        total_tokens=usage.prompt_tokens + usage.completion_tokens,
    )


@dataclass(slots=True)
class Wrapper:
    """Wraps one answer; remembers its evidence for the answer's form."""

    assistant: str
    owner: str
    """The role that owns the knowledge base."""
    base: str
    """The API's address, without a slash at the end."""
    passages: tuple[Passage, ...] = ()
    usage: Usage = field(default_factory=Usage)
    created: int = field(default_factory=lambda: int(time.time()))
    id: str = "chatcmpl"

    def completion(self, answer: Answer) -> Completion:
        """The whole answer at once."""
        form = self.form(answer)
        message = CompletionMessage(
            content=form.answer, annotations=[annotation(each, self.base, answer.id) for each in form.citations]
        )
        return Completion(
            id=f"chatcmpl-{answer.id}",
            created=self.created,
            model=self.assistant,
            choices=[CompletionChoice(message=message)],
            usage=usage_form(answer.usage),
            surefoot=form,
        )

    def form(self, answer: Answer) -> AnswerForm:
        """The answer with the evidence that was shown for it."""
        return answer_form(answer, self.owner, self.passages)

    def chunk(self, event: AnswerEvent) -> bytes:
        """An event as one chunk of the stream."""
        match event:
            case EvidenceFound(passages, readings):
                self.passages = passages
                shown = [passage_form(p).model_dump(mode="json") for p in passages]
                read = [reading_form(r).model_dump(mode="json") for r in readings]
                told = {"event": "evidence_found", "passages": shown, "readings": read}
                return self._chunk(told, {"role": "assistant", "content": ""})
            case ClaimChecked(text, supported, reason):
                told = {"event": "claim_checked", "text": text, "supported": supported, "reason": reason}
                return self._chunk(told, {})
            case TextAdded(text, citations):
                cited = [citation_form(c).model_dump(mode="json") for c in citations]
                return self._chunk({"event": "text_added", "text": text, "citations": cited}, {"content": text})
            case AnswerReady(answer):
                return self._last(answer)
            case _:
                assert_never(event)

    def usage_chunk(self) -> bytes:
        """OpenAI's last chunk, where the client asked for it."""
        return self._line({"choices": [], "usage": usage_form(self.usage).model_dump()})

    def _last(self, answer: Answer) -> bytes:
        self.usage = answer.usage
        form = self.form(answer)
        marks = [annotation(each, self.base, answer.id).model_dump() for each in form.citations]
        told = {"event": "answer_ready", "answer": form.model_dump(mode="json")}
        return self._chunk(told, {"annotations": marks}, "stop")

    def _chunk(self, told: Mapping[str, object], delta: Mapping[str, object], finish: str | None = None) -> bytes:
        choice = {"index": 0, "delta": delta, "finish_reason": finish, "logprobs": None}
        return self._line({"choices": [choice], "surefoot": told})

    def _line(self, fields: Mapping[str, object]) -> bytes:
        row = {
            "id": self.id,
            "object": "chat.completion.chunk",
            "created": self.created,
            "model": self.assistant,
            **fields,
        }
        return event_line(row)


def event_line(row: Mapping[str, object]) -> bytes:
    """A server-sent event."""
    return f"data: {json.dumps(row, ensure_ascii=False, separators=(',', ':'))}\n\n".encode()
