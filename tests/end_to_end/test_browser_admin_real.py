"""A folder on its way into the library, in a real browser with the real server: added, tried, run, repaired, deleted."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import product as product_of
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, expect
from reportlab.pdfgen.canvas import Canvas

from surefoot.app.client.http import Client
from surefoot.app.client.run_forms import ENDED
from surefoot.app.client.server import find
from surefoot.app.client.source_forms import NewSource
from tests.app.running import until
from tests.end_to_end.browsing import PICTURES, Person, person, product

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]
NAME = "Depot papers"
VEHICLES = ("Corvane 28", "Corvane 35", "Corvane 50", "Tarn 7", "Tarn 12")
TOPICS = (
    "Tyre pressure",
    "Brake fluid",
    "Winter service",
    "Cab cleaning",
    "Fuel cards",
    "Tachograph",
    "Coolant",
    "Lamps",
)


@pytest.fixture(scope="module")
def data(furnished: Callable[[], Path]) -> Path:
    """The data folder that the product of this module runs on."""
    return furnished()


@pytest.fixture(scope="module")
def address(data: Path, weights: Path) -> Iterator[str]:
    """Where the pages are, of the product without a language model."""
    with product(data, weights) as url:
        yield url


@pytest.fixture
def visitor(browser: Browser, address: str) -> Iterator[Person]:
    with person(browser, address) as somebody:
        yield somebody


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of Markdown and PDF, one of them damaged."""
    folder = tmp_path_factory.mktemp("depot") / "papers"
    (folder / "yard").mkdir(parents=True)
    for number, (topic, vehicle) in enumerate(product_of(TOPICS, VEHICLES)):
        text = f"# {topic} of the {vehicle}\n\nFor the {vehicle} the depot keeps {17 + number * 3} units of {topic.lower()} "
        text += f"goods in bay {number}. The foreman of shift {number % 4} looks after it on day {number % 28 + 1}.\n"
        (folder / f"{topic} {vehicle}.md".lower().replace(" ", "-")).write_text(text, encoding="utf-8")
    pdf(folder / "yard" / "gate-rules.pdf", "Gate rules", "The gate of the Holmgate yard opens at 05:40.")
    (folder / "yard" / "ramp.pdf").write_bytes(b"%PDF-1.7\n1 0 obj\n<< damaged")
    return folder


def pdf(path: Path, title: str, text: str) -> None:
    canvas = Canvas(str(path))
    canvas.setTitle(title)
    for number in range(3):
        canvas.setFont("Helvetica", 18)
        canvas.drawString(72, 760, f"{title}, page {number + 1}")
        canvas.setFont("Helvetica", 11)
        for line in range(12):
            canvas.drawString(72, 720 - 18 * line, f"{text} This is line {line + 1} of page {number + 1}.")
        canvas.showPage()
    canvas.save()


def test_a_folder_is_added_run_repaired_searched_described_and_deleted(visitor: Person, papers: Path):
    _adds(visitor, papers)
    _watches(visitor)
    _repairs(visitor, papers)
    _uses(visitor)
    _deletes(visitor)


def _adds(visitor: Person, papers: Path) -> None:
    visitor.opens("/?view=library&assistant=fleet")
    visitor.clicks("Sources")
    visitor.clicks(re.compile("^Folder"))
    visitor.page.get_by_label("Name", exact=True).fill(NAME)
    visitor.page.get_by_label("Folder", exact=True).fill(str(papers / "nothing"))
    visitor.clicks("Test connection")
    visitor.sees("cannot be reached")
    visitor.page.get_by_label("Folder", exact=True).fill(str(papers))
    visitor.clicks("Test connection")
    visitor.sees(re.compile("is there, with 41 files and folders"))
    visitor.page.get_by_text("Watch the folder").click()
    visitor.looks("real-source-form", schemes=("light",))
    visitor.clicks("Save and run")
    visitor.sees(f"“{NAME}” is added and is being read.")


def _watches(visitor: Person) -> None:
    card = _card(visitor)
    visitor.clicks("Open the run", within=card)
    visitor.sees("Look for changes")
    visitor.looks("real-run-live", schemes=("light",))
    visitor.sees("Finished")
    visitor.sees("1 document could not be read")
    visitor.sees("42 of 42 documents")
    visitor.looks("real-run-ended")
    visitor.clicks(re.compile("^Rejected"))
    visitor.sees("yard/ramp.pdf")


