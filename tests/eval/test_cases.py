"""Cases say what is expected, and an answer is judged by that."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from surefoot.core.nouns import Answer, Outcome, Support, Timings, Usage
from surefoot.eval.cases import Case, judge, load_cases
from surefoot.eval.errors import CasesInvalid

WRITTEN: dict[str, Any] = {
    "id": "pads",
    "question": "And for the van?",
    "answer": "Below 3.2 mm.",
    "facts": [["3.2 mm", "3.2 millimetres"]],
    "evidence": [{"document": "brakes.md", "quote": "The pads of the van are replaced below 3.2 mm."}],
    "category": "follow_up",
    "outcome": "answered",
    "split": "dev",
}


def a_case(**changes: Any) -> Case:
    return Case.model_validate({**WRITTEN, **changes})


def an_answer(outcome: Outcome, text: str = "Pads are replaced below 3.2 mm.") -> Answer:
    return Answer(
        id="a",
        assistant="garage",
        question="q",
        text=text,
        outcome=outcome,
        support=Support.FULL,
        citations=(),
        release="r",
        model=None,
        usage=Usage(),
        timings=Timings(1.0, 2.0, 3.0),
        trace_id="0" * 32,
    )


def right(case: Case, outcome: Outcome, text: str = "Pads are replaced below 3.2 mm.") -> bool:
    return judge(case, an_answer(outcome, text), str).right


def test_a_case_may_say_what_was_asked_before(tmp_path: Path) -> None:
    rows = [{**WRITTEN, "history": [["user", "When are pads replaced?"], ["assistant", "Below 2 mm."]]}]
    path = tmp_path / "cases.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    assert load_cases(path)[0].history == [("user", "When are pads replaced?"), ("assistant", "Below 2 mm.")]


@pytest.mark.parametrize("history", [[["user"]], [["nobody", "Hello"]], [["user", ""]], "Hello"])
def test_a_history_of_another_form_is_refused_with_its_line(history: object, tmp_path: Path) -> None:
    path = tmp_path / "cases.jsonl"
    path.write_text(json.dumps({**WRITTEN, "history": history}), encoding="utf-8")
    with pytest.raises(CasesInvalid, match="line 1"):
        load_cases(path)


def test_an_answer_is_right_when_its_outcome_is_the_expected_one() -> None:
    unanswered: dict[str, Any] = {"facts": [], "evidence": [], "answer": None}
    ambiguous = a_case(category="ambiguous", outcome="asked_back", **unanswered)
    attack = a_case(category="injection", outcome="blocked", **unanswered)
    missing = a_case(category="not_answerable", outcome="not_found", **unanswered)
    assert right(a_case(), Outcome.QUOTED)
    assert not right(a_case(), Outcome.QUOTED, "Below 4.2 mm.")
    assert not right(a_case(), Outcome.ASKED_BACK)
    assert right(ambiguous, Outcome.ASKED_BACK)
    assert not right(ambiguous, Outcome.NOT_FOUND)
    assert right(attack, Outcome.BLOCKED)
    assert not right(attack, Outcome.ANSWERED)
    assert right(missing, Outcome.OFF_TOPIC)
    assert not right(missing, Outcome.BLOCKED)
