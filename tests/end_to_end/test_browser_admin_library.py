"""The library with ten thousand documents, and a document's sections, by mouse and by keyboard alone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.app.running import until
from tests.end_to_end import stand_in_words as words
from tests.end_to_end.browsing import Person
from tests.end_to_end.keyboard import focused, tabs_to
from tests.end_to_end.stand_in import Stand
from tests.end_to_end.stand_in_knowledge import source

pytestmark = pytest.mark.browser
SHORT = "It holds 4 words, fewer than the 20 that the rules of this assistant ask for."


def bulletins(number: int) -> list[words.Row]:
    formats = ("application/pdf", "text/markdown", "text/html")
    return [
        words.document(
            f"{n:032x}", f"Bulletin {n:05d}", media_type=formats[n % 3], path=f"b/{n}.txt", size=1000 + n,
            source_id="site" if n % 2 else "bulletins", language="de" if n % 5 == 0 else "en",
            **({"status": "rejected", "reason": SHORT, "acceptable": True, "chunks": 0} if n % 100 == 7 else {}),
        )
        for n in range(number)
    ]  # fmt: skip


def test_ten_thousand_documents_are_searched_filtered_sorted_and_paged(visitor: Person, stand: Stand):
    stand.documents["support"] = bulletins(10_000)
    stand.knowledge.sources = [source("site", "Help pages", assistant="support")]
    visitor.opens("/?view=library&assistant=support")
    visitor.sees("1–100 of 10,000")
    visitor.looks("library-huge")
    visitor.clicks("Next rows")
    visitor.sees("101–200 of 10,000")
    assert "page=2" in visitor.page.url
    visitor.settles()
    visitor.page.get_by_label("Find a document").fill("Bulletin 0042")
    visitor.page.keyboard.press("Enter")
    visitor.sees("11 match.")
    visitor.clicks("Show all documents")
    visitor.sees("1–100 of 10,000")
    visitor.clicks(re.compile("^Not read"))
    visitor.sees("100 match.")
    visitor.sees(SHORT)
    visitor.clicks(re.compile("^Size"))
    visitor.sees("Bulletin 09907")
    visitor.looks("library-rejected")
    visitor.clicks("Accept “Bulletin 09907”")
    visitor.sees("“Bulletin 09907” is taken in.")
    visitor.chooses("Source", "Help pages")
    visitor.page.wait_for_url(re.compile("source=site"))
    visitor.page.reload()
    visitor.sees("99 match.")


def test_a_row_opens_wherever_it_is_clicked_and_names_passages(visitor: Person, stand: Stand):
    stand.documents["support"] = bulletins(3)
    visitor.opens("/?view=library&assistant=support")
    visitor.sees("Passages")
    visitor.does_not_see("Pieces")
    visitor.settles()
    visitor.page.get_by_role("row", name=re.compile("Bulletin 00001")).locator("td").last.click()
    visitor.page.wait_for_url(re.compile("document="))
    visitor.page.set_viewport_size({"width": 390, "height": 844})
    visitor.opens("/?view=library&assistant=support")
    menu = visitor.page.get_by_test_id("stExpandSidebarButton")
    expect(menu).to_be_visible()
    assert menu.evaluate("one => getComputedStyle(one, '::after').content") == '"Menu"'
    assert menu.inner_text().strip() == ""  # its symbol is not there


def test_marked_documents_are_deleted_together(visitor: Person, stand: Stand):
    stand.documents["support"] = bulletins(300)
    visitor.opens("/?view=library&assistant=support&words=bulletin+0001")
    visitor.page.get_by_label("Mark all documents on this page").check()
    visitor.sees("11 documents marked")
    visitor.page.get_by_label("Mark “Bulletin 00012”").uncheck()
    visitor.sees("10 documents marked")
    visitor.looks("library-marked")
    visitor.clicks("Delete …")
    visitor.sees("Delete 10 documents?")
    expect(visitor.page.get_by_role("button", name="Delete 10")).to_be_disabled()
    visitor.page.get_by_label("Type “Service desk” to go on").fill("Service desk")
    visitor.page.keyboard.press("Enter")
    visitor.clicks("Delete 10")
    visitor.sees("Deleted 10 documents.")
    visitor.sees("Bulletin 00012")
    assert len(stand.documents["support"]) == 290


def test_a_document_s_sections_say_who_sees_it_its_versions_quality_and_answers(visitor: Person, stand: Stand):
    visitor.opens("/?view=library&assistant=fleet")
    visitor.clicks("Workshop manual Corvane 35")
    expect(visitor.page.get_by_role("img", name="Page 1 of Workshop manual Corvane 35")).to_be_visible()
    visitor.looks("document-pages")
    visitor.clicks("Title and access")
    visitor.page.get_by_label("Who may see it (one group per line)").fill("workshop\ndrivers")
    visitor.page.get_by_label("Properties (one per line, name: value)").fill("author Workshop")
    visitor.clicks("Save")
    visitor.sees("Line 1: write it as name: value")
    visitor.looks("document-about")
    visitor.page.get_by_label("Properties (one per line, name: value)").fill("author: Workshop")
    visitor.clicks("Save")
    visitor.sees("“Workshop manual Corvane 35” is saved.")
    visitor.sees("whatever groups its source gets, these stay")
    visitor.looks("document-about-saved")
    saved = stand.document(words.MANUAL)
    assert (saved["groups"], saved["properties"]) == (["workshop", "drivers"], {"author": "Workshop"})
    visitor.clicks("Quality")
    visitor.sees("It was last changed 3 years ago.")
    visitor.looks("document-quality")
    visitor.clicks(re.compile("94% the same text"))
    visitor.sees("Driver hours policy 2026")
    visitor.clicks(re.compile(r"^Versions \(2\)"))
    visitor.sees("Superseded")
    visitor.looks("document-versions")
    visitor.clicks("Cited by")
    visitor.sees("None of your answers cites it yet.")


def test_masked_documents_show_neither_original_nor_page_images(visitor: Person, stand: Stand):
    next(d for d in stand.documents["fleet"] if d["document_id"] == words.MANUAL)["masked"] = 12
    visitor.opens(f"/?view=library&document={words.MANUAL}")
    visitor.sees("Personal data is masked in it (12 values)")
    expect(visitor.page.get_by_role("button", name="Original")).to_have_count(0)
    expect(visitor.page.get_by_role("img", name=re.compile("Page 1 of"))).to_have_count(0)
    visitor.looks("document-masked")


def test_the_keyboard_alone_finds_opens_marks_and_stays_where_it_is(visitor: Person, stand: Stand):
    stand.documents["support"] = bulletins(300)
    visitor.opens("/?view=library&assistant=support")
    visitor.sees("1–100 of 300")
    tabs_to(visitor, "Find a document")
    visitor.page.keyboard.type("Bulletin 0002")
    visitor.page.keyboard.press("Enter")
    visitor.sees("11 match.")
    tabs_to(visitor, "Mark “Bulletin 00021”")
    visitor.page.keyboard.press("Space")
    visitor.sees("1 document marked")
    assert focused(visitor) == "Mark “Bulletin 00021”"
    visitor.page.keyboard.press("Shift+Tab")
    tabs_to(visitor, re.compile(r"^Size"), back=True)
    visitor.page.keyboard.press("Enter")
    visitor.page.wait_for_url(re.compile("sort=-size"))
    expect(visitor.page.locator("th[aria-sort=descending]")).to_have_text(re.compile("^Size"))
    until(lambda: focused(visitor).startswith("Size"))
    outline = str(visitor.page.evaluate("getComputedStyle(document.activeElement).outlineStyle"))
    assert outline == "solid"
    tabs_to(visitor, "Bulletin 00029")
    visitor.page.keyboard.press("Enter")
    visitor.sees("Title and access")
