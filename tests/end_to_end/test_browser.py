"""The whole product in a real browser: a person asks, checks the source, rates, comes back, and brings own files."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from surefoot.app.client.server import find
from tests.app.running import until
from tests.end_to_end.browsing import PICTURES, Person, history_is_there, person, product

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]
PADS = "At what thickness do the brake pads of a Corvane 35 have to be replaced?"
NOTE = """# Visitor parking at the Holmgate yard

Visitors park in bay 14 beside the weighbridge. A visitor pass costs 3 euro a day and is paid at the gate house.

The gate house opens at 05:40 on working days. Dogs stay in the car.
"""


@dataclass(frozen=True)
class House:
    """The data folder that the product of this module runs on, and its weights."""

    data: Path
    weights: Path


@pytest.fixture(scope="module")
def house(furnished: Callable[[], Path], weights: Path) -> House:
    return House(furnished(), weights)


@pytest.fixture(scope="module")
def address(house: House) -> Iterator[str]:
    """Where the pages are, of the product without a language model."""
    with product(house.data, house.weights) as url:
        yield url


@pytest.fixture
def visitor(browser: Browser, address: str) -> Iterator[Person]:
    with person(browser, address) as somebody:
        yield somebody


def test_the_picture_of_the_readme_can_be_taken(visitor: Person, house: House):
    visitor.page.set_viewport_size({"width": 1280, "height": 800})
    server = find(house.data)
    assert server is not None
    with server.client() as client:
        until(lambda: history_is_there(client), seconds=300)
    visitor.opens("/?assistant=fleet")
    visitor.asks("When does the planner open a warranty claim for a battery?")
    turn = visitor.waits_for_the_answer(0)
    expect(turn).to_contain_text("Supported")
    turn.locator("button.sf-chip").first.click()
    expect(visitor.page.get_by_role("img", name=re.compile("the quote marked"))).to_be_visible()
    visitor.page.mouse.move(600, 620)
    visitor.page.wait_for_timeout(500)
    PICTURES.mkdir(parents=True, exist_ok=True)
    visitor.page.screenshot(path=PICTURES / "readme.png")


def test_a_person_asks_checks_the_source_rates_the_answer_and_finds_it_all_again(visitor: Person):
    visitor.opens("/?assistant=fleet")
    visitor.sees("Hello, this is the fleet desk.")
    assert visitor.page.locator(".sf-example").count() == 3
    visitor.looks("chat-empty")
    visitor.clicks(PADS)
    turn = visitor.waits_for_the_answer(0)
    expect(turn.locator(".sf-card mark").first).to_be_visible()
    visitor.sees("Probably", within=turn)
    visitor.sees("This probably answers your question:", within=turn)
    visitor.sees("3.2 mm", within=turn.locator(".sf-answer"))
    visitor.looks("chat-answer")
    _checks_the_source(visitor)
    _copies(visitor)
    _rates(visitor)
    _comes_back(visitor)


def _checks_the_source(visitor: Person) -> None:
    visitor.turn(0).locator("button.sf-chip").first.click()
    panel = visitor.page.locator(".st-key-panel")
    expect(panel.locator("mark", has_text="3.2 mm")).to_be_visible()
    visitor.sees("Current", within=panel)
    expect(panel.get_by_role("img", name=re.compile("the quote marked"))).to_be_visible()
    expect(panel.locator(".sf-panel-title")).to_be_focused()
    visitor.looks("chat-source")
    visitor.page.keyboard.press("Escape")
    expect(panel).to_have_count(0)
    expect(visitor.turn(0).locator("button.sf-chip").first).to_be_focused()


def _copies(visitor: Person) -> None:
    visitor.clicks("Copy", within=visitor.turn(0))
    visitor.sees("Copied", within=visitor.turn(0))
    copied = str(visitor.page.evaluate("navigator.clipboard.readText()"))
    assert "3.2 mm [1]" in copied
    assert re.search(r"^\[1\] .*page \d+", copied, re.MULTILINE)


def _rates(visitor: Person) -> None:
    visitor.clicks("Bad answer", within=visitor.turn(0))
    visitor.clicks("Incomplete")
    visitor.sees("Thank you. It is kept with this answer")
    said = visitor.page.get_by_label("In your own words (optional)")
    said.fill("It does not say who measures.")
    said.press("Enter")
    visitor.looks("chat-rated")


def _comes_back(visitor: Person) -> None:
    expect(visitor.page).to_have_url(re.compile("conversation="))
    visitor.page.wait_for_timeout(500)
    visitor.page = visitor.page.context.new_page()
    visitor.__post_init__()
    visitor.page.goto(visitor.page.context.pages[0].url)
    turn = visitor.waits_for_the_answer(0)
    visitor.sees(PADS, within=turn)
    visitor.sees("3.2 mm", within=turn.locator(".sf-answer"))
    expect(turn.locator(".sf-card").first).to_be_visible()
    expect(turn.get_by_role("button", name="Bad answer")).to_have_attribute("aria-pressed", "true")
    expect(visitor.page.get_by_label("In your own words (optional)")).to_have_value("It does not say who measures.")
    expect(visitor.page.get_by_role("button", name="Incomplete")).to_have_attribute("aria-pressed", "true")


def test_a_dropped_file_is_answered_from_and_gone_once_it_is_deleted(visitor: Person):
    visitor.opens("/?assistant=fleet")
    visitor.sees("Hello, this is the fleet desk.")
    visitor.drops({"holmgate-parking.md": NOTE, "tool.exe": "MZ"})
    visitor.sees("1 file can be asked about; 1 could not be read.")
    visitor.sees("Questions that your documents answer")
    assert "assistant=holmgate-parking" in visitor.page.url
    visitor.looks("chat-dropped")
    visitor.asks("What does a visitor pass cost?")
    turn = visitor.waits_for_the_answer(0)
    visitor.sees("3 euro a day", within=turn.locator(".sf-answer"))
    visitor.looks("chat-own-file")
    _opens_the_document(visitor)
    visitor.clicks("Delete …")
    visitor.sees("Delete this document?")
    visitor.looks("document-delete")
    visitor.clicks("Delete it")
    visitor.sees("Deleted 1 document.")
    visitor.does_not_see("1 file can be asked about")
    visitor.looks("library-after-deletion")
    visitor.opens("/?assistant=holmgate-parking")
    visitor.asks("What does a visitor pass cost?")
    turn = visitor.waits_for_the_answer(0)
    visitor.sees("Not found", within=turn)
    assert "3 euro a day" not in turn.inner_text()


def _opens_the_document(visitor: Person) -> None:
    visitor.turn(0).locator("button.sf-chip").first.click()
    visitor.clicks("Open document")
    visitor.sees("Visitor parking at the Holmgate yard")
    expect(visitor.page.locator(".sf-piece.sf-here")).to_contain_text("bay 14")
    visitor.looks("document-flowing")


def test_a_long_document_is_cancelled_while_it_is_being_read_and_nothing_of_it_is_left(visitor: Person, house: House):
    server = find(house.data)
    assert server is not None
    kept = set(house.data.glob("originals/**/*"))
    visitor.opens("/?assistant=fleet")
    visitor.sees("Hello, this is the fleet desk.")
    sections = (
        f"## Part {n}\n\nThe crane of part {n} lifts {n} kg. {'It is oiled each week. ' * 40}" for n in range(2000)
    )
    visitor.drops({"crane-book.md": "# Crane book\n\n" + "\n\n".join(sections)})
    visitor.sees("Reading 1 file: 0 done")
    with server.client() as client:
        until(lambda: [d.status for d in client.documents("crane-book").documents] == ["ingesting"])
        visitor.looks("chat-reading-long")
        visitor.clicks("Cancel")
        visitor.sees("You cancelled it before it was read.")
        visitor.sees("None of the files can be asked about.")
        visitor.looks("chat-cancelled")
        assert client.documents("crane-book").documents == []
        assert client.search("What does the crane lift?", "crane-book").passages == []
    assert set(house.data.glob("originals/**/*")) == kept
    visitor.asks("What does the crane of part 7 lift?")
    visitor.sees("Not found", within=visitor.waits_for_the_answer(0))


def test_a_question_that_another_assistant_can_answer_is_asked_there_with_one_click(visitor: Person):
    question = "What is the price of the HomeHub N5?"
    visitor.opens("/?assistant=fleet")
    visitor.asks(question)
    turn = visitor.waits_for_the_answer(0)
    visitor.sees("Not found", within=turn)
    visitor.sees("Another assistant can answer this:", within=turn)
    visitor.looks("chat-elsewhere")
    before = visitor.page.url
    visitor.clicks("Ask the Support desk", within=turn)
    expect(visitor.page.get_by_placeholder("Ask the Support desk")).to_be_visible()
    turn = visitor.waits_for_the_answer(0)
    visitor.sees(question, within=turn)
    expect(turn.locator("button.sf-chip").first).to_be_visible()
    visitor.does_not_see("Another assistant can answer this:")
    until(lambda: "conversation=" in visitor.page.url and visitor.page.url != before)
    visitor.page.goto(before)
    visitor.sees("Another assistant can answer this:")


def test_what_was_not_found_is_sent_to_the_owner_and_stands_in_the_library(visitor: Person):
    question = "What does the yearly licence for the drone Skyhawk 9 cost?"
    visitor.opens("/?assistant=fleet")
    visitor.asks(question)
    turn = visitor.waits_for_the_answer(0)
    visitor.sees("Not found", within=turn)
    visitor.sees("Searched", within=turn)
    visitor.sees("What would make it sure", within=turn)
    visitor.looks("chat-not-found")
    visitor.clicks("Ask the fleet manager for it", within=turn)
    visitor.sees("Sent to the fleet manager", within=turn)
    visitor.clicks("Library")
    visitor.sees("People asked for")
    visitor.sees(question)
    visitor.looks("library")


def test_a_pdf_is_leafed_through_in_the_library(visitor: Person):
    visitor.opens("/?view=library&assistant=fleet")
    visitor.page.get_by_label("Find a document").fill("brake tyre")
    visitor.page.keyboard.press("Enter")
    visitor.sees("1 match.")
    visitor.clicks("Brake and Tyre Limits Guide")
    visitor.sees("Page 1 of")
    expect(visitor.page.get_by_role("img", name=re.compile("Page 1 of"))).to_be_visible()
    visitor.clicks("Next page")
    visitor.sees("Page 2 of")
    expect(visitor.page.get_by_role("img", name=re.compile("Page 2 of"))).to_be_visible()
    visitor.looks("document-pdf")
    with visitor.page.expect_download() as download:
        visitor.clicks("Original")
    assert download.value.suggested_filename == "brake-tyre-guide.pdf"


@pytest.mark.model
def test_with_a_language_model_an_answer_stands_on_its_evidence_just_the_same(
    browser: Browser, house: House, small_model: Path
):
    with product(house.data, house.weights, SUREFOOT_MODEL=str(small_model)) as url, person(browser, url) as somebody:
        somebody.opens("/?assistant=fleet")
        somebody.does_not_see("Answers are quotes for now")
        somebody.asks(PADS)
        expect(somebody.turn(0).locator(".sf-card-title").first).to_be_visible()
        turn = somebody.waits_for_the_answer(0)
        somebody.sees("3.2 mm", within=turn.locator(".sf-answer"))
        somebody.looks("chat-with-model", schemes=("light",))
