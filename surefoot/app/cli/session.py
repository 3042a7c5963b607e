"""The server that a command talks to."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

from surefoot.app.cli.progress import Remarks
from surefoot.app.client.errors import ClientError
from surefoot.app.client.http import Client
from surefoot.app.client.server import find, find_or_start, places, wait_until_ready


@contextmanager
def server(*, samples: bool = True, model: str | None = None) -> Generator[Client]:
    """Give a client of the data folder's server, started for the time of the block where none runs.

    Without `samples`, the documents that ship with the assistants need not have been read yet. A server that is
    started brings this `model`; whether one that runs has it is for the caller to see.
    """
    remarks, where = Remarks(), places()
    variable = "SUREFOOT_ENGINE_MODEL" if where.remote else "SUREFOOT_MODEL"
    settings = {variable: model} if model else {}
    with find_or_start(where.data, say=remarks.say, samples=samples, settings=settings, key=where.api_key) as client:
        remarks.end()
        yield client


@contextmanager
def running() -> Generator[Client]:
    """Give a client of the server that runs: what it makes, such as a link, leads to it. Raises ClientError."""
    where = places()
    found = find(where.data)
    if found is None:
        raise ClientError("Surefoot is not running: start it with `surefoot up`, then try again.", "not_running")
    with found.client_of(where.api_key) if where.api_key else found.client() as client:
        yield client


def read_samples(client: Client) -> None:
    """Wait until the documents that ship with the assistants have been read."""
    remarks = Remarks()
    wait_until_ready(client, remarks.say, samples=True)
    remarks.end()
