"""The checker reads question and passage together, and is refused where it is not the one of its card."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from surefoot.retrieval.checker import CARD, FOLDER, MODEL, Checker
from surefoot.retrieval.errors import CheckerUnusable

MEGABYTE = 1_000_000
QUESTION = "How many towels may each guest borrow at the pool?"
ANSWERING = "Guests are welcome from nine. Each guest may borrow two towels at the pool. Lockers are free."
BESIDE = "Guests are welcome from nine. Towels are washed every night. The pool is 25 metres long."


@pytest.fixture(scope="module")
def checker(minilm_folder: Path) -> Checker:
    return Checker(minilm_folder)


def test_a_passage_that_answers_is_told_from_one_beside_it(checker: Checker) -> None:
    answering, beside, elsewhere = checker.read(QUESTION, [ANSWERING, BESIDE, "The office moves to the third floor."])
    assert answering.answers > beside.answers > elsewhere.answers
    assert answering.margin > beside.margin


def test_the_answer_is_pointed_at(checker: Checker) -> None:
    (read,) = checker.read(QUESTION, [ANSWERING])
    assert "two" in ANSWERING[read.start : read.end]


def test_what_is_asked_is_found_behind_a_situation(checker: Checker) -> None:
    told = f"Hello there. We arrived this morning with four children, and it was chaos at the desk! {QUESTION} Thanks."
    answering, beside = checker.read(told, [ANSWERING, BESIDE])
    assert answering.answers > beside.answers


def test_a_claim_follows_contradicts_or_is_not_stated(checker: Checker) -> None:
    evidence = ["Recordings are deleted after 90 days."]
    (same,) = checker.follows("Recordings are deleted after ninety days.", evidence)
    (other,) = checker.follows("Recordings are deleted after 30 days.", evidence)
    assert same.supported > other.supported
    assert other.contradicted > same.contradicted
    assert same.supported + same.contradicted + same.not_stated == pytest.approx(1)


def test_texts_read_together_are_read_as_alone(checker: Checker) -> None:
    texts = [ANSWERING, "", BESIDE, "x", ANSWERING * 3]
    alone = [checker.read(QUESTION, [text])[0] for text in texts]
    for one, other in zip(checker.read(QUESTION, texts), alone, strict=True):
        assert one.answers == pytest.approx(other.answers, abs=0.35)  # numbers of 8 bits are rounded by the batch


@pytest.mark.parametrize(
    "text", ["", " ", "?", "\x00", "a" * 5000, "| " + " | ".join(map(str, range(300))) + " |", "日本"]
)
def test_nothing_is_too_odd_to_be_read(checker: Checker, text: str) -> None:
    for question in (QUESTION, text):
        (read,) = checker.read(question, [text])
        assert 0 <= read.start <= read.end <= len(text)
    assert checker.read(text, []) == []
    assert len(checker.follows(text, [text, text])) == 2


def test_the_weights_are_small_and_those_of_their_card(minilm_folder: Path) -> None:
    card = json.loads((FOLDER / CARD).read_text(encoding="utf-8"))
    assert (FOLDER / MODEL).stat().st_size <= 25 * MEGABYTE
    assert Checker(minilm_folder).sha256 == card["sha256"]
    assert {"base", "data", "limits", "answers", "follows"} <= card.keys()


@pytest.mark.parametrize("gone", [CARD, MODEL])
def test_absent_weights_are_refused_with_the_remedy(tmp_path: Path, minilm_folder: Path, gone: str) -> None:
    shutil.copytree(FOLDER, tmp_path / "there")
    (tmp_path / "there" / gone).unlink()
    with pytest.raises(CheckerUnusable, match="Install Surefoot again"):
        Checker(minilm_folder, tmp_path / "there")


def test_weights_of_another_hash_are_refused(tmp_path: Path, minilm_folder: Path) -> None:
    shutil.copytree(FOLDER, tmp_path / "there")
    with (tmp_path / "there" / MODEL).open("ab") as file:
        file.write(b"\0")
    with pytest.raises(CheckerUnusable, match="another one than its card names"):
        Checker(minilm_folder, tmp_path / "there")
