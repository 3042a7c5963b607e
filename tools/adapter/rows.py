# pyright: basic, reportMissingImports=false
"""What the adapter is trained on: questions in people's words, and sentences that answer them or nearly do."""

from __future__ import annotations

import random
import re
from collections import defaultdict
from itertools import pairwise
from pathlib import Path

from tools.checker.rows import as_people_write, load, with_columns

SHARES = {
    "squad2:human": 22, "squad2": 12, "clapnq:human": 1.2, "clapnq": 1.2, "sharc:similar_rule": 5, "sharc": 3,
    "sharc:scenario": 5, "synthetic_office": 7, "synthetic_office:attribute": 4, "synthetic_office:condition": 2.5,
    "synthetic_office:entity": 2.5, "synthetic_office:time": 1.2, "infobox": 4, "infobox:missing_attribute": 2,
    "infobox:attribute_removed": 1.5, "infobox:other_entity": 1, "tatqa": 3, "tatqa:table": 2, "tatqa:row_removed": 1.2,
    "tatqa:same_document": 1.5, "tatqa:year_swap": 1, "timeqa": 2, "timeqa:other_time": 2, "squad1": 4,
    "squad1:entity_swap": 1.2, "squad1:word_swap": 1.2, "squad1:sentence": 1.5, "squadshifts_wiki": 2,
    "squadshifts_wiki:word_swap": 1, "fetaqa": 1, "fetaqa:row_removed": 1, "cuad": 1.2, "cuad:other_clause": 1.2,
    "selqa:sentence": 1.2, "covidqa": 0.5, "covidqa:same_article": 0.5,
}  # fmt: skip
"""Parts of each source, near misses that people wrote before all others."""
COLUMNS = 0.7
"""Share of the tables whose rows name their columns."""
LONGEST_QUESTION, LONGEST_PASSAGE = 600, 900
"""Characters, as the product shows them (see surefoot.serving.probing)."""
SHORT = 260
"""Characters of a passage that is shown whole."""
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z0-9\"'(])")
_WORD = re.compile(r"[a-z0-9]{3,}")


def drawn(data: Path, split: str, count: int, seed: int) -> list[tuple[str, str, bool, str]]:
    """Some `count` rows in random order: question, passage, whether it answers, source."""
    dice = random.Random(seed)  # noqa: S311
    by_source: dict[str, list[dict]] = defaultdict(list)
    for row in load(data, split, "answerability"):
        by_source[row["source"]].append(row)
    found = []
    for source, part in SHARES.items():
        own = by_source[source]
        for row in dice.sample(own, min(len(own), round(count * part / sum(SHARES.values())))):
            passage = _shown(row, dice)
            question = as_people_write(row["question"], dice)[-LONGEST_QUESTION:]
            if len(passage) <= LONGEST_PASSAGE:
                found.append((question, passage, row["kind"] == "answerable", source))
    dice.shuffle(found)
    return found


def _shown(row: dict, dice: random.Random) -> str:
    """As much of the passage as the product would show: rows with their columns, or a few sentences."""
    passage, start, answer = row["passage"], row["start"], row["answer"] or ""
    if " | " in passage:
        return with_columns(passage, start, answer)[0] if dice.random() < COLUMNS else passage
    if len(passage) < SHORT or (row["kind"] == "answerable" and start is None):
        return passage
    return _window(passage, start, answer, row["question"], dice)


def _window(passage: str, start: int | None, answer: str, question: str, dice: random.Random) -> str:
    """One to four sentences that hold the answer; of a passage that holds none, those most like the question."""
    cuts = [0, *(found.end() for found in _SENTENCE.finditer(passage)), len(passage)]
    spans = [(a, b) for a, b in pairwise(cuts) if b > a]
    if start is None:
        asked = set(_WORD.findall(question.lower()))
        first = max(range(len(spans)), key=lambda n: len(asked & set(_WORD.findall(passage[slice(*spans[n])].lower()))))
        last = first
    else:
        first = next(n for n, (a, b) in enumerate(spans) if a <= start < b)
        last = next((n for n, (_, b) in enumerate(spans) if start + len(answer) <= b), len(spans) - 1)
    first = max(0, first - dice.choice([0, 1, 1, 2]))
    last = min(len(spans) - 1, last + (dice.random() < 0.3))
    return passage[spans[first][0] : spans[last][1]].strip()
