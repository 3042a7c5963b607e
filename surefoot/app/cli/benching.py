"""`surefoot bench`: how near this installation comes to the limits of its parts."""

from __future__ import annotations

from contextlib import closing
from typing import Any

from surefoot.app.cli.output import print_json, table
from surefoot.app.cli.progress import bar
from surefoot.app.client.tools import tell


def bench(what: str, arguments: list[str], *, as_json: bool) -> None:
    """Measure, and print each figure beside its reference."""
    rows: list[dict[str, Any]] = []
    with closing(tell("bench", what, *arguments)) as lines, bar("Measuring") as progress:
        for line in lines:
            if "row" in line:
                rows.append(line["row"])
            else:
                progress.move(line["done"], line["total"], line["stage"])
    if as_json:
        print_json({"rows": rows})
        return
    cells = [
        (row["name"], _number(row["value"]), row["unit"], _number(row["reference"]), _number(row["ratio"]))
        for row in rows
    ]
    table(("measured", "value", "unit", "reference", "ratio"), cells, right=frozenset({1, 3, 4}))


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:,.10g}"
