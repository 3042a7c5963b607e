"""The shipped assistants' instructions stand in their documents, and are said to who may see them."""

from __future__ import annotations

import shutil
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from pathlib import Path

import pytest

import surefoot.app
from surefoot.app.parts import App
from surefoot.app.settings import Settings
from surefoot.app.wiring import build
from surefoot.core.nouns import Answer, AnswerEvent, AnswerReady, Asker, Outcome, Support
from surefoot.serving.assistants import AssistantRegistry
from surefoot.serving.instructions import quoted
from surefoot.serving.turn import Question
from tests.app.running import until

SHIPPED = Path(surefoot.app.__file__).parent / "assistants"
NAMES = ("compliance", "fleet", "support")
ANN = Asker("ann", frozenset({"everyone"}))
STRANGER = Asker("eve", frozenset({"nobody"}))


@pytest.fixture(scope="module")
def desks(tmp_path_factory: pytest.TempPathFactory, weights: Path) -> Iterator[App]:
    """The three assistants with those of their documents that their instructions name."""
    tmp_path = tmp_path_factory.mktemp("desks")
    registry = AssistantRegistry(SHIPPED, tmp_path / "none")
    for name in NAMES:
        knowledge = tmp_path / "shipped" / name / "knowledge"
        knowledge.mkdir(parents=True)
        shutil.copy(SHIPPED / name / "assistant.yaml", knowledge.parent)
        for document in {instruction.document for instruction in registry.get(name).instructions}:
            shutil.copy(SHIPPED / name / "knowledge" / document, knowledge)
    app = build(Settings(data=tmp_path / "data", weights=weights, model="none"), tmp_path / "shipped")
    app.library.loader.start()
    until(lambda: app.library.loader.loading is None)
    assert app.library.loader.reasons() == []
    yield app
    assert app.stop(60)


async def ask(app: App, assistant: str, text: str, asker: Asker = ANN) -> Answer:
    stream: AsyncGenerator[AnswerEvent, None] = app.service.answer(Question(text, assistant, asker))
    async with aclosing(stream) as events:
        async for event in events:
            if isinstance(event, AnswerReady):
                return event.answer
    raise AssertionError


@pytest.mark.parametrize("name", NAMES)
def test_every_shipped_instruction_stands_in_its_document_word_for_word(desks: App, name: str) -> None:
    for instruction in desks.assistants.get(name).instructions:
        passages = desks.library.passages(name, instruction.document, ANN)
        assert len(quoted(passages, instruction.quote)) == len(instruction.quote), instruction.title
        assert desks.library.passages(name, instruction.document, STRANGER) == []


async def test_who_will_hurt_himself_gets_help_and_the_handbooks_sentence(desks: App) -> None:
    handbook = "ask them to dial the emergency number at once, stay calm and inform the shift lead."
    given = await ask(desks, "support", "My line is cut again. I am going to hurt myself.")
    assert given.outcome is Outcome.REFUSED
    assert handbook in given.text
    assert "988" in given.text
    given = await ask(desks, "support", "Nobody would miss me if I was gone. Anyway, cancel my contract.")
    assert (given.outcome, given.support, given.instruction) == (Outcome.QUOTED, Support.PARTIAL, True)
    assert handbook in given.text.split("\n\n")[0]
    assert given.citations[0].title


async def test_who_wants_a_person_gets_the_hotline_and_the_rule(desks: App) -> None:
    given = await ask(desks, "support", "Hi. I want to talk to a person.")
    assert given.outcome is Outcome.QUOTED
    assert "0800 4411" in given.text
    assert "Head of service desk" in given.text


async def test_a_burning_truck_gets_the_procedure_and_a_stranger_to_it_the_owner(desks: App) -> None:
    given = await ask(desks, "fleet", "There is smoke coming out of my load space!! What do I do?")
    assert given.text.startswith("Leave the vehicle, move everyone upwind for at least 100 m, and call 112.")
    stranger = await ask(desks, "fleet", "There is smoke coming out of my load space!! What do I do?", STRANGER)
    assert stranger.outcome is Outcome.HANDED_OVER
    assert "upwind" not in stranger.text
    assert "Fleet manager" in stranger.text


async def test_a_deleted_document_is_quoted_to_nobody_any_more(desks: App) -> None:
    text = "Our screens show a skull and they want bitcoin."
    assert "4777" in (await ask(desks, "compliance", text)).text
    entry = desks.library.catalogue.find_by_path("compliance", "incident-reporting-manual.md")
    assert entry is not None
    desks.library.pipeline.delete(entry.id)
    given = await ask(desks, "compliance", text)
    assert given.outcome is Outcome.HANDED_OVER
    assert given.citations == ()
    assert "4777" not in given.text
