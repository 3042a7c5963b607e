"""Feeds broken and hostile files to each reader, through the sandbox, and tells what became of them.

Usage: python -m tools.fuzz [--seconds N | --cases N] [--seed S] [--out FILE] [--keep FOLDER]

Violations are: an exception that no caller expects, a file that takes longer than its limit, a process that takes more
memory than its limit, a file written outside. Cases are numbered; with the same seed, number n is the same file again.
"""

from __future__ import annotations

import argparse
import json
import mmap
import random
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import count, islice
from pathlib import Path
from typing import Any, cast

from surefoot.ingestion.errors import Unreadable, UnsafePath
from surefoot.ingestion.limits import ReadLimits
from surefoot.ingestion.results import SourceFile
from surefoot.ingestion.sandbox import Sandbox
from tools.fuzz_hostile import hostile
from tools.fuzz_mutations import mutated
from tools.fuzz_seeds import seeds
from tools.fuzz_watch import Watch, escaped, own_memory

FILES = Path(__file__).resolve().parents[2] / "shared" / "data" / "ingestion_docs" / "files"
LIMITS = replace(ReadLimits(), seconds=30.0, ocr_pages=4, ocr_seconds=10.0)
MARGIN_S = 10.0
"""Seconds past its limit after which a file counts as hanging: a process must be ended and a new one started."""
OUTCOMES = ("content", "rejected", "raised", "broke", "overran")
_SLOW = frozenset({"png", "jpg", "tiff", "ppt"})
"""Endings of which few cases are made: recognising text takes seconds."""
_SPARSE = 1 << 30
Case = tuple[str, bytes]


@dataclass(slots=True)
class Report:
    """What became of a campaign's files."""

    outcomes: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    """How often which of OUTCOMES came, by the ending of the file's name."""
    reasons: Counter[str] = field(default_factory=Counter[str])
    """Reasons of files that broke a reader or that a reader raised at."""
    violations: list[str] = field(default_factory=list[str])
    slowest: tuple[float, str] = (0.0, "")
    peak: dict[str, int] = field(default_factory=dict[str, int])

    def as_dict(self) -> dict[str, Any]:
        """As JSON: sizes in bytes, times in seconds."""
        formats = {kind: {name: found[name] for name in OUTCOMES} for kind, found in sorted(self.outcomes.items())}
        slowest = {"file": self.slowest[1], "seconds": round(self.slowest[0], 2)}
        total = sum(found.total() for found in self.outcomes.values())
        return {
            "cases": total,
            "formats": formats,
            "violations": self.violations,
            "slowest": slowest,
            "peak_bytes": self.peak,
            "reasons": dict(self.reasons.most_common(30)),
        }


