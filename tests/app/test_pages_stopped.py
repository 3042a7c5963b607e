"""Answers that were not given, and documents that speak to the assistant, look as what they are."""

from __future__ import annotations

import pytest

from surefoot.app.client.forms import AnswerForm, CitationForm, PassageForm, TimingsForm, UsageForm
from surefoot.app.pages import words
from surefoot.app.pages.turn import Shown, _body, kept
from surefoot.serving.guards.threats import Threat


def an_answer(**changes: object) -> AnswerForm:
    values: dict[str, object] = {
        "id": "a", "assistant": "fleet", "question": "?", "answer": "Text.", "outcome": "quoted", "support": "full",
        "citations": [], "release": "r", "model": None, "usage": UsageForm(), "trace_id": "t",
        "timings_ms": TimingsForm(evidence=1, first_text=1, total=1), **changes,
    }  # fmt: skip
    return AnswerForm.model_validate(values)


def shown(answer: AnswerForm) -> Shown:
    return kept(answer, 1)


def test_a_blocked_and_a_refused_answer_have_a_word_an_icon_and_no_evidence():
    blocked = an_answer(outcome="blocked", support="none", threat="injection")
    refused = an_answer(outcome="refused", support="none", threat="unsafe")
    said = [words.verdict(answer) for answer in (blocked, refused)]
    assert [verdict.word for verdict in said] == ["Blocked", "Not answered"]
    assert len({verdict.icon for verdict in said}) == 2
    assert all(verdict.more for verdict in said)
    assert not shown(blocked).passages


def test_a_document_that_instructs_the_assistant_is_named_and_its_name_does_nothing():
    html = _body(shown(an_answer(left_out=["Guide <script>"])))
    assert "Guide &lt;script&gt;" in html
    assert "gives instructions to the assistant" in html
    assert "<script" not in html


def test_every_threat_has_words_for_the_reader():
    assert set(words.THREATS) == {threat.value for threat in Threat}


def a_passage(chunk: str) -> PassageForm:
    return PassageForm(document_id="d", title="Conduct", text="Knives are goods.", page=None, score=0.4, chunk_id=chunk)


@pytest.mark.parametrize("outcome", ["handed_over", "off_topic"])
def test_beside_a_hand_over_that_quotes_nothing_no_passage_distracts(outcome: str):
    assert not shown(an_answer(outcome=outcome, support="none", evidence=[a_passage("c1")])).passages


def test_a_hand_over_that_quotes_its_rule_shows_it_beside_what_was_found():
    quoted = CitationForm(
        start=0, end=4, document_id="d", title="Handbook", page=None, quote="Call 112.", score=0.5, chunk_id="c2"
    )
    handed = shown(an_answer(outcome="handed_over", evidence=[a_passage("c1")], citations=[quoted]))
    assert [passage.chunk_id for passage in handed.passages or []] == ["c1", "c2"]
