"""The planted conflicts and their look-alikes are what they say: sides stand in different documents, counts are even."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from typing import Any

import pytest

from tools.check_knowledge import ROOT

SPLITS = ("dev", "test", "dev_paraphrased")
ROWS: dict[str, list[dict[str, Any]]] = {
    split: [
        json.loads(line)
        for line in (ROOT / "tools" / "question_sets" / "conflicts" / f"{split}.jsonl").read_text("utf-8").splitlines()
    ]
    for split in SPLITS
}
CONFLICTS = {"figure": 8, "date": 4, "yes_no": 4, "role": 4}
LOOK_ALIKES = {
    "other_item": 2,
    "other_site": 2,
    "other_tariff": 1,
    "other_role": 2,
    "same_figure": 4,
    "rule_and_exception": 3,
    "minimum_and_maximum": 2,
    "escalation": 1,
    "old_and_new": 1,
    "different_years": 2,
}


PARAPHRASED = {"figure": 16, "date": 8, "yes_no": 8, "role": 8}


@pytest.mark.parametrize("split", SPLITS)
def test_there_are_as_many_of_each_kind_as_the_set_promises(split: str) -> None:
    kinds = {kind: Counter(r["type"] for r in ROWS[split] if r["kind"] == kind) for kind in ("conflict", "look_alike")}
    if split == "dev_paraphrased":
        assert kinds == {"conflict": PARAPHRASED, "look_alike": dict.fromkeys(LOOK_ALIKES, 4)}
    else:
        assert kinds == {"conflict": CONFLICTS, "look_alike": LOOK_ALIKES}


@pytest.mark.parametrize("split", SPLITS)
def test_each_side_of_a_conflict_stands_in_one_document_of_its_own(split: str) -> None:
    for row in ROWS[split]:
        assert ("sides" in row) == (row["kind"] == "conflict"), row["id"]
        homes = [[d["title"] for d in row["documents"] if side in d["text"]] for side in row.get("sides", [])]
        assert [len(home) for home in homes] == [1] * len(homes), row["id"]
        assert len({home[0] for home in homes}) == len(homes), row["id"]


@pytest.mark.parametrize("split", SPLITS)
def test_documents_are_short_and_dated_or_undated_on_purpose(split: str) -> None:
    for row in ROWS[split]:
        assert 2 <= len(row["documents"]) <= 4, row["id"]
        for document in row["documents"]:
            assert 60 <= len(document["text"].split()) <= 200, document["title"]
            assert document["valid_from"] is None or date.fromisoformat(document["valid_from"]) < date(2026, 11, 1)


def test_no_question_or_text_stands_in_both_splits() -> None:
    rows = [row for split in SPLITS for row in ROWS[split]]
    texts = [document["text"] for row in rows for document in row["documents"]]
    assert len({row["id"] for row in rows}) == len({row["question"] for row in rows}) == len(rows) == 160
    assert len(set(texts)) == len(texts)
