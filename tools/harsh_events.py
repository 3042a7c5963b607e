"""Measures harsh events on labelled recordings of real drives, with the accelerometer and without it.

Usage: python -m tools.harsh_events [--write] [--data ../shared/data/telemetry_nds]

Prints one JSON object; --write keeps it in docs/results as well, dated. With the accelerometer the product's events are
compared with the labels one by one. Without it, the product's estimate and the plain change of speed are compared at
each threshold, at the best one of each, and with the threshold of each drive chosen on the other drives. Beside them
stands the accelerometer itself without its short knocks and its tilt, which is about the most that can be had without.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from surefoot.eval.harsh_events import (
    LIMIT_G,
    THRESHOLDS_G,
    Counted,
    Drive,
    Table,
    counted,
    estimate_score,
    exact,
    f1_by_threshold,
    left_out,
    plain_score,
    product_counts,
    read_drives,
    smoothed_score,
)
from surefoot.eval.intervals import Estimate, ratio, ratio_difference

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT.parent / "shared" / "data" / "telemetry_nds"
ESTIMATE, PLAIN = "estimate", "speed difference"
WAYS = {ESTIMATE: estimate_score, PLAIN: plain_score, "accelerometer, smoothed and levelled": smoothed_score}


def main() -> None:
    """Measure, print, and write if asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--data", type=Path, default=DATA)
    asked = parser.parse_args()
    if not asked.data.is_dir():
        raise SystemExit(f"{asked.data} does not exist: the recordings are not shipped, see ../shared/data/README.md.")
    date = datetime.now(UTC).date().isoformat()
    text = json.dumps({"kind": "harsh-events", "date": date, **measured(read_drives(asked.data))}, indent=1)
    print(text)
    if asked.write:
        (ROOT / "docs" / "results" / f"{date}-harsh-events.json").write_text(f"{text}\n", encoding="utf-8")


def measured(drives: Sequence[Drive]) -> dict[str, Any]:
    """All figures of these drives."""
    tables = {way: counted(drives, score) for way, score in WAYS.items()}
    chosen = {way: left_out(table) for way, table in tables.items()}
    low, high = ratio_difference(*([cell.halves for cell in chosen[way]] for way in (PLAIN, ESTIMATE)))
    return {
        "drives": len(drives),
        "rows": [
            {"what": "with the accelerometer", **exact(drives)},
            *(_at(way, "each drive at the best threshold of the others", cells) for way, cells in chosen.items()),
            *(_best(way, table) for way, table in tables.items()),
            _at(ESTIMATE, "as shipped", [product_counts(drive) for drive in drives]),
            _at(PLAIN, f"{LIMIT_G} g", [row[THRESHOLDS_G.index(LIMIT_G)] for row in tables[PLAIN]]),
        ],
        "f1_gained": {"low": low, "high": high},
        "by_threshold": {way: list(_curve(table)) for way, table in tables.items()},
    }


def _best(way: str, table: Table) -> dict[str, Any]:
    best = int(np.argmax(f1_by_threshold(table)))
    return _at(way, f"best threshold on all drives, {THRESHOLDS_G[best]:.2f} g", [row[best] for row in table])


def _at(way: str, what: str, cells: Sequence[Counted]) -> dict[str, Any]:
    """Precision, recall and F1, each with an interval that draws whole drives."""
    precision = ratio([(cell.matched, cell.found) for cell in cells])
    recall = ratio([(cell.matched, cell.labelled) for cell in cells])
    return {
        "what": "without the accelerometer",
        "way": way,
        "threshold": what,
        **{name: sum(getattr(cell, name) for cell in cells) for name in ("matched", "found", "labelled")},
        "precision": _told(precision),
        "recall": _told(recall),
        "f1": _told(ratio([cell.halves for cell in cells])),
    }


def _told(estimate: Estimate | None) -> dict[str, float] | None:
    return None if estimate is None else asdict(estimate)


def _curve(table: Table) -> Sequence[dict[str, float]]:
    """One row a threshold."""
    totals = np.array([[[cell.matched, cell.found, cell.labelled] for cell in row] for row in table]).sum(axis=0)
    return [
        {
            "threshold_g": threshold,
            "precision": matched / found if found else 0.0,
            "recall": matched / labelled if labelled else 0.0,
            "f1": 2 * matched / (found + labelled) if found + labelled else 0.0,
        }
        for threshold, (matched, found, labelled) in zip(THRESHOLDS_G, totals.tolist(), strict=True)
    ]


if __name__ == "__main__":
    main()