class Campaign:
    """Reads files in a sandbox and notes what became of them."""

    def __init__(self, limits: ReadLimits = LIMITS, keep: Path | None = None) -> None:
        self.report = Report()
        self._limits = limits
        self._sandbox = Sandbox(limits)
        self._keep = keep

    def run(self, cases: Iterable[Case]) -> Report:
        """Read each of the files; the report is the whole campaign's."""
        with Watch() as watch:
            try:
                for name, data in cases:
                    self._read(name, data)
            finally:
                self._sandbox.close()
        self.report.peak = watch.peak
        for program, size in watch.peak.items():
            if size > self._limits.memory_bytes:
                self.report.violations.append(f"{program} took {size:,} bytes")
        self.report.violations += [f"written outside: {path}" for path in escaped()]
        return self.report

    def sparse(self) -> None:
        """A file of 1 GB that takes no room on the disk is refused by its size, none of it read into memory."""
        with tempfile.TemporaryFile() as file:
            file.truncate(_SPARSE)
            before = own_memory()
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
                self._read("sparse.txt", cast("bytes", mapped))
            if own_memory() - before > _SPARSE // 8:
                self.report.violations.append("sparse.txt was read into memory")

    def _read(self, name: str, data: bytes) -> None:
        kind = name.rsplit(".", 1)[-1]
        began = time.monotonic()
        outcome, reason = self._outcome(name, data)
        took = time.monotonic() - began
        self.report.outcomes[kind][outcome] += 1
        self.report.slowest = max(self.report.slowest, (took, name))
        longest = self._limits.seconds + self._limits.ocr_longest
        if outcome == "violation" or took > longest + MARGIN_S:
            self.report.violations.append(f"{name!r}: {reason or 'hung'} after {took:.1f} s")
        if outcome in ("raised", "broke", "overran"):
            self.report.reasons[f"{kind}: {reason[:120]}"] += 1
        if outcome not in ("content", "rejected") and self._keep:
            (self._keep / f"{outcome}-{name!a}".replace("/", "_")).write_bytes(data)

    def _outcome(self, name: str, data: bytes) -> tuple[str, str]:
        try:
            SourceFile(name, b"")
        except UnsafePath:
            name = "name refused"  # what came in with it is read all the same
        try:
            content = self._sandbox.read(data, name)
        except Unreadable as error:
            return _kind_of(str(error)), str(error)
        except Exception as error:  # noqa: BLE001 - what no caller expects is what the campaign looks for
            return "violation", f"{type(error).__name__}: {error}"
        if not any(section.text.strip() or section.heading_path for section in content.sections):
            return "violation", "content without text"
        return "content", ""


def cases(seed: int, folder: Path | None = FILES) -> Iterator[Case]:
    """Broken files without end, from format to format; each is made of the seed and its number alone."""
    found = seeds(folder)
    usual = [kind for kind in sorted(found) if kind not in _SLOW]
    slow = [kind for kind in sorted(found) if kind in _SLOW]
    for number in count():
        chance = random.Random(f"{seed}:{number}")  # noqa: S311 - repeatable, no secret
        lap, place = divmod(number, len(usual) + 1)
        kind = usual[place] if place < len(usual) else slow[lap % len(slow)]
        yield f"{number}.{kind}", mutated(found[kind], chance)


def _kind_of(reason: str) -> str:
    if "broke the reader" in reason:
        return "broke"
    if "took longer than" in reason or ("longer than" in reason and "seconds" in reason):
        return "overran"
    return "raised" if "breaks the rules of its format" in reason else "rejected"


def table(report: dict[str, Any]) -> str:
    """The outcomes by format, as lines of columns."""
    formats: dict[str, dict[str, int]] = report["formats"]
    total = {name: sum(row[name] for row in formats.values()) for name in OUTCOMES}
    lines = [f"{'format':8}" + "".join(f"{name:>10}" for name in OUTCOMES)]
    for kind, row in [*formats.items(), ("all", total)]:
        lines.append(f"{kind:8}" + "".join(f"{row[name]:>10,}" for name in OUTCOMES))
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a campaign; the exit status is 1 where a limit was broken."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    bound = parser.add_mutually_exclusive_group()
    bound.add_argument("--seconds", type=float, default=None, help="how long broken files are made (default 120)")
    bound.add_argument("--cases", type=int, default=None, help="how many broken files are made")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, help="a file for the report as JSON")
    parser.add_argument("--keep", type=Path, help="a folder for the files that broke a reader")
    asked = parser.parse_args(arguments)
    campaign = Campaign(keep=asked.keep)
    campaign.sparse()
    made = cases(asked.seed)
    broken = _for(asked.seconds or 120.0, made) if asked.cases is None else islice(made, asked.cases)
    campaign.run(case for part in (hostile(), broken) for case in part)
    report = {"seed": asked.seed, **campaign.report.as_dict()}
    print(table(report), json.dumps({k: v for k, v in report.items() if k != "formats"}, indent=1), sep="\n\n")
    if asked.out:
        asked.out.write_text(json.dumps(report, indent=1) + "\n")
    return 1 if report["violations"] else 0


def _for(seconds: float, made: Iterator[Case]) -> Iterator[Case]:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        yield next(made)


if __name__ == "__main__":
    raise SystemExit(main())
