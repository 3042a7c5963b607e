"""Draws sentences that answers showed, for people to label, and holds the check of sentences against the labels.

Usage: python -m tools.sentences draw WORK [--number 100] [--seed 1]   # sentences of answers that tools.answers kept
       python -m tools.sentences check [FILE]                          # tools/question_sets/sentences/shown.jsonl

`draw` prints one JSON object a line, with `supports` null: whoever labels sets it to true where the cited quotes, with
the headings and columns that they stand under, say all that the sentence says, else to false, and says `why`. `check`
prints one JSON object: how many of the labelled sentences are supported by the labels and by the check.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from surefoot.app.settings import load_settings
from surefoot.app.wiring import build_encoder, build_weights
from surefoot.core.nouns import Answer, Passage
from surefoot.eval.cases import ANSWERS
from surefoot.eval.intervals import share
from surefoot.eval.shown import Sentence, is_supported, shown_sentences
from surefoot.retrieval.units import units
from surefoot.serving.grounding import Grounding
from tools.answers import kept

LABELLED = Path(__file__).parent / "question_sets" / "sentences" / "shown.jsonl"


class Shown(BaseModel):
    """A sentence that a reader was shown, with the passages that it cites and a person's label."""

    model_config = ConfigDict(frozen=True)

    id: str
    set: str
    case: str
    question: str
    by: Literal["model", "quote"]
    """Whether it stands in a passage word for word."""
    supports: bool | None
    """Whether what it cites says all that it says; None before somebody has looked."""
    why: str
    """What is not said, where it does not."""
    sentence: Sentence
    passages: tuple[Passage, ...]


def main() -> None:
    """Draw or check, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    acts = parser.add_subparsers(dest="act", required=True)
    draw = acts.add_parser("draw")
    draw.add_argument("work", type=Path)
    draw.add_argument("--number", type=int, default=100)
    draw.add_argument("--seed", type=int, default=1)
    acts.add_parser("check").add_argument("file", type=Path, nargs="?", default=LABELLED)
    asked = parser.parse_args()
    if asked.act == "draw":
        for shown in drawn(asked.work, asked.number, asked.seed):
            print(shown.model_dump_json())
        return
    settings = load_settings()
    encoder = build_encoder(settings, build_weights(settings))
    print(json.dumps({"rows": list(counts(load(asked.file), Grounding(encoder.sparse.terms, encoder.dense)))}))


def drawn(work: Path, number: int, seed: int) -> list[Shown]:
    """So many sentences, drawn by chance from all that the kept answers of a work folder showed, each once."""
    every = {
        (path.stem, sentence.text): _shown(path.stem, case, sentence, answer, passages)
        for path in sorted((work / "answers").glob("*.jsonl"))
        for case, answer, passages in kept(path)
        if answer.outcome in ANSWERS
        for sentence in shown_sentences(answer)
    }
    chosen = random.Random(seed).sample(list(every.values()), min(number, len(every)))  # noqa: S311 - repeatable
    return [shown.model_copy(update={"id": f"s{n:03}"}) for n, shown in enumerate(chosen, start=1)]


def _shown(of: str, case: str, sentence: Sentence, answer: Answer, passages: Sequence[Passage]) -> Shown:
    cited = {citation.chunk_id for citation in sentence.citations}
    near = tuple(passage for passage in passages if passage.chunk.id in cited)
    quoted = sentence.text in {unit.shown for unit in units(near)}
    by = "quote" if quoted else "model"
    return Shown(
        id="",
        set=of,
        case=case,
        question=answer.question,
        by=by,
        supports=None,
        why="",
        sentence=sentence,
        passages=near,
    )


def load(path: Path) -> list[Shown]:
    """The labelled sentences of a file. Raises ValueError for one without a label."""
    found = [Shown.model_validate_json(line) for line in path.read_text(encoding="utf-8").splitlines()]
    if bare := [shown.id for shown in found if shown.supports is None]:
        raise ValueError(f"These sentences have no label: {', '.join(bare)}. Set `supports` to true or false.")
    return found


def counts(labelled: Sequence[Shown], grounding: Grounding) -> Iterator[dict[str, Any]]:
    """Sentences that are supported, by the labels and by the check: of the model's, of quotes, of all."""
    said = [(one, is_supported(one.sentence, one.passages, grounding, one.question)) for one in labelled]
    for by in ("model", "quote", "all"):
        own = [(bool(one.supports), word) for one, word in said if by in ("all", one.by)]
        supported = sum(label for label, _ in own)
        if estimate := share(supported, len(own)):
            yield {
                "by": by,
                "sentences": len(own),
                "supported": supported,
                "share": asdict(estimate),
                "by_the_check": sum(word for _, word in own),
                "wrongly_passed": sum(word and not label for label, word in own),
                "wrongly_doubted": sum(label and not word for label, word in own),
            }


if __name__ == "__main__":
    main()
