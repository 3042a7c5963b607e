import asyncio
from collections.abc import Callable
from contextlib import aclosing

import pytest

from surefoot.core.nouns import (
    Answer,
    AnswerEvent,
    AnswerReady,
    Asker,
    ClaimChecked,
    EvidenceFound,
    Outcome,
    Support,
    TextAdded,
)
from surefoot.serving.assistants import Measured
from surefoot.serving.errors import ModelUnavailable, QuestionInvalid, UnknownAnswer, UnknownAssistant
from surefoot.serving.models.chat_model import ChatModel
from surefoot.serving.models.scripted import ScriptedModel
from surefoot.serving.turn import Mode, Question
from tests.serving.conftest import ANN, BuildDesk, Desk

PADS = "At what thickness are the pads of the Corvane 35 replaced?"
Build = Callable[[ChatModel | None], Desk]


async def events(desk: Desk, text: str, mode: Mode = Mode.AUTO, asker: Asker = ANN, **more: str) -> list[AnswerEvent]:
    question = Question(text, "fleet", asker, mode=mode, conversation_id=more.get("conversation"))
    return [event async for event in desk.service.answer(question)]


async def answer(desk: Desk, text: str, mode: Mode = Mode.AUTO, asker: Asker = ANN, **more: str) -> Answer:
    last = (await events(desk, text, mode, asker, **more))[-1]
    assert isinstance(last, AnswerReady)
    return last.answer


async def test_without_a_model_the_answer_is_a_quote_with_its_citation(desk: Build) -> None:
    given = await answer(desk(None), PADS)
    assert given.outcome is Outcome.QUOTED
    assert given.model is None
    assert "3.2 mm" in given.text
    first = given.citations[0]
    assert first.title == "Brake guide"
    assert given.text[first.start : first.end] == first.quote


async def test_evidence_comes_before_text(desk: Build) -> None:
    kinds = [type(event) for event in await events(desk(None), PADS)]
    assert kinds == [EvidenceFound, TextAdded, AnswerReady]


async def test_no_evidence_means_no_generation_and_says_what_is_missing(desk: Build) -> None:
    model = ScriptedModel("It costs 5 euro [1].")
    given = await answer(desk(model), "What is the price of new pads for the Haulier H40?")
    assert given.outcome is Outcome.NOT_FOUND
    assert model.tokens_generated == 0
    assert given.gap is not None
    assert "price" in given.gap.missing
    assert "H40" in given.text


async def test_while_documents_are_still_being_read_not_found_says_so(desk: Build) -> None:
    built = desk(None)
    built.reading[0] = "Sample documents are being read: 3 of 9"
    given = await answer(built, "What is the price of new pads for the Haulier H40?")
    assert given.text.endswith("The library is still being loaded: ask again in a moment.")


async def test_a_question_about_something_else_is_off_topic(desk: Build) -> None:
    given = await answer(desk(None), "Who wrote the opera about the flute?")
    assert given.outcome is Outcome.OFF_TOPIC
    assert given.support is Support.NONE


async def test_two_current_documents_that_disagree_are_both_quoted(desk: Build) -> None:
    given = await answer(desk(None), "Below which tread are winter tyres taken off?")
    assert given.support is Support.CONFLICT
    assert "4.0 mm" in given.text
    assert "5.0 mm" in given.text
    assert {c.title for c in given.citations} == {"Tyre guide", "Winter guide"}
    assert given.text.startswith("The documents disagree.")
    assert "Tyre guide (version 1, undated) says: Winter tyres" in given.text
    assert all(given.text[c.start : c.end] == c.quote for c in given.citations)


async def test_sentences_that_differ_beside_the_question_are_no_disagreement(desk: BuildDesk) -> None:
    more = {"One sheet": "Unblocking costs 10 euro.", "Other sheet": "Unblocking costs 12 euro."}
    given = await answer(desk(None, more), "What does a paper bill cost?")
    assert given.support is not Support.CONFLICT
    assert not given.text.startswith("The documents disagree.")
    assert (await answer(desk(None), "What does unblocking cost?")).support is Support.CONFLICT


