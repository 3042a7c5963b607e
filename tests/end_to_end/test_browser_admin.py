"""The administrators' pages in states of all kinds: sources, runs, and a library of ten thousand documents."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.app.running import until
from tests.end_to_end import stand_in_words as words
from tests.end_to_end.browsing import NARROW, WIDE, Person
from tests.end_to_end.keyboard import focused, tabs_to
from tests.end_to_end.stand_in import Stand
from tests.end_to_end.stand_in_knowledge import item, run, source

pytestmark = pytest.mark.browser
SCANNED = "The file is damaged and cannot be opened. Put a readable copy in its place."
SHORT = "It holds 4 words, fewer than the 20 that the rules of this assistant ask for. Accept it, or add text."


SHIFTS = """() => {
    window.__shifts = [];
    new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.__shifts.push(entry.value);
    }).observe({ type: "layout-shift" });
}"""
"""Collects what moves on the page without anybody's doing."""


def running(stand: Stand) -> dict[str, Any]:
    """A source whose run is half done."""
    manuals = source("manuals", "Workshop manuals", watched=True)
    going = run(
        "r1", manuals, total=1000, done=412, unchanged=284, documents_per_second=6.4, seconds_left=91.9,
        counts={"ingested": 398, "rejected": 9, "failed": 5, "working": 8, "waiting": 580},
        stages={"read": 420, "profile": 416, "validate": 412, "clean": 409, "deduplicate": 406, "encode": 402, "index": 398},
    )  # fmt: skip
    manuals["last_run"] = going
    stand.knowledge.sources.append(manuals)
    stand.knowledge.runs.append(going)
    damaged = {"status": "failed", "reason": SCANNED, "remedy": "replace"}
    stand.knowledge.items["r1"] = [
        item(f"manuals/corvane-{n:03}.pdf", **(damaged if n < 4 else {})) for n in range(250)
    ]
    stand.knowledge.failures["r1"] = [
        {"reason": SHORT, "remedy": "accept", "count": 9, "examples": ["notes/a.md", "notes/b.md", "notes/c.md"]},
        {"reason": SCANNED, "remedy": "replace", "count": 4, "examples": ["manuals/corvane-000.pdf"]},
        {"reason": "The share did not answer.", "remedy": "retry", "count": 1, "examples": ["manuals/corvane-004.pdf"]},
    ]
    return going


def test_the_way_leads_from_the_chat_to_each_page_and_back(visitor: Person):
    visitor.opens("/?assistant=fleet")
    visitor.sees("For example")
    for name, words_there in (("Sources", "Sources of"), ("Runs", "Runs of"), ("Library", "Find a document")):
        visitor.clicks(name)
        if name == "Library":
            expect(visitor.page.get_by_label(words_there)).to_be_visible()
        else:
            visitor.sees(words_there)
        visitor.clicks("Chat")
        visitor.sees("For example")


PLACES = (
    "/?assistant=fleet",
    "/?view=library&assistant=fleet",
    "/?view=library&document={0}",
    "/?view=library&document={0}&section=about",
    "/?view=sources&assistant=fleet",
    "/?view=sources&assistant=fleet&add=folder",
    "/?view=runs&assistant=fleet",
    "/?view=runs&run=r1",
)
SIDEWAYS = (
    "() => { const all = document.querySelector('[data-testid=stMain]'); return all.scrollWidth - all.clientWidth; }"
)
"""By how many pixels a page can be pushed to the side."""
FAINT = """() => {
    const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    const seen = (colour) => {
        canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
        return [...canvas.getImageData(0, 0, 1, 1).data];
    };
    const bright = (colour) => {
        const [red, green, blue] = colour.slice(0, 3).map((one) => one / 255).map(
            (one) => (one <= 0.03928 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4));
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    const behind = (one) => {
        for (let up = one; up; up = up.parentElement) {
            const colour = seen(getComputedStyle(up).backgroundColor);
            if (colour[3] > 250) return colour;
        }
        return [255, 255, 255, 255];
    };
    return [...document.querySelectorAll("[data-testid=stMain] :is(button, a, label, .sf-detail)")]
        .flatMap((one) => [...one.querySelectorAll("p, span"), one])
        .filter((one) => [...one.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim()))
        .filter((one) => one.getClientRects().length && !one.closest("[disabled], [aria-disabled=true]"))
        .map((one) => [bright(seen(getComputedStyle(one).color)), bright(behind(one)), one.textContent.trim()])
        .filter(([text, ground]) => (Math.max(text, ground) + 0.05) / (Math.min(text, ground) + 0.05) < 4.5)
        .map(([, , words]) => words);
}"""
"""Words whose contrast is below that of WCAG 2.2, level AA."""
STRAY = re.compile(r"`|\*\*|\bNone\b(?! of)|\bnan\b|undefined|\[object|(?m:^[»›]|[»›]$)|\w- \w|\u00ad|\d{4}-\d\d-\d\dT")


