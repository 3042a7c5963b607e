# pyright: basic, reportMissingImports=false
"""Trains the checker, reports it by source, and writes it as int8 ONNX: `make checker` (see docs/guides/checker.md)."""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections import defaultdict
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional

from tools.checker.crafted import kin_swaps, missing_kinds
from tools.checker.model import Checker, from_encoder
from tools.checker.rows import (
    ANSWERABILITY_CAP,
    ANSWERABILITY_CAPS,
    GROUNDEDNESS_CAP,
    Reader,
    Row,
    load,
    sampled,
)

SEED = 19
BATCH, BLOCK = 32, 32
"""Rows of a batch; lengths are padded to multiples of a block, since each new shape costs time."""
RATE, WARM, DECAY = 1.5e-4, 0.06, 0.01
WIKIPEDIA = frozenset({"squad1", "squad2", "squadshifts_wiki", "selqa", "timeqa"})
TRIPLES, SWAPS = 3000, 3000
"""Of crafted rows: a passage with, without, and with another thing's value; and a question with another word's kin."""
SMOOTHING = 0.05
"""Of the labels: some 2 to 6% of the near misses are answerable after all."""


def main() -> None:
    """Train on the first folder with the base of the second, and write into the third."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("data", type=Path, help="folder with train/ and dev/")
    options.add_argument("base", type=Path, help="folder with model.safetensors and tokenizer.json")
    options.add_argument("out", type=Path)
    options.add_argument("--share", type=float, default=1.0, help="of the rows")
    given = options.parse_args()
    torch.manual_seed(SEED)
    torch.set_num_threads(2)
    reader = Reader(given.base / "tokenizer.json")
    rows = training_rows(given.data, reader, given.share)
    model = from_encoder(given.base / "model.safetensors")
    given.out.mkdir(parents=True, exist_ok=True)
    train(model, rows, given.out)
    torch.save(model.state_dict(), given.out / "model.pt")
    report = measured(model, given.data, reader)
    (given.out / "report.json").write_text(json.dumps(report, indent=1), encoding="utf-8")


def training_rows(folder: Path, reader: Reader, share: float) -> list[Row]:
    """All rows that are trained on, in order of their source."""
    dice = random.Random(SEED)  # noqa: S311
    answerability = sampled(load(folder, "train", "answerability"), ANSWERABILITY_CAPS, ANSWERABILITY_CAP, dice)
    groundedness = sampled(load(folder, "train", "groundedness"), {}, GROUNDEDNESS_CAP, dice)
    with_span = [row for row in answerability if row["start"] is not None and row["source"] in WIKIPEDIA]
    answerability += [*missing_kinds(with_span, TRIPLES, dice), *kin_swaps(with_span, SWAPS, dice)]
    rows = [reader.answerability(row, dice) for row in answerability]
    rows += [reader.groundedness(row, dice) for row in groundedness]
    kept = [row for row in rows if row is not None]
    return dice.sample(kept, int(share * len(kept)))


def batches(rows: list[Row], dice: random.Random) -> list[list[Row]]:
    """Rows of like length together, in random order."""
    order = dice.sample(rows, len(rows))
    pools = [order[n : n + 64 * BATCH] for n in range(0, len(order), 64 * BATCH)]
    ordered = [sorted(pool, key=lambda row: len(row.ids)) for pool in pools]
    cut = [pool[n : n + BATCH] for pool in ordered for n in range(0, len(pool), BATCH)]
    dice.shuffle(cut)
    return cut


def tensors(batch: list[Row]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Ids, mask and kinds, padded."""
    width = -(-max(len(row.ids) for row in batch) // BLOCK) * BLOCK
    ids = torch.tensor([row.ids + [0] * (width - len(row.ids)) for row in batch])
    kinds = torch.tensor([row.kinds + [0] * (width - len(row.kinds)) for row in batch])
    mask = torch.tensor([[1] * len(row.ids) + [0] * (width - len(row.ids)) for row in batch])
    return ids, mask, kinds


def loss_of(model: Checker, batch: list[Row]) -> torch.Tensor:
    """The sum of what the three heads get wrong."""
    ids, mask, kinds = tensors(batch)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        answers, span, follows = model(ids, mask, kinds)
    answers, span, follows = answers.float(), span.float(), follows.float()
    span = span.masked_fill((mask == 0)[:, :, None], -1e4)
    total = torch.zeros(())
    asked = torch.tensor([row.answers for row in batch])
    if (known := asked >= 0).any():
        wanted = asked[known] * (1 - 2 * SMOOTHING) + SMOOTHING
        total = total + functional.binary_cross_entropy_with_logits(answers[known], wanted)
    starts, ends = torch.tensor([row.start for row in batch]), torch.tensor([row.end for row in batch])
    if (starts >= 0).any():
        placed = functional.cross_entropy(span[:, :, 0], starts, ignore_index=-1)
        total = total + 0.25 * (placed + functional.cross_entropy(span[:, :, 1], ends, ignore_index=-1))
    claims = torch.tensor([row.follows for row in batch])
    if (claims >= 0).any():
        total = total + 0.7 * functional.cross_entropy(follows, claims, ignore_index=-1, label_smoothing=SMOOTHING)
    return total


def train(model: Checker, rows: list[Row], out: Path) -> None:
    """One epoch; one that was interrupted goes on where it last kept what it had."""
    cut = batches(rows, random.Random(SEED + 1))  # noqa: S311
    optimizer = torch.optim.AdamW(model.parameters_of_layers(), lr=RATE, weight_decay=DECAY)
    warm = max(1, int(WARM * len(cut)))
    done, began, lost = 0, time.monotonic(), []
    if (out / "begun.pt").is_file():
        begun = torch.load(out / "begun.pt")
        model.load_state_dict(begun["model"])
        optimizer.load_state_dict(begun["optimizer"])
        done = begun["done"]
    for step, batch in enumerate(cut):
        if step < done:
            continue
        rate = RATE * min((step + 1) / warm, max(0.02, (len(cut) - step) / (len(cut) - warm)))
        for group in optimizer.param_groups:
            group["lr"] = rate
        loss = loss_of(model, batch)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters_of_layers(), 1.0)
        optimizer.step()
        lost.append(float(loss))
        if step % 25 == 24:
            left = (time.monotonic() - began) / (step + 1 - done) * (len(cut) - step - 1)
            print(
                f"{step + 1}/{len(cut)} loss {np.mean(lost[-100:]):.3f}, {left / 60:.0f} min left",
                file=sys.stderr,
                flush=True,
            )
        if step % 250 == 249:
            begun = {"model": model.state_dict(), "optimizer": optimizer.state_dict(), "done": step + 1}
            torch.save(begun, out / "begun.new")
            (out / "begun.new").replace(out / "begun.pt")
    (out / "begun.pt").unlink(missing_ok=True)


