import math

import pytest

from surefoot.retrieval.bm25 import Bm25
from surefoot.retrieval.units import units
from surefoot.serving.errors import ModelUnavailable
from surefoot.serving.grounding import Grounding
from surefoot.serving.models.chat_model import ChatModel, GenerateOptions, Message
from surefoot.serving.models.scripted import ScriptedModel
from surefoot.serving.writing import Checked, Writing
from tests.serving.parts import a_passage

TRUE, FALSE = "Pads are replaced below 3.2 mm.", "Pads are replaced below 4.2 mm."
LIKELY, UNLIKELY = math.log(0.9), math.log(0.1)


class Unreachable(ScriptedModel):
    """Writes, but cannot be asked for probabilities."""

    async def first_token_logprobs(self, messages: object, choices: object) -> dict[str, float]:  # noqa: ARG002
        raise ModelUnavailable("no probabilities here")


async def written(model: ChatModel, *, judged: bool) -> list[Checked]:
    evidence = units([a_passage("Pads of the Corvane 35 are replaced below 3.2 mm.")])
    writing = Writing(model, Grounding(Bm25().terms, judged=judged), evidence, "When are pads replaced?")
    return [one async for one in writing.sentences([Message("user", "Write.")], GenerateOptions(50))]


def judge(said: str, yes: float, no: float) -> ScriptedModel:
    return ScriptedModel(said, logprobs={"Yes": yes, "No": no})


async def test_the_judge_withholds_what_the_rules_would_release() -> None:
    assert [one.verdict.supported for one in await written(judge(TRUE, UNLIKELY, LIKELY), judged=True)] == [False]
    assert [one.verdict.supported for one in await written(judge(TRUE, LIKELY, UNLIKELY), judged=True)] == [True]


async def test_the_judge_never_releases_what_the_rules_withhold() -> None:
    found = await written(judge(FALSE, LIKELY, UNLIKELY), judged=True)
    assert [one.verdict.reason for one in found] == ["the source says 3.2 mm, not 4.2 mm"]


@pytest.mark.parametrize("judged", [False, True])
async def test_without_a_judge_that_can_be_asked_the_rules_decide(judged: bool) -> None:
    model = Unreachable(TRUE) if judged else judge(TRUE, UNLIKELY, LIKELY)
    assert [one.verdict.supported for one in await written(model, judged=judged)] == [True]


async def test_a_sentence_that_asks_is_withheld() -> None:
    asks = "When are the pads of the Corvane 35 replaced below 3.2 mm?"
    found = await written(judge(f"{asks} {TRUE}", LIKELY, UNLIKELY), judged=False)
    assert [one.verdict.supported for one in found] == [False, True]
