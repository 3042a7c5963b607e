"""Checks the live cases of the fleet against the simulator's truth, and plays them against an assistant.

Usage: python -m tools.live_cases [--write] [--answer MODULE:FUNCTION [--scene FOLDER] [--split dev|test]]

Without options, works out anew what is right for each case and says where the files differ; --write puts it there.
--answer names a function that takes the scene's store of records and gives a function of a question and of what was
asked before it, which gives a LiveAnswer. The totals of all cases are printed as JSON, and the single dev cases that
went amiss: those of the test split are nobody's to read.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

from surefoot.eval.live_cases import Answering, LiveCase, Scored, expectation, load_live_cases, play, tabulate
from surefoot.eval.live_facts import FleetTruth
from surefoot.eval.live_groups import Groups
from surefoot.eval.live_scene import NOW, scene, simulator
from surefoot.eval.live_verdicts import Verdict
from surefoot.retrieval.records.store import RecordStore

CASES = Path(__file__).resolve().parent / "question_sets" / "fleet_live"
SCENES = Path.home() / ".cache" / "surefoot" / "scenes"
SPLITS = ("dev", "test")


def main() -> None:
    """Check, write or play; exits with 1 where the files differ from the truth."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="write what is right into the files")
    parser.add_argument("--answer", help="play the cases against this function, as package.module:function")
    parser.add_argument("--scene", type=Path, default=SCENES, help="where the scene's store is kept")
    parser.add_argument("--split", choices=SPLITS, help="play the cases of one split alone")
    parser.add_argument("--result", type=Path, help="keep the totals in this file too")
    parser.add_argument("--kind", help="play the cases of one kind alone")
    asked = parser.parse_args()
    if asked.answer:
        splits = (asked.split,) if asked.split else SPLITS
        cases = load_live_cases(CASES / f"{split}.jsonl" for split in splits)
        totals = played(asked.answer, asked.scene, [case for case in cases if asked.kind in {None, case.kind}])
        if asked.result:
            kept = {
                "kind": "live-cases",
                "date": f"{datetime.now(UTC):%Y-%m-%d}",
                "answered_by": asked.answer,
                "rows": totals,
            }
            asked.result.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
        return
    differing = sum(checked(CASES / f"{split}.jsonl", write=asked.write) for split in SPLITS)
    sys.exit(1 if differing and not asked.write else 0)


def checked(path: Path, *, write: bool) -> int:
    """Compare a file with the truth, and write it anew if asked; how many cases differ."""
    groups = Groups(FleetTruth(simulator(), NOW))
    cases = load_live_cases([path])
    right = {case.id: expectation(case, groups) for case in cases}
    differing = [case.id for case in cases if case.expect != right[case.id]]
    print(f"{path.name}: {len(cases)} cases, {dict(Counter(case.kind for case in cases))}, differing: {differing}")
    if write:
        path.write_text("".join(line(case, right[case.id]) for case in cases), encoding="utf-8")
    return len(differing)


def line(case: LiveCase, right: dict[str, object]) -> str:
    """A case as a line of its file."""
    kept = case.model_dump(mode="json", exclude_defaults=True) | {"truth": None, "expect": right}
    if case.truth is not None:
        kept["truth"] = case.truth.model_dump(mode="json", exclude_defaults=True)
    return json.dumps(kept, ensure_ascii=False) + "\n"


def played(name: str, folder: Path, cases: Sequence[LiveCase]) -> list[dict[str, Any]]:
    """Play the cases, print what came of them, and give the totals."""
    module, function = name.split(":")
    make: Callable[[RecordStore], Answering] = getattr(import_module(module), function)
    store = scene(folder)
    try:
        scored = play(cases, make(store))
    finally:
        store.close()
    totals = [asdict(one) for one in tabulate(scored)]
    print(json.dumps(totals, indent=1))
    print(
        *map(amiss, (one for one in scored if one.verdict is not Verdict.RIGHT and one.case.split == "dev")), sep="\n"
    )
    return totals


def amiss(one: Scored) -> str:
    """What went amiss in a case, in one line."""
    return f"{one.case.id} {one.verdict}: {' / '.join((*one.case.before, one.case.question))} ({one.reason})"


if __name__ == "__main__":
    main()
