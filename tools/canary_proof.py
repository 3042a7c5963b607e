"""Asks many questions as many people, with changes between them, and looks for words that their readers may not see.

`python -m tools.canary_proof [QUESTIONS] [--seed N]` prints JSON: how many questions, views and changes there were, how
many canaries were seen by who may see them, how many answers were closed by a change, and every leak. Status 1 where
there is one. 10,000 questions take somewhat more than an hour on two cores.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path

from surefoot.app.settings import load_settings
from surefoot.app.wiring import build
from tests.app.canaries import World, api_and_pages
from tests.app.running import until

QUESTIONS = 10_000
GARAGE = "name: garage\ntitle: Garage\nsummary: Knows machines.\ngreeting: Ask.\nowner: Head of the workshop\n"


def main() -> int:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("questions", nargs="?", type=int, default=QUESTIONS)
    parser.add_argument("--seed", type=int, default=20261127)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="surefoot-canaries-") as folder:
        found = _flown(Path(folder), asked.questions, asked.seed)
    print(json.dumps(found, indent=1))
    return 1 if found["leaks"] else 0


def _flown(folder: Path, questions: int, seed: int) -> dict[str, object]:
    shipped = folder / "shipped"
    (shipped / "garage").mkdir(parents=True)
    (shipped / "garage" / "assistant.yaml").write_text(GARAGE, encoding="utf-8")
    settings = load_settings().model_copy(update={"data": folder / "data", "model": "none", "simulator": "off"})
    app = build(settings, shipped)
    app.library.loader.start()
    until(lambda: app.library.loader.loading is None)
    people = app.accounts.people
    people.accept(people.first_invitation(), "Ada", "seven quiet herons at noon")
    started = time.monotonic()
    try:
        with api_and_pages(app) as (url, pages):
            world = World(url, app, random.Random(seed), pages)  # noqa: S311  chance, no secret
            world.settle()
            flock = asdict(world.fly(questions))
            trail = app.trail.verify()
    finally:
        app.stop(60)
    return {
        "seed": seed,
        **flock,
        "trail_entries": trail.entries,
        "trail_whole": trail.whole,
        "seconds": round(time.monotonic() - started, 1),
    }


if __name__ == "__main__":
    sys.exit(main())
