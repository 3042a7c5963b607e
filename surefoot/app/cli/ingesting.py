"""`surefoot ingest`: feeds files and folders to an assistant."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import IO

from surefoot.app.cli.files import BATCH_BYTES, FoundFile, batches, find_files
from surefoot.app.cli.output import one_line, print_json, say
from surefoot.app.cli.progress import bar
from surefoot.app.cli.session import server
from surefoot.app.client.errors import ClientError
from surefoot.app.client.forms import IngestedForm, IngestForm
from surefoot.app.client.http import Client

ABOUT_THE_FILE = frozenset({400, 413, 415, 422})
"""Statuses of a request that was refused for what it brought."""


def ingest(paths: Sequence[Path], assistant: str, *, as_json: bool) -> None:
    """Read the files into the assistant's library and say what happened to each."""
    files = find_files(paths)
    started = time.monotonic()
    rows: list[IngestedForm] = []
    with server(samples=False) as client, bar(f"Reading into {one_line(assistant, 40)}") as progress:
        for batch in batches(files):
            progress.move(len(rows), len(files), one_line(batch[0].name, 50))
            rows += _feed(client, batch, assistant)
    result = IngestForm(documents=rows, seconds=round(time.monotonic() - started, 3))
    if as_json:
        print_json(result.model_dump(mode="json"))
    else:
        _tell(result)


def _feed(client: Client, batch: Sequence[FoundFile], assistant: str) -> list[IngestedForm]:
    """Send a batch; where the server refuses it as a whole, send its files one by one to learn which it means."""
    rejected: list[IngestedForm] = []
    with ExitStack() as stack:
        parts: list[tuple[str, bytes | IO[bytes]]] = []
        for file in batch:
            if file.refused:
                rejected.append(_rejected(file, f"It is left out: {file.refused}."))
                continue
            try:
                parts.append((file.name, _content(file, stack)))
            except OSError as error:
                rejected.append(_rejected(file, f"It cannot be read: {error.strerror}."))
        if not parts:
            return rejected
        try:
            return client.ingest(parts, assistant).documents + rejected
        except ClientError as error:
            if error.status not in ABOUT_THE_FILE or _about_the_assistant(error):
                raise
            if len(batch) == 1:
                return [_rejected(batch[0], error.message)]
    return [row for file in batch for row in _feed(client, [file], assistant)]


def _about_the_assistant(error: ClientError) -> bool:
    """Whether the server refused the assistant rather than a file."""
    return "assistant" in error.code


def _content(file: FoundFile, stack: ExitStack) -> bytes | IO[bytes]:
    """Give a file's bytes, or the open file where it is too large to hold."""
    if file.size <= BATCH_BYTES:
        with file.open() as opened:
            return opened.read()
    return stack.enter_context(file.open())


def _rejected(file: FoundFile, reason: str) -> IngestedForm:
    return IngestedForm(path=file.name, status="rejected", reason=reason, document_id=None, pages=None, chunks=0)


def _tell(result: IngestForm) -> None:
    for row in result.documents:
        detail = row.reason if row.status == "rejected" else f"{row.chunks} passages"
        say(f"{row.status:9}  {row.path}: {detail}")
    counts = {status: sum(row.status == status for row in result.documents) for status in ("ingested", "unchanged")}
    refused = len(result.documents) - sum(counts.values())
    words = f"{counts['ingested']} read, {counts['unchanged']} unchanged, {refused} rejected"
    say(f"{words} in {result.seconds:.1f} s")
