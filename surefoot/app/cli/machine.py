"""`surefoot doctor` and `surefoot weights`: what this machine has and lacks."""

from __future__ import annotations

from contextlib import closing
from typing import Any

from surefoot.app.cli.output import one_line, print_json, say, table
from surefoot.app.cli.progress import bar
from surefoot.app.client.errors import ClientError
from surefoot.app.client.tools import tell

SIGNS = {"ok": "ok  ", "warn": "warn", "fail": "FAIL"}


def doctor(*, repair: bool, as_json: bool) -> int:
    """Print each finding as it is made, after a repair where it is asked for; 1 where something fails."""
    found: list[dict[str, Any]] = []
    with closing(tell("doctor", *["--repair"] * repair)) as findings:
        for finding in findings:
            found.append(finding)
            if not as_json:
                _show(finding)
    failed = any(finding["state"] == "fail" for finding in found)
    if as_json:
        print_json({"ok": not failed, "checks": found})
    return 1 if failed else 0


def _show(finding: dict[str, Any]) -> None:
    say(f"{SIGNS[finding['state']]}  {finding['name']}: {finding['detail']}")
    if finding["remedy"]:
        say(f"      → {finding['remedy']}")


def list_weights(*, as_json: bool) -> None:
    """Print the models and which of them are here."""
    with closing(tell("weights", "list")) as rows:
        found = list(rows)
    if as_json:
        print_json({"weights": found})
        return
    cells = [
        (row["name"], row["title"], f"{row['bytes'] // 1_000_000} MB", row["licence"], "here" if row["here"] else "")
        for row in found
    ]
    table(("name", "model", "size", "licence", ""), cells, right=frozenset({2}))


def fetch_weights(name: str, *, as_json: bool) -> None:
    """Fetch a model's weights under a progress bar."""
    result: dict[str, Any] | None = None
    with closing(tell("weights", "fetch", name)) as rows, bar(one_line(name, 40), in_bytes=True) as progress:
        for row in rows:
            result = row.get("result", result)
            if "stage" in row:
                progress.move(row["done"], row["total"], f"{one_line(name, 40)}: {row['stage']}")
    if result is None:
        raise ClientError(f"The weights '{name}' were not fetched. Try again.", "weights")
    if as_json:
        print_json(result)
    else:
        say(f"{name} is here: {result['bytes'] // 1_000_000} MB, verified.")
