"""Answers in states that the real product reaches rarely: each said in words, in its place, with what to do."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.app.running import until
from tests.end_to_end.browsing import Person, person
from tests.end_to_end.stand_in import Stand

pytestmark = pytest.mark.browser
PADS = "At what thickness do pads need replacing?"


def test_evidence_is_there_before_the_first_sentence_and_nothing_moves_when_the_answer_is_complete(
    visitor: Person, stand: Stand
):
    stand.pause = 0.5
    visitor.opens("/?assistant=fleet")
    visitor.asks("A slow answer, please")
    turn = visitor.turn(0)
    expect(turn.locator(".sf-card-title").first).to_contain_text("Workshop manual")
    expect(turn.locator(".sf-answer")).to_have_count(0)
    visitor.sees("Each sentence is checked", within=turn)
    visitor.looks("answer-coming")
    expect(turn.locator(".sf-answer")).to_contain_text("step 3")
    places = "els => els.map(e => JSON.stringify(e.getBoundingClientRect()))"
    before = turn.locator(".sf-question, .sf-strip, .sf-verdict").evaluate_all(places)
    visitor.waits_for_the_answer(0)
    assert turn.locator(".sf-question, .sf-strip, .sf-verdict").evaluate_all(places) == before


def test_a_stopped_answer_keeps_what_was_released_and_can_be_asked_again(visitor: Person, stand: Stand):
    stand.pause = 0.4
    visitor.opens("/?assistant=fleet")
    visitor.asks("A slow answer, please")
    turn = visitor.turn(0)
    expect(turn.locator(".sf-answer")).to_contain_text("step 2")
    visitor.clicks("Stop", within=turn)
    visitor.sees("What was checked until then stays.", within=turn)
    until(lambda: stand.left == 1)
    expect(turn.locator(".sf-answer")).to_contain_text("step 2")
    assert "step 8" not in turn.inner_text()
    expect(visitor.page).to_have_url(re.compile("conversation="))
    visitor.looks("answer-stopped")
    stand.pause = 0.0
    visitor.clicks("Ask again", within=turn)
    expect(visitor.waits_for_the_answer(1).locator(".sf-answer")).to_contain_text("step 8")


def test_a_reader_who_closes_the_page_ends_the_answer(browser: Browser, stage: tuple[Path, str], stand: Stand):
    stand.pause = 1.0
    with person(browser, stage[1]) as somebody:
        somebody.opens("/?assistant=fleet")
        somebody.asks("A slow answer, please")
        expect(somebody.turn(0).locator(".sf-answer")).to_contain_text("step 1")
    until(lambda: stand.left == 1)


def test_an_answer_goes_on_while_its_reader_opens_a_source(visitor: Person, stand: Stand):
    stand.pause = 0.4
    visitor.opens("/?assistant=fleet")
    visitor.asks("A slow answer, please")
    opened = visitor.page.locator(".sf-panel-body mark").first
    for _ in range(3):  # who sees nothing open on a busy machine clicks again
        visitor.turn(0).locator("button.sf-chip").first.click()
        with suppress(AssertionError):
            expect(opened).to_be_visible(timeout=10_000)
            break
    expect(opened).to_be_visible()
    expect(visitor.waits_for_the_answer(0).locator(".sf-answer")).to_contain_text("step 8")
    expect(visitor.page.locator(".sf-panel-body mark").first).to_be_visible()
    assert stand.asked == ["A slow answer, please"]


def test_the_keyboard_alone_asks_opens_a_source_and_comes_back_to_its_number(visitor: Person):
    visitor.opens("/?assistant=fleet")
    visitor.sees("For example")
    _tabs_to(visitor, "sf-example")
    visitor.page.keyboard.press("Enter")
    visitor.waits_for_the_answer(0)
    visitor.page.locator(".sf-question").click()
    _tabs_to(visitor, "sf-chip")
    visitor.page.keyboard.press("Enter")
    expect(visitor.page.locator(".sf-panel-title")).to_be_focused()
    visitor.page.keyboard.press("Escape")
    expect(visitor.page.locator(".st-key-panel")).to_have_count(0)
    expect(visitor.turn(0).locator("button.sf-chip").first).to_be_focused()
    _tabs_to(visitor, "sf-thumb")
    visitor.page.keyboard.press("Enter")
    visitor.sees("Thank you. Your thumb is kept with this answer.")


def _tabs_to(visitor: Person, kind: str) -> None:
    """Press Tab until something of a kind has the focus, shown by an outline."""
    visitor.settles()
    for _ in range(60):
        visitor.page.keyboard.press("Tab")
        if visitor.page.evaluate(
            "document.activeElement.classList.contains(arguments[0])".replace("arguments[0]", repr(kind))
        ):
            outline = visitor.page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert outline != "none"
            return
    raise AssertionError(f"Tab never came to {kind}")


def test_a_new_conversation_is_begun_beside_an_answer_that_is_still_on_its_way(visitor: Person, stand: Stand):
    stand.pause = 0.6
    visitor.opens("/?assistant=fleet")
    visitor.asks("A slow answer, please")
    expect(visitor.turn(0).locator(".sf-answer")).to_contain_text("step 1")
    visitor.clicks("New")
    visitor.sees("For example")
    until(lambda: any("step 8" in a["answer"] for a in stand.answers.values()))
    assert stand.left == 0
    visitor.clicks("New")
    visitor.clicks("A slow answer, please")
    expect(visitor.waits_for_the_answer(0).locator(".sf-answer")).to_contain_text("step 8")


def test_a_click_in_the_moment_that_an_answer_becomes_complete_loses_nothing(visitor: Person, stand: Stand):
    for attempt in range(4):
        stand.pause = 0.05 * attempt
        visitor.opens("/?assistant=fleet")
        visitor.sees("For example")
        visitor.asks("At what thickness do pads need replacing?")
        visitor.turn(0).locator("button.sf-chip").first.click()
        expect(visitor.page.locator(".sf-panel-body mark").first).to_be_visible()
        visitor.waits_for_the_answer(0)
        expect(visitor.page).to_have_url(re.compile("conversation=.*source=|source=.*conversation="))


def test_back_and_forward_go_through_what_was_open(visitor: Person):
    page = visitor.page
    visitor.opens("/?assistant=fleet")
    visitor.asks("At what thickness do pads need replacing?")
    visitor.waits_for_the_answer(0)
    panel = page.locator(".sf-panel-title")
    for n in (0, 1):
        visitor.turn(0).locator("button.sf-chip").nth(n).click()
        expect(page).to_have_url(re.compile(rf"source=0\.{n + 1}"))
        expect(panel).to_be_visible()
    page.go_back()
    expect(page).to_have_url(re.compile(r"source=0\.1"))
    page.go_back()
    expect(panel).to_be_hidden()
    expect(page).to_have_url(re.compile(r"/\?conversation=[^&]*$"))
    page.go_forward()
    expect(panel).to_be_visible()
    expect(page).to_have_url(re.compile(r"source=0\.1"))
    page.go_back()
    page.go_back()
    visitor.sees("For example")
    page.go_forward()
    visitor.waits_for_the_answer(0)


def test_sources_that_disagree_and_older_versions_are_named_in_words(visitor: Person):
    visitor.opens("/?assistant=fleet")
    visitor.asks("Do the policies disagree on breaks?")
    turn = visitor.waits_for_the_answer(0)
    visitor.sees("Sources disagree", within=turn)
    visitor.sees("“Driver hours policy 2026” and “Driver hours policy 2024” say different things", within=turn)
    visitor.sees("“Driver hours policy 2024” is superseded", within=turn)
    visitor.looks("answer-conflict")


def test_a_withheld_sentence_leaves_a_trace_that_opens(visitor: Person):
    visitor.opens("/?assistant=fleet")
    visitor.asks("What was the earlier rule?")
    turn = visitor.waits_for_the_answer(0)
    visitor.sees("Not sure", within=turn)
    expect(visitor.turn(0).get_by_text("Nobody checks it.")).not_to_be_visible()
    visitor.unfolds("2 sentences were withheld", within=turn)
    visitor.sees("Nobody checks it.", within=turn)
    visitor.looks("answer-partly")


def test_markup_in_a_document_is_shown_and_never_carried_out(visitor: Person):
    visitor.page.on("dialog", lambda dialog: visitor.wrong.append(f"a dialog opened: {dialog.message}"))
    asked: list[str] = []
    visitor.page.on("request", lambda request: asked.append(request.url))
    visitor.opens("/?assistant=fleet")
    visitor.asks("What about markup?")
    turn = visitor.waits_for_the_answer(0)
    visitor.sees("<script>alert(2)</script>", within=turn)
    visitor.turn(0).locator("button.sf-chip").first.click()
    visitor.sees("Note <b>with</b> markup", within=visitor.page.locator(".st-key-panel"))
    drawn = visitor.page.locator(".st-key-turn-0, .st-key-panel")
    assert drawn.locator("img, script, a[href^=javascript]").count() == 0
    assert not [url for url in asked if "example.com" in url]
    visitor.looks("answer-markup")


def test_a_broken_answer_says_so_and_offers_to_ask_again(visitor: Person):
    visitor.opens("/?assistant=fleet")
    visitor.asks("Is this broken?")
    turn = visitor.turn(0)
    visitor.sees("Interrupted", within=turn)
    visitor.sees("The server stopped before the answer was complete.", within=turn)
    visitor.looks("answer-broken")
    visitor.clicks("Ask again", within=turn)
    visitor.sees("Interrupted", within=visitor.turn(1))


def test_a_question_outside_of_the_documents_gets_no_gap_to_send(visitor: Person):
    visitor.opens("/?assistant=fleet")
    visitor.asks("Where is good pizza?")
    turn = visitor.waits_for_the_answer(0)
    visitor.sees("Outside of these documents", within=turn)
    visitor.looks("answer-off-topic")


def test_a_question_back_offers_what_may_be_meant_and_one_click_asks_for_it(visitor: Person, stand: Stand):
    visitor.opens("/?assistant=fleet")
    visitor.asks("Which one, then?")
    turn = visitor.waits_for_the_answer(0)
    visitor.sees("One question back", within=turn)
    visitor.looks("answer-asked-back")
    visitor.clicks("Corvane 35", within=turn.locator(".sf-options"))
    expect(visitor.waits_for_the_answer(1).locator(".sf-question")).to_have_text("Corvane 35")
    assert stand.asked == ["Which one, then?", "Corvane 35"]
