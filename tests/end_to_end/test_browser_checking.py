"""Any sentence of an answer can be checked in two clicks, whatever kind of file it comes from."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath

import pytest
from playwright.sync_api import Browser, Locator, expect

from surefoot.app.client.forms import AnswerForm, CitationForm
from surefoot.app.client.http import Client
from surefoot.app.client.server import find
from tests.end_to_end.browsing import Person, person, product

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]
QUESTIONS = (
    "At what thickness do the brake pads of a Corvane 35 have to be replaced?",
    "A driver swears the speed limit on the map was wrong. How long do they have to contest the speeding event?",
    "How much AdBlue can be bought on the card while on the road?",
    "When is R-306 next due at the test station?",
    "What does the workshop bill per hour for high-voltage jobs?",
    "How long may a driver drive without a break?",
)
KINDS = {".pdf", ".html", ".docx", ".csv", ".xlsx", ".md"}


@pytest.fixture(scope="module")
def house(furnished: Callable[[], Path], weights: Path) -> Iterator[tuple[Path, str]]:
    """The data folder and the pages' address of the whole product."""
    data = furnished()
    with product(data, weights) as url:
        yield data, url


@pytest.fixture
def server(house: tuple[Path, str]) -> Iterator[Client]:
    """A client of the server behind the pages."""
    found = find(house[0])
    assert found is not None
    with found.client() as client:
        yield client


@pytest.fixture
def visitor(browser: Browser, house: tuple[Path, str]) -> Iterator[Person]:
    with person(browser, house[1]) as somebody:
        yield somebody


def panel(visitor: Person) -> Locator:
    return visitor.page.locator(".st-key-panel")


def words(text: str) -> list[str]:
    """The words of a quote without the marks of lists, tables and emphasis."""
    return re.findall(r"\w+", text)


def test_each_sentence_shows_its_source_with_the_very_words_marked(visitor: Person, server: Client):
    visitor.opens("/?assistant=fleet")
    for number, question in enumerate(QUESTIONS):
        visitor.asks(question)
        visitor.waits_for_the_answer(number)
    expect(visitor.page).to_have_url(re.compile("conversation="))
    conversation = server.conversation(server.conversations()[0].id)
    assert [answer.question for answer in conversation.answers] == list(QUESTIONS)
    visitor.page.reload()
    seen = {
        kind for number, answer in enumerate(conversation.answers) for kind in checks(visitor, server, number, answer)
    }
    assert seen == KINDS


def checks(visitor: Person, server: Client, number: int, answer: AnswerForm) -> set[str]:
    """Click on each number of an answer; gives the kinds of file that were seen."""
    turn = visitor.waits_for_the_answer(number)
    cited = {c.number: c for c in answer.citations}
    assert cited
    chips = turn.locator(".sf-answer button.sf-chip")
    assert [int(text) for text in chips.all_inner_texts()] == [c.number for c in answer.citations]
    strip = turn.locator(".sf-card")
    expect(strip).to_have_count(min(6, len(answer.evidence)))  # complete after a reload
    return {shows(visitor, server, turn, citation) for citation in cited.values()}


def shows(visitor: Person, server: Client, turn: Locator, citation: CitationForm) -> str:
    """One click on the number opens its source, with just the quoted words marked; for a PDF on the page's image too."""
    turn.get_by_role("button", name=re.compile(rf"^Source {citation.number}:")).first.click()
    expect(panel(visitor).locator(".sf-panel-title")).to_contain_text(citation.title)
    expect(panel(visitor).locator(".sf-chip").first).to_have_text(str(citation.number))
    marks = panel(visitor).locator(".sf-passage mark")
    expect(marks.first).to_be_visible()
    for _ in range(100):  # the panel of the source before may stand there for a moment more
        if words(" ".join(marks.all_inner_texts())) == words(citation.quote):
            break
        visitor.page.wait_for_timeout(100)
    assert words(" ".join(marks.all_inner_texts())) == words(citation.quote)
    document = server.document(citation.document_id)
    kind = PurePosixPath(document.path).suffix
    if citation.quote.lstrip().startswith("|"):
        expect(panel(visitor).locator("tr.sf-marked")).to_have_count(1)
    if kind == ".pdf":
        assert citation.page is not None
        expect(panel(visitor).get_by_role("img", name=re.compile("the quote marked"))).to_be_visible()
        marked, plain = (server.page_image(document.document_id, citation.page, q) for q in (citation.quote, ""))
        assert marked != plain
    return kind


def test_why_an_answer_is_what_it_is_is_read_in_a_panel_and_run_again(visitor: Person, server: Client):
    visitor.opens("/?assistant=fleet")
    visitor.asks(QUESTIONS[0])
    turn = visitor.waits_for_the_answer(0)
    visitor.clicks("Why this answer", within=turn)
    expect(panel(visitor).locator(".sf-panel-title")).to_be_focused()
    for words_ in ("Searched", "Found: 12 passages", "Probably holds the answer", "Said", "Left out"):
        visitor.sees(words_, within=panel(visitor))
    visitor.looks("why-panel")
    visitor.clicks("Run it again and compare", within=panel(visitor))
    visitor.sees("The same passages, sentences and words came out", within=panel(visitor))
    visitor.looks("why-replayed")
    panel(visitor).locator(".sf-claim button.sf-chip").first.click()
    expect(panel(visitor).locator(".sf-passage mark").first).to_be_visible()
    visitor.page.keyboard.press("Escape")
    expect(panel(visitor)).to_have_count(0)
    visitor.asks("What does the yearly licence for the drone Skyhawk 9 cost?")
    visitor.clicks("Why this answer", within=visitor.waits_for_the_answer(1))
    visitor.sees("All of it together does not suffice", within=panel(visitor))
    visitor.looks("why-not-found")
