"""Runs the full-size measurements and writes them, dated, into docs/results.

Usage: python tools/prove.py [KIND…] [--split test] [--mode both|quotes|model]

Without a name all kinds run. `cases` plays each assistant's cases, `retrieval` searches each question set of
../shared/data that has a corpus and questions, `ingest` and `search` measure speed and memory against their limits;
these go through the installed `surefoot` command, as a user would. `kills` kills a process 50 times while it reads 500
documents, `fuzz` feeds broken and hostile files to every reader.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "docs" / "results"
DATA = ROOT.parent / "shared" / "data"
LANGUAGES = ("en", "de")
ASSISTANTS = ("fleet", "support", "compliance")
KINDS = ["cases", "retrieval", "ingest", "search", "kills", "fuzz"]
KILLS, DOCUMENTS = 50, 500
FUZZ_SECONDS = 1_200
Row = dict[str, Any]


def main() -> None:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kinds", nargs="*", choices=[*KINDS, []])
    parser.add_argument("--split", default="test", choices=["dev", "test", "all"])
    parser.add_argument("--mode", default="both", choices=["both", "quotes", "model"])
    asked = parser.parse_args()
    kinds = asked.kinds or KINDS
    if "cases" in kinds:
        _write("cases", [row for name in ASSISTANTS for row in _cases(name, asked.split, asked.mode)])
    if "retrieval" in kinds:
        _write("retrieval", [row for folder in sorted(DATA.iterdir()) for row in _retrieval(folder)])
    for kind in ("ingest", "search"):
        if kind in kinds:
            _write(kind, _surefoot("bench", kind)["rows"])
    if "kills" in kinds:
        _write("kills", [_told("tools.kills", "--kills", str(KILLS), "--documents", str(DOCUMENTS))])
    if "fuzz" in kinds:
        _write("fuzz", [_fuzzed()])


def _cases(assistant: str, split: str, mode: str) -> list[Row]:
    found = _surefoot("eval", "run", "--assistant", assistant, "--split", split, "--mode", mode)
    return [{"assistant": assistant, "split": split, **score} for score in found["scores"]]


def _retrieval(folder: Path) -> Iterator[Row]:
    """The scores of a question set; of one in many languages, each of LANGUAGES with its own corpus."""
    corpus, questions = (_lines(folder / name) for name in ("corpus.jsonl", "questions.jsonl"))
    if not corpus or not any(json.loads(line).get("relevant") for line in questions[:1]):
        return
    if "lang" not in json.loads(questions[0]):
        yield _scores(folder.name, corpus, questions)
        return
    for language in LANGUAGES:
        mark = f'"id": "{language}:'
        own = ([line for line in lines if mark in line] for lines in (corpus, questions))
        yield _scores(f"{folder.name} {language}", *own)


def _scores(name: str, corpus: list[str], questions: list[str]) -> Row:
    with tempfile.TemporaryDirectory() as scratch:
        (Path(scratch) / "corpus.jsonl").write_text("\n".join(corpus), encoding="utf-8")
        (Path(scratch) / "questions.jsonl").write_text("\n".join(questions), encoding="utf-8")
        return {"set": name, **_surefoot("eval", "retrieval", scratch)}


def _lines(path: Path) -> list[str]:
    return [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()] if path.is_file() else []


def _surefoot(*arguments: str) -> Mapping[str, Any]:
    command = [str(Path(sys.executable).with_name("surefoot")), *arguments, "--json"]
    print(" ".join(command[1:]), file=sys.stderr)
    run = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(run.stdout)


def _told(module: str, *arguments: str) -> Row:
    """The JSON object that a tool prints."""
    print(module, *arguments, file=sys.stderr)
    run = subprocess.run(
        [sys.executable, "-m", module, *arguments], stdout=subprocess.PIPE, text=True, check=True, cwd=ROOT
    )
    return json.loads(run.stdout)


def _fuzzed() -> Row:
    with tempfile.TemporaryDirectory() as scratch:
        out = Path(scratch) / "fuzz.json"
        command = [sys.executable, "-m", "tools.fuzz", "--seconds", str(FUZZ_SECONDS), "--out", str(out)]
        subprocess.run(command, stdout=sys.stderr, check=True, cwd=ROOT)
        return json.loads(out.read_text(encoding="utf-8"))


def _write(kind: str, rows: list[Row]) -> None:
    date = datetime.now(UTC).date().isoformat()
    RESULTS.mkdir(parents=True, exist_ok=True)
    text = json.dumps({"kind": kind, "date": date, "rows": rows}, indent=1, ensure_ascii=False)
    (RESULTS / f"{date}-{kind}.json").write_text(f"{text}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
