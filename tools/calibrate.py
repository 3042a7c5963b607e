"""Fits what decides whether evidence suffices, on development data alone, and freezes it by a hash.

Usage: python -m tools.calibrate [--model NAME] [--most N] [--work DIR]

Each development case of the shipped assistants and of tools/question_sets/office is searched as it is, and each
answerable one a second time without the documents that hold its answer; so is half of XQuAD's English questions, where
../shared/data is there. A logistic regression over the features of `surefoot.retrieval.answerability` tells the
answerable from the others, and with --model a second one weighs in what the model says of each. The thresholds are
those at which most of the answerable dev cases are answered. Test cases are not looked at.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from surefoot.retrieval.answerability import CALIBRATION, FEATURES, FILE, Weighing, calibration_hash
from surefoot.serving.models.chat_model import ChatModel
from surefoot.serving.packing import pack
from surefoot.serving.probing import Probe, worth_asking
from surefoot.serving.prompts import SHARED, load_prompt, render
from tools.looks import FOLDERS, XQUAD, Look, looks_at, xquad
from tools.stage import staged

ANSWERED = 0.889
"""Share of the answerable dev cases that are answered where no model is asked: all that is said then are quotes."""
ANSWERED_ASKED = 0.8
"""The same where one is, of those of which it is asked: where as many of the others are refused (see eval/LOG.md)."""
SURELY = 0.75
"""Share of the answerable that may claim full support."""
HOPELESS = 0.005
"""Share of the answerable of which a model is not even asked."""
CERTAIN = 0.98
"""Share of the answered that are answerable, from which a model need not be asked."""
RIDGE = 2.0
TOKENS = 350
"""Of evidence in a prompt, as an assistant has it that declares nothing else."""
Numbers = NDArray[np.float64]
Said = tuple[float, float] | None
"""The model's log odds, or None where it is not asked."""


def main() -> None:
    """Fit, and write the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default="none")
    parser.add_argument("--most", type=int, default=150, help="looks of each kind that the model is asked about")
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "surefoot-calibrate")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folders = [*FOLDERS, *([xquad(Path(made))] if XQUAD.is_dir() else [])]
        with staged(folders, asked.work, asked.model) as stage:
            looks = [look for folder in folders for look in looks_at(stage, folder)]
            print(f"{len(looks)} looks", file=sys.stderr)
            values = _evidence(looks)
            said = (
                asyncio.run(
                    _said(stage.model(), looks, asked.most, stage.app.library.keeper.encoders.first.dense.count_tokens)
                )
                if asked.model != "none"
                else None
            )
    values["probe"] = _probe(looks, values, said) if said else _kept(CALIBRATION.probe)
    values |= {"date": datetime.now(UTC).date().isoformat(), "fitted_on": _counts(looks)}
    values["hash"] = calibration_hash(values)
    FILE.write_text(json.dumps(values, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(values, indent=1))


async def _said(model: ChatModel, looks: Sequence[Look], most: int, count: Callable[[str], int]) -> list[Said]:
    """The model's log odds for at most so many looks of each kind, spread evenly; of XQuAD's for none."""
    probe, prompt = Probe.of(SHARED), load_prompt("answer", SHARED)
    said: list[Said] = []
    chosen = _spread(looks, most)
    for number, look in enumerate(looks):
        if number not in chosen or not worth_asking(look.evidence.judgement):
            said.append(None)
            continue
        packed = pack(look.evidence.highlights, TOKENS, count)
        said.append(await probe.said(model, render(prompt, packed.items, look.question), len(packed.items)))
        print(f"\r{number + 1} of {len(looks)}", end="", file=sys.stderr)
    return said


def _spread(looks: Sequence[Look], most: int) -> set[int]:
    """Places of at most so many looks of each kind, as far apart as can be."""
    chosen: set[int] = set()
    for kind in ("answerable", "unanswerable", "left_out"):
        places = [n for n, look in enumerate(looks) if look.kind == kind and look.group != "xquad"]
        step = max(1.0, len(places) / most)
        chosen |= {places[int(n * step)] for n in range(min(most, len(places)))}
    return chosen


def _evidence(looks: Sequence[Look]) -> dict[str, Any]:
    """The regression over the evidence's features, and its thresholds."""
    rows = np.array([look.evidence.judgement.features for look in looks])
    fitted = _fit(rows, looks)
    chances = 1 / (1 + np.exp(-(fitted[0] + rows @ fitted[1:])))
    own, answerable = _own(looks), np.array([look.answerable for look in looks])
    yes = chances[own & answerable]
    sure = [c for c in np.sort(chances[own]) if answerable[own & (chances >= c)].mean() >= CERTAIN]
    print(f"AUROC of the evidence on dev cases: {_auroc(chances[own], answerable[own]):.3f}", file=sys.stderr)
    return {
        "features": {name: round(float(w), 4) for name, w in zip(FEATURES, fitted[1:], strict=True)},
        "intercept": round(float(fitted[0]), 4),
        "enough": round(float(np.quantile(yes, 1 - ANSWERED)), 4),
        "sure": round(float(np.quantile(yes, 1 - SURELY)), 4),
        "on_topic": CALIBRATION.on_topic,
        "hopeless": round(float(np.quantile(yes, HOPELESS)), 4),
        "certain": round(float(sure[0]) if sure else 1.0, 4),
    }


