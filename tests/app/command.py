"""Runs the command `surefoot` as a program does, on a data folder of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SUREFOOT = Path(sys.executable).with_name("surefoot")


@dataclass(frozen=True)
class Shown:
    """What a command printed, and its exit status."""

    status: int
    out: str
    err: str

    def json(self) -> Any:
        """The one JSON document on stdout."""
        return json.loads(self.out)


def environment(data: Path, **settings: str) -> dict[str, str]:
    """The environment of a test: the tests' own, less what would reach outside, with a data folder and no model."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("LANGFUSE_")}
    return {**own, "SUREFOOT_DATA": str(data), "SUREFOOT_MODEL": "none", **settings}


def surefoot(data: Path, *arguments: str | Path, **settings: str) -> Shown:
    """Run one command to its end."""
    run = subprocess.run(
        [SUREFOOT, *map(str, arguments)],
        env=environment(data, **settings),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    return Shown(run.returncode, run.stdout, run.stderr)


def every_command() -> list[tuple[str, ...]]:
    """The path of every command, such as ("documents", "list")."""
    from typer.main import get_command

    from surefoot.app.cli.commands import app

    return _below(get_command(app), ())


def _below(command: Any, path: tuple[str, ...]) -> list[tuple[str, ...]]:
    children: dict[str, Any] = getattr(command, "commands", {})
    found = [path] if path and not children else []
    return found + [each for name, child in children.items() for each in _below(child, (*path, name))]
