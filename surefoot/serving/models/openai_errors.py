"""Says in this package's errors what went wrong between us and an OpenAI-compatible server."""

from __future__ import annotations

import re
from collections.abc import Mapping

from surefoot.serving.errors import ModelError, ModelRefused, ModelUnavailable, PromptTooLong
from surefoot.serving.models.openai_client import ServerSaid

_TOO_LONG = re.compile(
    r"exceeds? the available context|maximum context length|context_length_exceeded|max_model_len",
    re.IGNORECASE,
)


def in_our_words(error: Exception, url: str) -> ModelError:
    """The error to raise for one that a request raised, or that reading its answer did."""
    from aiohttp import ClientError

    match error:
        case TimeoutError():
            return ModelUnavailable(
                f"The model at {url} did not answer in time. It may be busy: ask again in a while, or ask less at once."
            )
        case ServerSaid():
            return _said_in_our_words(error, url)
        case ClientError() | OSError():
            return ModelUnavailable(
                f"Nobody answers at {url}, or the connection broke ({error or type(error).__name__}). "
                "Start the engine or the server there, or set SUREFOOT_ENGINE_URL to one that runs."
            )
        case _:  # JSON that is none
            return ModelUnavailable(f"{url} does not speak the OpenAI protocol ({error}). Check SUREFOOT_ENGINE_URL.")


def _said_in_our_words(error: ServerSaid, url: str) -> ModelError:
    status = error.status
    if status is None:
        return _too_long(error) or ModelUnavailable(f"The model at {url} broke off: {error.message}. Ask again.")
    if status in {401, 403}:
        return ModelRefused(
            f"The model at {url} refuses our key (status {status}). Set SUREFOOT_ENGINE_KEY to its key."
        )
    if status == 404:
        return ModelRefused(
            f"{url} has no such model or path ({error.message}). "
            "Check SUREFOOT_ENGINE_URL (it usually ends in /v1) and SUREFOOT_ENGINE_MODEL."
        )
    too_long = _too_long(error)
    if too_long:
        return too_long
    if status in {408, 429} or status >= 500:
        return ModelUnavailable(f"The model at {url} cannot answer now (status {status}: {error.message}). Ask again.")
    return ModelRefused(f"The model at {url} refused the request (status {status}: {error.message}).")


def _too_long(error: ServerSaid) -> PromptTooLong | None:
    """A prompt over the context, with the counts that llama.cpp, vLLM and OpenAI give in their different ways."""
    detail = error.detail
    text = f"{error.message} {detail.get('type', '')} {detail.get('code', '')}"
    if not _TOO_LONG.search(text):
        return None
    return PromptTooLong(_count(detail, "n_prompt_tokens", _PROMPT, text), _count(detail, "n_ctx", _CONTEXT, text))


_PROMPT = re.compile(r"request \((\d+) tokens|(\d+) (?:tokens )?in the messages|(\d+) input tokens|resulted in (\d+)")
_CONTEXT = re.compile(r"context (?:length|size) (?:is |of |\()?(?:only )?(\d+)")


def _count(body: Mapping[str, object], key: str, pattern: re.Pattern[str], text: str) -> int | None:
    value = body.get(key)
    if isinstance(value, int):
        return value
    found = pattern.search(text)
    return int(next(group for group in found.groups() if group)) if found else None
