"""A question, and the events of its streamed answer, as a client sees them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from surefoot.app.client.forms import AnswerForm, CitationForm, PassageForm
from surefoot.app.client.reading_forms import ReadingForm


@dataclass(frozen=True, slots=True)
class Ask:
    """A question to an assistant."""

    question: str
    assistant: str
    conversation_id: str | None = None
    quotes_only: bool = False
    """True for the best quoted sentences alone, without the language model."""
    fresh: bool = False
    """True for an answer that is made anew, also where the same was answered before."""

    def body(self) -> dict[str, Any]:
        """The request for its streamed answer."""
        body: dict[str, Any] = {
            "model": self.assistant,
            "messages": [{"role": "user", "content": self.question}],
            "stream": True,
            "quotes_only": self.quotes_only,
            "fresh": self.fresh,
        }
        return body | ({"conversation_id": self.conversation_id} if self.conversation_id else {})


@dataclass(frozen=True, slots=True)
class EvidenceFound:
    """What the answer will stand on: passages, best first, and readings."""

    passages: tuple[PassageForm, ...]
    readings: tuple[ReadingForm, ...] = ()


@dataclass(frozen=True, slots=True)
class ClaimChecked:
    """A sentence was held against the evidence; supported ones follow as text."""

    text: str
    supported: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class TextAdded:
    """Text released to the reader; never taken back."""

    text: str
    citations: tuple[CitationForm, ...] = ()


@dataclass(frozen=True, slots=True)
class AnswerReady:
    """The last event of every stream."""

    answer: AnswerForm


AnswerEvent = EvidenceFound | ClaimChecked | TextAdded | AnswerReady


def parse_event(payload: Mapping[str, Any]) -> AnswerEvent | None:
    """Give the event that a chunk's `surefoot` field holds, or None for a kind that this client does not know."""
    match payload.get("event"):
        case "evidence_found":
            return EvidenceFound(
                tuple(PassageForm.model_validate(p) for p in payload.get("passages", [])),
                tuple(ReadingForm.model_validate(r) for r in payload.get("readings", [])),
            )
        case "claim_checked":
            return ClaimChecked(str(payload["text"]), bool(payload["supported"]), str(payload.get("reason") or ""))
        case "text_added":
            cited = tuple(CitationForm.model_validate(c) for c in payload.get("citations", []))
            return TextAdded(str(payload["text"]), cited)
        case "answer_ready":
            return AnswerReady(AnswerForm.model_validate(payload["answer"]))
        case _:
            return None
