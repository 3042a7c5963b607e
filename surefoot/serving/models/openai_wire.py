"""Translates between this package's nouns and the OpenAI protocol's."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from surefoot.core.nouns import Usage
from surefoot.serving.errors import ModelRefused
from surefoot.serving.models.chat_model import FinishReason, GenerateOptions, Message


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


def added(chunk: Mapping[str, Any]) -> tuple[str, str | None]:
    """The text that a chunk adds, and why it is the last one where it is."""
    choice = _first(chunk)
    return (choice.get("delta") or {}).get("content") or "", choice.get("finish_reason")


def finish_reason(reason: str | None) -> FinishReason | None:
    """Why a text ended; servers know more reasons than ours, and each of those is an end."""
    if reason is None:
        return None
    return "length" if reason == "length" else "stop"


def usage_of(chunk: Mapping[str, Any]) -> Usage | None:
    """What the answer cost, on the chunk that says it."""
    usage = chunk.get("usage")
    if not usage:
        return None
    details = usage.get("prompt_tokens_details") or {}
    counts = (usage.get("prompt_tokens"), usage.get("completion_tokens"), details.get("cached_tokens"))
    return Usage(*(count or 0 for count in counts))


def first_tokens(completion: Mapping[str, Any]) -> list[tuple[str, float]] | None:
    """The likeliest first tokens of a completion with their log probabilities; None where it tells of none."""
    logprobs = _first(completion).get("logprobs")
    if logprobs is None:
        return None
    likeliest = (logprobs.get("content") or [{}])[0].get("top_logprobs") or []
    return [(token["token"], token["logprob"]) for token in likeliest]


def _first(answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """The first choice of a chunk or completion, empty where it has none."""
    choices = answer.get("choices") or [{}]
    return choices[0]
