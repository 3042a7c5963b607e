"""A chat model that says what it was told to say, for tests and for trying the product without weights."""

from __future__ import annotations

import asyncio
import math
import re
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence

from surefoot.core.nouns import Usage
from surefoot.serving.errors import ModelError, PromptTooLong
from surefoot.serving.models.chat_model import ChatModel, FinishReason, GenerateOptions, Message, Token, require_text

Script = str | ModelError | Callable[[Sequence[Message]], str]
"""What is said: a text, an error that is raised, or a text made from the messages."""

LEAST_LIKELY = math.log(1e-6)


class ScriptedModel(ChatModel):
    """Says the scripts in turn, the last one for ever; a word with the blanks before it is a token."""

    def __init__(
        self,
        *scripts: Script,
        logprobs: Mapping[str, float] | None = None,
        seconds_per_token: float = 0.0,
        context_tokens: int = 4096,
    ) -> None:
        self.context_tokens = context_tokens
        self.asked: list[tuple[Message, ...]] = []
        """The messages of every call, in order."""
        self.tokens_generated = 0
        """Over all calls; stands still once a reader has left."""
        self.is_ready = True
        self._scripts = scripts or ("",)
        self._answers = 0
        self._logprobs = dict(logprobs or {})
        self._seconds_per_token = seconds_per_token

    @property
    def name(self) -> str:
        """Always the same."""
        return "scripted"

    async def stream(self, messages: Sequence[Message], options: GenerateOptions) -> AsyncGenerator[Token, None]:
        """See `ChatModel.stream`; a schema changes nothing, the script must follow it."""
        prompt_tokens = self._read(messages)
        text = _until_stop(self._next(messages), options.stop)
        tokens = _tokens(text)
        for token in tokens[: options.max_tokens]:
            await asyncio.sleep(self._seconds_per_token)
            self.tokens_generated += 1
            yield Token(token)
        said = min(len(tokens), options.max_tokens)
        finish: FinishReason = "stop" if said == len(tokens) else "length"
        yield Token("", Usage(prompt_tokens, said), finish)

    async def first_token_logprobs(self, messages: Sequence[Message], choices: Sequence[str]) -> dict[str, float]:
        """The numbers given at construction; choices without one are very unlikely."""
        self._read(messages)
        await asyncio.sleep(self._seconds_per_token)
        return {choice: self._logprobs.get(choice, LEAST_LIKELY) for choice in choices}

    def ready(self) -> bool:
        """What `is_ready` says."""
        return self.is_ready

    def _read(self, messages: Sequence[Message]) -> int:
        require_text(messages)
        prompt_tokens = sum(len(_tokens(message.content)) for message in messages)
        if prompt_tokens > self.context_tokens:
            raise PromptTooLong(prompt_tokens, self.context_tokens)
        self.asked.append(tuple(messages))
        return prompt_tokens

    def _next(self, messages: Sequence[Message]) -> str:
        script = self._scripts[min(self._answers, len(self._scripts) - 1)]
        self._answers += 1
        if isinstance(script, ModelError):
            raise script
        return script if isinstance(script, str) else script(messages)


def _tokens(text: str) -> list[str]:
    return re.findall(r"\s*\S+|\s+$", text)


def _until_stop(text: str, stop: Sequence[str]) -> str:
    ends = [found for string in stop if (found := text.find(string)) >= 0]
    return text[: min(ends)] if ends else text
