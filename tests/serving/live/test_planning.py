"""What a model says of a question's words, and how little of it is taken."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from surefoot.retrieval.encoders import MiniLM
from surefoot.retrieval.records.asking.outcomes import Hint
from surefoot.retrieval.records.desk import RecordDesk
from surefoot.serving.errors import ModelError, ModelUnavailable
from surefoot.serving.live.planning import EXAMPLES, Planner
from surefoot.serving.models.scripted import ScriptedModel

QUESTION = "Who slammed on the anchors in V-101 yesterday?"


def says(read: object, by: object = "none", order: object = "none") -> str:
    return json.dumps({"read": read, "by": by, "order": order})


@pytest.fixture
def planner(fleet: RecordDesk, minilm: MiniLM, tmp_path: Path) -> Planner:
    return Planner(fleet.semantics, tmp_path, minilm.encode)


def agreeing(*scripts: str | ModelError) -> ScriptedModel:
    return ScriptedModel(*scripts, logprobs={"yes": -0.1, "no": -3.0})


@pytest.mark.parametrize(
    ("said", "hint"),
    [
        (says("harsh_braking", "driver", "highest"), Hint("harsh_braking", "driver", lowest=False)),
        (says("harsh_braking", "driver", "lowest"), Hint("harsh_braking", "driver", lowest=True)),
        (says("positions"), Hint("positions")),
        (says("distance", "colour", "sideways"), Hint("distance")),
        (says("distance", 7, None), Hint("distance")),
        (says("none"), None),
        (says("anchors"), None),
        (says("scored_braking"), None),
        (says(None), None),
        (says(["distance"]), None),
        ('{"by": "driver"}', None),
        ("[1, 2]", None),
        ("null", None),
        ("", None),
        ("The question asks for harsh braking.", None),
        ('{"read": "distance"', None),
    ],
)
async def test_only_what_the_records_have_is_taken(planner: Planner, said: str, hint: Hint | None) -> None:
    assert await planner.hint(agreeing(said), QUESTION) == hint


async def test_a_choice_that_the_model_itself_does_not_confirm_is_not_taken(planner: Planner) -> None:
    model = ScriptedModel(says("harsh_braking"), logprobs={"yes": -3.0, "no": -0.1})
    assert await planner.hint(model, QUESTION) is None


async def test_a_model_that_fails_is_no_answer(planner: Planner) -> None:
    with pytest.raises(ModelError):
        await planner.hint(agreeing(ModelUnavailable("gone")), QUESTION)


async def test_the_model_sees_what_can_be_read_and_the_most_alike_examples(planner: Planner) -> None:
    model = agreeing(says("none"))
    await planner.hint(model, QUESTION, trouble="nothing is known of x")
    system, user = model.asked[0]
    assert "harsh_braking" in system.content
    assert "scored_braking" not in system.content
    assert user.content.count("Question: ") == EXAMPLES + 1
    assert "Who slams on the anchors the most?" in user.content
    assert "The answer before did not work" in user.content
    assert "nothing is known of x" in user.content
