"""Questions to records along the whole answer path: events, citations, support, conversations, trouble."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from surefoot.core.nouns import AnswerReady, Asker, EvidenceFound, Outcome, Support, TextAdded
from surefoot.retrieval.encoders import MiniLM
from surefoot.retrieval.records.desk import RecordDesk
from surefoot.retrieval.records.store_duckdb import DuckDBRecords
from surefoot.serving.errors import ModelError, ModelUnavailable
from surefoot.serving.models.chat_model import ChatModel
from surefoot.serving.models.scripted import ScriptedModel
from tests.retrieval.records.small_fleet import BOARD, NOW, STAFF, desk_over, fill
from tests.serving.live.stage import Stage, stage

DISTANCE = "How far did V-101 drive yesterday?"
ANCHORS = "Who fumbled with the gubbins in V-101 yesterday?"
BRAKING = json.dumps({"read": "harsh_braking", "by": "driver", "order": "highest"})
NONE = json.dumps({"read": "none", "by": "none", "order": "none"})
STRANGER = Asker("sue", frozenset({"visitors"}))
Make = Callable[..., Stage]


@pytest.fixture
def on(fleet: RecordDesk, minilm: MiniLM, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Make]:
    """Makes a stage over the four vehicles, or over another desk; each in a folder of its own."""
    with ThreadPoolExecutor(2) as pool:

        def make(model: ChatModel | None = None, records: RecordDesk | None = None) -> Stage:
            return stage(records or fleet, minilm, tmp_path_factory.mktemp("stage"), pool, model)

        yield make


def agreeing(*scripts: str | ModelError) -> ScriptedModel:
    return ScriptedModel(*scripts, logprobs={"yes": -0.1, "no": -3.0})


async def test_a_reading_comes_before_its_words_and_is_cited(on: Make) -> None:
    found, text, *_, ready = await on().events(DISTANCE)
    assert isinstance(found, EvidenceFound)
    assert isinstance(text, TextAdded)
    assert isinstance(ready, AnswerReady)
    answer, (reading,) = ready.answer, found.readings
    assert reading.value == 16.0
    assert (answer.outcome, answer.support, answer.model) == (Outcome.ANSWERED, Support.FULL, None)
    assert answer.readings == (reading,)
    (citation,) = answer.citations
    assert (citation.reading, citation.quote, citation.number) == (reading.id, reading.told, 1)
    assert answer.text[citation.start : citation.end] == "V-101 drove 16.0 km yesterday."
    assert answer.text.startswith(f"{answer.text[: citation.end]} [1]")


async def test_what_began_later_or_was_not_heard_makes_support_partial(on: Make) -> None:
    began = await on().answer("Distance in the last 30 days")
    assert began.support is Support.PARTIAL
    assert "There are no readings from before 24 October 2026" in began.text


async def test_time_in_which_much_was_not_heard_makes_support_partial(on: Make) -> None:
    silent = await on().answer("Distance from 10:00 until 12:00 today")
    assert "was not heard of for 30 min" in silent.text
    assert silent.support is Support.PARTIAL


async def test_a_day_that_goes_on_is_held_against_the_same_part_and_the_whole_of_the_other(on: Make) -> None:
    answer = await on().answer("Distance of V-101 today compared with yesterday")
    part, whole = answer.readings
    assert (whole.value, whole.before) == (16.0, None)
    assert (part.start, part.end) == (whole.end, NOW)
    assert "\n\nAll of the other time: V-101 drove 16.0 km yesterday. [2]" in answer.text


async def test_a_follow_up_is_of_the_comparison_and_not_of_the_whole_beside_it(on: Make) -> None:
    scene = on()
    question = "Distance of V-101 today compared with yesterday"
    conversation = scene.conversations.start(STAFF, "fleet", question).id
    await scene.answer(question, conversation=conversation)
    answer = await scene.answer("and V-102?", conversation=conversation)
    assert (answer.readings[0].start, answer.readings[0].end) == (NOW.replace(hour=0, minute=0), NOW)


async def test_what_is_over_is_held_against_the_whole_of_the_other_alone(on: Make) -> None:
    answer = await on().answer("Distance of V-101 yesterday compared with the day before")
    assert len(answer.readings) == 1


async def test_a_vehicle_of_which_documents_say_nothing_is_asked_about(on: Make) -> None:
    answer = await on().answer("Any problems with V-101?")
    assert answer.outcome is Outcome.ASKED_BACK
    assert answer.text.startswith("The documents do not say. What would you like to know of")
    assert answer.options[0] == "Distance of V-101"
    assert answer.readings == ()


async def test_what_is_not_in_the_records_is_said_with_what_is(on: Make) -> None:
    answer = await on().answer("Any problems with V-101 yesterday?")
    assert answer.text.startswith("I have no records of “problems”. What would you like to know of")
    assert answer.options[0] == "Distance of V-101 yesterday"


async def test_what_documents_do_not_know_of_nobody_is_not_asked_back(on: Make) -> None:
    answer = await on().answer("Any problems with the moon?")
    assert answer.outcome in {Outcome.NOT_FOUND, Outcome.OFF_TOPIC}


async def test_no_readings_are_not_found_and_have_no_support(on: Make) -> None:
    answer = await on().answer("Distance of V-102 on 1 January 2026")
    assert (answer.outcome, answer.support) == (Outcome.NOT_FOUND, Support.NONE)


async def test_an_unclear_question_is_asked_back_with_choices(on: Make) -> None:
    answer = await on().answer("How much did V-101 consume yesterday?")
    assert answer.outcome is Outcome.ASKED_BACK
    assert answer.options == ("Fuel of V-101 yesterday", "Electricity of V-101 yesterday")
    assert answer.readings == ()


async def test_a_follow_up_changes_the_plan_that_was_kept(on: Make) -> None:
    there = on()
    conversation = there.conversations.start(STAFF, "fleet", DISTANCE).id
    await there.answer(DISTANCE, conversation=conversation)
    answer = await there.answer("and V-102?", conversation=conversation)
    assert [reading.value for reading in answer.readings] == [10.0]
    thanks = await there.answer("Thanks!", conversation=conversation)
    assert thanks.readings == ()


async def test_another_askers_vehicle_is_unknown_along_the_whole_path(on: Make) -> None:
    question = "How far did R-301 drive yesterday?"
    there = on()
    hidden = await there.answer(question)
    assert hidden.outcome is Outcome.ASKED_BACK
    assert "500" not in hidden.text
    shown = await there.answer(question, asker=BOARD)
    assert [reading.value for reading in shown.readings] == [500.0]


async def test_answers_from_records_are_never_kept_to_be_given_again(on: Make) -> None:
    there = on()
    first, second = await there.answer(DISTANCE), await there.answer(DISTANCE)
    assert first.readings[0].id != second.readings[0].id
    assert there.kept() == 0
    await there.answer("When is a lost fuel card reported?")
    assert there.kept() == 1


async def test_questions_for_documents_are_answered_as_without_records(on: Make) -> None:
    answer = await on().answer("At what thickness are the pads of the Corvane 35 replaced?")
    assert answer.outcome is Outcome.QUOTED
    assert "3.2 mm" in answer.text
    assert answer.readings == ()


async def test_records_that_cannot_be_read_are_said(on: Make, tmp_path: Path) -> None:
    store = DuckDBRecords(tmp_path / "closed.duckdb")
    store.prepare()
    fill(store)
    records = desk_over(store)
    there = on(records=records)
    store.close()
    answer = await there.answer(DISTANCE)
    assert answer.outcome is Outcome.NOT_FOUND
    assert answer.text.startswith("The records cannot be read now, so I do not know.")
    assert there.kept() == 0


async def test_readings_are_held_against_the_limit_that_a_document_sets(on: Make) -> None:
    answer = await on().answer("Which vehicles were over the limit for harsh events yesterday?")
    assert answer.outcome is Outcome.ANSWERED
    assert answer.readings[0].rows == (("V-101", 125.0), ("V-102", 100.0))
    rule = answer.citations[-1]
    assert rule.title == "Telematics guide"
    assert "fewer than 9 harsh events per 1,000 km for vans" in answer.text[rule.start : rule.end]


async def test_a_model_may_say_what_strange_words_read(on: Make) -> None:
    answer = await on(agreeing(BRAKING)).answer(ANCHORS)
    assert answer.outcome is Outcome.ANSWERED
    assert answer.support is Support.PARTIAL
    assert answer.text.startswith("I am not sure that I read the question rightly; this is what I took it for.")
    assert answer.readings[0].rows == (("D-1", 2.0),)


@pytest.mark.parametrize("said", [NONE, "I cannot say.", json.dumps({"read": "gubbins"})])
async def test_where_the_model_knows_nothing_it_is_asked_back(on: Make, said: str) -> None:
    answer = await on(agreeing(said)).answer(ANCHORS)
    assert answer.outcome is Outcome.ASKED_BACK
    assert answer.text.startswith("I have no records of “fumbled” and “gubbins”. What would you like to know of")


async def test_a_model_that_fails_leaves_the_question_asked_back(on: Make) -> None:
    there = on(agreeing(ModelUnavailable("gone")))
    answer = await there.answer(ANCHORS)
    assert answer.outcome is Outcome.ASKED_BACK
    assert there.kept() == 0


async def test_a_choice_that_cannot_be_carried_out_is_tried_once_more(on: Make) -> None:
    impossible = json.dumps({"read": "current_speed", "by": "driver", "order": "highest"})
    model = agreeing(impossible, BRAKING)
    answer = await on(model).answer(ANCHORS)
    assert answer.readings[0].metric == "harsh_braking"
    again = [messages[-1].content for messages in model.asked if "did not work" in messages[-1].content]
    assert len(again) == 1


async def test_what_the_assistant_can_do_names_its_live_data_to_who_may_see_it(on: Make) -> None:
    told = await on().answer("What can you do?")
    assert (told.outcome, told.support, told.readings) == (Outcome.SMALL_TALK, Support.NONE, ())
    assert "and in live data (distance, " in told.text
    assert len(told.options) == 3
    others = await on().answer("What can you do?", asker=STRANGER)
    assert "live data" not in others.text


async def test_an_answer_is_wholly_in_the_asker_s_language(on: Make) -> None:
    said = await on().answer("Wie weit ist V-101 gestern gefahren?")
    assert said.text.startswith("V-101 ist gestern 16,0 km gefahren. [1]\n\nDas heißt: 27. Oktober 2026. Stand: ")
    back = await on().answer("Wie weit ist V-104 gestern gefahren?")
    assert back.text.startswith("„V-104“ kenne ich in diesen Aufzeichnungen nicht: Telemetrie der Fahrzeuge.")
    assert back.text.endswith("Was meinen Sie?")
