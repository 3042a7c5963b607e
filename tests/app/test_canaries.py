"""Random people, groups, documents and changes: nothing shows a word of a document that its reader may not see.

Each document carries a word of its own, a canary, in its text. After each question every route that gives something to
read is called as somebody, and no answer of it may hold a canary of a document that is closed to them at that moment.
500 questions here; `make prove` asks 10,000 (tools/canary_proof.py).
"""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from fastapi import FastAPI

from surefoot.app.api.application import guarded
from surefoot.app.parts import App
from tests.app.canaries import World
from tests.app.running import listening
from tests.app.test_accounts import GOOD

QUESTIONS = 500


@pytest.fixture
def url(app: App, api: FastAPI) -> Iterator[str]:
    with listening(guarded(api, app)) as url:
        yield url


@pytest.mark.timeout(1800)
def test_no_route_shows_a_word_of_a_document_that_its_reader_may_not_see(url: str, app: App) -> None:
    app.accounts.people.accept(app.accounts.people.first_invitation(), "Ada", GOOD)
    world = World(url, app, random.Random(20261127))
    world.settle()
    flock = world.fly(QUESTIONS)
    assert flock.leaks == []
    assert flock.questions == QUESTIONS
    assert flock.shown > QUESTIONS // 10, "readers must see the documents that are theirs, or this proves nothing"
    assert flock.closed > 0, "some answers must have been closed after a change"
    assert flock.changes > QUESTIONS // 20


def test_a_leak_would_be_seen(url: str, app: App) -> None:
    """The same world with the rule taken away finds leaks: the test can fail."""
    app.accounts.people.accept(app.accounts.people.first_invitation(), "Ada", GOOD)
    world = World(url, app, random.Random(7))
    world.settle()
    world.believe_nothing_is_open()
    assert world.fly(20).leaks
