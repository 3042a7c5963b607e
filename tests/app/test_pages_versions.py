"""Old and new of a changed source become HTML in which only what differs is marked and nothing is carried out."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surefoot.app.client.citation_forms import ChangesForm, CitationForm
from surefoot.app.client.forms import AnswerForm, TimingsForm, UsageForm
from surefoot.app.pages import quoting, versions, words
from surefoot.app.pages.snippets import differing
from tests.app.test_pages_markup import HOSTILE, OURS, Tags

ALLOWED = OURS | {"del", "ins", "section", "h3", "a"}


def citation(**more: Any) -> CitationForm:
    known: dict[str, Any] = {"start": 0, "end": 4, "document_id": "d", "title": "Brakes", "page": 3, "score": 1.0}
    return CitationForm.model_validate({**known, "quote": "Below 3.2 mm.", "chunk_id": "c", **more})


def changed(number: int = 1) -> CitationForm:
    changes = ChangesForm(old=[(6, 9)], new=[(6, 9)])
    return citation(number=number, status="changed", now="Below 2.8 mm.", changes=changes)


def answer(*citations: CitationForm) -> AnswerForm:
    return AnswerForm(
        id="a", assistant="x", question="q", answer="", outcome="quoted", support="full", citations=list(citations),
        release="r", model=None, usage=UsageForm(), timings_ms=TimingsForm(evidence=1, first_text=None, total=2),
        trace_id="t", stale=True,
    )  # fmt: skip


def test_what_differs_is_marked_on_either_side_and_the_question_can_be_asked_again():
    html = versions.then_and_now(changed(), 4)
    assert "<p>Below <del>3.2</del> mm.</p>" in html
    assert "<p>Below <ins>2.8</ins> mm.</p>" in html
    assert 'data-act="retry" data-turn="4"' in html


def test_a_row_is_shown_as_cells_and_emphasis_as_words():
    assert differing("| Van | **7.20** | blue |", [(10, 14)], "del") == "Van · <del>7.20</del> · blue"


@given(st.text(max_size=200), st.lists(st.tuples(st.integers(-5, 210), st.integers(-5, 210)), max_size=6))
def test_no_text_and_no_spans_become_an_element_of_their_own(text: str, spans: list[tuple[int, int]]):
    tags = Tags(differing(text, spans, "ins"))
    assert tags.names <= {"ins"}
    assert not tags.attributes


def test_hostile_quotes_are_shown_as_text():
    hostile = citation(status="changed", quote=HOSTILE, now=HOSTILE, changes=ChangesForm(old=[(0, 40)], new=[(3, 9)]))
    tags = Tags(versions.then_and_now(hostile, 0))
    assert tags.names <= ALLOWED
    assert not {"src", "onerror"} & tags.attributes


@pytest.mark.parametrize(("status", "word"), sorted(words.BECAME.items()))
def test_what_became_of_a_source_is_said_in_words_and_with_a_sign_beside_its_colour(status: str, word: str):
    chip = quoting.chip(citation(status=status), 0)
    assert f', {word}"' in chip
    assert re.search(r'class="sf-chip sf-\w+"', chip)
    fact = versions.fact(citation(status=status))
    assert word in fact.lower()
    assert "sf-icon" in fact


def test_of_a_source_that_is_gone_only_the_old_quote_is_shown():
    html = versions.then_and_now(citation(status="gone", now=None), 0)
    assert "Below 3.2 mm." in html
    assert "not in the library any more" in html
    assert "<del>" not in html


def test_a_newer_version_is_one_click_away():
    assert 'data-document="d2"' in versions.then_and_now(citation(status="superseded", newer="d2"), 0)
    assert versions.then_and_now(citation(status="superseded"), 0) == ""
    assert versions.then_and_now(citation(), 0) == ""
    assert versions.fact(citation()) == ""


def test_the_verdict_of_a_stale_answer_names_each_source_once():
    gone = citation(number=4, status="gone")
    verdict = words.verdict(answer(changed(1), changed(3), changed(3), changed(2), gone))
    assert verdict.word == "The sources of this answer have changed"
    assert verdict.more == "Sources 1, 2 and 3 say something else now. Source 4 is no longer there."
