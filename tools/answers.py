"""Plays the cases of assistants' folders with Surefoot and with plain LlamaIndex, and compares the two.

Usage: python -m tools.answers [FOLDER…] [--split test] [--model NAME] [--contenders auto,quotes,llamaindex-2]
                               [--cases N] [--work DIR] [--out FILE]

A folder is an assistant's: assistant.yaml, knowledge/, cases.jsonl. Without one, those of the shipped assistants and of
tools/question_sets are played. Both sides have the same documents, encoder and language model, and the same judge. With
--work, what was answered is kept there and is not asked again: use a new folder, or delete `answers/` in it, after a
change of the product.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import sys
import tempfile
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import aclosing, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import fmean
from typing import Any

from pydantic import TypeAdapter, ValidationError

from surefoot.app.settings import load_settings
from surefoot.app.wiring import SHIPPED_ASSISTANTS
from surefoot.core.nouns import Answer, Passage
from surefoot.eval.case_run import play
from surefoot.eval.case_scores import tabulate
from surefoot.eval.cases import Case, load_cases
from surefoot.eval.comparing import compare
from surefoot.eval.judging import Judged
from surefoot.retrieval.plain import plain_encoder
from surefoot.serving.turn import Mode
from tools.stage import Room, Stage, StageFailed, staged

OURS = {"auto": Mode.AUTO, "quotes": Mode.QUOTES, "model": Mode.MODEL}
THEIRS = {"llamaindex-2": 2, "llamaindex-5": 5}
CONTENDERS = (*OURS, *THEIRS)
QUESTION_SETS = Path(__file__).resolve().parent / "question_sets"
POOLED = "all sets"
Given = tuple[Case, Answer, tuple[Passage, ...]]
Row = dict[str, Any]
_KEPT: TypeAdapter[tuple[str, Answer, tuple[Passage, ...]]] = TypeAdapter(tuple[str, Answer, tuple[Passage, ...]])


@dataclass(frozen=True, slots=True)
class Wanted:
    """What shall be compared."""

    folders: tuple[Path, ...]
    split: str
    model: str
    contenders: tuple[str, ...]
    cases: int | None
    """At most so many of each folder, spread over it; None: all."""

    def of(self, folder: Path) -> list[Case]:
        """The cases of a folder that are played."""
        found = [case for case in load_cases(folder / "cases.jsonl") if self.split in {"all", case.split}]
        if self.cases is None or self.cases >= len(found):
            return found
        return [found[n * len(found) // self.cases] for n in range(self.cases)]


def main() -> None:
    """Compare, and print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="*", type=Path, metavar="FOLDER")
    parser.add_argument("--split", default="test", choices=["dev", "test", "all"])
    parser.add_argument("--model", default="auto")
    parser.add_argument("--contenders", default="auto,quotes,llamaindex-2,llamaindex-5")
    parser.add_argument("--cases", type=int)
    parser.add_argument("--work", type=Path)
    parser.add_argument("--out", type=Path)
    asked = parser.parse_args()
    contenders = tuple(asked.contenders.split(","))
    if unknown := [name for name in contenders if name not in CONTENDERS]:
        parser.error(f"unknown: {', '.join(unknown)}; there are {', '.join(CONTENDERS)}")
    folders = tuple(path.resolve() for path in asked.folders) or standard_folders()
    wanted = Wanted(folders, asked.split, asked.model, contenders, asked.cases)
    try:
        with tempfile.TemporaryDirectory() as scratch:
            found = run(wanted, asked.work.resolve() if asked.work else Path(scratch))
    except StageFailed as error:
        sys.exit(str(error))
    text = json.dumps(found, indent=1, ensure_ascii=False)
    if asked.out:
        asked.out.write_text(f"{text}\n", encoding="utf-8")
    print(text)


def standard_folders() -> tuple[Path, ...]:
    """The shipped assistants and the question sets that are assistants' folders."""
    tops = [path for top in (SHIPPED_ASSISTANTS, QUESTION_SETS) for path in sorted(top.iterdir())]
    return tuple(path for path in tops if (path / "assistant.yaml").is_file() and (path / "cases.jsonl").is_file())


