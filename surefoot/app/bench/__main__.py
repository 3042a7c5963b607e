"""Prints JSON lines, how far it is and each row: `python -m surefoot.app.bench WHAT` with a command's name."""

from __future__ import annotations

import argparse
import dataclasses
import tempfile
from collections.abc import Iterator
from pathlib import Path

from surefoot.app.bench.admitting import access_rows
from surefoot.app.bench.chatting import QUESTIONS, STREAMS, chat_rows, run_stub
from surefoot.app.bench.idling import DAYS, REST_SECONDS, memory_rows
from surefoot.app.bench.ingesting import ingest_rows, one_ingestion
from surefoot.app.bench.searching import SIZES, one_size, search_rows
from surefoot.app.bench.starting import start_rows
from surefoot.app.bench.telling import say
from surefoot.app.client.errors import ClientError
from surefoot.app.settings import load_settings
from surefoot.core.errors import SurefootError
from surefoot.eval.benchmark.rows import Row


def main() -> None:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    own = ["one-size", "one-ingestion", "stub-engine"]
    parser.add_argument("what", choices=["search", "ingest", "chat", "memory", "start", "access", *own])
    parser.add_argument("arguments", nargs="*")
    asked = parser.parse_args()
    try:
        _run(asked.what, asked.arguments)
    except (SurefootError, ClientError) as error:
        say(error={"message": str(error), "code": "bench"})


def _run(what: str, arguments: list[str]) -> None:
    settings = load_settings()
    if what == "one-size":
        say(measured=one_size(settings, Path(arguments[0]), int(arguments[1])))
        return
    if what == "one-ingestion":
        say(measured=one_ingestion(settings, arguments[0], Path(arguments[1]), arguments[2]))
        return
    if what == "stub-engine":
        run_stub(*map(float, arguments))
        return
    with tempfile.TemporaryDirectory(prefix="surefoot-bench-") as folder:
        for row in _rows(what, Path(folder), arguments):
            say(row=dataclasses.asdict(row))


def _rows(what: str, folder: Path, arguments: list[str]) -> Iterator[Row]:
    match what:
        case "search":
            return search_rows(load_settings(), folder, tuple(map(int, arguments)) or SIZES)
        case "chat":
            real, questions, *streams = map(int, arguments or (1, QUESTIONS))
            return chat_rows(load_settings(), folder, questions, streams or STREAMS, real=bool(real))
        case "memory":
            rest, days = arguments or (REST_SECONDS, DAYS)
            return memory_rows(folder, float(rest), int(days))
        case "start":
            return start_rows(folder)
        case "access":
            return access_rows(folder, *map(int, arguments))
        case _:
            return ingest_rows(folder, float(arguments[0]) if arguments else 1.0)


if __name__ == "__main__":
    main()
