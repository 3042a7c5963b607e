"""Random people, groups, documents and changes: nothing shows a word of a document that its reader may not see.

Each document carries a word of its own, a canary, in its text. After each question routes that give something to read
are called as somebody, now and then all of them, and every page is drawn; nothing that comes may hold a canary of a
document that is closed to its reader at that moment.
500 questions here; `make prove` asks 10,000 (tools/canary_proof.py).
"""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from surefoot.app.parts import App
from tests.app.canaries import World, api_and_pages
from tests.app.test_accounts import GOOD

QUESTIONS = 500


@pytest.fixture
def places(app: App) -> Iterator[tuple[str, str]]:
    app.accounts.people.accept(app.accounts.people.first_invitation(), "Ada", GOOD)
    with api_and_pages(app) as places:
        yield places


@pytest.mark.timeout(1800)
def test_no_route_and_no_page_shows_a_word_of_a_document_that_its_reader_may_not_see(
    places: tuple[str, str], app: App
) -> None:
    world = World(places[0], app, random.Random(20261127), places[1])
    world.settle()
    flock = world.fly(QUESTIONS)
    assert flock.leaks == []
    assert flock.questions == QUESTIONS
    assert flock.shown > QUESTIONS // 10, "readers must see the documents that are theirs, or this proves nothing"
    assert flock.closed > 0, "some answers must have been closed after a change"
    assert flock.changes > QUESTIONS // 20
    assert flock.pages > QUESTIONS // 5
    assert flock.shown_on_pages > 20, "pages must show readers what is theirs"


def test_a_leak_would_be_seen(places: tuple[str, str], app: App) -> None:
    """The same world with the rule taken away finds leaks: the test can fail."""
    world = World(places[0], app, random.Random(7), places[1])
    world.settle()
    world.believe_nothing_is_open()
    leaks = world.fly(20, pages_every=2).leaks
    assert any(leak.startswith("page ") for leak in leaks)
    assert any(not leak.startswith("page ") for leak in leaks)
