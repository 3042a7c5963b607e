"""A chat model behind any OpenAI-compatible URL: the embedded engine, vLLM, or another server."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Generator, Mapping, Sequence
from contextlib import AsyncExitStack, aclosing, contextmanager
from copy import copy
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from surefoot.core.nouns import Usage
from surefoot.serving.errors import ModelError, ModelRefused, ModelUnavailable
from surefoot.serving.models.chat_model import ChatModel, FinishReason, GenerateOptions, Message, Token, require_text
from surefoot.serving.models.openai_client import Peer, ServerSaid
from surefoot.serving.models.openai_errors import in_our_words
from surefoot.serving.models.openai_logprobs import TOP, joined_by_choice
from surefoot.serving.models.openai_wire import added, as_request, finish_reason, first_tokens, said, usage_of

SILENT_SECONDS = 3.0
"""Seconds for which a model that did not answer is not ready."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a model answers."""

    url: str
    """Base URL, as in `http://127.0.0.1:8000/v1`."""
    key: str = ""
    model: str | None = None
    """Its name on that server; None takes the server's first one. Never a name that an end client gave."""
    adapters: tuple[str, ...] = ()
    """Those that the embedded engine has beside it, each as `job@hash`, in its order."""


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds; a CPU reads a long prompt slowly, and may be busy with those of others."""

    connect: float = 10.0
    """Not less: with hundreds of readers at once even a server on this machine waits seconds for its turn."""
    first_token: float = 180.0
    between_tokens: float = 60.0


class OpenAIModel(ChatModel):
    """Talks to one endpoint, or to whichever a function gives (a restarted engine has another port and key)."""

    def __init__(self, endpoint: Endpoint | Callable[[], Endpoint | None], timeouts: Timeouts | None = None) -> None:
        self._locate: Callable[[], Endpoint | None] = endpoint if callable(endpoint) else lambda: endpoint
        self._timeouts = timeouts or Timeouts()
        self._silent_until: dict[Endpoint, float] = {}
        self._served_names: dict[Endpoint, str] = {}
        self._peer = lru_cache(maxsize=1)(self._peer_at)
        self._adapter: str | None = None

    @property
    def name(self) -> str:
        """The model's name on its server, as far as it is known yet."""
        endpoint = self._locate()
        return (endpoint and (endpoint.model or self._served_names.get(endpoint))) or "unknown"

    def ready(self) -> bool:
        """Whether there is an endpoint that has not failed a moment ago."""
        endpoint = self._locate()
        return endpoint is not None and time.monotonic() >= self._silent_until.get(endpoint, 0.0)

    @property
    def adapters(self) -> tuple[str, ...]:
        """See `ChatModel.adapters`."""
        endpoint = self._locate()
        return endpoint.adapters if endpoint else ()

    def adapted(self, job: str) -> OpenAIModel | None:
        """See `ChatModel.adapted`; both share connections, and what is known of the server."""
        chosen = next((adapter for adapter in self.adapters if adapter.partition("@")[0] == job), None)
        if chosen is None:
            return None
        other = copy(self)
        other._adapter = chosen
        return other

    async def probe(self) -> str:
        """Ask the server for its models; returns the name that will be used. Raises ModelUnavailable, ModelRefused."""
        endpoint = self._require_endpoint()
        with self._errors_at(endpoint):
            async with asyncio.timeout(2 * self._timeouts.connect):
                served = await self._peer(endpoint).models()
        wanted = endpoint.model or (served[0] if served else "")
        if wanted not in served:
            raise ModelRefused(
                f"{endpoint.url} does not serve '{wanted}', but {', '.join(served) or 'no model'}. "
                "Set SUREFOOT_ENGINE_MODEL to one of its models."
            )
        self._served_names[endpoint] = wanted
        return wanted

    async def stream(self, messages: Sequence[Message], options: GenerateOptions) -> AsyncGenerator[Token, None]:
        """See `ChatModel.stream`."""
        require_text(messages)
        endpoint = self._require_endpoint()
        request = {**said(messages), **as_request(options), **self._adapting(endpoint)}
        request["model"] = await self._model_at(endpoint)
        with self._errors_at(endpoint):
            async with AsyncExitStack() as stack:
                async with asyncio.timeout(self._timeouts.first_token):
                    pieces = await stack.enter_async_context(self._peer(endpoint).stream(request))
                tokens = await stack.enter_async_context(aclosing(self._tokens(pieces)))
                async for token in tokens:
                    yield token

    async def first_token_logprobs(self, messages: Sequence[Message], choices: Sequence[str]) -> dict[str, float]:
        """See `ChatModel.first_token_logprobs`; raises ModelRefused where the server gives no log probabilities."""
        require_text(messages)
        endpoint = self._require_endpoint()
        request: dict[str, Any] = {"model": await self._model_at(endpoint), "max_tokens": 1, "temperature": 0.0}
        with self._errors_at(endpoint):
            async with asyncio.timeout(self._timeouts.first_token):
                told = {**said(messages), **request, **self._adapting(endpoint), "logprobs": True, "top_logprobs": TOP}
                likeliest = first_tokens(await self._peer(endpoint).completion(told))
        if likeliest is None:
            raise ModelRefused(f"The model at {endpoint.url} gives no log probabilities. Use a server that does.")
        return joined_by_choice(likeliest, choices)

    async def _tokens(self, chunks: AsyncGenerator[Mapping[str, Any]]) -> AsyncGenerator[Token, None]:
        finish: FinishReason | None = None
        usage: Usage | None = None
        pieces = 0
        while True:
            limit = self._timeouts.between_tokens if pieces else self._timeouts.first_token
            async with asyncio.timeout(limit):
                chunk = await anext(chunks, None)
            if chunk is None:
                break
            usage = usage_of(chunk) or usage
            text, reason = added(chunk)
            finish = finish_reason(reason) or finish
            if text:
                pieces += 1
                yield Token(text)
        if finish is None:
            raise ModelUnavailable("The model's answer broke off in the middle: its server ended it. Ask again.")
        yield Token("", usage or Usage(completion_tokens=pieces), finish)

    def _adapting(self, endpoint: Endpoint) -> dict[str, Any]:
        """Which of the engine's adapters take part in a request; each request says so, also where none does."""
        scales = [{"id": n, "scale": float(name == self._adapter)} for n, name in enumerate(endpoint.adapters)]
        return {"lora": scales} if scales else {}

    async def _model_at(self, endpoint: Endpoint) -> str:
        return endpoint.model or self._served_names.get(endpoint) or await self.probe()

    def _require_endpoint(self) -> Endpoint:
        endpoint = self._locate()
        if endpoint is None:
            raise ModelUnavailable("The language model is not ready: it is still loading, or there is none.")
        return endpoint

    def _peer_at(self, endpoint: Endpoint) -> Peer:
        longest = max(self._timeouts.first_token, self._timeouts.between_tokens)
        return Peer(endpoint.url, endpoint.key, self._timeouts.connect, longest)

    @contextmanager
    def _errors_at(self, endpoint: Endpoint) -> Generator[None]:
        """Raise this package's errors for those of requests, and remember a server that does not answer."""
        from aiohttp import ClientError

        try:
            yield
        except (ClientError, OSError, ServerSaid, ModelError, ValueError) as error:  # a timeout is an OSError
            ours = error if isinstance(error, ModelError) else in_our_words(error, endpoint.url)
            if isinstance(ours, ModelUnavailable):
                self._silent_until[endpoint] = time.monotonic() + SILENT_SECONDS
            raise ours from error.__cause__ if ours is error else error