def test_no_page_moves_sideways_on_a_phone_or_has_faint_words_or_stray_marks(visitor: Person, stand: Stand):
    running(stand)
    shelf = stand.documents["fleet"][0]["document_id"]
    for place in PLACES:
        visitor.opens(place.format(shelf))
        for size, scheme in ((NARROW, "light"), (WIDE, "dark")):
            visitor.page.set_viewport_size({"width": size[0], "height": size[1]})
            visitor.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            expect(visitor.page.locator("[data-testid=stMain] :is(h1, h2)").first).to_be_visible()
            visitor.settles()
            visitor.page.wait_for_timeout(400)
            assert visitor.page.evaluate(SIDEWAYS) == 0, (place, size)
            assert _faint(visitor) == [], (place, scheme)
        assert STRAY.findall(visitor.page.inner_text("[data-testid=stMain]")) == [], place


def _faint(visitor: Person) -> list[str]:
    """Faint words that stay so: what is drawn anew is faint for a moment."""
    found: list[str] = visitor.page.evaluate(FAINT)
    for _ in range(20):
        if not found:
            break
        visitor.page.wait_for_timeout(500)
        found = visitor.page.evaluate(FAINT)
    return found


def test_a_first_source_is_added_by_its_form_with_errors_beside_their_fields(visitor: Person, stand: Stand):
    visitor.opens("/?view=sources&assistant=fleet")
    visitor.sees("No sources yet.")
    visitor.looks("sources-empty")
    visitor.clicks(re.compile("^Folder"))
    visitor.sees("Add a source: Folder")
    visitor.clicks("Test connection")
    visitor.sees("Folder is needed.")
    visitor.page.get_by_label("Folder", exact=True).fill("manuals")
    visitor.page.get_by_label("Name", exact=True).fill("Workshop manuals")
    visitor.clicks("Save and run")
    visitor.sees("Must be the whole path of a folder on the server")
    visitor.looks("source-form-wrong")
    visitor.page.get_by_label("Folder", exact=True).fill("/srv/manuals")
    visitor.clicks("Test connection")
    visitor.sees("with 14 files and folders at its top.")
    visitor.chooses("When it is read", "Every day at 02:00 UTC")
    visitor.sees(re.compile("Every day at 02:00 UTC; next: "))
    visitor.looks("source-form")
    visitor.clicks("Save and run")
    visitor.sees("“Workshop manuals” is added and is being read.")
    made = stand.knowledge.sources[0]
    assert (made["settings"]["path"], made["schedule"], made["watched"]) == ("/srv/manuals", "0 2 * * *", True)
    assert stand.knowledge.runs[0]["source_id"] == made["id"]


def test_a_secret_is_a_variable_s_name_and_arguments_are_json(visitor: Person, stand: Stand):
    visitor.opens("/?view=sources&assistant=fleet&add=hub")
    visitor.page.get_by_label("Name", exact=True).fill("Tickets")
    visitor.page.get_by_label("Class", exact=True).fill("llama_index.readers.json.JSONReader")
    visitor.page.get_by_text("More settings").click()
    visitor.page.get_by_role("textbox", name="Arguments of the class (JSON)").fill("{clean_json: yes")
    visitor.clicks("Save only")
    visitor.sees("This is no JSON")
    visitor.looks("source-form-hub", schemes=("light",))
    visitor.page.get_by_role("textbox", name="Arguments of the class (JSON)").fill('{"clean_json": true}')
    visitor.clicks("Save only")
    visitor.sees("“Tickets” is added.")
    assert stand.knowledge.sources[0]["settings"]["init"] == {"clean_json": True}
    visitor.opens("/?view=sources&assistant=fleet&add=git")
    visitor.page.get_by_label("Address", exact=True).fill("https://git.example.com/docs.git")
    visitor.page.get_by_text("More settings").click()
    token = visitor.page.get_by_role("textbox", name="Variable of the access token")
    token.fill("ghp_0123456789")
    token.press("Tab")
    visitor.sees("begins with SUREFOOT_SECRET_")
    visitor.clicks("Test connection")
    visitor.sees("begins with SUREFOOT_SECRET_")


