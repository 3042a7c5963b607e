"""Reads a whole stream, for the tests of the client."""

from __future__ import annotations

from surefoot.serving.models.chat_model import GenerateOptions, Message, Token
from surefoot.serving.models.openai_model import OpenAIModel

ASKED = [Message("user", "hello")]


async def read(model: OpenAIModel, options: GenerateOptions | None = None) -> list[Token]:
    return [token async for token in model.stream(ASKED, options or GenerateOptions(5))]
