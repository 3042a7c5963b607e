from pathlib import Path

import pytest

from surefoot.eval.conflict_run import load, look
from surefoot.retrieval.bm25 import Bm25
from surefoot.retrieval.contradiction import Kind, contradiction
from surefoot.retrieval.encoders import HybridEncoder, MiniLM
from surefoot.retrieval.question import read_question
from surefoot.retrieval.statement import Statement
from surefoot.serving.models.weights import WeightStore
from tests.growth import LINEAR, growth

DEV = Path(__file__).parents[2] / "tools" / "question_sets" / "conflicts" / "dev.jsonl"
TERMS = Bm25().terms


def between(
    question: str, one: str, other: str, titles: tuple[str, str] = ("House rules", "Guest leaflet")
) -> Kind | None:
    statements = [Statement(text, title, title) for text, title in zip((one, other), titles, strict=True)]
    return contradiction(read_question(question), statements[0], statements[1], TERMS)


@pytest.mark.parametrize(
    ("question", "one", "other", "kind"),
    [
        (
            "On which day are bins emptied?",
            "Bins are emptied on Tuesdays.",
            "Bins are emptied every Thursday.",
            Kind.DATE,
        ),
        (
            "When are fees due?",
            "Fees are due on the 1st of each month.",
            "They are due on the 15th of a month.",
            Kind.DATE,
        ),
        ("Is a report book mandatory?", "A report book is mandatory.", "A report book is voluntary.", Kind.YES_NO),
        ("Must suppliers sign in?", "Every supplier signs in.", "Suppliers are not required to sign in.", Kind.YES_NO),
        (
            "Who waters the plants?",
            "A gardening firm waters the plants.",
            "Plants are watered by the reception.",
            Kind.ROLE,
        ),
        ("How long is the notice?", "Notice is given 14 days ahead.", "The notice is three weeks.", Kind.FIGURE),
        (
            "How many guests fit in?",
            "The hall holds 60 visitors.",
            "No more than 45 persons fit into the hall.",
            Kind.FIGURE,
        ),
        ("By when is it filed?", "It is filed by 15 June 2026.", "It is filed until 30 June 2026.", Kind.DATE),
        ("When does it close?", "The desk closes at 17:00.", "The desk closes at 6 pm.", Kind.TIME),
        ("May dogs come in?", "Dogs are allowed inside.", "Dogs must not be brought inside.", Kind.YES_NO),
        (
            "Who signs it?",
            "The shift leader signs the sheet.",
            "The sheet is signed by the head of security.",
            Kind.ROLE,
        ),
    ],
)
def test_a_contradiction_is_seen_with_its_kind(question: str, one: str, other: str, kind: Kind) -> None:
    assert between(question, one, other) is kind
    assert between(question, other, one) is kind


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        ("How long is the guarantee?", "The guarantee lasts 24 months.", "The guarantee lasts two years."),
        ("How far apart are they?", "They stand 0.02 km apart.", "They stand 20 metres apart."),
        ("How long is a stay?", "A stay is at least 3 nights.", "A stay is at most 90 nights."),
        ("How many bags?", "A ticket includes 2 bags.", "As an exception, residents take 5 bags."),
        ("How fast is the answer?", "At the first step it takes 5 days.", "At the second step it takes 15 days."),
        ("What is the fee?", "The fee was 40 euro in 2024.", "The fee was 45 euro in 2025."),
        ("What does it cost?", "It rises from EUR 28 to EUR 34.", "It costs EUR 34 from January."),
        ("What is the load?", "The TL-5 lifts 500 kg.", "The TL-9 lifts 900 kg."),
        ("When does the clinic open?", "The Hill Clinic opens at 08:00.", "The River Clinic opens at 09:00."),
        ("By when is it filed?", "It is filed by 15 June 2026.", "It is filed by 2026-06-15."),
        ("May dogs come in?", "Dogs are allowed inside.", "Dogs may come inside."),
        ("When does it start?", "The spring course starts on 2 March.", "The autumn course starts on 7 September."),
        ("How long is probation?", "The probation of drivers is 3 months.", "The probation of managers is 6 months."),
        ("Who approves leave?", "Leave is approved by the line manager.", "The line manager approves leave."),
        ("Is a helmet required?", "A helmet is required.", "Riders must wear a helmet."),
        (
            "What does a friend who signs up get?",
            "The shift leader credits 100 euro.",
            "The head of security credits 100 euro.",
        ),
        (
            "Who acquired Lanternworks?",
            "Lanternworks, which was acquired by Brightfield in 2014, has 60 employees.",
            "The hall tells how Brightfield's purchase of Lanternworks was acquired cheaply.",
        ),
        (
            "Who won the Harbour Regatta 2021?",
            "The Harbour Regatta 2021 is in the books, and what a day it was!",
            "Anna Brook sailed to the third stage of the Harbour Regatta 2021 in Northport.",
        ),
        (
            "Who is the director of Harbour Lights?",
            "Cast and crew credits of Harbour Lights, with actors, directors and more.",
            "The new director Anna Brook lives in a house by the sea.",
        ),
        (
            "When was Harbour Lights released?",
            "Harbour Lights is released on 3 March 2026.",
            "Harbour Lights was announced on 23 January 2025.",
        ),
        (
            "When was the firm founded?",
            "Founded in 2015, the firm has 12 vans.",
            "The firm, founded by Ms Brook, has 17 vans.",
        ),
    ],
)
def test_what_only_looks_like_a_contradiction_is_none(question: str, one: str, other: str) -> None:
    assert between(question, one, other) is None
    assert between(question, other, one) is None


