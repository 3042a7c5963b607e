"""What has become of a citation is said in one word, and nothing of a source that may not be seen."""

from __future__ import annotations

from surefoot.core.nouns import Citation
from surefoot.serving.staleness import Held, Present, Standing, held

QUOTE = "Pads are replaced below 3.2 mm in thickness."
CITATION = Citation(0, 10, "d1", "Brakes", None, QUOTE, 0.9, "c1")


def test_a_quote_that_stands_is_current() -> None:
    assert held(CITATION, Present(f"# Brakes\n\n{QUOTE}")) == Held(Standing.CURRENT)


def test_an_older_version_that_still_says_it_is_superseded() -> None:
    found = held(CITATION, Present(QUOTE, superseded=True, newer="d2"))
    assert (found.standing, found.newer, found.now) == (Standing.SUPERSEDED, "d2", None)
    assert not found.standing.stale


def test_an_older_version_that_says_something_else_has_changed() -> None:
    found = held(CITATION, Present(QUOTE.replace("3.2", "2.8"), superseded=True, newer="d2"))
    assert (found.standing, found.newer) == (Standing.CHANGED, None)
    assert found.standing.stale


def test_a_document_that_is_not_there_is_gone_and_nothing_is_said_of_it() -> None:
    assert held(CITATION, None) == Held(Standing.GONE)
    assert Standing.GONE.stale


def test_each_change_of_a_changed_document_is_seen_also_without_comparing() -> None:
    once, twice = (Present(QUOTE.replace("3.2", number)) for number in ("2.8", "2.6"))
    quick = held(CITATION, once, compare=False)
    assert (quick.standing, quick.now) == (Standing.CHANGED, None)
    assert quick.seen == held(CITATION, once).seen != held(CITATION, twice).seen
