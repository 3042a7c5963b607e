"""Fits what decides whether evidence suffices, on development data alone, and freezes it by a hash.

Usage: python -m tools.calibrate [--model NAME] [--most N] [--figures] [--work DIR]

Each development case of the shipped assistants and of tools/question_sets (those in other people's voices, too) is
searched as it is, and each answerable one a second time without the documents that hold its answer. One logistic
regression tells from the checker's reading which sentence answers, a second one whether any does; with --model two more
weigh in what the model says: it is called supported where both, the reading alone and with the model's word, are sure.
What may be called supported or probable is set by risk control (see `surefoot.eval.risk_control`), or where that proves
nothing by what is likelier than not or was observed, from chances of which each comes from weights fitted without its
case.
--figures fits the figures of the evidence anew, too, with half of XQuAD's English questions, where ../shared/data is
there; what a model's word then weighs beside the figures alone stays. Test cases are not looked at.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from surefoot.eval.risk_control import NEVER, SPLITS, TARGET, Judged, controlled, held, observed
from surefoot.retrieval.answerability import CALIBRATION, CLOSE, FEATURES, FILE, calibration_hash, logit
from surefoot.retrieval.checker import Checker
from surefoot.retrieval.close_reading import CLOSELY, values
from surefoot.retrieval.highlights import Highlight
from surefoot.retrieval.units import Unit
from surefoot.serving.models.chat_model import ChatModel
from surefoot.serving.packing import pack
from surefoot.serving.probing import CONFIRM, Confirmed, Probe, worth_asking
from surefoot.serving.prompts import SHARED, load_prompt, render
from tools.looks import FOLDERS, XQUAD, Look, looks_at, xquad
from tools.stage import Stage, staged

ANSWERED = 0.889
"""Share of the answerable dev cases that are answered where no model is asked: all that is said then are quotes."""
ANSWERED_CLOSELY = 0.85
"""The same where the checker has read them."""
ANSWERED_ASKED = 0.8
"""The same where one is, of those of which it is asked: where as many of the others are refused (see eval/LOG.md)."""
SURELY = 0.75
"""Share of the answerable that are so likely that it is worth asking back."""
PROBABLY = 0.3
"""Share of what is said to answer probably that may be wrong."""
EVEN = 0.5
"""Doubt with which a threshold is set where that of `risk_control` allows none."""
CONFIRM_FROM = 0.15
"""Chance that the first sentence answers from which a model is asked to confirm it."""
FOLDS = 5
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


@dataclass(frozen=True, slots=True)
class Candidates:
    """The sentences of a look that the checker read."""

    look: Look
    highlights: Sequence[Highlight]
    values: Numbers
    """Shape (len(highlights), len(CLOSE))."""
    right: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Chances:
    """That what stands first answers, by which it is called supported or probable; each of shape (looks,)."""

    sure: Numbers
    probable: Numbers


def main() -> None:
    """Fit, and write the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default="none")
    parser.add_argument("--most", type=int, default=150, help="looks of each kind the model reads; 0: that fit stays")
    parser.add_argument("--figures", action="store_true", help="fit the figures of the evidence anew, too")
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "surefoot-calibrate")
    asked = parser.parse_args()
    fitted: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as made:
        folders = [*FOLDERS, *([xquad(Path(made))] if asked.figures and XQUAD.is_dir() else [])]
        with staged(folders, asked.work, asked.model) as stage:
            looks = [look for folder in folders for look in looks_at(stage, folder)]
            print(f"{len(looks)} looks", file=sys.stderr)
            own = [look for look in looks if look.group != "xquad"]
            if asked.figures:
                fitted |= _evidence(looks) | _made(looks)
            fitted["close"] |= _close(stage, own, asked) | _made(own)
    fitted["hash"] = calibration_hash(fitted)
    FILE.write_text(json.dumps(fitted, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(fitted, indent=1))


def _close(stage: Stage, looks: Sequence[Look], asked: argparse.Namespace) -> dict[str, Any]:
    """The regressions over the checker's reading, those with a model's word, and their thresholds."""
    read = [_candidates(stage, look) for look in looks]
    fitted, odds = _each(read)
    best, first = [int(z.argmax()) for z in odds], np.array([float(z.max()) for z in odds])
    right = np.array([bool(one.right[n]) for one, n in zip(read, best, strict=True)])
    answerable = np.array([look.answerable for look in looks])
    print(f"right first: {right[answerable].mean():.3f} of {answerable.sum()}; AUROC {_auroc(first, right):.3f}")
    rows = np.column_stack([[_figures(look) for look in looks], first])
    whole, chances = _crossed(rows, answerable, looks)
    chances = np.maximum(chances, _chance(first))  # as `judge` takes it
    print(f"AUROC of an answer: {_auroc(chances, answerable):.3f}")
    found: dict[str, Any] = {
        "features": _rounded(dict(zip(CLOSE, fitted[1:], strict=True))),
        "intercept": round(float(fitted[0]), 4),
        "answerable": [round(float(w), 4) for w in whole],
        "confirm_from": CONFIRM_FROM,
        "enough": round(_at(chances[answerable], ANSWERED_CLOSELY), 4),
        "hopeless": round(float(np.quantile(chances[answerable], HOPELESS)), 4),
    } | _thresholds("by the reading alone", looks, Chances(_chance(first), _chance(first)), right)
    print(f"refused of the others: {(chances[~answerable] < found['enough']).mean():.3f}")
    if asked.model == "none":
        return found
    model = stage.model()
    worth = [n for n in range(len(looks)) if _chance(first)[n] >= CONFIRM_FROM]
    units = [(looks[n].evidence.question.text, read[n].highlights[best[n]].unit) for n in worth]
    said, trained = asyncio.run(_confirmed(model, units))
    some = [looks[n] for n in worth]
    weights, sure = _crossed(np.column_stack([first[worth], said]), right[worth], some)
    print(f"AUROC of right first, where a model is asked: {_auroc(sure, right[worth]):.3f}; its word alone: ", end="")
    print(f"{_auroc(said, right[worth]):.3f}")
    agreed = Chances(np.minimum(sure, _chance(first[worth])), sure)  # as `Judgement.sure` takes it
    levels = _thresholds("with the model's word", some, agreed, right[worth])
    weighed = {"weights": [round(float(w), 4) for w in weights], **levels}
    named = {"adapter": next(one for one in model.adapters if one.partition("@")[0] == CONFIRM)} if trained else {}
    found["adapter" if trained else "examples"] = weighed | named
    if asked.most:
        count = stage.app.library.keeper.encoders.first.dense.count_tokens
        found["probe"] = _probe(looks, chances, asyncio.run(_said(model, looks, asked.most, count)))
    return found


def _candidates(stage: Stage, look: Look) -> Candidates:
    checker = Checker(stage.encoder_folder)
    some = [h for h in look.evidence.highlights if h.closely] or list(look.evidence.highlights[:CLOSELY])
    right = np.array([look.right(highlight) for highlight in some])
    return Candidates(look, some, values(checker, look.evidence.question.text, some), right)


def _each(read: Sequence[Candidates]) -> tuple[Numbers, list[Numbers]]:
    """The weights over all, and each sentence's log odds by weights that were fitted without its case."""
    folds = [_fold(one.look) for one in read]
    odds: list[Numbers] = [np.zeros(0)] * len(read)
    for fold in range(FOLDS):
        others = [one for one, its in zip(read, folds, strict=True) if its != fold]
        fitted = _fit(np.vstack([one.values for one in others]), np.concatenate([one.right for one in others]))
        for n, one in enumerate(read):
            if folds[n] == fold:
                odds[n] = fitted[0] + one.values @ fitted[1:]
    return _fit(np.vstack([one.values for one in read]), np.concatenate([one.right for one in read])), odds


def _crossed(rows: Numbers, target: NDArray[np.bool_], looks: Sequence[Look]) -> tuple[Numbers, Numbers]:
    """The weights over all, and the chances by weights that were fitted without a look's case."""
    folds = np.array([_fold(look) for look in looks])
    chances = np.zeros(len(rows))
    for fold in range(FOLDS):
        fitted = _fit(rows[folds != fold], target[folds != fold])
        chances[folds == fold] = _chance(fitted[0] + rows[folds == fold] @ fitted[1:])
    return _fit(rows, target), chances


def _fold(look: Look) -> int:
    return int(hashlib.sha256(f"fold {look.case.id}".encode()).hexdigest(), 16) % FOLDS


def _thresholds(how: str, looks: Sequence[Look], chances: Chances, right: NDArray[np.bool_]) -> dict[str, float]:
    """From which chance an answer is supported and probable, and what comes of it, in all and by group.

    Where the cases are too few to prove it, the threshold is one of which it is likelier than not, or else was seen.
    """
    found: dict[str, float] = {}
    for name, target, own in (("sure", TARGET, chances.sure), ("probable", PROBABLY, chances.probable)):
        answers = [Judged(float(chance), bool(ok)) for chance, ok in zip(own, right, strict=True)]
        proven, likelier = controlled(answers, target), controlled(answers, target, EVEN)
        seen = observed(answers, target)
        print(f"{name} {how}: proven {proven}; likelier than not {likelier}; observed {seen}; ", end="")
        print(f"held in {held(answers, target)} of {SPLITS} splits; proven at twice {controlled(answers, 2 * target)}")
        least = next((one.threshold for one in (proven, likelier, seen) if one.supported), NEVER)
        for group in dict.fromkeys(look.group for look in looks):
            called = [a for a, look in zip(answers, looks, strict=True) if look.group == group and a.chance >= least]
            print(f"  {group}: {len(called)} {name}, {sum(not a.right for a in called)} wrong")
        for level in (0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3):
            called = [a for a in answers if a.chance >= level]
            print(f"  from {level}: {len(called)}, {sum(not a.right for a in called)} wrong")
        found[name] = round(least, 4)
    return found


async def _confirmed(model: ChatModel, asked: Sequence[tuple[str, Unit]]) -> tuple[Numbers, bool]:
    """The model's log odds of each, and whether it had the adapter."""
    probe = Probe.of(SHARED)
    said: list[Confirmed] = []
    for number, (question, unit) in enumerate(asked, start=1):
        said.append(await probe.confirmed(model, question, unit, model.adapted(CONFIRM)))
        print(f"\r{number} of {len(asked)}", end="", file=sys.stderr)
    return np.array([one.odds for one in said]), all(one.trained for one in said)


def _figures(look: Look) -> float:
    """The log odds of the evidence by its figures alone."""
    return CALIBRATION.intercept + float(np.dot(look.evidence.judgement.features, CALIBRATION.weights))


def _at(chances: Numbers, share: float) -> float:
    """The chance that this share reaches."""
    return float(np.quantile(chances, 1 - share))


def _chance(odds: Numbers) -> Numbers:
    return 1 / (1 + np.exp(-odds))


def _rounded(values: dict[str, float]) -> dict[str, float]:
    return {name: round(float(value), 4) for name, value in values.items()}


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
        said.append(await probe.said(model, render(prompt, packed.items, look.case.question), len(packed.items)))
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
    fitted = _fit(rows, np.array([look.answerable for look in looks]), _alike(looks))
    chances = _chance(fitted[0] + rows @ fitted[1:])
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


def _probe(looks: Sequence[Look], chances: Numbers, said: Sequence[Said]) -> dict[str, float]:
    """The regression over the chance of an answer and the model's log odds, and its threshold."""
    asked = [n for n, odds in enumerate(said) if odds is not None]
    some, answerable = [looks[n] for n in asked], np.array([looks[n].answerable for n in asked])
    rows = np.column_stack([[logit(chances[n]) for n in asked], np.array([said[n] for n in asked], dtype=np.float64)])
    fitted, heard = _crossed(rows, answerable, some)
    print(f"AUROC of an answer with the model: {_auroc(heard, answerable):.3f}")
    for name, column in (("states", 1), ("where", 2)):
        print(f"AUROC of {name} alone: {_auroc(rows[:, column], answerable):.3f}")
    enough = _at(heard[answerable], ANSWERED_ASKED)
    print(f"refused of the others at that threshold: {(heard[~answerable] < enough).mean():.3f}")
    return _rounded(dict(zip(("intercept", "evidence", "states", "where"), fitted, strict=True)) | {"enough": enough})


def _fit(rows: Numbers, target: NDArray[np.bool_], weight: Numbers | None = None) -> Numbers:
    """Intercept and weights of a ridge logistic regression, by Newton's method."""
    weight = np.ones(len(rows)) if weight is None else weight
    table = np.column_stack([np.ones(len(rows)), rows])
    ridge = RIDGE * np.diag([0.0, *([1.0] * rows.shape[1])])
    found = np.zeros(table.shape[1])
    for _ in range(50):
        chance = _chance(table @ found)
        slope = table.T @ (weight * (target - chance)) - ridge @ found
        curve = (table * (weight * chance * (1 - chance))[:, None]).T @ table + ridge
        found = found + np.linalg.solve(curve, slope)
    return found


def _alike(looks: Sequence[Look]) -> Numbers:
    """A weight for each look, so that groups and answers weigh alike."""
    kinds = [(look.group == "xquad", look.answerable) for look in looks]
    weight = np.array([1 / kinds.count(kind) for kind in kinds])
    return weight * len(looks) / weight.sum()


def _own(looks: Sequence[Look]) -> NDArray[np.bool_]:
    return np.array([look.group != "xquad" for look in looks])


def _auroc(chances: Numbers, answerable: NDArray[np.bool_]) -> float:
    yes, no = chances[answerable], chances[~answerable]
    above = (yes[:, None] > no[None, :]).mean() + (yes[:, None] == no[None, :]).mean() / 2
    return float(above)


def _made(looks: Sequence[Look]) -> dict[str, Any]:
    """When the numbers were fitted, and on how many looks of each group."""
    groups = dict.fromkeys(look.group for look in looks)
    counts = {group: sum(look.group == group for look in looks) for group in groups}
    return {"date": datetime.now(UTC).date().isoformat(), "fitted_on": counts}


if __name__ == "__main__":
    main()
