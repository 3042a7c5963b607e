"""What a shipped assistant suggests and what the README asks is answered rightly by what ships, without a model."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from surefoot.core.nouns import Outcome
from surefoot.serving.turn import Mode
from tools.first_questions import FACTS, FOLDERS, LIVE, answer, first, right
from tools.stage import Stage, staged


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with staged(FOLDERS, tmp_path_factory.mktemp("first"), "none") as opened:
        yield opened


def test_what_stands_first_is_the_answer(stage: Stage) -> None:
    asked = list(first(stage))
    assert {question for _, question in asked} == FACTS.keys()
    for folder, question in asked:
        given = answer(stage, folder, question, Mode.QUOTES)
        assert given.outcome is Outcome.QUOTED, question
        assert right(question, given), (question, given.text)
    assert not LIVE & FACTS.keys()