def _repairs(visitor: Person, papers: Path) -> None:
    visitor.clicks("Replace …")
    visitor.sees("Repair them where they come from")
    pdf(papers / "yard" / "ramp.pdf", "Ramp", "The ramp of the yard carries 18 tonnes.")
    visitor.clicks("They are repaired: read again")
    visitor.sees("Reading 1 document again.")
    visitor.sees("Try again", within=visitor.page.locator(".sf-facts"))
    visitor.sees("1 of 1 document")
    visitor.sees("Finished")
    visitor.does_not_see("could not be read")
    visitor.clicks("Runs")
    expect(visitor.page.locator(".sf-run")).to_have_count(2)


def _uses(visitor: Person) -> None:
    visitor.clicks("Sources")
    visitor.clicks("42 documents", within=_card(visitor))
    visitor.page.wait_for_url(re.compile("source=depot-papers"))
    visitor.sees("42 match.")
    visitor.page.get_by_label("Find a document").fill("ramp")
    visitor.page.keyboard.press("Enter")
    visitor.sees("1 match.")
    visitor.clicks("Ramp")
    expect(visitor.page.get_by_role("img", name=re.compile("Page 1 of"))).to_be_visible()
    visitor.looks("real-document-pages")
    visitor.clicks("Quality")
    visitor.sees("Profile")
    visitor.looks("real-document-quality", schemes=("light",))
    visitor.clicks("Title and access")
    visitor.page.get_by_label("Who may see it (one group per line)").fill("everyone\nyard")
    visitor.clicks("Save")
    visitor.sees("is saved.")


def _deletes(visitor: Person) -> None:
    visitor.clicks("Sources")
    visitor.clicks("Delete …", within=_card(visitor))
    visitor.page.get_by_text("Delete its documents too").click()
    visitor.page.get_by_label(f"Type “{NAME}” to go on").fill(NAME)
    visitor.page.keyboard.press("Enter")
    visitor.clicks("Delete it and 42 documents")
    visitor.sees(f"Deleted the source “{NAME}”.")
    visitor.sees("No sources yet.")
    visitor.opens("/?view=library&assistant=fleet&words=ramp")
    visitor.sees("No document has these words")


def _card(visitor: Person) -> Locator:
    return visitor.page.locator('[class*="st-key-source-card-"]', has_text=NAME)


def test_the_pictures_of_the_guide_can_be_taken(visitor: Person, papers: Path, data: Path):
    server = find(data)
    assert server is not None
    (papers / "yard" / "ramp.pdf").write_bytes(b"%PDF-1.7\n1 0 obj\n<< damaged")
    (papers / "yard" / "keys.md").write_text("", encoding="utf-8")
    with server.client() as client:
        run = _fed(client, "Workshop sheets", papers, "0 2 * * *")
        _fed(client, "Gate and yard", papers / "yard", "30 6 * * 1-5")
        _fed(client, "Delivery notes of the share", papers.parent / "share", "0 * * * *")
    visitor.page.set_viewport_size({"width": 1280, "height": 800})
    visitor.opens("/?view=sources&assistant=fleet")
    visitor.sees("Monday to Friday at 06:30 UTC")
    _pictures(visitor, papers, "sources")
    visitor.opens(f"/?view=runs&run={run}")
    visitor.sees("2 documents could not be read")
    _pictures(visitor, papers, "runs")
    visitor.opens("/?view=library&assistant=fleet")
    visitor.sees("Brake fluid of the Corvane 28")
    _pictures(visitor, papers, "library")


def _fed(client: Client, name: str, folder: Path, schedule: str) -> str:
    settings = {"path": str(folder), "watch": False}
    new = NewSource(assistant="fleet", name=name, kind="folder", settings=settings, schedule=schedule)
    run = client.knowledge.run_source(client.knowledge.add_source(new).id)
    until(lambda: client.knowledge.run(run.id).state in ENDED)
    return run.id


def _pictures(visitor: Person, papers: Path, name: str) -> None:
    """Take a picture in which the test's own folder goes by another name."""
    visitor.page.wait_for_timeout(500)
    visitor.page.evaluate(
        """([folder, name]) => {
            const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
            while (texts.nextNode()) texts.currentNode.data = texts.currentNode.data.replaceAll(folder, name);
        }""",
        [str(papers.parent), "/srv/depot"],
    )
    PICTURES.mkdir(parents=True, exist_ok=True)
    visitor.page.screenshot(path=PICTURES / f"guide-{name}.png")
