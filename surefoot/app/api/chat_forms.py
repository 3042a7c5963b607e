"""What OpenAI's clients send and expect, as far as Surefoot reads it; what it does not read is let pass."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from surefoot.app.client.forms import AnswerForm


class ContentPart(BaseModel):
    """A part of a message; only text is read."""

    type: str
    text: str = ""


class ChatMessage(BaseModel):
    """A message of the conversation so far."""

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | list[ContentPart] | None = None

    @property
    def text(self) -> str:
        """The message's text parts, joined."""
        if isinstance(self.content, list):
            return "\n".join(part.text for part in self.content if part.type == "text")
        return self.content or ""


class StreamOptions(BaseModel):
    """How the stream ends."""

    include_usage: bool = False


class ChatRequest(BaseModel):
    """A request for an answer to the last user message."""

    model_config = ConfigDict(extra="ignore")

    model: str = Field(description="Name of the assistant.")
    messages: list[ChatMessage] = Field(min_length=1, max_length=1000)
    stream: bool = False
    stream_options: StreamOptions | None = None
    conversation_id: str | None = Field(
        default=None, description="The conversation that the answer is kept in; 'new' begins one with this question."
    )
    fresh: bool = Field(default=False, description="Made anew, also where the same was answered before.")
    quotes_only: bool = Field(default=False, description="Quotes alone, without the language model.")


class UrlCitation(BaseModel):
    """OpenAI's form of a citation: a half-open character span and where it leads."""

    start_index: int
    end_index: int
    title: str
    url: str


class Annotation(BaseModel):
    """An annotation of a message."""

    type: Literal["url_citation"] = "url_citation"
    url_citation: UrlCitation


class CompletionUsage(BaseModel):
    """Tokens in OpenAI's words."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int


class CompletionMessage(BaseModel):
    """The answer's message."""

    role: Literal["assistant"] = "assistant"
    content: str
    refusal: None = None
    annotations: list[Annotation]


class CompletionChoice(BaseModel):
    """The only choice."""

    index: int = 0
    message: CompletionMessage
    finish_reason: Literal["stop"] = "stop"
    logprobs: None = None


class Completion(BaseModel):
    """OpenAI's chat.completion with the whole answer beside it."""

    id: str
    object: Literal["chat.completion"] = "chat.completion"
    created: int
    model: str
    choices: list[CompletionChoice]
    usage: CompletionUsage
    surefoot: AnswerForm


class Model(BaseModel):
    """OpenAI's model: an assistant."""

    id: str
    object: Literal["model"] = "model"
    created: int
    owned_by: str
