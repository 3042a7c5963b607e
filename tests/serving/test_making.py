"""With each answer is kept how it was made: ids, scores and reasons."""

from __future__ import annotations

import pytest
from pydantic import TypeAdapter

from surefoot.core.nouns import Answer
from surefoot.core.provenance import LeftOut, Provenance
from surefoot.serving.models.scripted import ScriptedModel
from surefoot.serving.turn import Mode
from tests.serving.conftest import ANN, DOCUMENTS
from tests.serving.test_assistant import PADS, Build, answer


def how_of(given: Answer) -> Provenance:
    assert given.how is not None
    return given.how


async def test_what_was_found_and_considered_is_kept_with_its_scores_and_what_became_of_it(desk: Build) -> None:
    given = await answer(desk(None), PADS)
    how = how_of(given)
    assert {c.chunk_id for c in given.citations} <= {one.chunk_id for one in how.found}
    assert sorted(one.rank for one in how.found) == list(range(1, len(how.found) + 1))
    assert [c.score for c in how.considered] == sorted((c.score for c in how.considered), reverse=True)
    assert all((one.left_out is None) == one.cited for one in how.considered)
    assert how.decision.enough
    assert how.decision.chance >= how.decision.enough_from
    assert dict(how.decision.features)["first"] == pytest.approx(how.considered[0].score, abs=0.001)
    assert how.groups == ("everyone",)


async def test_it_holds_no_text_of_any_document(desk: Build) -> None:
    given = await answer(desk(ScriptedModel("Pads are thinner than 3.2 mm [1].")), PADS, Mode.MODEL)
    kept = TypeAdapter(Provenance).dump_json(how_of(given)).decode()
    assert "3.2 mm" in kept  # the model's own sentence
    sentences = [s for text in DOCUMENTS.values() for s in text.split(". ")]
    assert [s for s in sentences if s in kept or s.rstrip(".") in kept] == []


async def test_each_sentence_of_the_model_has_its_verdict_its_reason_and_its_place(desk: Build) -> None:
    model = ScriptedModel("Pads are replaced when thinner than 3.2 mm [1]. They cost 99 euro a pair [1].")
    kept, withheld = how_of(await answer(desk(model), PADS, Mode.MODEL)).claims
    assert kept.supported
    assert kept.places
    assert kept.reason == ""
    assert not withheld.supported
    assert "99" in withheld.reason
    assert withheld.places == ()


async def test_when_the_evidence_does_not_suffice_every_sentence_says_so(desk: Build) -> None:
    how = how_of(await answer(desk(None), "What is the price of new pads for the Haulier H40?"))
    assert not how.decision.enough
    assert how.decision.missing
    assert {one.left_out for one in how.considered} == {LeftOut.NOT_ENOUGH}


async def test_what_the_model_read_is_told_from_what_was_too_faint(desk: Build) -> None:
    built = desk(ScriptedModel("Pads are replaced when thinner than 3.2 mm [1]."))
    how = how_of(await answer(built, PADS, Mode.MODEL))
    read = [one for one in how.considered if one.read]
    faint = [one for one in how.considered if one.left_out is LeftOut.FAINT]
    assert read
    assert faint
    assert min(one.score for one in read) > max(one.score for one in faint)


async def test_it_comes_back_from_the_database_as_it_was(desk: Build) -> None:
    built = desk(None)
    given = await answer(built, PADS)
    assert built.answers.get(given.id, ANN).answer == given
