"""The panel that says why an answer is what it is: complete, in words, and nothing in it is carried out."""

from __future__ import annotations

from typing import Any

from surefoot.app.client.forms import AnswerForm
from surefoot.app.client.how_forms import HowForm
from surefoot.app.pages import how
from surefoot.retrieval.answerability import FEATURES
from surefoot.serving.making import CONFIRMED
from surefoot.serving.probing import ODDS

DECISION = {
    "chance": 0.7,
    "enough_from": 0.35,
    "sure_from": 0.6,
    "enough": True,
    "on_topic": True,
    "features": {"first": 0.65},
}
EVIL = "Pads <script>alert(1)</script> are thin."
QUOTE = {"document_id": "d", "chunk_id": "c", "title": "Guide <b>", "page": 2, "heading": [], "text": EVIL}


def told(support: str = "full", **more: Any) -> how.Told:
    made = {
        "understood": {"searched": "and for the van?"},
        "mode": "auto",
        "edition": "minilm/190",
        "encode_ms": 8.0,
        "search_ms": 2.0,
        "found": [
            {**QUOTE, "score": 0.2, "rank": 1, "cited": True},
            {**QUOTE, "chunk_id": "x", "title": "Other", "score": 0.1, "rank": 2, "cited": False},
        ],
        "considered": [
            {"quote": {**QUOTE, "number": 1}, "score": 0.9, "cosine": 0.8, "coverage": 1, "cited": True, "read": True},
            {"quote": QUOTE, "score": 0.1, "cosine": 0.2, "coverage": 0, "cited": False, "read": False}
            | {"left_out": "faint"},
        ],
        "decision": DECISION,
        "claims": [
            {"text": "Pads are thin.", "supported": True, "quotes": [QUOTE]},
            {"text": "They cost 9 euro.", "supported": False, "reason": "no source gives the number 9"},
        ],
        "vanished": 2,
    }
    answer = {
        "id": "a", "assistant": "fleet", "question": "How thin?", "answer": "Pads are thin. [1]", "outcome": "answered",
        "support": support, "release": "r", "model": "m", "usage": {}, "trace_id": "t",
        "timings_ms": {"evidence": 1, "first_text": 2, "total": 3},
        "citations": [
            {"start": 0, "end": 14, "document_id": "d", "title": "Guide <b>", "page": 2, "quote": EVIL, "score": 1,
             "chunk_id": "c", "number": 1},
        ],
    }  # fmt: skip
    return how.Told(3, AnswerForm.model_validate(answer), HowForm.model_validate({**made, **more}), [])


def test_each_sentence_stands_with_its_verdict_and_a_withheld_one_with_its_reason():
    said = how.sections(told())
    assert "Checked: its source says it" in said
    assert 'data-turn="3"' in said
    assert "<s>They cost 9 euro.</s>" in said
    assert "No source gives the number 9." in said


def test_the_chance_stands_beside_its_thresholds_in_words_too():
    said = how.sections(told())
    assert "Probably holds the answer: 70%." in said
    assert "From 35% on it is answered." in said
    assert "What stands first answers the question: 65%." in said
    assert "From 60% on it counts as supported." in said
    probable = how.sections(told(decision={**DECISION, "probable_from": 0.4}))
    assert "From 40% on it is called probable. From 60% on it counts as supported." in probable
    assert "alone" not in probable
    asked = how.sections(told(decision={**DECISION, "features": {"first": 0.65, "alone": 0.45}}))
    assert "supported. So it does where the checker's reading alone, 45%, comes to that, too." in asked
    assert '<span class="sf-none" style="width:65%">' in asked
    assert '<span class="sf-good" style="width:65%">' in said
    open_ended = how.sections(told(decision={**DECISION, "features": {"first": 0.65, "deceptive": 1.0}}))
    assert "This one does not: as it lacks something or repeats a question" in open_ended
    assert '<span class="sf-none" style="width:65%">' in open_ended
    few = how.sections(told(decision={**DECISION, "chance": 0.2, "enough": False}))
    assert "Too unlikely to hold the answer: 20%." in few
    assert "supported" not in few.partition("Decided")[2].partition("Said")[0]


def test_that_no_checker_has_read_it_is_said():
    said = how.sections(told("partial", decision={**DECISION, "features": {}}))
    assert "Nothing counts as supported: no checker has read what stands first." in said


def test_an_answer_from_before_there_was_a_checker_keeps_its_support():
    said = how.sections(told("full", decision={**DECISION, "features": {}}))
    assert "From 60% on it counts as supported." in said
    assert "Nothing counts as supported" not in said


def test_what_was_left_out_says_why_and_what_is_gone_is_counted():
    said = how.sections(told())
    assert "Too unlikely to hold the answer" in said
    assert "2 passages and sentences are not there any more for you." in said
    assert "“and for the van?”" in said


def test_markup_of_a_document_is_text():
    said = how.sections(told())
    assert "<script>" not in said
    assert "Guide <b>" not in said
    assert "Guide &lt;b&gt;" in said


def test_everything_that_a_decision_was_reckoned_from_has_its_words():
    names = (*FEATURES, *ODDS, CONFIRMED)
    said = how.sections(told(decision={**DECISION, "features": dict.fromkeys(names, 0.5)}))
    assert [name for name in names if f">{name}<" in said] == []
    assert said.count("0.50") == len(names)


def test_every_reason_has_its_words():
    for reason in how.REASONS:
        one = {"quote": QUOTE, "score": 0.1, "cosine": 0.2, "coverage": 0, "cited": False, "read": False}
        assert how.REASONS[reason] in how.sections(told(considered=[{**one, "left_out": reason}]))
