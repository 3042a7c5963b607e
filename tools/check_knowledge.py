"""Checks the sample knowledge of the assistants against what is demanded of it, and prints a table of counts.

Usage: python -m tools.check_knowledge [--json]

Documents are read with the product's own readers, so a quote that cannot be found is a fault of the library or of a
reader. Exit status 1 when a demand is not met; the faults are named below the table.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from surefoot.ingestion.limits import ReadLimits
from surefoot.ingestion.results import Content
from surefoot.ingestion.sandbox import shared as shared_sandbox
from tools.knowledge_demands import DEMANDS, Finding, shared
from tools.knowledge_library import Library, assistants, load_library

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True)
class Row:
    """One demand with what was found in each library."""

    demand: str
    wanted: str
    findings: dict[str, Finding]
    """By assistant."""


def read(path: Path) -> Content:
    """A document as the product reads it, in its limited process."""
    return shared_sandbox(ReadLimits()).read(path.read_bytes(), path.name)


def check(libraries: Sequence[Library]) -> list[Row]:
    """All demands on all libraries."""
    rows = [Row(d.name, d.wanted, {one.assistant: d.check(one) for one in libraries}) for d in DEMANDS]
    everywhere = shared((document for one in libraries for document in one.documents), lambda d: d.long_sentences)
    return [*rows, Row("long sentences shared by any two", "0", {"all": everywhere})]


def built(root: Path) -> Row:
    """Whether the binary documents are those that their sources give."""
    command = [sys.executable, "tools/build_knowledge.py", "--check"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    said = (done.stdout or done.stderr).strip().splitlines()
    finding = Finding("no", tuple(said) or ("tools/build_knowledge.py failed",)) if done.returncode else Finding("yes")
    return Row("binary documents up to date", "all", {"all": finding})


def faults(rows: Sequence[Row]) -> list[str]:
    """Everything that is wrong, in words."""
    return [
        f"{assistant}, {row.demand}: {fault}"
        for row in rows
        for assistant, finding in row.findings.items()
        for fault in finding.faults
    ]


def table(rows: Sequence[Row]) -> str:
    """The counts as aligned text."""
    names = list(dict.fromkeys(name for row in rows for name in row.findings))
    lines = [["demand", "wanted", *names, ""]]
    for row in rows:
        counts = [row.findings[name].count if name in row.findings else "" for name in names]
        lines.append([row.demand, row.wanted, *counts, "ok" if not faults([row]) else "NOT MET"])
    widths = [max(len(line[n]) for line in lines) for n in range(len(lines[0]))]
    padded = ([cell.ljust(width) for cell, width in zip(line, widths, strict=True)] for line in lines)
    return "\n".join("  ".join(line).rstrip() for line in padded)


def main(arguments: Sequence[str]) -> int:
    """Check all assistants."""
    rows = [*check([load_library(ROOT, name, read) for name in assistants(ROOT)]), built(ROOT)]
    wrong = faults(rows)
    if "--json" in arguments:
        result = {"met": not wrong, "demands": [asdict(row) for row in rows], "faults": wrong}
        print(json.dumps(result, ensure_ascii=False))
    else:
        print("\n".join([table(rows), "", *wrong]))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
