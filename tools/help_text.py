"""Gives the commands' help as Markdown, for the generated part of README.md."""

from __future__ import annotations

import io
from contextlib import redirect_stdout
from typing import Any

from surefoot.app.cli.commands import app


def commands() -> str:
    """Give one Markdown section with the help of every command, in the order in which `surefoot --help` lists them."""
    return "\n".join(_section(path) for path in [(), *_paths()])


def _section(path: tuple[str, ...]) -> str:
    text = io.StringIO()
    with redirect_stdout(text):
        app([*path, "--help"], prog_name="surefoot", standalone_mode=False)
    return f"```text\n$ {' '.join(('surefoot', *path))} --help\n{text.getvalue().rstrip()}\n```\n"


def _paths() -> list[tuple[str, ...]]:
    """Give the path of every command, such as ("documents", "list")."""
    from typer.main import get_command

    return list(_below(get_command(app), ()))


def _below(command: Any, path: tuple[str, ...]) -> list[tuple[str, ...]]:
    children: dict[str, Any] = getattr(command, "commands", {})
    found = [path] if path and not children else []
    return found + [each for name, child in children.items() for each in _below(child, (*path, name))]


if __name__ == "__main__":
    print(commands())
