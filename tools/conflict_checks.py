"""Looks for the planted contradictions of tools/question_sets/conflicts, and for their look-alikes.

Usage: python -m tools.conflict_checks [--split test]

Prints one JSON object: conflicts whose both sides were found, and look-alikes that were taken for a conflict.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from pathlib import Path

from surefoot.app.settings import load_settings
from surefoot.app.wiring import build_encoder, build_weights
from surefoot.eval.conflict_run import load, look

SETS = Path(__file__).parent / "question_sets" / "conflicts"


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--split", default="test", choices=["dev", "test"])
    split = parser.parse_args().split
    settings = load_settings()
    looked = look(load(SETS / f"{split}.jsonl"), build_encoder(settings, build_weights(settings)))
    tried = Counter(one.planted.kind for one in looked)
    right = Counter(one.planted.kind for one in looked if one.right)
    types = Counter(f"{one.planted.kind}: {one.planted.type}" for one in looked if not one.right)
    row = {
        "split": split,
        "conflicts": tried["conflict"],
        "seen": right["conflict"],
        "look_alikes": tried["look_alike"],
        "flagged": tried["look_alike"] - right["look_alike"],
        "wrong_by_type": dict(sorted(types.items())),
    }
    print(json.dumps(row))


if __name__ == "__main__":
    main()