def measured(model: Checker, folder: Path, reader: Reader) -> dict[str, dict[str, float]]:
    """AUROC of `answers` and accuracy of `follows` by source of the dev rows."""
    model.eval()
    report: dict[str, dict[str, float]] = {}
    kept = [r for row in load(folder, "dev", "answerability") if (r := reader.answerability(row, None))]
    scores, labels = outputs(model, kept, "answers"), np.array([r.answers for r in kept])
    report["answers"] = {"all": auroc(scores[labels == 1], scores[labels == 0])}
    homes = defaultdict(list)
    for n, row in enumerate(kept):
        homes[row.source.split(":")[0]].append(n)
    for home, places in sorted(homes.items()):
        mine, right = scores[places], labels[places]
        if 0 < right.sum() < len(right):
            report["answers"][home] = auroc(mine[right == 1], mine[right == 0])
    human = np.array([r.source in ("squad2", "squad2:human") for r in kept])
    report["answers"]["squad2:human"] = auroc(scores[human & (labels == 1)], scores[human & (labels == 0)])
    claims = [r for row in load(folder, "dev", "groundedness") if (r := reader.groundedness(row, None))]
    said, right = outputs(model, claims, "follows"), np.array([r.follows for r in claims])
    report["follows"] = {"all": float((said.argmax(1) == right).mean())}
    for home in sorted({r.source.split(":")[0] for r in claims}):
        places = [n for n, r in enumerate(claims) if r.source.split(":")[0] == home]
        report["follows"][home] = float((said[places].argmax(1) == right[places]).mean())
    report["rows"] = {"answers": len(kept), "follows": len(claims)}
    print(json.dumps(report, indent=1))
    return report


def outputs(model: Checker, rows: list[Row], head: str) -> np.ndarray:
    """Logits of a head for each row."""
    order = sorted(range(len(rows)), key=lambda n: len(rows[n].ids))
    found: dict[int, np.ndarray] = {}
    with torch.inference_mode(), torch.autocast("cpu", dtype=torch.bfloat16):
        for n in range(0, len(order), BATCH):
            places = order[n : n + BATCH]
            answers, _, follows = model(*tensors([rows[place] for place in places]))
            made = (answers if head == "answers" else follows).float().numpy()
            found.update(zip(places, made, strict=True))
    return np.array([found[n] for n in range(len(rows))])


def auroc(yes: np.ndarray, no: np.ndarray) -> float:
    """Chance that one of the first is above one of the second."""
    return float((yes[:, None] > no[None, :]).mean() + (yes[:, None] == no[None, :]).mean() / 2)


if __name__ == "__main__":
    main()
