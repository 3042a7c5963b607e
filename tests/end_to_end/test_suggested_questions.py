"""Each question that a shipped assistant suggests is answered rightly by what ships, without a language model."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import aclosing
from pathlib import Path

import pytest

from surefoot.app.wiring import SHIPPED_ASSISTANTS
from surefoot.core.nouns import Answer, AnswerReady, Asker, Outcome
from surefoot.eval.cases import holds_facts
from surefoot.serving.turn import Mode, Question
from tools.stage import Stage, staged

FOLDERS = tuple(path for path in sorted(SHIPPED_ASSISTANTS.iterdir()) if (path / "assistant.yaml").is_file())
FACTS: dict[str, list[list[str]]] = {
    "At what thickness do the brake pads of a Corvane 35 have to be replaced?": [["3.2 mm"]],
    "After how much driving is a break due, and how long must it be?": [["4 hours 30 minutes"], ["45 minutes"]],
    "How many photographs does a driver take after an accident, before the vehicles are moved?": [["12"]],
    "How long does a Haulier H18 Polar need for pre-cooling before a frozen load?": [["150 minutes"]],
    "How long do I have to withdraw from a new order?": [["21 days"]],
    "What does a steady amber Internet light on the HomeHub N5 mean?": [["login refused"]],
    "What does the Week Pass Zone 3 cost and how much data is included?": [["27.90 euro"], ["4 GB"]],
    "What does DSL Plus 50 cost per month?": [["31.90 euro"]],
    "How recent must a utility bill be that proves a customer's home address?": [["3 months"]],
    "Who has to sign if we pay 1,500 euro in redress after a complaint?": [["Complaints Manager"], ["Team leader"]],
    "By what date do I have to confirm each year that my gift entries are complete?": [["15 February"]],
    "How soon does the Authority need the initial notice about a major incident?": [["8 hours"]],
}


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with staged(FOLDERS, tmp_path_factory.mktemp("suggested"), "none") as opened:
        yield opened


async def asked(stage: Stage, folder: Path, question: str) -> Answer:
    spec = stage.app.assistants.get(folder.name)
    put = Question(question, spec.name, Asker("ann", spec.groups), mode=Mode.QUOTES)
    async with aclosing(stage.app.service.answer(put)) as events:
        *_, last = [event async for event in events]
    assert isinstance(last, AnswerReady)
    return last.answer


def test_what_stands_first_is_the_answer(stage: Stage) -> None:
    suggested = [(folder, q) for folder in FOLDERS for q in stage.app.assistants.get(folder.name).examples]
    assert {question for _, question in suggested} == FACTS.keys()
    for folder, question in suggested:
        given = asyncio.run(asked(stage, folder, question))
        assert given.outcome is Outcome.QUOTED, question
        assert holds_facts(given.citations[0].quote, FACTS[question]), (question, given.text)
