"""What a command prints: words for people, or exactly one JSON document; notes and errors go to stderr."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import typer

FAILED, MISTYPED, INTERRUPTED = 1, 2, 130


def guarded(app: typer.Typer, arguments: list[str]) -> int:
    """Run a typer app and turn every failure into words, or into the JSON error that was asked for."""
    import typer
    from typer.exceptions import TyperException

    as_json = "--json" in arguments
    try:
        try:
            status = app(arguments, prog_name="surefoot", standalone_mode=not as_json)
            sys.stdout.flush()
            return _interrupted(as_json) if as_json and status == INTERRUPTED else int(status or 0)
        except TyperException as error:
            return failed(error.format_message(), "usage", as_json, status=error.exit_code)
        except (KeyboardInterrupt, typer.Abort):
            return _interrupted(as_json)
        except SystemExit as stop:
            return stop.code if isinstance(stop.code, int) else FAILED
        except BrokenPipeError:
            raise
        except Exception as error:  # noqa: BLE001  the border of the process: a person reads what comes next
            message, code = _explained(error)
            return failed(message, code, as_json, MISTYPED if code == "usage" else FAILED)
    except BrokenPipeError:
        # The reader of our output has left, as `head` does. Nothing more can be said, at exit neither.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED


def _explained(error: Exception) -> tuple[str, str]:
    from surefoot.app.client.errors import ClientError

    if isinstance(error, ClientError):
        return error.message, error.code
    import traceback

    traceback.print_exception(error)
    return f"Surefoot failed in a way that it should not: {type(error).__name__}: {error}", "internal"


def _interrupted(as_json: bool) -> int:
    return failed("Interrupted.", "interrupted", as_json, status=INTERRUPTED)


def failed(message: str, code: str, as_json: bool, status: int = FAILED) -> int:
    """Say what failed, and give the exit status."""
    if as_json:
        print_json({"error": {"message": message, "code": code}})
    note(f"Error: {message}")
    return status


def print_json(value: Mapping[str, Any] | Sequence[Any]) -> None:
    """Print the command's one JSON document."""
    print(json.dumps(value, ensure_ascii=False, indent=2))


def say(text: str = "", end: str = "\n") -> None:
    """Print words for a person, without what a document could do to the terminal."""
    print(clean(text), end=end, flush=True)


def note(text: str) -> None:
    """Print a remark to stderr."""
    print(clean(text), file=sys.stderr, flush=True)


def clean(text: str) -> str:
    """Take out control characters, with which a hostile document could move the cursor or set the window's title."""
    return "".join(c for c in text if c in "\n\t" or (c >= " " and not "\x7f" <= c <= "\x9f"))


def one_line(text: str, width: int = 100) -> str:
    """Shorten a text to one line."""
    line = " ".join(clean(text).split())
    return line if len(line) <= width else line[: width - 1].rstrip() + "…"


def table(header: Sequence[str], rows: Sequence[Sequence[str]], right: frozenset[int] = frozenset()) -> None:
    """Print a table with columns as wide as their content; the columns in `right` hold numbers."""
    cells = [[one_line(cell, 60) for cell in row] for row in [header, *rows]]
    widths = [max(len(row[n]) for row in cells) for n in range(len(header))]
    for row in cells:
        line = (c.rjust(w) if n in right else c.ljust(w) for n, (c, w) in enumerate(zip(row, widths, strict=True)))
        say("  ".join(line).rstrip())
