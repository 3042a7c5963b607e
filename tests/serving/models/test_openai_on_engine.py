"""The client of OpenAI-compatible servers on the real engine."""

from __future__ import annotations

import json

import pytest

from surefoot.serving.errors import ModelRefused
from surefoot.serving.models.chat_model import GenerateOptions
from surefoot.serving.models.engine import Engine
from surefoot.serving.models.openai_model import Endpoint, OpenAIModel
from tests.serving.models.reading import read


@pytest.mark.model
async def test_a_wrong_key_is_refused_by_the_real_engine(engine: Engine) -> None:
    with pytest.raises(ModelRefused, match="refuses our key"):
        await read(OpenAIModel(Endpoint(engine.url, "wrong", engine.alias)))


@pytest.mark.model
async def test_an_answer_with_a_schema_follows_it(engine: Engine) -> None:
    schema = {
        "type": "object",
        "properties": {"colour": {"enum": ["red", "blue"]}},
        "required": ["colour"],
        "additionalProperties": False,
    }
    tokens = await read(OpenAIModel(engine.endpoint), GenerateOptions(40, schema=json.dumps(schema)))
    assert json.loads("".join(token.text for token in tokens))["colour"] in {"red", "blue"}


@pytest.mark.model
async def test_a_prompt_that_was_read_before_comes_out_of_the_cache(engine: Engine) -> None:
    model = OpenAIModel(engine.endpoint)
    await read(model)
    cost = (await read(model))[-1].usage
    assert cost
    assert cost.cached_tokens > 0
