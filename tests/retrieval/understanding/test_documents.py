"""A document that a question names comes first; one that it only shares a word with does not."""

from pathlib import Path

import pytest

from surefoot.core.nouns import Asker, Passage
from surefoot.retrieval.bm25 import Bm25
from surefoot.retrieval.encoders import HybridEncoder, MiniLM
from surefoot.retrieval.evidence import Evidence, EvidenceFinder
from surefoot.retrieval.highlights import Highlighter
from surefoot.retrieval.index.edge import EdgeIndex
from surefoot.retrieval.index.port import EncodedChunk
from surefoot.retrieval.search import Searcher, encoding_text
from surefoot.retrieval.understanding.documents import named_documents
from tests.growth import LINEAR, growth
from tests.serving.parts import a_passage

TITLES = (
    "Roaming Guide",
    "Billing and Payment Guide",
    "Gifts and Hospitality Policy",
    "Driver Hours and Fatigue Policy",
    "Price list",
    "Hiring Rooms in the House",
    "NORTHMILL_2021_10K",
    "NORTHMILL_2022_10K",
    "Budget 2025",
)
ROAMING = a_passage("A deposit of 100 euro opens the other zones at once.", "Roaming Guide")
BILLING = a_passage(
    "A security deposit of up to 150 euro can be asked for at the start of a contract.", "Billing Guide"
)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("According to the roaming guide, what does a call cost?", "Roaming Guide"),
        ("What does the gifts policy say about charity?", "Gifts and Hospitality Policy"),
        ("Under the policy on driver hours, when is a break due?", "Driver Hours and Fatigue Policy"),
        ("Is shipping in the Price List?", "Price list"),
        ("What does Hiring Rooms in the House say about chairs?", "Hiring Rooms in the House"),
        ("What was the net income of North Mill in FY2022?", "NORTHMILL_2022_10K"),
        ("What did NorthMill earn in FY21?", "NORTHMILL_2021_10K"),
    ],
)
def test_a_document_that_is_named_is_seen(text: str, title: str) -> None:
    assert list(_named(text).values()) == [title]


@pytest.mark.parametrize(
    "text",
    [
        "What does roaming cost in Spain?",
        "Does the policy of the insurer pay for gifts?",
        "Please list the price of each van.",
        "How many hours may a driver work?",
        "What was the budget in 2025?",
        "What did North Mill earn?",
        "What did North Mill earn in FY2019?",
        "May I hire a house with many rooms near the old mill in the north?",
        "",
        "\U0001f600 \u202e \x00 2022",
        "guide " * 700,
    ],
)
def test_a_word_in_common_names_no_document(text: str) -> None:
    assert _named(text) == {}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("What did North Mill earn in 2022?", True),
        ("(North Mill: 2022)", True),
        ("Earnings of _North _Mill in 2022", True),
        ("So: _North Mill's earnings in 2022", True),
        ("Mill earned what in 2022?", False),
        ("It is north. Mill earned what in 2022?", False),
        ("And north?! (Mill) in 2022", False),
    ],
)
def test_a_capital_that_begins_a_sentence_makes_no_name(text: str, names: bool) -> None:
    found = named_documents(text, [a_passage("Anything.", "Mill 2022")], Bm25().terms)
    assert bool(found) is names


def test_the_time_to_see_names_grows_no_faster_than_the_question() -> None:
    titles = [a_passage("x", "Price list")]
    read = growth(
        lambda text: named_documents(text, titles, lambda words: words.lower().split()),
        lambda size: ":" * size + " b" * (size // 2),
        500,
    )
    assert read < LINEAR


def test_a_title_that_the_question_does_not_tell_from_another_names_none() -> None:
    two = [a_passage("x", "Driver Hours Policy"), a_passage("x", "Driver Dress Policy")]
    assert named_documents("What does the driver policy say?", two, Bm25().terms) == {}


def test_what_the_named_document_says_comes_first_and_is_told(minilm: MiniLM, tmp_path: Path) -> None:
    by_roaming = _evidence("What deposit does the roaming guide ask for?", minilm, tmp_path / "1", ROAMING, BILLING)
    by_billing = _evidence("What deposit does the billing guide ask for?", minilm, tmp_path / "2", ROAMING, BILLING)
    assert "100 euro" in by_roaming.highlights[0].unit.shown
    assert by_roaming.understood.filters == (("document", "Roaming Guide"),)
    assert "150 euro" in by_billing.highlights[0].unit.shown
    assert any("100 euro" in h.unit.shown for h in by_billing.highlights)


def test_a_document_that_the_asker_may_not_see_is_not_named_to_them(minilm: MiniLM, tmp_path: Path) -> None:
    closed = a_passage(ROAMING.chunk.text, "Roaming Guide", groups=frozenset({"board"}))
    found = _evidence("What deposit does the roaming guide ask for?", minilm, tmp_path, closed, BILLING)
    assert found.understood.filters == ()
    assert not any("100 euro" in h.unit.shown for h in found.highlights)


def _named(text: str) -> dict[str, str]:
    return named_documents(text, [a_passage("Anything.", title) for title in TITLES], Bm25().terms)


def _evidence(question: str, minilm: MiniLM, folder: Path, *passages: Passage) -> Evidence:
    encoder = HybridEncoder(minilm, Bm25())
    index = EdgeIndex(folder / "index", minilm.dimension)
    chunks = [passage.chunk for passage in passages]
    encodings = encoder.encode_documents([encoding_text(chunk) for chunk in chunks])
    index.add([EncodedChunk(chunk, encoding) for chunk, encoding in zip(chunks, encodings, strict=True)])
    finder = EvidenceFinder(Searcher(encoder, index), Highlighter(minilm, encoder.sparse.terms), minilm)
    try:
        return finder.find(question, Asker("ann", frozenset({"everyone"})), "fleet")
    finally:
        index.close()
