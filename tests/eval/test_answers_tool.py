"""Surefoot and plain LlamaIndex answer the same cases; RGB's rows are played with and without what answers them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from surefoot.core.nouns import Outcome
from surefoot.serving.models.chat_model import Message
from surefoot.serving.models.scripted import ScriptedModel
from surefoot.serving.turn import Mode
from tests.app.running import ScriptedRoom
from tests.eval.played import PADS, a_case, unanswerable
from tools import answers, rgb
from tools.answers import Wanted
from tools.baseline import outcome_of
from tools.stage import StageFailed, staged

DOCUMENT = f"# Brake guide\n\n{PADS} The brake fluid is changed every 24 months by the workshop.\n"
EVIDENCE = [{"document": "brakes.md", "quote": PADS}]


@pytest.fixture
def garage(tmp_path: Path) -> Path:
    folder = tmp_path / "garage"
    (folder / "knowledge").mkdir(parents=True)
    (folder / "knowledge" / "brakes.md").write_text(DOCUMENT, encoding="utf-8")
    (folder / "assistant.yaml").write_text("name: garage\ntitle: Garage\n", encoding="utf-8")
    before = [("user", "When are brake pads replaced?"), ("assistant", "That depends on the vehicle.")]
    cases = [
        a_case(evidence=EVIDENCE, split="test"),
        a_case(evidence=EVIDENCE, split="test", id="next", question="And for the van?", history=before),
        unanswerable(split="test", question="Who won the chess championship?"),
    ]
    (folder / "cases.jsonl").write_text("\n".join(case.model_dump_json() for case in cases), encoding="utf-8")
    return folder


def reading(messages: Any) -> str:
    """Says what the prompt holds of the pads, as a model would that reads."""
    prompt = "\n".join(message.content for message in messages)
    if "Standalone question" in prompt or "standalone question" in prompt:
        return "When are the pads of the van replaced?"
    return "The context does not mention it." if "chess" in prompt else PADS


def test_both_answer_the_same_cases_and_are_compared(garage: Path, tmp_path: Path) -> None:
    model = ScriptedModel(reading, logprobs={"yes": -0.01, "no": -5.0}, context_tokens=8192)
    wanted = Wanted((garage,), "test", "scripted", ("quotes", "llamaindex-2"), None)
    found = answers.run(wanted, tmp_path / "work", lambda settings: ScriptedRoom(settings, model))
    total = {row["contender"]: row for row in found["rows"] if row["category"] == "all"}
    assert found["model"] == "scripted"
    assert total["quotes"]["right"] == total["llamaindex-2"]["right"] == 3
    assert total["llamaindex-2"]["measures"]["refused"]["value"] == 1
    assert total["llamaindex-2"]["measures"]["documents_found"]["value"] == 1
    assert total["llamaindex-2"]["measures"]["prompt_tokens"]["value"] > 0
    correct = next(row for row in found["compared"] if row["measure"] == "correct")
    assert (correct["ours"], correct["theirs"], correct["cases"], correct["p"]) == ("quotes", "llamaindex-2", 3, 1.0)
    asked = len(model.asked)
    kept = tmp_path / "work" / "answers" / "garage-llamaindex-2-scripted.jsonl"
    with kept.open("a", encoding="utf-8") as lines:
        lines.write('\n["pads", {"id": ')  # as a run leaves it that was killed
    again = answers.run(wanted, tmp_path / "work", lambda settings: ScriptedRoom(settings, model))
    assert len(model.asked) == asked, "what was kept is not asked again"
    assert again["rows"] == found["rows"]
    prompts = [message for messages in model.asked for message in messages]
    assert any(isinstance(m, Message) and "Context information is below" in m.content for m in prompts)


def test_a_sample_is_spread_over_the_cases_of_a_split(garage: Path) -> None:
    wanted = Wanted((garage,), "test", "none", ("quotes",), 2)
    assert [case.id for case in wanted.of(garage)] == ["pads", "next"]
    assert Wanted((garage,), "dev", "none", ("quotes",), None).of(garage) == []


def test_a_text_without_an_outcome_is_judged_in_its_favour() -> None:
    assert outcome_of(a_case(), "It is 3.2 mm; the text does not mention trucks.") is Outcome.ANSWERED
    assert outcome_of(a_case(), "The text does not mention trucks.") is Outcome.NOT_FOUND
    assert outcome_of(unanswerable(), "It is 3.2 mm; the text does not mention trucks.") is Outcome.NOT_FOUND
    assert outcome_of(unanswerable(outcome="blocked"), "I'm sorry, I cannot help with that.") is Outcome.REFUSED
    assert outcome_of(unanswerable(outcome="asked_back"), "Which van do you mean?") is Outcome.ASKED_BACK
    assert outcome_of(unanswerable(), "It is 3.2 mm.") is Outcome.ANSWERED


def test_a_folder_that_is_no_assistants_is_named(tmp_path: Path) -> None:
    with pytest.raises(StageFailed, match=r"assistant\.yaml"), staged([tmp_path], tmp_path / "work", "none"):
        pass


def test_each_row_of_rgb_is_played_with_its_passages_and_with_the_negative_ones_alone(tmp_path: Path) -> None:
    row = {
        "id": "en_fact:1",
        "question": "When are the pads of the van replaced?",
        "answers": [["3.2 mm", "3.2 millimetres"]],
        "positive": [PADS],
        "negative": ["The town of Tarnholm has a theatre and a large park.", "Chess is played on 64 squares."],
    }
    made = list(rgb.scenes("en_fact", [row]))
    assert [len(scene.passages) for scene in made] == [3, 2]
    rows = {r["category"]: r for r in rgb.run({"en_fact": [row]}, Mode.QUOTES, "none", tmp_path)["rows"]}
    assert (rows["simple"]["right"], rows["not_answerable"]["right"], rows["all"]["cases"]) == (1, 1, 2)
    assert json.dumps(rows)
