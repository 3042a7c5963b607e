"""A passage that a cut went through brings its other half, as far as the asker may see it."""

from __future__ import annotations

import pytest

from surefoot.core.nouns import Asker, Passage
from surefoot.retrieval.index.port import Index, Scope
from surefoot.retrieval.neighbours import leans_back, leans_forward, with_neighbours
from tests.retrieval.passages import ANN, FLEET, a_passage, texts

pytestmark = pytest.mark.filterwarnings("ignore:Payload indexes have no effect:UserWarning")

LIST = ("A driver checks before leaving:", "- lights and tyres,", "- the load.", "Checks take ten minutes.")


def filled(index: Index) -> list[Passage]:
    chunks = [a_passage(text, ordinal=n) for n, text in enumerate(LIST)]
    index.add(chunks)
    return [Passage(one.chunk, 1.0 - n / 10) for n, one in enumerate(chunks)]


def test_what_a_passage_leans_on_comes_after_it_with_its_score(index: Index) -> None:
    passages = filled(index)
    found = with_neighbours([passages[1], passages[3]], index, ANN, FLEET)
    assert texts(found) == [LIST[1], LIST[0], LIST[2], LIST[3]]
    assert [passage.score for passage in found] == [0.9, 0.9, 0.9, passages[3].score]


def test_a_passage_that_stands_alone_brings_none(index: Index) -> None:
    last = filled(index)[3]
    assert with_neighbours([last], index, ANN, FLEET) == [last]


def test_none_comes_twice_and_only_the_first_passages_are_looked_at(index: Index) -> None:
    passages = filled(index)
    assert with_neighbours(passages, index, ANN, FLEET) == passages
    assert with_neighbours([passages[1]], index, ANN, FLEET, looked_at=0) == [passages[1]]


def test_a_neighbour_under_another_heading_stays_away(index: Index) -> None:
    hit = a_passage("- the load,", ordinal=1)
    index.add([hit, a_passage("Other rules apply:", ordinal=0, heading_path=("Brakes", "Discs"))])
    assert texts(with_neighbours([Passage(hit.chunk, 1.0)], index, ANN, FLEET)) == ["- the load,"]


def test_a_neighbour_that_the_asker_may_not_see_stays_away(index: Index) -> None:
    hit = a_passage("- the load,", ordinal=1)
    index.add([hit, a_passage("The board decided:", ordinal=0, groups=frozenset({"board"}))])
    index.add([a_passage("An older list:", ordinal=2, superseded=True)])
    found = [Passage(hit.chunk, 1.0)]
    assert with_neighbours(found, index, ANN, FLEET) == found
    assert len(with_neighbours(found, index, Asker("eve", frozenset({"staff", "board"})), FLEET)) == 2
    assert len(with_neighbours(found, index, ANN, Scope("fleet", with_superseded=True))) == 2
    assert index.chunks_at("manual", [0, 1], Asker("nobody", frozenset()), FLEET) == []
    assert index.chunks_at("manual", [0, 1], ANN, Scope("fleet", document_ids=frozenset({"other"}))) == []
    assert index.chunks_at("manual", [], ANN, FLEET) == []


@pytest.mark.parametrize(
    "text",
    ["and the load.", "| Pads | 3 mm |", "- the load", "(b) the load", "3. the load", "This holds for all.", ") it"],
)
def test_a_text_that_begins_amid_something_leans_back(text: str) -> None:
    assert leans_back(text)


@pytest.mark.parametrize("text", ["The load.", "(a) the load", "1. the load", "Thistles grow.", "", "10 mm is enough."])
def test_a_text_with_a_beginning_does_not(text: str) -> None:
    assert not leans_back(text)


def test_a_text_leans_forward_where_it_does_not_end() -> None:
    assert all(map(leans_forward, ("checks:", "the load,", "| 3 mm |", "and")))
    assert not any(map(leans_forward, ("The load.", "Is it?", "He said “go.”", "", "(see above)")))
