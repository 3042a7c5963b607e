"""Runs the full-size measurements and writes them, dated, into docs/results.

Usage: python -m tools.prove [KIND…] [--split test]
       python -m tools.prove answers|rgb|ranking|injection [what the tool takes…]

Without a name all kinds run. `retrieval` searches each question set of ../shared/data that has a corpus and questions,
`ingest`, `search` and `chat` measure speed and memory against their limits, `memory` what the processes take at rest,
`start` the seconds to the first answer, for which the weights must be there, `access` what being let in and standing
in the audit trail cost; these go through the installed
`surefoot` command, as a user would.
`answers` plays the cases of assistants and compares with plain LlamaIndex (tools/answers.py),
`rgb` plays questions over given passages with and without the answer in them (tools/rgb.py).
`ranking` compares the search with BM25 alone and with plain LlamaIndex on public question sets (tools/ranking.py).
`kills` kills a process 50 times while it reads 500 documents, `fuzz` feeds broken and hostile files to every reader.
`injection` plays attacks in documents and in questions through the answer path, on the full sets and
with the embedded model writing (tools/injection.py).
`mutations` tries the check of claims on supported claims with one thing changed (tools/claim_checks.py),
`conflicts` looks for planted contradictions and their look-alikes (tools/conflict_checks.py),
`sentences` holds the check against sentences that were labelled by hand (tools/sentences.py).
`canaries` looks for words of closed documents in what 10,000 questions show (tools/canary_proof.py).
`telemetry` measures live data under load and failures (tools/telemetry_proof.py).
`supply` writes the bill of materials and asks for known vulnerabilities of the locked packages (tools/supply.py).
`first` asks with the model what the shipped assistants suggest and the README asks (tools/first_questions.py).
`faithbench` compares the check with the embeddings alone on summaries marked by people (tools/faithbench.py).
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "docs" / "results"
DATA = ROOT.parent / "shared" / "data"
LANGUAGES = ("en", "de")
TOOLS = ("answers", "rgb", "ranking", "injection")
"""Kinds that print the whole result themselves."""
KILLS, DOCUMENTS = 50, 500
FUZZ_SECONDS = 1_200
Row = dict[str, Any]


def main() -> None:
    """Measure what was asked for."""
    if sys.argv[1:2] and sys.argv[1] in TOOLS:
        _write(sys.argv[1], _told(f"tools.{sys.argv[1]}", *sys.argv[2:]))
        return
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kinds", nargs="*", choices=[*MEASURES, []])
    parser.add_argument("--split", default="test", choices=["dev", "test", "all"])
    asked = parser.parse_args()
    for kind in asked.kinds or MEASURES:
        _write(kind, MEASURES[kind](asked))


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


def _write(kind: str, found: Row) -> None:
    date = datetime.now(UTC).date().isoformat()
    RESULTS.mkdir(parents=True, exist_ok=True)
    text = json.dumps({"kind": kind, "date": date, **found}, indent=1, ensure_ascii=False)
    (RESULTS / f"{date}-{kind}.json").write_text(f"{text}\n", encoding="utf-8")


def _rows(rows: Iterable[Row]) -> Row:
    return {"rows": list(rows)}


MEASURES: dict[str, Callable[[argparse.Namespace], Row]] = {
    "retrieval": lambda _: _rows(row for folder in sorted(DATA.iterdir()) for row in _retrieval(folder)),
    "ingest": lambda _: _rows(_surefoot("bench", "ingest")["rows"]),
    "search": lambda _: _rows(_surefoot("bench", "search")["rows"]),
    "chat": lambda _: _rows(_surefoot("bench", "chat")["rows"]),
    "memory": lambda _: _rows(_surefoot("bench", "memory")["rows"]),
    "start": lambda _: _rows(_surefoot("bench", "start")["rows"]),
    "access": lambda _: _rows(_surefoot("bench", "access")["rows"]),
    "canaries": lambda _: _told("tools.canary_proof"),
    "answers": lambda _: _told("tools.answers"),
    "rgb": lambda _: _told("tools.rgb"),
    "ranking": lambda _: _told("tools.ranking"),
    "injection": lambda _: _told("tools.injection"),
    "mutations": lambda asked: _told("tools.claim_checks", "--split", asked.split),
    "conflicts": lambda asked: _told("tools.conflict_checks", "--split", asked.split),
    "sentences": lambda _: _told("tools.sentences", "check"),
    "first": lambda _: _told("tools.first_questions"),
    "faithbench": lambda _: _told("tools.faithbench"),
    "supply": lambda _: _told("tools.supply"),
    "telemetry": lambda _: _told("tools.telemetry_proof"),
    "kills": lambda _: _rows([_told("tools.kills", "--kills", str(KILLS), "--documents", str(DOCUMENTS))]),
    "fuzz": lambda _: _rows([_fuzzed()]),
}


if __name__ == "__main__":
    main()
