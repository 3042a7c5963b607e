"""Result tables show what was measured last, and say so where nothing was."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from tools.load_table import load_table
from tools.ranking_table import ranking_table
from tools.results_tables import (
    NOT_YET,
    ResultsInvalid,
    answers_table,
    categories_table,
    install_table,
    retrieval_table,
)


def keep(folder: Path, name: str, result: Mapping[str, object]) -> None:
    (folder / name).write_text(json.dumps(result), encoding="utf-8")


def test_tables_say_so_where_nothing_was_measured(tmp_path: Path) -> None:
    for table in (answers_table, categories_table, retrieval_table, install_table):
        assert table(tmp_path) == NOT_YET
        assert table(tmp_path / "missing") == NOT_YET


def test_retrieval_results_become_rows_by_question_set(tmp_path: Path) -> None:
    row = {"set": "scifact", "questions": 300, "ndcg@10": 0.72149, "recall@10": 0.847, "recall@1": 0.6, "seconds": 12.4}
    keep(tmp_path, "2026-01-02-retrieval.json", {"kind": "retrieval", "date": "2026-01-02", "rows": [row]})
    assert "| scifact | 300 | 0.721 | 0.847 | 0.600 | 12 |" in retrieval_table(tmp_path)


def test_ways_of_finding_stand_with_what_ours_has_more(tmp_path: Path) -> None:
    assert ranking_table(tmp_path) == NOT_YET
    figures = {"set": "scifact", "questions": 1300, "ndcg@10": 0.72149, "recall@10": 0.847, "recall@1": 0.6}
    more = {"value": 0.05, "low": -0.01, "high": 0.11}
    theirs = {**figures, "contender": "BM25", "ours_less_theirs": {"ndcg@10": more, "recall@10": more}}
    keep(
        tmp_path,
        "2026-01-02-ranking.json",
        {"date": "2026-01-02", "rows": [theirs, {**figures, "contender": "Surefoot"}]},
    )
    table = ranking_table(tmp_path)
    assert "| scifact (1,300) | BM25 | 0.721 | 0.847 | 0.600 | +0.050 [-0.010, +0.110] |" in table
    assert "| scifact (1,300) | Surefoot | 0.721 | 0.847 | 0.600 |  |  |" in table


def test_live_data_stand_with_what_was_lost_and_how_soon_it_is_told(tmp_path: Path) -> None:
    assert load_table(tmp_path) == NOT_YET
    spread = {"p50": 0.456, "p95": 1.234}
    rows = [
        {"what": "load", "asked_for_per_s": 5000, "acknowledged": 300000, "lost": 2, "freshness_s": spread},
        {"what": "plans", "rows": 10000000, "plan_and_read_s": spread},
    ]
    keep(tmp_path, "2026-01-02-telemetry.json", {"date": "2026-01-02", "rows": rows})
    table = load_table(tmp_path)
    assert "| load, 5,000 messages a second: lost of 300,000 acknowledged | 2 |" in table
    assert "| load: a sample is told after, half / 95 % | 0.46 / 1.23 s |" in table
    assert "| plans, 10,000,000 rows, half / 95 % | 0.46 / 1.23 s |" in table


def test_both_contenders_stand_with_their_intervals_and_their_difference(tmp_path: Path) -> None:
    correct = {"value": 0.8, "low": 0.65, "high": 0.9, "n": 40}
    result = {
        "kind": "answers",
        "date": "2026-01-02",
        "split": "test",
        "model": "small",
        "rows": [
            {"set": "office", "contender": "quotes", "category": "table", "cases": 9, "right": 9, "measures": {}},
            {"set": "office", "contender": "quotes", "category": "all", "cases": 40, "right": 32, "measures": {"correct": correct}},
            {"set": "all sets", "contender": "quotes", "category": "other_language", "cases": 4, "right": 3, "measures": {}},
            {"set": "all sets", "contender": "llamaindex-5", "category": "table", "cases": 2, "right": 1, "measures": {}},
        ],
        "compared": [{"set": "office", "ours": "quotes", "theirs": "llamaindex-5", "measure": "correct", "difference": 0.3, "low": 0.1, "high": 0.5, "p": 0.004}],
    }  # fmt: skip
    keep(tmp_path, "2026-01-02-answers.json", result)
    assert "| office | quotes | 40 | 80 % [65, 90] | – |" in answers_table(tmp_path)
    assert "| office | quotes | llamaindex-5 | +30 | +10 to +50 | 0.004 |" in answers_table(tmp_path)
    assert "| other language | 3/4 | – |\n| table | – | 1/2 |" in categories_table(tmp_path)
    assert "| Right of all sets, by category | quotes | llamaindex-5 |" in categories_table(tmp_path)


def test_a_result_says_how_it_was_measured_and_has_no_second_table_where_nothing_is_compared(tmp_path: Path) -> None:
    row = {"set": "office", "contender": "quotes", "category": "all", "cases": 40, "right": 32, "measures": {}}
    told = {"date": "2026-01-02", "split": "test", "model": "small", "rows": [row], "compared": []}
    keep(tmp_path, "2026-01-02-answers.json", {"kind": "answers", **told})
    assert answers_table(tmp_path).startswith("Measured on 2026-01-02: test cases, model small.\n\n| Set |")
    assert "McNemar" not in answers_table(tmp_path)
    keep(tmp_path, "2026-01-02-answers.json", {"kind": "answers", "note": "By candlelight.", **told})
    assert answers_table(tmp_path).startswith(
        "Measured on 2026-01-02: test cases, model small. By candlelight.\n\n| Set |"
    )


def test_the_newest_result_counts(tmp_path: Path) -> None:
    for date, value in (("2026-01-03", "9 s"), ("2026-01-02", "8 s")):
        keep(
            tmp_path,
            f"{date}-install.json",
            {"kind": "install", "date": date, "rows": [{"what": "To the first answer", "value": value}]},
        )
    keep(tmp_path, "2026-01-04-other.json", {"kind": "other", "date": "2026-01-04", "rows": []})
    assert "9 s" in install_table(tmp_path)
    assert "8 s" not in install_table(tmp_path)


def test_a_damaged_result_is_named(tmp_path: Path) -> None:
    (tmp_path / "2026-01-02-answers.json").write_text('{"kind": "answers", "date": ', encoding="utf-8")
    with pytest.raises(ResultsInvalid, match=r"2026-01-02-answers\.json"):
        answers_table(tmp_path)
