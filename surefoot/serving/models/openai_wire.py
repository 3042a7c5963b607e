"""Translates between this package's nouns and the OpenAI protocol's."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from surefoot.core.nouns import Usage
from surefoot.serving.errors import ModelRefused
from surefoot.serving.models.chat_model import FinishReason, GenerateOptions, Message

if TYPE_CHECKING:
    from openai import AsyncStream
    from openai.types.chat import ChatCompletionChunk


def said(messages: Sequence[Message]) -> dict[str, Any]:
    """The messages as the protocol wants them."""
    return {"messages": [{"role": message.role, "content": message.content} for message in messages]}


def as_request(options: GenerateOptions) -> dict[str, Any]:
    """The options as the protocol wants them; raises ModelRefused for a schema that is no JSON."""
    request: dict[str, Any] = {"max_tokens": options.max_tokens, "temperature": options.temperature}
    if options.stop:
        request["stop"] = list(options.stop)
    if options.schema is not None:
        try:
            schema = json.loads(options.schema)
        except ValueError as error:
            raise ModelRefused(f"The schema of the answer is no JSON ({error}).") from error
        described = {"name": "answer", "schema": schema, "strict": True}
        request["response_format"] = {"type": "json_schema", "json_schema": described}
    return request


async def next_chunk(chunks: AsyncStream[ChatCompletionChunk]) -> ChatCompletionChunk | None:
    """The next piece of a stream, or None at its end."""
    try:
        return await chunks.__anext__()
    except StopAsyncIteration:
        return None


def finish_reason(reason: str | None) -> FinishReason | None:
    """Why a text ended; servers know more reasons than ours, and each of those is an end."""
    if reason is None:
        return None
    return "length" if reason == "length" else "stop"


def usage_of(chunk: ChatCompletionChunk) -> Usage | None:
    """What the answer cost, on the chunk that says it."""
    if chunk.usage is None:
        return None
    details = chunk.usage.prompt_tokens_details
    cached = details.cached_tokens if details else None
    return Usage(chunk.usage.prompt_tokens, chunk.usage.completion_tokens, cached or 0)
