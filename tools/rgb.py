"""Plays RGB's questions through the answer path, each over its own given passages and nothing else.

Usage: python -m tools.rgb [SET…] [--data DIR] [--mode quotes|auto|model] [--model NAME] [--cases N]
                           [--work DIR] [--out FILE]

For every row two assistants are made in a scratch folder: one holds the row's positive and negative passages, of which
the question must be answered, and one the negative passages alone, of which it must be refused (Chen et al. 2024,
"Benchmarking large language models in retrieval-augmented generation"). Each passage is a document of its own and is
read, encoded and searched like any other. The sets are en_fact, zh_fact, zh_int and zh_refine of ../shared/data/rgb.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import aclosing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from surefoot.eval.case_run import play
from surefoot.eval.case_scores import tabulate
from surefoot.eval.cases import Case, Category, Expected
from surefoot.eval.judging import Judged
from surefoot.serving.turn import Mode
from tools.answers import rounded
from tools.stage import Stage, StageFailed, staged

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "rgb"
SETS = ("en_fact", "zh_fact", "zh_int", "zh_refine")
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Scene:
    """A question over given passages, with the assistant that holds them."""

    assistant: str
    passages: tuple[str, ...]
    case: Case

    def write(self, top: Path) -> Path:
        """Make the assistant's folder below `top`."""
        folder = top / self.assistant
        (folder / "knowledge").mkdir(parents=True, exist_ok=True)
        declared = f"name: {self.assistant}\ntitle: Given passages\nlanguage: {self.assistant[:2]}\n"
        (folder / "assistant.yaml").write_text(declared, encoding="utf-8")
        for passage in dict.fromkeys(self.passages):
            (folder / "knowledge" / f"{_word(passage)}.txt").write_text(f"{passage}\n", encoding="utf-8")
        return folder


def scenes(name: str, rows: Sequence[Row]) -> Iterator[Scene]:
    """For each row one that can be answered and one that cannot."""
    for number, row in enumerate(rows):
        positive = [text for one in row["positive"] for text in ([one] if isinstance(one, str) else one)]
        facts = [[one] if isinstance(one, str) else list(one) for one in row["answers"]]
        stem = f"{name.replace('_', '-')}-{number:03d}"
        known = _case(row, "answered", facts)
        yield Scene(f"{stem}-known", (*positive, *row["negative"]), known)
        yield Scene(f"{stem}-unknown", tuple(row["negative"]), _case(row, "not_found", []))


def main() -> None:
    """Play, and print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", nargs="*", metavar="SET", help=", ".join(SETS))
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--mode", default="quotes", choices=["quotes", "auto", "model"])
    parser.add_argument("--model", default="auto")
    parser.add_argument("--cases", type=int, help="At most so many rows of each set, spread over it.")
    parser.add_argument("--work", type=Path)
    parser.add_argument("--out", type=Path)
    asked = parser.parse_args()
    if not asked.data.is_dir():
        sys.exit(f"{asked.data} does not exist: name the folder with RGB's sets with --data.")
    model = "none" if asked.mode == "quotes" else asked.model
    try:
        with tempfile.TemporaryDirectory() as scratch:
            work = asked.work.resolve() if asked.work else Path(scratch)
            read = {name: _spread(_rows(asked.data, name), asked.cases) for name in asked.sets or SETS}
            found = run(read, Mode(asked.mode), model, work)
    except StageFailed as error:
        sys.exit(str(error))
    text = json.dumps(found, indent=1, ensure_ascii=False)
    if asked.out:
        asked.out.write_text(f"{text}\n", encoding="utf-8")
    print(text)


def run(read: dict[str, list[Row]], mode: Mode, model: str, work: Path) -> Row:
    """The scores of each set: of the questions that can be answered, of those that cannot, and of all."""
    made = {name: list(scenes(name, rows)) for name, rows in read.items()}
    folders = [scene.write(work / "scenes") for each in made.values() for scene in each]
    rows: list[Row] = []
    with staged(folders, work, model) as stage:
        named = None if model == "none" else stage.model().name
        for name, each in made.items():
            judged = asyncio.run(_judged(name, each, mode, stage))
            rows += [{"set": name, "mode": mode.value, "model": named, **rounded(asdict(s))} for s in tabulate(judged)]
    return {"rows": rows}


async def _judged(name: str, each: Sequence[Scene], mode: Mode, stage: Stage) -> list[Judged]:
    judged: list[Judged] = []
    for scene in each:
        spec = stage.app.assistants.get(scene.assistant)
        async with aclosing(play(stage.app.service, spec, [scene.case], mode, stage.judge)) as played:
            judged += [one.judged async for one in played]
        print(f"{name}: {len(judged)} of {len(each)}", file=sys.stderr)
    return judged


def _case(row: Row, outcome: Expected, facts: list[list[str]]) -> Case:
    category: Category = "simple" if outcome == "answered" else "not_answerable"
    return Case(
        id=f"{row['id']} {outcome}",
        question=row["question"],
        answer=" / ".join(fact[0] for fact in facts) or None,
        facts=facts,
        evidence=[],
        category=category,
        outcome=outcome,
        split="dev",
    )


def _word(text: str) -> str:
    """A file name without figures, so that no passage is taken for another one's newer version."""
    return "".join(chr(ord("a") + byte % 26) for byte in hashlib.sha256(text.encode()).digest()[:12])


def _rows(data: Path, name: str) -> list[Row]:
    path = data / f"{name}.jsonl"
    if not path.is_file():
        raise StageFailed(f"{path} does not exist. Sets: {', '.join(SETS)}.")
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]


def _spread(rows: list[Row], most: int | None) -> list[Row]:
    count = len(rows) if most is None else min(most, len(rows))
    return [rows[n * len(rows) // count] for n in range(count)]


if __name__ == "__main__":
    main()
