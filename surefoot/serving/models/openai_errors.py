"""Says in this package's errors what went wrong between us and an OpenAI-compatible server."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from surefoot.serving.errors import ModelError, ModelRefused, ModelUnavailable, PromptTooLong

if TYPE_CHECKING:
    import openai

_TOO_LONG = re.compile(
    r"exceeds? the available context|maximum context length|context_length_exceeded|max_model_len",
    re.IGNORECASE,
)


def in_our_words(error: Exception, url: str) -> ModelError:
    """The error to raise for one that the client library raised, or that reading its answer did."""
    import openai

    match error:
        case TimeoutError() | openai.APITimeoutError():
            return ModelUnavailable(
                f"The model at {url} did not answer in time. It may be busy: ask again in a while, or ask less at once."
            )
        case openai.APIConnectionError():
            return ModelUnavailable(
                f"Nobody answers at {url}, or the connection broke ({_cause(error)}). "
                "Start the engine or the server there, or set SUREFOOT_ENGINE_URL to one that runs."
            )
        case openai.APIStatusError():
            return _status_in_our_words(error, url)
        case openai.APIError():
            return _too_long(error) or ModelUnavailable(f"The model at {url} broke off: {error.message}. Ask again.")
        case _:  # JSON that is none
            return ModelUnavailable(f"{url} does not speak the OpenAI protocol ({error}). Check SUREFOOT_ENGINE_URL.")


def _status_in_our_words(error: openai.APIStatusError, url: str) -> ModelError:
    status = error.status_code
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


def _too_long(error: openai.APIError) -> PromptTooLong | None:
    """A prompt over the context, with the counts that llama.cpp, vLLM and OpenAI give in their different ways."""
    body = error.body if isinstance(error.body, dict) else {}
    text = f"{error.message} {body.get('type', '')} {body.get('code', '')}"
    if not _TOO_LONG.search(text):
        return None
    return PromptTooLong(_count(body, "n_prompt_tokens", _PROMPT, text), _count(body, "n_ctx", _CONTEXT, text))


_PROMPT = re.compile(r"request \((\d+) tokens|(\d+) (?:tokens )?in the messages|(\d+) input tokens|resulted in (\d+)")
_CONTEXT = re.compile(r"context (?:length|size) (?:is |of |\()?(?:only )?(\d+)")


def _count(body: dict[str, object], key: str, pattern: re.Pattern[str], text: str) -> int | None:
    value = body.get(key)
    if isinstance(value, int):
        return value
    found = pattern.search(text)
    return int(next(group for group in found.groups() if group)) if found else None


def _cause(error: Exception) -> str:
    cause = error.__cause__
    return (str(cause) or type(cause).__name__) if cause else str(error)