def test_cards_say_how_sources_are_doing_and_what_can_be_done(visitor: Person, stand: Stand):
    running(stand)
    trouble = "The folder /mnt/share cannot be reached (Host is down). Check the path, and that the share is mounted."
    stand.knowledge.sources += [
        source("share", "Scans of delivery notes", health="trouble", trouble=trouble, settings={"path": "/mnt/share"}),
        source("site", "Help pages", kind="web", title="Web site", health="stale", schedule="30 6 * * 1-5",
               settings={"start": ["https://www.example.com/help/", "https://www.example.com/faq/"]}),
        source("rules", "Rules", declared=True, health="never", checked_at=None, documents=0),
    ]  # fmt: skip
    visitor.opens("/?view=sources&assistant=fleet")
    visitor.sees("Check the path, and that the share is mounted.")
    visitor.sees("6.4 documents a second, about 1 min 32 s left")
    visitor.sees("Monday to Friday at 06:30 UTC")
    visitor.sees("https://www.example.com/help/ and 1 more address")
    visitor.looks("sources")
    expect(_card(visitor, "Rules").get_by_role("button", name="Edit")).to_have_count(0)


def test_a_source_is_paused_resumed_and_deleted_after_it_was_said_what_that_means(visitor: Person, stand: Stand):
    running(stand)
    visitor.opens("/?view=sources&assistant=fleet")
    visitor.clicks("Pause schedule", within=_card(visitor, "Workshop manuals"))
    visitor.sees("Paused", within=_card(visitor, "Workshop manuals"))
    assert stand.knowledge.sources[0]["enabled"] is False
    visitor.clicks("Resume", within=_card(visitor, "Workshop manuals"))
    visitor.clicks("Delete …", within=_card(visitor, "Workshop manuals"))
    visitor.sees("1,284 documents came from it.")
    visitor.page.get_by_text("Delete its documents too").click()
    visitor.sees("This cannot be undone")
    visitor.looks("source-delete")
    expect(visitor.page.get_by_role("button", name="Delete it and 1,284 documents")).to_be_disabled()
    visitor.page.get_by_text("Keep its documents in the library").click()
    visitor.clicks("Delete the source")
    visitor.sees("Deleted the source “Workshop manuals”. 1,284 documents stayed in the library.")
    assert ("delete", "manuals", "keep") in stand.knowledge.acted


def test_the_keyboard_alone_edits_a_source_while_the_cards_live(visitor: Person, stand: Stand):
    going = running(stand)
    visitor.opens("/?view=sources&assistant=fleet")
    visitor.sees("412 of 1,000")
    tabs_to(visitor, "Open the run")
    going["done"] = 500
    visitor.sees("500 of 1,000")
    assert focused(visitor) == "Open the run"
    tabs_to(visitor, re.compile("Edit$"))
    visitor.page.keyboard.press("Enter")
    visitor.sees("Edit “Workshop manuals”")
    tabs_to(visitor, "Name")
    visitor.page.keyboard.press("Control+A")
    visitor.page.keyboard.type("Manuals of the workshop")
    tabs_to(visitor, "When it is read")
    visitor.page.keyboard.press("ArrowUp")
    visitor.page.keyboard.press("Enter")
    tabs_to(visitor, "Save")
    visitor.page.keyboard.press("Enter")
    visitor.sees("“Manuals of the workshop” is saved.")
    assert stand.knowledge.sources[0]["name"] == "Manuals of the workshop"


def _card(visitor: Person, name: str) -> Any:
    return visitor.page.locator('[class*="st-key-source-card-"]', has_text=name)


