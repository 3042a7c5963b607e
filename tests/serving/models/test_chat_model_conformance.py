"""What holds for every chat model: the scripted one, and a real one behind the real engine."""

from __future__ import annotations

import asyncio
import math
from contextlib import aclosing

import pytest

from surefoot.serving.errors import PromptEmpty, PromptTooLong
from surefoot.serving.models.chat_model import ChatModel, GenerateOptions, Message, Token
from surefoot.serving.models.engine import Engine
from surefoot.serving.models.openai_model import OpenAIModel
from surefoot.serving.models.scripted import ScriptedModel

ASKED = [Message("system", "You are brief."), Message("user", "Tell a story of a ship that sails around the world.")]


@pytest.fixture(params=["scripted", pytest.param("engine", marks=pytest.mark.model)])
def model(request: pytest.FixtureRequest) -> ChatModel:
    if request.param == "scripted":
        return ScriptedModel(
            "Once upon a time a ship left its harbour, and sailed on. " * 20, logprobs={"yes": -0.1, "no": -2.5}
        )
    engine: Engine = request.getfixturevalue("engine")
    return OpenAIModel(engine.endpoint)


async def all_of(model: ChatModel, options: GenerateOptions, asked: list[Message] = ASKED) -> list[Token]:
    return [token async for token in model.stream(asked, options)]


def text_of(tokens: list[Token]) -> str:
    return "".join(token.text for token in tokens)


class TestStreaming:
    async def test_the_texts_joined_are_the_answer(self, model: ChatModel) -> None:
        tokens = await all_of(model, GenerateOptions(24))
        assert len(tokens) > 2
        assert text_of(tokens).strip()

    async def test_the_last_token_and_no_other_carries_usage_and_the_reason(self, model: ChatModel) -> None:
        *others, last = await all_of(model, GenerateOptions(12))
        assert all(token.usage is None and token.finish is None for token in others)
        assert last.usage
        assert last.usage.prompt_tokens > 0
        assert 0 < last.usage.completion_tokens <= 12

    async def test_an_answer_that_is_cut_off_says_so(self, model: ChatModel) -> None:
        tokens = await all_of(model, GenerateOptions(5))
        assert tokens[-1].finish == "length"
        assert tokens[-1].usage
        assert tokens[-1].usage.completion_tokens == 5

    async def test_the_text_ends_before_a_stop_string(self, model: ChatModel) -> None:
        stop = text_of(await all_of(model, GenerateOptions(24))).split()[4]
        tokens = await all_of(model, GenerateOptions(24, stop=(stop,)))
        assert stop not in text_of(tokens)
        assert tokens[-1].finish == "stop"

    async def test_answers_to_several_readers_do_not_mix(self, model: ChatModel) -> None:
        alone = text_of(await all_of(model, GenerateOptions(8)))
        both = await asyncio.gather(*(all_of(model, GenerateOptions(8)) for _ in range(2)))
        assert [text_of(tokens).split()[:2] for tokens in both] == [alone.split()[:2]] * 2


class TestLeaving:
    async def test_closing_ends_the_stream_and_the_model_serves_on(self, model: ChatModel) -> None:
        async with aclosing(model.stream(ASKED, GenerateOptions(100))) as tokens:
            await anext(tokens)
        with pytest.raises(StopAsyncIteration):
            await anext(tokens)
        assert text_of(await all_of(model, GenerateOptions(3)))

    async def test_a_cancelled_reader_is_cancelled(self, model: ChatModel) -> None:
        begun = asyncio.Event()

        async def read() -> None:
            async for _ in model.stream(ASKED, GenerateOptions(200)):
                begun.set()
                await asyncio.sleep(0.01)

        task = asyncio.create_task(read())
        await begun.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert model.ready()


class TestPrompts:
    @pytest.mark.parametrize("asked", [[], [Message("user", "")], [Message("system", " "), Message("user", "\n")]])
    async def test_an_empty_prompt_is_refused(self, model: ChatModel, asked: list[Message]) -> None:
        with pytest.raises(PromptEmpty):
            await all_of(model, GenerateOptions(5), asked)
        with pytest.raises(PromptEmpty):
            await model.first_token_logprobs(asked, ["yes", "no"])

    async def test_a_prompt_over_the_context_is_refused_with_the_counts(self, model: ChatModel) -> None:
        with pytest.raises(PromptTooLong) as caught:
            await all_of(model, GenerateOptions(5), [Message("user", "word " * 5000)])
        assert caught.value.context_tokens == 4096
        assert caught.value.prompt_tokens
        assert caught.value.prompt_tokens > 4999
        assert model.ready()


class TestLogprobs:
    async def test_each_choice_gets_the_log_of_a_probability(self, model: ChatModel) -> None:
        asked = [Message("user", "Is water wet? Answer with yes or no.")]
        logprobs = await model.first_token_logprobs(asked, ["yes", "no"])
        assert set(logprobs) == {"yes", "no"}
        assert all(-math.inf < logprob <= 1e-6 for logprob in logprobs.values())
        assert sum(math.exp(logprob) for logprob in logprobs.values()) <= 1 + 1e-6

    async def test_a_choice_that_nobody_would_begin_with_is_very_unlikely(self, model: ChatModel) -> None:
        asked = [Message("user", "Is water wet? Answer with yes or no.")]
        assert (await model.first_token_logprobs(asked, ["qzxv"]))["qzxv"] < math.log(0.05)


@pytest.mark.parametrize(
    ("max_tokens", "temperature", "stop"), [(0, 0.0, ()), (5, -1.0, ()), (5, 0.0, ("",)), (5, 0.0, ("a",) * 5)]
)
def test_options_that_no_model_could_follow_are_refused(
    max_tokens: int, temperature: float, stop: tuple[str, ...]
) -> None:
    with pytest.raises(ValueError):
        GenerateOptions(max_tokens, temperature, stop)
