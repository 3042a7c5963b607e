"""Counts how many false claims the check withholds, and how many true ones it withholds by mistake."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from statistics import fmean

from surefoot.eval.claims import Supported
from surefoot.eval.mutations import KINDS, Pool, mutate
from surefoot.retrieval.units import Unit
from surefoot.serving.grounding import Claim, Verdict

Check = Callable[[Claim, Sequence[Unit], str], Verdict]
UNCHANGED = ("quote", "paraphrase")


@dataclass(frozen=True, slots=True)
class Held:
    """How one claim fared."""

    kind: str
    """One of UNCHANGED, or of the mutations' KINDS."""
    claim: str
    supported: bool
    reason: str
    way: str = ""
    """What was changed."""


@dataclass(slots=True)
class Tally:
    """All claims, with what checking cost."""

    held: list[Held] = field(default_factory=list[Held])
    seconds: list[float] = field(default_factory=list[float])

    def rows(self) -> list[dict[str, float | int | str]]:
        """A row a kind: claims, withheld ones, their share; and milliseconds a sentence in the last."""
        tried, withheld = Counter(h.kind for h in self.held), Counter(h.kind for h in self.held if not h.supported)
        rows = [_row(kind, tried[kind], withheld[kind]) for kind in (*UNCHANGED, *KINDS) if tried[kind]]
        ordered = sorted(self.seconds)
        times = (
            {"mean_ms": fmean(ordered) * 1000, "p95_ms": ordered[int(len(ordered) * 0.95)] * 1000} if ordered else {}
        )
        return [*rows, {"kind": "time", "claims": len(ordered), **{name: round(ms, 2) for name, ms in times.items()}}]


def _row(kind: str, claims: int, withheld: int) -> dict[str, float | int | str]:
    return {"kind": kind, "claims": claims, "withheld": withheld, "share": round(withheld / claims, 4)}


def hold(check: Check, claims: Sequence[Supported], corpus: Sequence[str], seed: int = 0) -> Tally:
    """Check each claim as it is, then its mutations; `corpus` gives the other names."""
    tally = Tally()
    for number, true in enumerate(claims):
        tally.held.extend(_each(check, true, corpus, seed + number, tally.seconds))
    return tally


def _each(check: Check, true: Supported, corpus: Sequence[str], seed: int, seconds: list[float]) -> Iterator[Held]:
    started = time.perf_counter()
    verdict = check(Claim(true.claim, ()), true.evidence, true.question)
    seconds.append(time.perf_counter() - started)
    yield Held(true.source, true.claim, verdict.supported, verdict.reason)
    pool = Pool.of([unit.shown for unit in true.evidence], corpus)
    for false in mutate(true.claim, pool, seed):
        verdict = check(Claim(false.text, ()), true.evidence, true.question)
        yield Held(false.kind, false.text, verdict.supported, verdict.reason, false.way)
