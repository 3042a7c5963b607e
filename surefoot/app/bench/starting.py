"""`bench start`: seconds from the command to an answer and to the pages, on an empty data folder and again on it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from surefoot.app.bench.running import running
from surefoot.app.bench.telling import tell
from surefoot.app.client.errors import ClientError
from surefoot.app.client.events import AnswerReady, Ask
from surefoot.app.client.http import Client
from surefoot.app.errors import MeasurementFailed
from surefoot.eval.benchmark.rows import Row, alone, beside

QUESTION = Ask("When is the belt of a Corvane 28 replaced?", "fleet", quotes_only=True, fresh=True)
"""About a document that ships; quoted, so that no language model is waited for."""


@dataclass(frozen=True, slots=True)
class Start:
    """Seconds since the command was given."""

    pages: float
    """Until the pages answer."""
    answer: float
    """Until the first question has an answer with a source."""


def start_rows(folder: Path) -> Iterator[Row]:
    """A first start with the weights there, and a second one on the same folder beside it."""
    tell("first start", 0, 2)
    first = _start(folder / "data")
    yield alone("first start, until the pages answer", first.pages, "s")
    yield alone("first start, until the first answer with a source", first.answer, "s")
    tell("second start", 1, 2)
    second = _start(folder / "data")
    yield beside("second start, until the pages answer", second.pages, "s", first.pages)
    yield beside("second start, until the first answer with a source", second.answer, "s", first.answer)


def _start(data: Path) -> Start:
    with running(data, {}) as product, product.wait_for_server().client() as client:
        while not _answered(client):
            product.wait()
        answer = time.time() - product.began
        return Start(product.pages_since(), answer)


def _answered(client: Client) -> bool:
    """Whether the question is answered with a source; it is not while the document is not read yet."""
    try:
        return any(isinstance(event, AnswerReady) and event.answer.citations for event in client.ask(QUESTION))
    except ClientError as error:
        if error.code == "unreachable":
            raise MeasurementFailed(f"The server has ended: {error}") from error
        return False  # it is still loading
