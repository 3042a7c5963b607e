"""What decides whether evidence suffices is fitted and frozen."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from surefoot.eval.risk_control import NEVER
from surefoot.retrieval.answerability import (
    CALIBRATION,
    FEATURES,
    FILE,
    Judgement,
    calibration_hash,
    judge,
    logit,
    read_calibration,
)
from surefoot.retrieval.errors import CalibrationBroken
from surefoot.retrieval.highlights import Highlight
from surefoot.retrieval.question import mentions, read_question
from surefoot.retrieval.units import units
from tests.serving.parts import a_passage

QUESTION = read_question("At what thickness are the pads of the Corvane 35 replaced?")
(UNIT,) = units([a_passage("Pads of the Corvane 35 are replaced when they are thinner than 3.2 mm.")])
GOOD = Highlight(UNIT, 0.95, 0.8, 0.7, 0.9)


def test_a_threshold_that_was_changed_by_hand_is_refused(tmp_path: Path) -> None:
    values = json.loads(FILE.read_text(encoding="utf-8"))
    values["enough"] /= 2
    changed = tmp_path / "calibration.json"
    changed.write_text(json.dumps(values), encoding="utf-8")
    with pytest.raises(CalibrationBroken, match="Fit them anew"):
        read_calibration(changed)


def test_the_shipped_calibration_is_the_fitted_one() -> None:
    values = json.loads(FILE.read_text(encoding="utf-8"))
    assert CALIBRATION.hash == calibration_hash(values)
    assert tuple(values["features"]) == FEATURES
    assert values["fitted_on"]


def test_thresholds_stand_in_order() -> None:
    assert 0 <= CALIBRATION.hopeless <= CALIBRATION.enough <= CALIBRATION.sure <= 1
    close = CALIBRATION.close
    assert 0 <= close.hopeless <= close.enough <= 1
    assert close.confirm_from < close.sure <= NEVER
    assert close.confirm_from < close.examples.sure <= NEVER


def test_where_no_checker_has_read_nothing_is_sure() -> None:
    judged = judge(QUESTION, [GOOD])
    assert judged.enough
    assert not replace(judged, chance=1.0).sure
    assert judge(QUESTION, [replace(GOOD, by_figures=GOOD.score, score=1.0, closely=True)]).sure


def test_what_stands_first_decides_whether_it_is_sure() -> None:
    best, other = replace(GOOD, score=0.999, by_figures=0.95, closely=True), replace(GOOD, score=0.2, closely=True)
    sure = Judgement(0.9, on_topic=True, missing=(), first=0.99, sure_from=0.9)
    assert sure.sure
    assert not replace(sure, first=0.89).sure
    assert replace(sure, alone=0.9).sure
    assert not replace(sure, alone=0.89).sure, "a model's word gave what the reading alone does not come to"
    assert not replace(sure, missing=("h18",)).sure
    assert judge(QUESTION, [best, other]).first == 0.999
    assert judge(QUESTION, [best, other], [best, other]).first == 0.2
    assert judge(QUESTION, [best], [replace(best, closely=False)]).first == 0.0


@pytest.mark.parametrize(
    ("sentence", "whole"),
    [
        ("The prize is awarded to the Austrian author ...", False),
        ("The new head of the company is…", False),
        ('"The pads are replaced at (see the table ...)"', False),
        ("Who gets the prize? That is always asked.", False),
        ("The prize goes to N.N.", False),
        ("The prize of [amount] euro goes to an author.", False),
        ("The prize goes to an author within XX days.", False),
        ("The prize goes to ______ on Friday.", False),
        ("The prize goes to the author of Ulysses [2] in room XL.", True),
        ("... the pads are replaced at 3.2 mm.", True),
        ("The pads ... are replaced at 3.2 mm.", True),
        ("The pads are replaced at 3.2 mm", True),
    ],
)
def test_a_sentence_that_lacks_something_or_follows_a_question_is_never_sure(sentence: str, whole: bool) -> None:
    (unit,) = units([a_passage(sentence)])
    first = replace(GOOD, unit=unit, by_figures=GOOD.score, score=1.0, closely=True)
    ended = replace(first, unit=UNIT)
    asked = read_question("Who gets the prize?")
    judged = judge(asked, [first])
    assert judged.sure is whole
    assert judged.probable
    assert judge(asked, [ended, first]).sure, "what stands behind the first is not meant"
    assert judge(asked, [ended], [ended, first]).sure is whole
    assert not judge(asked, [replace(ended, echoes=True)]).sure


def test_better_evidence_has_the_better_chance() -> None:
    better = judge(QUESTION, [GOOD])
    assert better.enough
    for worse in (replace(GOOD, score=0.2), replace(GOOD, cosine=0.4), replace(GOOD, passage_coverage=0.1)):
        assert judge(QUESTION, [worse]).chance < better.chance


def test_a_code_that_stands_nowhere_lowers_the_chance() -> None:
    other = read_question("At what thickness are the pads of the Corvane 99 replaced?")
    assert judge(other, [GOOD]).missing == ("corvane 99",)
    assert judge(other, [GOOD]).chance < judge(QUESTION, [GOOD]).chance


def test_a_code_within_a_longer_one_is_another_code() -> None:
    for shorter in ("Corvane 3", "orvane 35"):
        assert judge(read_question(f"What are the pads of the {shorter.title()} like?"), [GOOD]).missing
    assert not judge(QUESTION, [GOOD]).missing


@pytest.mark.parametrize(
    ("text", "code", "there"),
    [
        ("error e10 means", "e1", False),
        ("error e1 means", "e1", True),
        ("the swift 250", "swift 25", False),
        ("swift 25.", "swift 25", True),
        ("swift 25,000", "swift 25", False),
        ("k17-related", "k17", True),
        ("e-208-1", "e-208", False),
    ],
)
def test_a_code_is_mentioned_as_a_whole(text: str, code: str, there: bool) -> None:
    assert mentions(text, code) is there


def test_nothing_found_is_not_on_topic() -> None:
    nothing = judge(QUESTION, [])
    assert (nothing.chance, nothing.on_topic, nothing.enough) == (0.0, False, False)


def test_log_odds_stay_finite() -> None:
    assert logit(0.0) == pytest.approx(-logit(1.0))
    assert abs(logit(0.0)) < 10
