"""Break it yourself: a number is changed in a source, and the open conversation says which answer no longer stands."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, expect

from surefoot.app.client.http import Client
from surefoot.app.client.server import find
from tests.end_to_end.browsing import NARROW, WIDE, Person, person, product

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]
RULES = """# Yard rules

## Loading bays

A loaded lorry leaves the bay after at most 45 minutes. The bay manager signs the sheet for every lorry.

## Fees

| vehicle | fee_eur | pass |
| --- | --- | --- |
| Lorry | 18.50 | red |
| Van | 7.20 | blue |
"""
BAYS = "After how many minutes does a loaded lorry leave the bay?"
FEES = "What is the fee in euro for a van?"
QUIET_SECONDS = 9
"""Long enough for the page to have asked twice whether anything changed."""


@pytest.fixture(scope="module")
def house(furnished: Callable[[], Path], weights: Path) -> Iterator[tuple[Path, str]]:
    """The data folder and the pages' address of the whole product."""
    data = furnished()
    with product(data, weights) as url:
        yield data, url


@pytest.fixture
def yard(house: tuple[Path, str]) -> Iterator[Client]:
    """A client of the server, with the yard rules as they are at first."""
    server = find(house[0])
    assert server is not None
    with server.client() as client:
        feed(client, RULES)
        yield client


@pytest.fixture
def visitor(browser: Browser, house: tuple[Path, str]) -> Iterator[Person]:
    with person(browser, house[1]) as somebody:
        yield somebody


def feed(client: Client, text: str, name: str = "yard-rules.md") -> str:
    result = client.ingest([(name, text.encode())], "yard").documents[0]
    assert result.status != "rejected", result.reason
    assert result.document_id is not None
    return result.document_id


def chip(turn: Locator) -> Locator:
    return turn.locator("button.sf-chip").first


def panel(visitor: Person) -> Locator:
    return visitor.page.locator(".st-key-panel")


def test_a_changed_number_turns_its_chip_red_and_the_panel_shows_old_and_new(visitor: Person, yard: Client):
    visitor.opens("/?assistant=yard")
    visitor.asks(BAYS)
    turn = visitor.waits_for_the_answer(0)
    visitor.sees("Supported", within=turn)
    chip(turn).click()
    visitor.sees("Current", within=panel(visitor))
    feed(yard, RULES.replace("45 minutes", "30 minutes"))
    visitor.sees("The sources of this answer have changed", within=turn)
    visitor.sees("Source 1 says something else now.", within=turn)
    expect(chip(turn)).to_have_class(re.compile("sf-changed"))
    expect(chip(turn)).to_have_accessible_name(re.compile("says something else now"))
    expect(panel(visitor).locator(".sf-past del")).to_have_text("45")
    expect(panel(visitor).locator(".sf-present ins")).to_have_text("30")
    visitor.sees("Says something else now", within=panel(visitor))
    expect(panel(visitor).locator(".sf-passage mark").first).to_contain_text("30 minutes")
    visitor.looks("stale-changed")
    _stands_side_by_side(visitor)
    visitor.clicks("Ask again", within=panel(visitor))
    again = visitor.waits_for_the_answer(1)
    visitor.sees("30 minutes", within=again.locator(".sf-answer"))
    expect(chip(again)).not_to_have_class(re.compile("sf-changed"))
    expect(chip(turn)).to_have_class(re.compile("sf-changed"))
    visitor.looks("stale-asked-again")


def _stands_side_by_side(visitor: Person) -> None:
    """Old and new stand beside each other where there is room, below each other where there is none."""
    for size, beside in ((NARROW, False), (WIDE, True)):
        visitor.page.set_viewport_size({"width": size[0], "height": size[1]})
        old, new = (panel(visitor).locator(f".sf-{one}").bounding_box() for one in ("past", "present"))
        assert old is not None
        assert new is not None
        assert (abs(old["y"] - new["y"]) < 2) == beside
        assert (old["x"] + old["width"] <= new["x"]) == beside


def test_a_deleted_source_is_said_to_be_gone_and_nothing_of_it_is_shown(visitor: Person, yard: Client):
    document_id = feed(yard, RULES.replace("Yard rules", "Night rules").replace("45 min", "55 min"), "night-rules.md")
    visitor.opens("/?assistant=yard")
    visitor.asks("After how many minutes does a loaded lorry leave the bay under the night rules?")
    turn = visitor.waits_for_the_answer(0)
    visitor.sees("55 minutes", within=turn)
    yard.delete_document(document_id)
    gone = turn.locator("button.sf-lost")
    expect(gone.first).to_have_accessible_name(re.compile("no longer there"))
    visitor.sees(re.compile(r"^Sources? .*no longer there\.$"), within=turn)
    gone.first.click()
    visitor.sees("No longer in the library", within=panel(visitor))
    visitor.sees("or you may no longer see it", within=panel(visitor))
    expect(panel(visitor).locator(".sf-passage")).to_have_count(0)
    expect(visitor.page.get_by_test_id("stChatInputTextArea")).to_be_visible()
    visitor.does_not_see("This did not work")
    visitor.looks("stale-gone")


def test_a_row_of_a_table_is_compared_too_and_a_reader_who_opens_it_later_sees_it_at_once(
    visitor: Person, yard: Client
):
    visitor.opens("/?assistant=yard")
    visitor.asks(FEES)
    visitor.waits_for_the_answer(0)
    expect(visitor.page).to_have_url(re.compile("conversation="))
    address = visitor.page.url.removeprefix(visitor.url)
    visitor.opens("/?assistant=yard")
    visitor.sees("Questions that your documents answer")
    feed(yard, RULES.replace("7.20", "9.90"))
    visitor.opens(address)
    turn = visitor.turn(0)
    visitor.sees("The sources of this answer have changed", within=turn)
    turn.locator("button.sf-changed").first.click()
    expect(panel(visitor).locator(".sf-past del")).to_have_text("7.20")
    expect(panel(visitor).locator(".sf-present ins")).to_have_text("9.90")
    visitor.looks("stale-row")


def test_a_page_whose_sources_stand_is_not_drawn_anew(visitor: Person, yard: Client):
    visitor.opens("/?assistant=yard")
    visitor.asks(BAYS)
    chip(visitor.waits_for_the_answer(0)).click()
    visitor.sees("Current", within=panel(visitor))
    visitor.page.wait_for_timeout(1_500)
    visitor.page.evaluate(
        """() => {
            window.seen = 0;
            const watched = new MutationObserver((changes) => { window.seen += changes.length; });
            for (const part of document.querySelectorAll("[class*=st-key-turn-], .st-key-panel"))
                watched.observe(part, { subtree: true, childList: true, characterData: true });
        }"""
    )
    visitor.page.wait_for_timeout(QUIET_SECONDS * 1_000)
    assert visitor.page.evaluate("window.seen") == 0
