"""Danger and the wish for a person are heard by meaning, and what the documents say for them is said first."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest
import yaml

import surefoot.app
from surefoot.core.nouns import AnswerReady, Asker, EvidenceFound, Outcome, Support, TextAdded
from surefoot.retrieval.encoders import MiniLM
from surefoot.serving.assistants import AssistantRegistry, InstructionKind
from surefoot.serving.errors import AssistantInvalid
from surefoot.serving.instructions import Instructions, shipped_texts, stored_vectors
from surefoot.serving.models.scripted import ScriptedModel
from surefoot.serving.phrases.tables import phrases_in
from surefoot.serving.turn import Mode, Question
from tests.serving.conftest import ANN, BuildDesk, Desk
from tests.serving.test_assistant import PADS, answer, events
from tests.serving.test_hostile_evidence import is_sound

SETS = Path(__file__).parents[2] / "tools" / "question_sets"
ASSISTANTS = Path(surefoot.app.__file__).parent / "assistants"
FIRE = "Leave the vehicle, move everyone upwind for at least 100 m, and call 112."
DESK = "Whoever asks for a person is put through to extension 2200."
RULES = {"Safety rules": f"{FIRE} Doors of a smoking load space stay shut.", "Contact rules": DESK}
DECLARED: list[dict[str, object]] = [
    {"title": "Fire", "kind": "danger", "document": "safety-rules.md", "quote": [FIRE]},
    {"title": "A person", "kind": "hand_over", "document": "contact-rules.md", "quote": DESK},
]
BURNS = "Hello. My truck is on fire and I am standing next to it!"
PERSON = "I would like to talk to a human being."


def lines(path: Path) -> Iterator[dict[str, str]]:
    for line in path.read_text(encoding="utf-8").splitlines():
        yield json.loads(line)


def declare(built: Desk, instructions: Sequence[Mapping[str, object]]) -> Desk:
    """The desk, whose assistant declares these."""
    path = built.registry.get("fleet").folder / "assistant.yaml"
    declared = yaml.safe_load(path.read_text(encoding="utf-8"))
    declared |= {"owner": "Fleet manager", "instructions": list(instructions)}
    path.write_text(yaml.safe_dump(declared), encoding="utf-8")
    return built


@pytest.fixture(scope="module")
def heard(minilm: MiniLM) -> Instructions:
    return Instructions(minilm.encode, lambda _assistant, _document, _asker: ())


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> AssistantRegistry:
    return AssistantRegistry(ASSISTANTS, tmp_path_factory.mktemp("made"))


def kinds(heard: Instructions, registry: AssistantRegistry, assistant: str, text: str) -> set[InstructionKind]:
    declared = registry.get(assistant).instructions if registry.is_shipped(assistant) else ()
    return {matter.kind for matter in heard.heard(text, declared).matters}


def test_who_is_in_danger_or_wants_a_person_is_heard_in_any_words(
    heard: Instructions, registry: AssistantRegistry
) -> None:
    missed: list[str] = []
    rows = list(lines(SETS / "instructions" / "messages.jsonl"))
    for row in rows:
        found = kinds(heard, registry, row["assistant"], row["text"])
        wanted = {InstructionKind.HAND_OVER} if row["kind"] == "hand_over" else {*InstructionKind} - {"hand_over"}
        if not found & wanted:
            missed.append(row["text"])
    assert missed == []
    assert len(rows) >= 148


def test_no_question_and_no_look_alike_is_taken_for_danger_or_a_wish_for_a_person(
    heard: Instructions, registry: AssistantRegistry
) -> None:
    sets = [*ASSISTANTS.glob("*/cases.jsonl"), *(SETS / name / "cases.jsonl" for name in ("office", "clinic"))]
    asked = [(path.parent.name, row["question"]) for path in sets for row in lines(path) if row["split"] == "dev"]
    voices = [(path.stem, row) for path in (SETS / "voices").glob("*.jsonl") for row in lines(path)]
    asked += [(name, row["question"]) for name, row in voices if row["category"] not in {"safety", "hand_over"}]
    asked += [("fleet", row["question"]) for row in list(lines(SETS / "fleet_live" / "dev.jsonl"))[::8]]
    asked += [(row["assistant"], row["text"]) for row in lines(SETS / "instructions" / "lookalikes.jsonl")]
    assert len(asked) > 750
    assert [text for assistant, text in asked if kinds(heard, registry, assistant, text)] == []


def test_small_talk_is_neither(heard: Instructions) -> None:
    said = [
        "Hello!",
        "Guten Abend",
        "muchas gracias",
        "What can you do?",
        "Hilfe",
        "au revoir",
        "Kun je me helpen?",
        "ok",
    ]
    assert [text for text in said if heard.heard(text, ()).matters] == []


def test_what_is_asked_besides_is_told_apart_from_what_only_asks_for_help(heard: Instructions) -> None:
    besides = heard.heard(f"Hello. {PERSON} What does a paper bill cost?", ())
    assert besides.rest == "Hello. What does a paper bill cost?"
    assert heard.heard("There is a fire in the kitchen! What do I do?", ()).rest == ""
    assert heard.heard("There is a fire in the kitchen! You are useless.", ()).rest == ""


def test_a_question_that_but_sounds_like_a_wish_for_a_person_is_answered_too(heard: Instructions) -> None:
    doubtful = "Is it possible to reach the workshop foreman by radio?"
    told = heard.heard(f"Hello. {doubtful}", ())
    assert [matter.kind for matter in told.matters] == [InstructionKind.HAND_OVER]
    assert told.rest == f"Hello. {doubtful}"
    assert heard.heard("Can I talk to a real person, please?", ()).rest == ""


def test_the_shipped_vectors_are_those_of_the_shipped_examples(minilm: MiniLM, tmp_path: Path) -> None:
    stored = stored_vectors()
    assert stored is not None, "Run `python -m tools.instruction_vectors`."
    texts = [text for kind in shipped_texts().values() for text in kind]
    assert len(stored) == len(texts)
    some = list(range(0, len(texts), 40))
    near = (minilm.encode([texts[number] for number in some]) * stored[some]).sum(axis=1)
    assert near.min() > 0.98
    path = tmp_path / "vectors.npz"
    np.savez(path, vectors=np.ones((3, 4), dtype=np.int8), examples="of other examples")
    assert stored_vectors(path) is None
    assert stored_vectors(tmp_path / "none.npz") is None


async def test_in_danger_the_instruction_is_quoted_first_with_its_citation_and_no_model_is_asked(
    desk: BuildDesk,
) -> None:
    model = ScriptedModel("Call somebody [1].")
    built = declare(desk(model, RULES), DECLARED)
    for mode in (Mode.QUOTES, Mode.AUTO, Mode.MODEL):
        seen = await events(built, BURNS, mode)
        assert [type(event) for event in seen] == [EvidenceFound, TextAdded, AnswerReady]
        found, said, last = seen
        assert isinstance(found, EvidenceFound)
        assert isinstance(said, TextAdded)
        assert isinstance(last, AnswerReady)
        given = last.answer
        assert [passage.chunk.title for passage in found.passages] == ["Safety rules"]
        assert given.text == said.text == f"{FIRE} [1]\n\n{phrases_in('en').emergency}"
        assert (given.outcome, given.support, given.instruction) == (Outcome.QUOTED, Support.PARTIAL, True)
        assert given.citations[0].quote == given.text[: len(FIRE)] == FIRE
        assert is_sound(given)
        assert given.release
        assert built.answers.get(given.id, ANN).answer.text == given.text
    assert model.asked == []


@pytest.mark.parametrize("gone", ["another.md", "board-paper.md"])
async def test_without_a_passage_for_the_asker_a_plain_line_names_who_helps(desk: BuildDesk, gone: str) -> None:
    """The document is not there, or for another group."""
    hidden = [{"title": "Fire", "kind": "danger", "document": gone, "quote": "The board meets in room 7."}]
    built = declare(desk(None, RULES), hidden)
    given = await answer(built, BURNS)
    assert given.outcome is Outcome.HANDED_OVER
    assert given.support is Support.NONE
    assert given.citations == ()
    assert "112" in given.text
    assert "Fleet manager" in given.text
    assert "room 7" not in given.text
    if gone == "board-paper.md":
        board = await answer(built, BURNS, asker=Asker("bea", frozenset({"board"})))
        assert "room 7" in board.text
        assert board.outcome is Outcome.QUOTED


async def test_who_wants_a_person_gets_the_rule_and_the_owner(desk: BuildDesk) -> None:
    given = await answer(declare(desk(None, RULES), DECLARED), PERSON)
    assert given.text == f"{DESK} [1]\n\nA person can help you with this. Ask for: Fleet manager."
    assert (given.outcome, given.support, given.instruction) == (Outcome.QUOTED, Support.PARTIAL, True)
    assert is_sound(given)


@pytest.mark.parametrize(
    ("said", "language"),
    [(PERSON, "en"), ("Ich möchte mit einem Menschen sprechen.", "de"), ("je veux parler à un conseiller", "fr")],
)
async def test_an_assistant_without_instructions_names_its_owner(desk: BuildDesk, said: str, language: str) -> None:
    given = await answer(desk(None), said)
    assert given.outcome is Outcome.HANDED_OVER
    assert given.text == phrases_in(language).hand_over.format(owner="the owner of these documents")
    assert given.elsewhere is None


async def test_what_is_asked_besides_is_answered_below_with_numbers_that_go_on(desk: BuildDesk) -> None:
    for model in (None, ScriptedModel("Pads of the Corvane 35 are replaced when they are thinner than 3.2 mm [1].")):
        built = declare(desk(model, RULES), DECLARED)
        seen = await events(built, f"{PADS} {PERSON}", Mode.AUTO)
        last = seen[-1]
        assert isinstance(last, AnswerReady)
        given = last.answer
        assert given.text.startswith(f"{DESK} [1]\n\n")
        assert "3.2 mm [2]" in re.sub(r"(3\.2 mm)\.? \[", r"\1 [", given.text)
        assert given.outcome is Outcome.QUOTED
        assert is_sound(given)
        assert all(given.text[c.start : c.end] in c.quote or c.quote in given.text for c in given.citations)
        assert "".join(event.text for event in seen if isinstance(event, TextAdded)) == given.text
        cited = [c for event in seen if isinstance(event, TextAdded) for c in event.citations]
        assert tuple(cited) == given.citations
        shown = [event for event in seen if isinstance(event, EvidenceFound)]
        assert shown[-1].passages[0].chunk.title == "Contact rules"


async def test_what_is_not_in_the_documents_is_no_not_found_below_an_instruction(desk: BuildDesk) -> None:
    built = declare(desk(None, RULES), DECLARED)
    given = await answer(built, f"{BURNS} Who won the world cup in 1998?")
    assert given.text == f"{FIRE} [1]\n\n{phrases_in('en').emergency}"
    assert given.gap is None
    assert (given.outcome, given.support) == (Outcome.QUOTED, Support.PARTIAL)


async def test_what_is_asked_besides_in_danger_gets_its_nearest_passages_and_no_tick(desk: BuildDesk) -> None:
    built = declare(desk(None, RULES), DECLARED)
    given = await answer(built, f"{BURNS} By the way, how often is brake fluid changed on a trailer?")
    emergency, nearest = phrases_in("en").emergency, phrases_in("en").nearest_only
    assert given.text.startswith(f"{FIRE} [1]\n\n{emergency}\n\n{nearest}")
    assert (given.outcome, given.support) == (Outcome.QUOTED, Support.PARTIAL)
    assert is_sound(given)


async def test_despair_gets_help_and_the_assistants_own_instruction(desk: BuildDesk) -> None:
    given = await answer(declare(desk(None, RULES), DECLARED), "I want to kill myself.")
    assert (given.outcome, given.threat) == (Outcome.REFUSED, "self_harm")
    assert "988" in given.text
    assert phrases_in("en").emergency in given.text
    assert given.text.endswith(f"{FIRE} [1]")
    assert is_sound(given)


async def test_danger_is_heard_in_a_follow_up(desk: BuildDesk) -> None:
    built = declare(desk(None, RULES), DECLARED)
    conversation = built.conversations.start(ANN, "fleet", PADS)
    await answer(built, PADS, conversation=conversation.id)
    given = await answer(built, "Oh no, now there are flames coming out of it!", conversation=conversation.id)
    assert given.text.startswith(FIRE)
    after = await answer(built, "And how often is brake fluid changed?", conversation=conversation.id)
    assert "24 months" in after.text


async def test_the_release_changes_with_the_instructions(desk: BuildDesk) -> None:
    built = declare(desk(None, RULES), DECLARED)
    before = await answer(built, PADS)
    assert (await answer(built, PADS)).release == before.release
    declare(built, DECLARED[:1])
    assert (await answer(built, PADS)).release != before.release


async def test_who_leaves_after_the_instruction_finds_it_in_the_conversation(desk: BuildDesk) -> None:
    built = declare(desk(None, RULES), DECLARED)
    conversation = built.conversations.start(ANN, "fleet", PADS)
    stream = built.service.answer(Question(f"{PADS} {PERSON}", "fleet", ANN, conversation_id=conversation.id))
    async for event in stream:
        if isinstance(event, TextAdded):
            break
    await stream.aclose()
    kept = built.answers.of_conversation(conversation.id, ANN, 3)
    assert [one.answer.text.startswith(DESK) for one in kept] == [True]


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": "Fire", "document": "rules.md", "quote": "Leave."},
        {"title": "Fire", "document": "rules.md", "quote": [], "kind": "danger"},
        {"title": "Fire", "document": "rules.md", "quote": " ", "kind": "danger"},
        {"title": "Fire", "document": "rules.md", "quote": "Leave.", "kind": "other"},
        {"title": "Fire", "document": "rules.md", "quote": "Leave.", "kind": "danger", "exmples": ["it burns"]},
    ],
)
def test_an_instruction_that_cannot_be_followed_is_refused(tmp_path: Path, wrong: dict[str, object]) -> None:
    folder = tmp_path / "fleet"
    folder.mkdir()
    declared = {"name": "fleet", "title": "Fleet", "instructions": [wrong]}
    (folder / "assistant.yaml").write_text(yaml.safe_dump(declared), encoding="utf-8")
    with pytest.raises(AssistantInvalid, match="instructions"):
        AssistantRegistry(tmp_path, tmp_path / "made").get("fleet")