def test_a_run_is_watched_without_anything_moving_and_is_paused_and_resumed(visitor: Person, stand: Stand):
    going = running(stand)
    visitor.opens("/?view=runs&assistant=fleet")
    visitor.sees("412 of 1,000")
    visitor.looks("runs")
    visitor.clicks(re.compile("Workshop manuals"))
    visitor.sees("6.4 documents a second")
    top = visitor.page.get_by_role("heading", name="Documents", exact=True)
    before = top.bounding_box()
    visitor.page.evaluate(SHIFTS)
    for done, pace in ((413, 6.9), (420, 7.0), (431, 7.1)):
        going.update(done=done, documents_per_second=pace)
        visitor.sees(f"{pace} documents a second")
    assert top.bounding_box() == before
    assert visitor.page.evaluate("window.__shifts") == []
    visitor.looks("run-live")
    visitor.page.get_by_role("button", name="Pause").focus()
    visitor.page.keyboard.press("Enter")
    visitor.sees("Paused")
    visitor.clicks("Resume")
    visitor.sees("Running")
    end(going)
    visitor.sees("14 of 1,000 documents were rejected")
    visitor.looks("run-ended")


def end(going: dict[str, Any]) -> None:
    """Let the run end, with a report."""
    going.update(state="finished", done=1000, finished_at=words.moment(0), documents_per_second=None, seconds_left=None)
    going.update(counts={"ingested": 986, "rejected": 9, "failed": 5}, stages=dict.fromkeys(going["stages"], 986))
    going["report"] = {
        "seconds": {"read": 71.2, "profile": 2.1, "encode": 96.4, "index": 8.9},
        "monitor": {"alarms": [{"code": "rejections", "message": "14 of 1,000 documents were rejected, usually it is 1.",
                                "remedy": "Look at the reasons below."}],
                    "drift": {"score": 0.04, "p_value": 0.31, "came": ["tyre"], "went": []}},
    }  # fmt: skip


def test_the_documents_of_a_run_are_leafed_through_and_its_failures_remedied(visitor: Person, stand: Stand):
    end(running(stand))
    visitor.opens("/?view=runs&run=r1")
    visitor.sees("14 of 1,000 documents were rejected")
    visitor.clicks("Next rows")
    visitor.sees("101–200 of 250")
    visitor.clicks(re.compile("^Failed"))
    expect(visitor.page.locator(".sf-filter[aria-current]")).to_have_text(re.compile("^Failed"))
    visitor.sees("manuals/corvane-000.pdf")
    visitor.clicks("Replace …")
    visitor.sees("Replace 4 documents")
    visitor.sees("Repair them where they come from")
    visitor.looks("run-replace")
    visitor.page.keyboard.press("Escape")
    visitor.clicks("Retry all failed")
    visitor.sees("Trying the failed documents again.")
    assert stand.knowledge.acted[-1] == ("retry", "r1")


def test_a_run_that_would_remove_much_waits_for_a_person(visitor: Person, stand: Stand):
    manuals = source("manuals", "Workshop manuals")
    reason = "Its source no longer has 812 of 1,000 documents."
    waits = run("r1", manuals, state="waiting", reason=reason, total=812, counts={"waiting": 812})
    stand.knowledge.runs = [waits]
    visitor.opens("/?view=runs&run=r1")
    visitor.sees("Waits for you")
    visitor.sees(reason)
    visitor.looks("run-waiting")
    visitor.clicks("Remove 812 documents")
    visitor.sees("Running")
    assert stand.knowledge.acted == [("confirm", "r1")]
    waits.update(state="waiting", reason=reason)
    visitor.opens("/?view=runs&run=r1")
    visitor.clicks("Keep them")
    visitor.sees("Nothing was removed.")
    until(lambda: stand.knowledge.acted[-1] == ("cancel", "r1"))


def test_runs_that_are_not_there_are_said(visitor: Person, stand: Stand):
    visitor.opens("/?view=runs&assistant=fleet")
    visitor.sees("No runs yet.")
    visitor.looks("runs-empty")
    visitor.opens("/?view=runs&run=nothing")
    visitor.sees("This run is not here")
    visitor.opens("/?view=sources&assistant=fleet&source=nothing")
    visitor.sees("This source is not here")