def run(wanted: Wanted, work: Path, engine: Room | None = None) -> Row:
    """Rows of scores by set, contender and category, and rows of comparisons of ours with each of theirs."""
    needs_model = set(wanted.contenders) != {"quotes"}
    judged: dict[tuple[str, str], list[Judged]] = {}
    with staged(wanted.folders, work, wanted.model if needs_model else "none", engine) as stage:
        for folder in wanted.folders:
            for contender in wanted.contenders:
                judged[folder.name, contender] = asyncio.run(_judged(wanted, folder, contender, stage, work))
        model = stage.model().name if needs_model else None
    sets = [*(folder.name for folder in wanted.folders), *([POOLED] if len(wanted.folders) > 1 else [])]
    about = {"split": wanted.split, "model": model}
    rows = [
        {"set": s, **about, **row} for s in sets for c in wanted.contenders for row in _scores(c, _of(judged, s, c))
    ]
    return {
        **about,
        "rows": rows,
        "compared": [{"set": s, **row} for s in sets for row in _compared(wanted, judged, s)],
    }


async def _judged(wanted: Wanted, folder: Path, contender: str, stage: Stage, work: Path) -> list[Judged]:
    """The judgements of one contender on one set; answers that were kept are judged anew, not asked again."""
    by = "" if contender == "quotes" else "-" + re.sub(r"[^\w.-]", "_", stage.model().name)
    kept_in = work / "answers" / f"{folder.name}-{contender}{by}.jsonl"
    cases = wanted.of(folder)
    given = _kept(kept_in, cases)
    missing = [case for case in cases if case.id not in given]
    kept_in.parent.mkdir(parents=True, exist_ok=True)
    with kept_in.open("a", encoding="utf-8") as lines:
        async with aclosing(_asked(contender, folder, missing, stage, work)) as fresh:
            async for case, answer, passages in fresh:
                given[case.id] = (answer, passages)
                lines.write("\n" + _KEPT.dump_json((case.id, answer, passages)).decode())
                lines.flush()
                print(f"{folder.name} {contender}: {len(given)} of {len(cases)}", file=sys.stderr)
    return [stage.judge.judge(case, *given[case.id]) for case in cases]


async def _asked(
    contender: str, folder: Path, cases: Sequence[Case], stage: Stage, work: Path
) -> AsyncGenerator[Given, None]:
    if not cases:
        return
    if contender in OURS:
        spec = stage.app.assistants.get(folder.name)
        async with aclosing(play(stage.app.service, spec, cases, OURS[contender], stage.judge)) as played:
            async for one in played:
                yield one.case, one.answer, one.passages
        return
    from tools.baseline import answers, baseline

    settings = load_settings()
    encode = plain_encoder(stage.encoder_folder, settings.threads)
    theirs = baseline(stage, folder.name, encode, work / "sentences")
    async with aclosing(answers(theirs, cases, THEIRS[contender])) as given:
        async for row in given:
            yield row


def _kept(path: Path, cases: Sequence[Case]) -> dict[str, tuple[Answer, tuple[Passage, ...]]]:
    """Answers that were kept, save to cases whose question has changed since; a line half written is asked again."""
    questions = {case.id: case.question for case in cases}
    return {case: (answer, passages) for case, answer, passages in kept(path) if questions.get(case) == answer.question}


def kept(path: Path) -> Iterator[tuple[str, Answer, tuple[Passage, ...]]]:
    """Cases' ids, answers and passages of a file of kept answers; a line half written is none."""
    for line in path.read_text(encoding="utf-8").split("\n") if path.is_file() else []:
        with suppress(ValidationError):
            yield _KEPT.validate_json(line)


def _of(judged: dict[tuple[str, str], list[Judged]], name: str, contender: str) -> list[Judged]:
    """The judgements on a set, or on all of them with the set's name before each case's id."""
    if name != POOLED:
        return judged[name, contender]
    return [
        one.model_copy(update={"case": f"{of}:{one.case}"})
        for (of, who), found in judged.items()
        if who == contender
        for one in found
    ]


def _scores(contender: str, judged: Sequence[Judged]) -> list[Row]:
    words = {one.case: len(one.answer.split()) for one in judged}
    return [
        {"contender": contender, **rounded(asdict(score)), "words": round(fmean(words.values()), 1)}
        for score in tabulate(judged)
    ]


def _compared(wanted: Wanted, judged: dict[tuple[str, str], list[Judged]], name: str) -> list[Row]:
    pairs = [
        (one, other) for other in wanted.contenders for one in wanted.contenders if one in THEIRS and other in OURS
    ]
    return [
        {"ours": other, "theirs": one, **rounded(asdict(row))}
        for one, other in pairs
        for row in compare(_of(judged, name, one), _of(judged, name, other))
    ]


def rounded(value: Any) -> Any:
    """Its numbers to four places, however deep they lie."""
    if isinstance(value, dict):
        return {name: rounded(inner) for name, inner in value.items()}
    return round(value, 4) if isinstance(value, float) else value


if __name__ == "__main__":
    main()
