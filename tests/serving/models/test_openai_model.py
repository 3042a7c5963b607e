"""The client against servers that refuse, break off, hang, or speak another dialect; and its reading of log odds."""

from __future__ import annotations

import asyncio
import json
import math
import socket
import time

import pytest

from surefoot.core.nouns import Usage
from surefoot.serving.errors import ModelError, ModelRefused, ModelUnavailable, PromptTooLong
from surefoot.serving.models.chat_model import GenerateOptions, Token
from surefoot.serving.models.openai_logprobs import joined_by_choice
from surefoot.serving.models.openai_model import Endpoint, OpenAIModel
from tests.serving.models.openai_double import DONE, IMPATIENT, Double, chunk, usage
from tests.serving.models.reading import ASKED, read


async def test_the_servers_first_model_is_used_where_none_is_named(double: Double) -> None:
    double.body = chunk("hi") + chunk(None, "stop") + usage(7, 1) + DONE
    model = OpenAIModel(Endpoint(double.url))
    assert model.name == "unknown"
    tokens = await read(model)
    assert tokens == [Token("hi"), Token("", Usage(7, 1, 0), "stop")]
    assert model.name == "served-model"
    assert double.asked[0]["model"] == "served-model"


async def test_only_what_every_server_knows_is_sent(double: Double) -> None:
    double.body = chunk("hi", "stop") + DONE
    await read(
        OpenAIModel(Endpoint(double.url, model="m")), GenerateOptions(5, stop=("x",), schema='{"type": "object"}')
    )
    assert double.asked == [
        {
            "messages": [{"role": "user", "content": "hello"}],
            "model": "m",
            "max_tokens": 5,
            "temperature": 0.0,
            "stop": ["x"],
            "stream": True,
            "stream_options": {"include_usage": True},
            "response_format": {
                "type": "json_schema",
                "json_schema": {"name": "answer", "schema": {"type": "object"}, "strict": True},
            },
        }
    ]


async def test_a_server_that_counts_nothing_gets_its_tokens_counted(double: Double) -> None:
    double.body = chunk("a") + chunk("b") + chunk(None, "length") + DONE
    assert (await read(OpenAIModel(Endpoint(double.url, model="m"))))[-1] == Token("", Usage(0, 2), "length")


@pytest.mark.parametrize("body", [chunk("half") + DONE, chunk("half"), b"", b"data: {broken\n\n", b"<html></html>"])
async def test_a_stream_that_breaks_off_is_an_error_and_no_short_answer(double: Double, body: bytes) -> None:
    double.body = body
    model = OpenAIModel(Endpoint(double.url, model="m"))
    with pytest.raises(ModelUnavailable):
        await read(model)
    assert not model.ready()


async def test_a_model_that_failed_is_ready_again_after_a_while(double: Double) -> None:
    model = OpenAIModel(Endpoint(double.url, model="m"))
    with pytest.raises(ModelUnavailable):
        await read(model)
    deadline = time.monotonic() + 30
    while not model.ready():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.1)


async def test_a_dead_peer_is_named_with_the_remedy(free_port: int) -> None:
    model = OpenAIModel(Endpoint(f"http://127.0.0.1:{free_port}/v1", model="m"))
    with pytest.raises(ModelUnavailable, match=r"Nobody answers(.|\n)*SUREFOOT_ENGINE_URL"):
        await read(model)
    with pytest.raises(ModelUnavailable, match="Nobody answers"):
        await model.first_token_logprobs(ASKED, ["yes"])


async def test_a_peer_that_hangs_is_given_up(double: Double) -> None:
    with socket.socket() as mute:
        mute.bind(("127.0.0.1", 0))
        mute.listen()
        model = OpenAIModel(Endpoint(f"http://127.0.0.1:{mute.getsockname()[1]}/v1", model="m"), IMPATIENT)
        with pytest.raises(ModelUnavailable, match="did not answer in time"):
            await read(model)


async def test_a_stream_that_falls_silent_is_given_up(double: Double) -> None:
    double.body = chunk("a")
    double.hang = 3.0
    with pytest.raises(ModelUnavailable, match="did not answer in time"):
        await read(OpenAIModel(Endpoint(double.url, model="m"), IMPATIENT))


async def test_without_an_endpoint_the_model_is_not_ready_and_says_why() -> None:
    model = OpenAIModel(lambda: None)
    assert not model.ready()
    with pytest.raises(ModelUnavailable, match="still loading, or there is none"):
        await read(model)


