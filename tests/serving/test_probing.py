"""The model's own word, read from its first token, is weighed in before anything is said."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from surefoot.core.nouns import Outcome
from surefoot.retrieval.answerability import CALIBRATION, Judgement
from surefoot.serving.errors import ModelUnavailable
from surefoot.serving.models.chat_model import Message
from surefoot.serving.models.scripted import ScriptedModel
from surefoot.serving.probing import MOST, Probe, weighed, worth_asking
from surefoot.serving.turn import Mode
from tests.serving.test_assistant import PADS, Build, answer

ASKED = [Message("system", "Rules."), Message("user", "Evidence and question.")]
UNSURE = Judgement(0.5, on_topic=True, missing=())
SAYS_NO = {"yes": math.log(0.001), "no": math.log(0.999), "0": math.log(0.999)}
SAYS_YES = {"yes": math.log(0.999), "no": math.log(0.001), "1": math.log(0.999)}


@pytest.fixture
def probe(tmp_path: Path) -> Probe:
    return Probe.of(tmp_path)


async def test_both_requests_stand_behind_what_the_model_reads_anyway(probe: Probe) -> None:
    model = ScriptedModel(logprobs=SAYS_YES)
    await probe.said(model, ASKED, 3)
    assert len(model.asked) == 2
    for messages in model.asked:
        assert messages[0] == ASKED[0]
        assert messages[1].content.startswith(f"{ASKED[1].content}\n\n")


async def test_a_model_that_says_yes_raises_the_chance_and_one_that_says_no_lowers_it(probe: Probe) -> None:
    yes = weighed(UNSURE, await probe.said(ScriptedModel(logprobs=SAYS_YES), ASKED, 3))
    no = weighed(UNSURE, await probe.said(ScriptedModel(logprobs=SAYS_NO), ASKED, 3))
    assert yes.chance > weighed(UNSURE, (0.0, 0.0)).chance > no.chance
    assert yes.enough
    assert not no.enough


async def test_a_model_that_has_no_word_for_either_moves_nothing(probe: Probe) -> None:
    states, where = await probe.said(ScriptedModel(), ASKED, 1)
    assert (states, where) == (0.0, 0.0)


async def test_boundless_certainty_is_bounded(probe: Probe) -> None:
    states, _ = await probe.said(ScriptedModel(logprobs={"yes": 0.0, "no": -math.inf}), ASKED, 3)
    assert -MOST <= states <= MOST


def test_a_model_is_not_asked_of_the_hopeless_or_of_the_certain() -> None:
    assert not worth_asking(replace(UNSURE, chance=CALIBRATION.hopeless / 2))
    assert not worth_asking(replace(UNSURE, chance=1.0))


async def test_where_the_model_sees_no_answer_nothing_is_generated(desk: Build) -> None:
    model = ScriptedModel("Pads of the Corvane 35 are replaced below 3.2 mm [1].", logprobs=SAYS_NO)
    given = await answer(desk(model), "Which pads does the Corvane 35 have in its spare wheel?")
    assert given.outcome is Outcome.NOT_FOUND
    assert given.how is not None
    assert dict(given.how.decision.features)["states"] < 0
    assert model.tokens_generated == 0


async def test_quotes_alone_ask_no_model(desk: Build) -> None:
    model = ScriptedModel("Anything.", logprobs=SAYS_NO)
    given = await answer(desk(model), PADS, mode=Mode.QUOTES)
    assert given.outcome is Outcome.QUOTED
    assert model.asked == []


async def test_a_model_that_dies_while_it_is_asked_leaves_the_decision_to_the_evidence(desk: Build) -> None:
    class Dying(ScriptedModel):
        async def first_token_logprobs(self, messages: Sequence[Message], choices: Sequence[str]) -> dict[str, float]:
            del messages, choices
            raise ModelUnavailable("gone")

    given = await answer(desk(Dying("Pads are replaced below 3.2 mm [1].")), PADS)
    assert given.outcome in {Outcome.QUOTED, Outcome.ANSWERED}
