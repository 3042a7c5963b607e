"""Measuring retrieval end to end on a corpus small enough to know the answers."""

from __future__ import annotations

from pathlib import Path

import pytest

from surefoot.eval.errors import QuestionSetInvalid
from surefoot.eval.question_sets import CorpusText, MarkedQuestion
from surefoot.eval.retrieval_run import evaluate_retrieval
from surefoot.retrieval.encoders import MINILM_FILES, MiniLM

TEXTS = (
    ("pads", "Brake pads thinner than 3 mm are replaced at the next stop."),
    ("rest", "Drivers rest for 45 minutes after four and a half hours at the wheel."),
    ("form", "Form TX-4417 is handed in within two days of an accident."),
    ("tyres", "Winter tyres are fitted from October to Easter."),
    ("empty", ""),
)
CORPUS = [CorpusText(id=name, title="Sheet", text=text) for name, text in TEXTS]


@pytest.fixture(scope="module")
def minilm(weights: Path, tmp_path_factory: pytest.TempPathFactory) -> MiniLM:
    folder = tmp_path_factory.mktemp("minilm")
    for name, sha in MINILM_FILES.items():
        (folder / name).symlink_to((weights / "sha256" / sha).resolve())
    return MiniLM(folder)


def asking(question: str, *relevant: str) -> MarkedQuestion:
    return MarkedQuestion(id=question, question=question, relevant=frozenset(relevant))


def test_questions_that_all_find_their_documents_score_one(minilm: MiniLM, tmp_path: Path) -> None:
    questions = [asking("When are worn brakes repaired?", "pads"), asking("TX-4417", "form")]
    scores = evaluate_retrieval(CORPUS, questions, minilm, tmp_path)
    assert (scores.questions, scores.ndcg10, scores.recall10, scores.recall1) == (2, 1, 1, 1)
    assert scores.seconds > 0


def test_a_question_with_two_documents_finds_only_half_of_them_first(minilm: MiniLM, tmp_path: Path) -> None:
    scores = evaluate_retrieval(CORPUS, [asking("winter tyres in October", "tyres", "form")], minilm, tmp_path)
    assert scores.recall1 == 0.5
    assert scores.recall10 == 1
    assert 0.5 < scores.ndcg10 < 1


def test_the_same_run_gives_the_same_scores_and_leaves_nothing_behind(minilm: MiniLM, tmp_path: Path) -> None:
    questions = [asking("How long is a break?", "rest"), asking("snow", "tyres")]
    first, second = (evaluate_retrieval(iter(CORPUS), questions, minilm, tmp_path / "scratch") for _ in range(2))
    assert (first.ndcg10, first.recall10, first.recall1) == (second.ndcg10, second.recall10, second.recall1)
    assert list((tmp_path / "scratch").iterdir()) == []


def test_progress_ends_at_its_total(minilm: MiniLM, tmp_path: Path) -> None:
    steps: list[tuple[int, int]] = []

    def progress(done: int, total: int) -> None:
        steps.append((done, total))

    evaluate_retrieval(CORPUS, [asking("snow", "tyres")], minilm, tmp_path, progress)
    assert steps == [(5, 6), (6, 6)]


def test_a_run_that_fails_leaves_nothing_behind(minilm: MiniLM, tmp_path: Path) -> None:
    def full(done: int, total: int) -> None:
        raise OSError("no space left")

    with pytest.raises(OSError, match="no space"):
        evaluate_retrieval(CORPUS, [asking("snow", "tyres")], minilm, tmp_path, full)
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_scored_is_refused_before_anything_is_encoded(tmp_path: Path) -> None:
    unloaded = MiniLM(tmp_path / "nowhere")
    with pytest.raises(QuestionSetInvalid, match="no questions"):
        evaluate_retrieval(CORPUS, [], unloaded, tmp_path)
    with pytest.raises(QuestionSetInvalid, match="no such document"):
        evaluate_retrieval(CORPUS, [asking("snow", "unknown")], unloaded, tmp_path)
    with pytest.raises(QuestionSetInvalid, match="no such document"):
        evaluate_retrieval([], [asking("snow", "tyres")], unloaded, tmp_path)