def _probe(looks: Sequence[Look], values: dict[str, Any], said: Sequence[Said]) -> dict[str, float]:
    """The regression over the evidence's log odds and the model's, and its thresholds."""
    asked = [n for n, odds in enumerate(said) if odds is not None]
    some = [looks[n] for n in asked]
    weights = np.array(list(values["features"].values()))
    z = np.array([values["intercept"] + np.dot(look.evidence.judgement.features, weights) for look in some])
    rows = np.column_stack([z, np.array([said[n] for n in asked], dtype=np.float64)])
    fitted = _fit(rows, some)
    chances = 1 / (1 + np.exp(-(fitted[0] + rows @ fitted[1:])))
    own, answerable = _own(some), np.array([look.answerable for look in some])
    yes = chances[own & answerable]
    print(f"AUROC with the model on dev cases: {_auroc(chances[own], answerable[own]):.3f}", file=sys.stderr)
    for name, column in (("states", 1), ("where", 2)):
        print(f"AUROC of {name} alone: {_auroc(rows[own, column], answerable[own]):.3f}", file=sys.stderr)
    enough = float(np.quantile(yes, 1 - ANSWERED_ASKED))
    print(
        f"refused of the others at that threshold: {(chances[own & ~answerable] < enough).mean():.3f}", file=sys.stderr
    )
    return {
        "intercept": round(float(fitted[0]), 4),
        "evidence": round(float(fitted[1]), 4),
        "states": round(float(fitted[2]), 4),
        "where": round(float(fitted[3]), 4),
        "enough": round(enough, 4),
        "sure": round(float(np.quantile(yes, 1 - SURELY)), 4),
    }


def _fit(rows: Numbers, looks: Sequence[Look]) -> Numbers:
    """Intercept and weights of a ridge logistic regression, by Newton's method; groups and answers weigh alike."""
    kinds = [(look.group == "xquad", look.answerable) for look in looks]
    weight = np.array([1 / kinds.count(kind) for kind in kinds])
    weight *= len(looks) / weight.sum()
    target = np.array([float(look.answerable) for look in looks])
    table = np.column_stack([np.ones(len(rows)), rows])
    ridge = RIDGE * np.diag([0.0, *([1.0] * rows.shape[1])])
    found = np.zeros(table.shape[1])
    for _ in range(50):
        chance = 1 / (1 + np.exp(-table @ found))
        slope = table.T @ (weight * (target - chance)) - ridge @ found
        curve = (table * (weight * chance * (1 - chance))[:, None]).T @ table + ridge
        found = found + np.linalg.solve(curve, slope)
    return found


def _own(looks: Sequence[Look]) -> NDArray[np.bool_]:
    return np.array([look.group != "xquad" for look in looks])


def _auroc(chances: Numbers, answerable: NDArray[np.bool_]) -> float:
    yes, no = chances[answerable], chances[~answerable]
    above = (yes[:, None] > no[None, :]).mean() + (yes[:, None] == no[None, :]).mean() / 2
    return float(above)


def _kept(probe: Weighing) -> dict[str, float]:
    return {name: getattr(probe, name) for name in ("intercept", "evidence", "states", "where", "enough", "sure")}


def _counts(looks: Sequence[Look]) -> dict[str, int]:
    groups = dict.fromkeys(look.group for look in looks)
    return {group: sum(look.group == group for look in looks) for group in groups}


if __name__ == "__main__":
    main()
