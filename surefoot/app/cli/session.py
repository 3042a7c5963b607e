"""The server that a command talks to."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

from surefoot.app.cli.progress import Remarks
from surefoot.app.client.http import Client
from surefoot.app.client.server import find_or_start, places


@contextmanager
def server(*, samples: bool = True) -> Generator[Client]:
    """Give a client of the data folder's server, started for the time of the block where none runs.

    Without `samples`, the documents that ship with the assistants need not have been read yet.
    """
    remarks = Remarks()
    with find_or_start(places().data, say=remarks.say, samples=samples) as client:
        remarks.end()
        yield client