def test_a_code_in_a_longer_one_of_the_question_is_not_asked_about() -> None:
    one, other = "On E1 the pressure is 5 bar.", "On E2 the pressure is 8 bar."
    assert between("What is the pressure on E10, M-E1 or E1-X?", one, other) is None
    assert between("What is the pressure on E1?", one, other) is Kind.FIGURE


def test_things_are_called_otherwise_only_where_every_first_name_of_the_asked_thing_differs() -> None:
    question = "When does the clinic at Mill Street open?"
    one = "The Hill Clinic opens at 08:00."
    assert between(question, one, "The River Clinic opens at 09:00.") is None
    assert between(question, one, "The Hill Clinic opens at 09:00.") is Kind.TIME
    assert between(question, one, "The clinic opens at 09:00.") is Kind.TIME
    assert between("When does the Hill Clinic open?", one, "The River Clinic opens at 09:00.") is Kind.TIME
    assert between("When does it open?", one, "The River Clinic opens at 09:00.") is Kind.TIME


def test_a_place_that_both_name_does_not_make_their_roles_the_same() -> None:
    one, other = "At Northport the shift leader signs it.", "In our Northport depot it is signed by the accountant."
    assert between("Who signs the sheet?", one, other) is Kind.ROLE


def test_two_people_may_be_named_for_one_thing() -> None:
    question = "Who directed The Northport Players?"
    one = "Our chronicle says that The Northport Players were directed by Carl Ember."
    assert between(question, one, "Anna Brook directed The Northport Players.") is Kind.ROLE
    assert between(question, one, "The Northport Players thank Carl Ember, who directed.") is None


@pytest.mark.parametrize("piece", ["a-", "A b", "clinic ", ""])
def test_the_time_to_compare_sentences_grows_no_faster_than_they_and_the_question(piece: str) -> None:
    def compare(long: str) -> Kind | None:
        return between(f"When does {long} open?", f"Hill {long} opens at 08:00.", f"River {long} opens at 09:00.")

    def made(size: int) -> str:
        words = " ".join(f"name{n}" for n in range(size // 2)).translate(str.maketrans("0123456789", "abcdefghij"))
        return (piece * size)[:size] or words

    assert growth(compare, made, 1000) < LINEAR


def test_documents_of_one_series_speak_of_different_things() -> None:
    titles = ("Training Rules for Nurses", "Training Rules for Technicians")
    assert between("How many days?", "Training takes 5 days.", "Training takes 8 days.", titles) is None


def test_most_planted_conflicts_are_found_and_look_alikes_are_not(weights: Path) -> None:
    encoder = HybridEncoder(MiniLM(WeightStore(weights).minilm_folder()), Bm25())
    looked = look(load(DEV), encoder)
    assert sum(one.right for one in looked if one.planted.kind == "conflict") >= 17
    assert sum(not one.right for one in looked if one.planted.kind == "look_alike") <= 1