async def test_an_asker_outside_of_the_group_gets_nothing_of_its_documents(desk: Build) -> None:
    built = desk(None)
    outside = await answer(built, "In which room does the board meet?")
    inside = await answer(built, "In which room does the board meet?", asker=Asker("bob", frozenset({"board"})))
    assert "room 7" not in outside.text
    assert "room 7" in inside.text


async def test_an_unmeasured_model_writes_below_the_quotes(desk: Build) -> None:
    given = await answer(desk(ScriptedModel("Pads are replaced when thinner than 3.2 mm [1].")), PADS)
    assert given.outcome is Outcome.QUOTED
    assert given.model == "scripted"
    quotes, written = given.text.rsplit("\n\n", 1)
    assert "Corvane 35" in quotes
    assert written.startswith("Pads are replaced")


async def test_a_model_that_only_repeats_a_quote_adds_nothing(desk: Build) -> None:
    repeated = "Pads of the Corvane 35 are replaced when they are thinner than 3.2 mm."
    given = await answer(desk(ScriptedModel(f"{repeated} [1]")), PADS)
    assert given.text.count(repeated) == 1
    assert given.model is None


async def test_a_model_that_was_measured_to_be_better_takes_the_place_of_the_quotes(desk: Build) -> None:
    built = desk(ScriptedModel("Pads are replaced when thinner than 3.2 mm [1]."))
    built.measurements.keep("fleet", "scripted", "test", Measured(cases=10, right_quotes=6, right_model=8))
    given = await answer(built, PADS)
    assert given.outcome is Outcome.ANSWERED
    assert given.text == "Pads are replaced when thinner than 3.2 mm. [1]"


async def test_a_model_that_was_measured_to_be_no_better_does_not(desk: Build) -> None:
    built = desk(ScriptedModel("Pads are replaced when thinner than 3.2 mm [1]."))
    built.measurements.keep("fleet", "scripted", "test", Measured(cases=10, right_quotes=8, right_model=8))
    assert (await answer(built, PADS)).outcome is Outcome.QUOTED


async def test_an_unsupported_sentence_is_withheld_and_leaves_a_trace(desk: Build) -> None:
    model = ScriptedModel("Pads are replaced when thinner than 3.2 mm [1]. They cost 99 euro a pair [1].")
    seen = await events(desk(model), PADS, Mode.MODEL)
    withheld = [event for event in seen if isinstance(event, ClaimChecked) and not event.supported]
    assert [event.text for event in withheld] == ["They cost 99 euro a pair."]
    last = seen[-1]
    assert isinstance(last, AnswerReady)
    assert "99" not in last.answer.text
    assert last.answer.withheld == ("They cost 99 euro a pair.",)


async def test_when_everything_is_withheld_the_quotes_stand_in(desk: Build) -> None:
    given = await answer(desk(ScriptedModel("The moon is made of cheese.")), PADS, Mode.MODEL)
    assert given.outcome is Outcome.QUOTED
    assert "3.2 mm" in given.text


async def test_a_dead_model_leaves_the_quotes(desk: Build) -> None:
    given = await answer(desk(ScriptedModel(ModelUnavailable("gone"))), PADS, Mode.MODEL)
    assert given.outcome is Outcome.QUOTED
    assert "3.2 mm" in given.text


async def test_every_citation_spans_text_of_the_answer(desk: Build) -> None:
    model = ScriptedModel("Pads are replaced when thinner than 3.2 mm [1]. Fluid is changed every 24 months [2].")
    given = await answer(desk(model), "When are pads and brake fluid of the Corvane 35 changed?")
    assert given.citations
    assert all(0 <= c.start < c.end <= len(given.text) for c in given.citations)
    assert all(f"[{c.number}]" in given.text for c in given.citations)


