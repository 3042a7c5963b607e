"""The pages around the conversation in states that are rare: far too much, nothing at all, somebody away."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.app.running import until
from tests.end_to_end import stand_in_words as words
from tests.end_to_end.browsing import Person, pages_of, person
from tests.end_to_end.conftest import free_port
from tests.end_to_end.stand_in import Stand, standing

pytestmark = pytest.mark.browser
PADS = "At what thickness do pads need replacing?"


def test_weights_on_their_way_are_a_thin_line_that_goes_when_they_are_there(visitor: Person, stand: Stand):
    total = 1_117_000_000
    stand.engine = {"state": "downloading", "model": "m", "stage": "", "bytes_done": 302_000_000, "bytes_total": total}
    visitor.opens("/?assistant=fleet")
    visitor.sees("Answers are quotes for now; the language model arrives")
    visitor.sees("(302 of 1,117 MB)")
    stand.engine["bytes_done"] = 312_000_000
    visitor.sees(re.compile(r"in about \d+ (min|s) \(312 of 1,117 MB\)"))
    visitor.looks("engine-downloading")
    stand.engine["state"] = "loading"
    visitor.sees("the language model is starting")
    stand.engine["state"] = "ready"
    visitor.does_not_see("Answers are quotes for now")
    stand.engine.update({"state": "failed", "reason": "the machine has too little memory"})
    visitor.opens("/?assistant=fleet")
    visitor.sees("Answers stay quotes: the language model did not start (the machine has too little memory).")
    visitor.looks("engine-failed")


def test_a_server_that_is_away_is_said_in_words_and_found_when_it_comes_back(browser: Browser, tmp_path: Path):
    with pages_of(tmp_path, free_port()) as url, person(browser, url) as somebody:
        somebody.opens()
        somebody.sees("Surefoot cannot be reached")
        somebody.sees("if it was stopped, start it with")
        somebody.looks("server-away")
        with standing(tmp_path, Stand(), free_port()):
            somebody.sees("Hello, this is the fleet desk.")
        somebody.asks(PADS)
        somebody.sees("cannot be reached")
        with standing(tmp_path, Stand(), free_port()):
            somebody.clicks("Try again")
            somebody.sees("Interrupted")
            somebody.clicks("Ask again")
            somebody.waits_for_the_answer(1 if somebody.turn(1).count() else 0)


def test_conversations_are_found_renamed_deleted_and_brought_back(visitor: Person, stand: Stand):
    _talked_before(stand)
    visitor.opens("/")
    visitor.sees("Yesterday")
    visitor.page.get_by_label("Search conversations").fill("winter")
    visitor.page.keyboard.press("Enter")
    visitor.does_not_see("Pads of the Corvane")
    visitor.clicks("Rename or delete “Winter tyres”")
    visitor.page.get_by_label("Name", exact=True).fill("Tyres in winter")
    visitor.page.keyboard.press("Tab")
    visitor.looks("conversation-window")
    visitor.clicks("Save name")
    until(lambda: stand.conversations["c2"]["title"] == "Tyres in winter")
    visitor.page.get_by_label("Search conversations").fill("")
    visitor.page.keyboard.press("Enter")
    visitor.clicks("Rename or delete “Tyres in winter”")
    visitor.clicks("Delete conversation")
    visitor.sees("Deleted “Tyres in winter”.")
    visitor.looks("conversation-deleted")
    visitor.clicks("Undo")
    expect(visitor.page.get_by_role("link", name="Tyres in winter")).to_be_visible()
    visitor.clicks("Rename or delete “Tyres in winter”")
    visitor.clicks("Delete conversation")
    until(lambda: "c2" not in stand.conversations)


def _talked_before(stand: Stand) -> None:
    for number, title in enumerate(("Pads of the Corvane", "Winter tyres", "x" * 70)):
        moment = f"2026-01-0{number + 1}T10:00:00+00:00" if number else words.moment(1)
        stand.conversations[f"c{number + 1}"] = {
            "id": f"c{number + 1}",
            "assistant": "fleet",
            "title": title,
            "updated_at": moment,
        }


def test_an_empty_library_and_a_long_conversation_say_what_to_do(visitor: Person, stand: Stand):
    visitor.opens("/?view=library&assistant=compliance")
    visitor.sees("No documents yet.")
    visitor.looks("library-empty")
    for number in range(30):
        answer = {**words.blank(f"Question {number}", "fleet"), "id": f"a{number}", "conversation_id": "long"}
        stand.answers[f"a{number}"] = {**answer, "answer": "Said."}
    stand.conversations["long"] = {"id": "long", "assistant": "fleet", "title": "Long", "updated_at": words.moment(0)}
    visitor.opens("/?conversation=long")
    visitor.sees("Question 29")
    visitor.does_not_see("Question 9")
    visitor.clicks("Show 10 earlier questions")
    expect(visitor.page.get_by_role("heading", name="Question 0")).to_be_attached()


def test_the_assistant_that_was_used_last_is_asked_next(visitor: Person, stand: Stand):
    stand.conversations["one"] = {"id": "one", "assistant": "support", "title": "One", "updated_at": words.moment(0)}
    visitor.opens("/")
    expect(visitor.page.get_by_placeholder("Ask the Service desk")).to_be_focused()
    visitor.clicks("Fleet desk")
    expect(visitor.page.get_by_placeholder("Ask the Fleet desk")).to_be_visible()
    visitor.clicks("Library")
    visitor.page.wait_for_url(re.compile("view=library"))
    visitor.sees("Fleet desk")


def test_a_folder_becomes_an_assistant_with_each_file_s_result_and_questions_to_ask(
    visitor: Person, stand: Stand, tmp_path: Path
):
    folder = tmp_path / "Yard rules"
    (folder / "more").mkdir(parents=True)
    for name in ("tyre-rules.md", "more/holiday plan.txt", "more/tool.exe", ".hidden"):
        (folder / name).write_text("Some text.")
    stand.pause = 0.8
    visitor.opens("/")
    visitor.chooses_folder("Choose a folder", folder)
    visitor.sees("Reading 3 files")
    visitor.looks("drop-reading")
    stand.pause = 0.0
    visitor.sees("2 files can be asked about; 1 could not be read.")
    visitor.sees("This kind of file cannot be read.")
    visitor.sees("Questions that your documents answer")
    assert "assistant=yard-rules" in visitor.page.url
    assert {d["path"] for d in stand.documents["yard-rules"]} == {
        "Yard rules/tyre-rules.md",
        "Yard rules/more/holiday plan.txt",
    }
    visitor.looks("drop-read")
    visitor.page.locator(".sf-example").first.click()
    visitor.waits_for_the_answer(0)
    visitor.does_not_see("2 files can be asked about")
