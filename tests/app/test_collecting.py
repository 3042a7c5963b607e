"""A long collection is not made again over the same objects, and that has an end."""

from __future__ import annotations

import json
import subprocess
import sys

from surefoot.app.collecting import LONG_SECONDS, TIMES, Collecting

REAL = """
import gc, json, time
from surefoot.app import collecting
collecting.LONG_SECONDS = 0.0
collecting.watch_collections()
kept = [[n] for n in range(200_000)]
gc.collect()
set_aside = gc.get_freeze_count()
class Ring: pass
for _ in range(1000):
    one = Ring(); one.self = one
del one
print(json.dumps({"set_aside": set_aside, "garbage": gc.collect(), "young": gc.get_threshold()[0]}))
"""


def watched(seconds: list[float], generation: int = 2) -> int:
    """How often something was set aside in collections of these lengths."""
    now = 0.0
    collecting = Collecting(lambda: now, lambda: None)
    for long in seconds:
        collecting("start", {"generation": generation})
        now += long
        collecting("stop", {"generation": generation})
    return collecting.frozen


def test_what_survived_a_long_full_collection_is_set_aside() -> None:
    assert watched([LONG_SECONDS / 2, LONG_SECONDS * 2, 0.0, LONG_SECONDS * 3]) == 2
    assert watched([LONG_SECONDS * 2], generation=1) == 0


def test_it_has_an_end_so_that_no_garbage_is_set_aside_for_ever() -> None:
    assert watched([1.0] * 50) == TIMES


def test_the_real_collector_looks_no_more_at_what_was_set_aside_and_still_finds_garbage() -> None:
    run = subprocess.run([sys.executable, "-c", REAL], capture_output=True, text=True, check=True)
    told = json.loads(run.stdout)
    assert told["set_aside"] >= 200_000
    assert told["garbage"] >= 1_000
    assert told["young"] == 5_000