async def test_a_reader_who_leaves_stops_the_model_and_keeps_what_was_read(desk: Build) -> None:
    model = ScriptedModel("Pads are replaced when thinner than 3.2 mm [1]. " * 50, seconds_per_token=0.001)
    built = desk(model)
    seen: list[AnswerEvent] = []
    async with aclosing(built.service.answer(Question(PADS, "fleet", ANN, mode=Mode.MODEL))) as stream:
        async for event in stream:
            seen.append(event)
            if isinstance(event, TextAdded):
                break
    generated = model.tokens_generated
    await asyncio.sleep(0.05)
    assert model.tokens_generated - generated <= 5


async def test_a_conversation_is_kept_for_its_owner_alone(desk: Build) -> None:
    built = desk(None)
    conversation = built.conversations.start(ANN, "fleet", PADS)
    given = await answer(built, PADS, conversation=conversation.id)
    kept = built.answers.of_conversation(conversation.id, ANN)
    assert [k.answer for k in kept] == [given]
    assert built.conversations.list(Asker("bob", frozenset({"everyone"}))) == []
    with pytest.raises(UnknownAnswer):
        built.answers.get(given.id, Asker("bob", frozenset({"everyone"})))


async def test_an_answer_to_a_conversation_that_was_deleted_meanwhile_is_not_kept(desk: Build) -> None:
    built = desk(None)
    conversation = built.conversations.start(ANN, "fleet", PADS)
    async with aclosing(built.service.answer(Question(PADS, "fleet", ANN, conversation.id))) as stream:
        await anext(stream)
        built.conversations.delete(conversation.id, ANN)
        rest = [event async for event in stream]
    assert isinstance(rest[-1], AnswerReady)
    with pytest.raises(UnknownAnswer):
        built.answers.get(rest[-1].answer.id, ANN)


async def test_a_short_follow_up_is_searched_with_the_question_before_it(desk: Build) -> None:
    built = desk(None)
    conversation = built.conversations.start(ANN, "fleet", PADS)
    await answer(built, "How often is brake fluid changed?", conversation=conversation.id)
    follow_up = await answer(built, "And does it depend on the mileage?", conversation=conversation.id)
    assert "24 months" in follow_up.text


async def test_a_question_that_fits_two_things_is_asked_back_and_the_one_picked_is_answered(desk: Build) -> None:
    built = desk(None)
    conversation = built.conversations.start(ANN, "fleet", "lift")
    asked = await answer(built, "What load can the lift carry?", conversation=conversation.id)
    assert asked.outcome is Outcome.ASKED_BACK
    assert asked.options == ("Goods lift", "Scenery lift")
    assert not asked.citations
    picked = await answer(built, "Scenery lift", conversation=conversation.id)
    assert picked.outcome is Outcome.QUOTED
    assert "3,500 kg" in picked.text
    assert picked.how is not None
    assert picked.how.understood.searched == "What load can the Scenery lift carry?"
    assert built.answers.of_conversation(conversation.id, ANN)[0].answer.options == asked.options


async def test_a_typing_error_is_put_right_and_the_record_says_so(desk: Build) -> None:
    given = await answer(desk(None), "How often is break fluyd chanjed?")
    assert given.how is not None
    assert ("fluyd", "fluid") in given.how.understood.corrections
    assert "24 months" in given.text


async def test_an_empty_question_and_an_unknown_assistant_are_refused_clearly(desk: Build) -> None:
    with pytest.raises(QuestionInvalid, match="empty"):
        await events(desk(None), "  \n ")
    with pytest.raises(QuestionInvalid, match="empty"):
        await events(desk(None), "\u200b\u200b \u2060")
    with pytest.raises(QuestionInvalid, match="at most 4000"):
        await events(desk(None), "x" * 5000)
    with pytest.raises(UnknownAssistant, match="Known: fleet"):
        _ = [e async for e in desk(None).service.answer(Question("Hello", "nobody", ANN))]


async def test_the_release_changes_with_the_model_and_not_with_the_question(desk: Build) -> None:
    plain = {(await answer(desk(None), q)).release for q in (PADS, "How often is brake fluid changed?")}
    written = (await answer(desk(ScriptedModel("Pads.")), PADS)).release
    assert len(plain) == 1
    assert written not in plain
