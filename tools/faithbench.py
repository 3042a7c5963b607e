"""Balanced accuracy of the check on FaithBench, against the cosine of the embeddings alone.

Usage: python -m tools.faithbench

Thresholds are chosen on the half of the sources whose hash is even, and reported on the other half. Prints one JSON
object.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

from surefoot.app.settings import load_settings
from surefoot.app.wiring import build_encoder, build_weights
from surefoot.eval.faithbench import compare, load, score
from surefoot.serving.grounding import Grounding

PAIRS = Path(__file__).resolve().parents[2] / "shared" / "data" / "faithbench" / "pairs.jsonl"


def main() -> None:
    """Measure, and print."""
    if not PAIRS.is_file():
        raise SystemExit(f"{PAIRS} does not exist: FaithBench is not shipped, see ../shared/data/README.md.")
    settings = load_settings()
    encoder = build_encoder(settings, build_weights(settings))
    summaries = load(PAIRS)
    results = compare(summaries, score(summaries, Grounding(encoder.sparse.terms, encoder.dense), encoder.dense))
    halves = {half: sum(s.half == half for s in summaries) for half in ("dev", "test")}
    print(json.dumps({"summaries": halves, "rows": [asdict(one) for one in results]}))


if __name__ == "__main__":
    main()
