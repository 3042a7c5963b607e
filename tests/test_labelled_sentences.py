"""The hand-labelled sentences: a hundred, each cited to what stands in its passage, and what the check says of them."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import pytest

from surefoot.retrieval.bm25 import Bm25
from surefoot.retrieval.encoders import MiniLM
from surefoot.serving.grounding import Grounding
from surefoot.serving.models.weights import WeightStore
from tools.sentences import LABELLED, counts, load

FILES = (LABELLED, LABELLED.with_name("shown_before.jsonl"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_there_are_a_hundred_and_each_cites_words_of_its_passages(file: Path) -> None:
    labelled = load(file)
    assert len({one.id for one in labelled}) == len(labelled) == 100
    for one in labelled:
        texts = {passage.chunk.id: passage.chunk.text for passage in one.passages}
        assert all(c.quote in texts[c.chunk_id] for c in one.sentence.citations), one.id
        assert bool(one.why) != one.supports, one.id


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_check_agrees_with_the_labels_and_finds_a_sentence_of_another_case_unsupported(
    file: Path, weights: Path
) -> None:
    labelled = load(file)
    grounding = Grounding(Bm25().terms, MiniLM(WeightStore(weights).minilm_folder()))
    everything = {row["by"]: row for row in counts(labelled, grounding)}["all"]
    assert everything["sentences"] == 100
    assert everything["supported"] == sum(bool(one.supports) for one in labelled)
    assert everything["by_the_check"] >= 90
    mixed = [
        one.model_copy(update={"sentence": one.sentence.__class__(other.sentence.text, one.sentence.citations)})
        for one, other in pairwise(labelled)
        if one.case != other.case
    ]
    assert {row["by"]: row for row in counts(mixed, grounding)}["all"]["by_the_check"] <= len(mixed) / 10


def test_a_sentence_without_a_label_is_named(tmp_path: Path) -> None:
    first = json.loads(LABELLED.read_text(encoding="utf-8").splitlines()[0])
    (tmp_path / "some.jsonl").write_text(json.dumps({**first, "supports": None}), encoding="utf-8")
    with pytest.raises(ValueError, match=f"no label: {first['id']}"):
        load(tmp_path / "some.jsonl")
