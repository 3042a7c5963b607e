from pathlib import Path

import numpy as np

from surefoot.eval.faithbench import WAYS, Summary, balanced_accuracy, compare, score
from surefoot.retrieval.bm25 import Bm25
from surefoot.retrieval.encoders import MiniLM
from surefoot.serving.grounding import Grounding
from surefoot.serving.models.weights import WeightStore

SOURCE = "The bridge at mile {n} was opened in 1931. It carries two lanes and a footpath. The toll is 3 euro."
TRUE = "The bridge was opened in 1931. The toll is 3 euro."
FALSE = "The bridge was opened in 1913. The toll is 8 euro."


def test_a_score_that_tells_all_apart_is_one_and_a_constant_one_half() -> None:
    faithful = np.array([True, True, False])
    assert balanced_accuracy(faithful, faithful) == 1
    assert balanced_accuracy(faithful, np.array([True, True, True])) == 0.5


def test_false_figures_are_told_by_the_check_and_not_by_the_cosine_alone(weights: Path) -> None:
    sources = [SOURCE.format(n=n) for n in range(30, 42)]
    summaries = [Summary(source, text, text == FALSE) for source in sources for text in (TRUE, FALSE)]
    encoder = MiniLM(WeightStore(weights).minilm_folder())
    scores = score(summaries, Grounding(Bm25().terms, encoder), encoder)
    assert scores.shape == (24, len(WAYS))
    found = {result.way: result for result in compare(summaries, scores)}
    assert found["check, worst sentence"].test == 1
    assert {s.half for s in summaries} == {"dev", "test"}
