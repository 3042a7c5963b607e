"""The port to a chat model: messages in, tokens out, and nothing more is generated once the reader has left."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from typing import Literal

from surefoot.core.nouns import Usage
from surefoot.serving.errors import PromptEmpty

Role = Literal["system", "user", "assistant"]
FinishReason = Literal["stop", "length"]


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a conversation."""

    role: Role
    content: str


@dataclass(frozen=True, slots=True)
class GenerateOptions:
    """How a text is generated."""

    max_tokens: int
    temperature: float = 0.0
    """0 takes the likeliest token each time."""
    stop: tuple[str, ...] = ()
    """Up to four strings, or none; the text ends before the first of them."""
    schema: str | None = None
    """A JSON schema as text; the answer is then JSON that follows it."""

    def __post_init__(self) -> None:
        """Raise ValueError for options that no model could follow."""
        if self.max_tokens < 1:
            raise ValueError(f"max_tokens is {self.max_tokens}: ask for at least one token.")
        if self.temperature < 0:
            raise ValueError(f"temperature is {self.temperature}: it cannot be negative.")
        if len(self.stop) > 4 or not all(self.stop):
            raise ValueError("stop takes up to four strings, none of them empty.")


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of text as it was generated; the last one carries what the answer cost."""

    text: str
    usage: Usage | None = None
    """On the last token of a stream, and only there."""
    finish: FinishReason | None = None
    """On the last token: "length" where max_tokens cut the text off."""


class ChatModel(ABC):
    """A chat model. One conformance suite holds for all implementations."""

    @property
    @abstractmethod
    def name(self) -> str:
        """The model's name, for people and for the release."""

    @abstractmethod
    def stream(self, messages: Sequence[Message], options: GenerateOptions) -> AsyncGenerator[Token, None]:
        """Generate an answer; the texts joined are the answer, the last token (which may be empty) carries usage.

        Closing the iterator, or cancelling the task that reads it, ends the request, so that the engine stops.
        Use it in `async with contextlib.aclosing(...)`: a loop that is left early does not close it at once.
        Raises PromptEmpty, PromptTooLong, ModelUnavailable, ModelRefused.
        """

    @abstractmethod
    async def first_token_logprobs(self, messages: Sequence[Message], choices: Sequence[str]) -> dict[str, float]:
        """Natural log of the probability that the answer begins with each choice, upper and lower case joined.

        A choice that is not among the likeliest tokens gets the least likely one's value: it has at most that.
        Raises as `stream` does.
        """

    @property
    def adapters(self) -> tuple[str, ...]:
        """What it was taught beside what it is, each as `job@hash`."""
        return ()

    def adapted(self, job: str) -> ChatModel | None:  # noqa: ARG002
        """The same model with the adapter for this job, which costs no second model; None where it has none such."""
        return None

    @abstractmethod
    def ready(self) -> bool:
        """Whether it is worth asking now; cheap, asks nobody."""


def require_text(messages: Sequence[Message]) -> None:
    """Raise PromptEmpty where no message holds any text."""
    if not any(message.content.strip() for message in messages):
        raise PromptEmpty