@pytest.mark.parametrize(
    ("status", "message", "error", "words"),
    [
        (401, "Unauthorized", ModelRefused, "SUREFOOT_ENGINE_KEY"),
        (403, "Forbidden", ModelRefused, "SUREFOOT_ENGINE_KEY"),
        (404, "The model `m` does not exist.", ModelRefused, "SUREFOOT_ENGINE_MODEL"),
        (400, "temperature must be lower", ModelRefused, "temperature must be lower"),
        (429, "slow down", ModelUnavailable, "cannot answer now"),
        (503, "Loading model", ModelUnavailable, "Loading model"),
    ],
)
async def test_refusals_say_what_to_do(
    double: Double, status: int, message: str, error: type[ModelError], words: str
) -> None:
    double.status, double.content_type = status, "application/json"
    double.body = json.dumps({"error": {"message": message, "type": "x", "code": status}}).encode()
    with pytest.raises(error, match=words):
        await read(OpenAIModel(Endpoint(double.url, model="m")))


@pytest.mark.parametrize(
    ("message", "prompt", "context"),
    [
        ("request (6031 tokens) exceeds the available context size (4096 tokens), try increasing it", 6031, 4096),
        (
            "maximum context length is 4096 tokens. However, you requested 5000 tokens (4900 in the messages, 100 …).",
            4900,
            4096,
        ),
        (
            "This model's maximum context length is 2048 tokens. However, your request has 3000 input tokens.",
            3000,
            2048,
        ),
        (
            "This model's maximum context length is 8192 tokens. However, your messages resulted in 9001 tokens.",
            9001,
            8192,
        ),
        ("context_length_exceeded", None, None),
    ],
)
async def test_a_prompt_over_the_context_is_told_apart_in_every_dialect(
    double: Double, message: str, prompt: int | None, context: int | None
) -> None:
    double.status, double.content_type = 400, "application/json"
    double.body = json.dumps({"error": {"message": message, "type": "BadRequestError", "code": 400}}).encode()
    with pytest.raises(PromptTooLong) as caught:
        await read(OpenAIModel(Endpoint(double.url, model="m")))
    assert (caught.value.prompt_tokens, caught.value.context_tokens) == (prompt, context)


async def test_a_named_model_that_is_not_served_is_told(double: Double) -> None:
    with pytest.raises(ModelRefused, match="does not serve 'other', but served-model"):
        await OpenAIModel(Endpoint(double.url, model="other")).probe()


async def test_a_server_without_models_is_told(double: Double) -> None:
    double.models = ()
    with pytest.raises(ModelRefused, match="no model"):
        await read(OpenAIModel(Endpoint(double.url)))


async def test_a_schema_that_is_no_json_is_refused_before_anything_is_sent(double: Double) -> None:
    with pytest.raises(ModelRefused, match="is no JSON"):
        await read(OpenAIModel(Endpoint(double.url, model="m")), GenerateOptions(5, schema="{"))
    assert double.asked == []


class TestChoices:
    def test_spellings_of_one_choice_are_joined(self) -> None:
        joined = joined_by_choice(
            [("Yes", math.log(0.5)), (" yes", math.log(0.2)), ("No", math.log(0.1))], ["yes", "no"]
        )
        assert joined["yes"] == pytest.approx(math.log(0.7))
        assert joined["no"] == pytest.approx(math.log(0.1))

    def test_the_beginning_of_one_choice_alone_speaks_for_it(self) -> None:
        tokens = [("answer", math.log(0.6)), ("un", math.log(0.3))]
        joined = joined_by_choice(tokens, ["answerable", "unanswerable"])
        assert joined == pytest.approx({"answerable": math.log(0.6), "unanswerable": math.log(0.3)})

    def test_the_beginning_of_two_choices_speaks_for_neither(self) -> None:
        assert joined_by_choice([("n", -0.1), ("no", -2.0)], ["no", "none"]) == {"no": -2.0, "none": -2.0}

    def test_a_choice_that_is_missing_gets_the_least_likely_tokens_value(self) -> None:
        assert joined_by_choice([("yes", -0.1), ("x", -9.0)], ["yes", "no"])["no"] == -9.0

    def test_blank_tokens_speak_for_nobody(self) -> None:
        assert joined_by_choice([(" ", -0.1), ("no", -3.0)], ["yes", "no"])["yes"] == -3.0

    def test_without_any_token_nothing_is_likely(self) -> None:
        assert joined_by_choice([], ["yes"])["yes"] == -math.inf
