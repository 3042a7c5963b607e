"""Cases say what is expected, and an answer is judged by that."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from surefoot.core.nouns import Outcome
from surefoot.eval.cases import Case, holds_facts, load_cases
from surefoot.eval.errors import CasesInvalid
from tests.eval.played import PADS, a_case, an_answer, judged, unanswerable


def right(case: Case, outcome: Outcome, text: str = PADS) -> bool:
    return judged(case, an_answer((text, text), outcome=outcome)).right


WRITTEN = a_case().model_dump(exclude={"history"})


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


def test_a_fact_is_a_whole_word_save_where_nothing_parts_words() -> None:
    assert not holds_facts("It weighs 13.2 kg.", [["3.2 kg"]])
    assert not holds_facts("It weighs 3.2 kgs.", [["3.2 kg"]])
    assert holds_facts("截至年末，人口为1361万人。", [["1361万"]])


def test_an_answer_is_right_when_its_outcome_is_the_expected_one() -> None:
    ambiguous = unanswerable(category="ambiguous", outcome="asked_back")
    attack = unanswerable(category="injection", outcome="blocked")
    missing = unanswerable()
    assert right(a_case(), Outcome.QUOTED)
    assert not right(a_case(), Outcome.QUOTED, "Below 4.2 mm.")
    assert not right(a_case(), Outcome.ASKED_BACK)
    assert right(ambiguous, Outcome.ASKED_BACK)
    assert not right(ambiguous, Outcome.NOT_FOUND)
    assert right(attack, Outcome.BLOCKED)
    assert not right(attack, Outcome.ANSWERED)
    assert right(missing, Outcome.OFF_TOPIC)
    assert not right(missing, Outcome.BLOCKED)
