import time
from datetime import date

import pytest

from surefoot.retrieval.understanding.past import Past, of_their_time, read_past
from tests.serving.parts import a_passage

TODAY = date(2026, 11, 26)


@pytest.mark.parametrize(
    "text",
    [
        "What could a gift be worth under the old policy?",
        "What did the previous version say about breaks?",
        "What did the 2024 gifts policy say?",
        "In the 2024 version, what is the limit for gifts?",
        "How many hours could one drive before the policy was revised?",
        "How long was the daily rest before 2026?",
        "How much was the relocation fee in 2024?",
        "What used to be the notice period?",
        "What was the limit previously?",
        "Under the travel rules of 2023, how expensive could an ordinary hotel be?",
        "What is the notice period as of March 2025?",
        "What changed in the gifts policy compared with 2024?",
        "What is the difference between the old version and the new one?",
    ],
)
def test_older_versions_are_read_where_they_are_asked_for(text: str) -> None:
    assert read_past(text, TODAY).asked


@pytest.mark.parametrize(
    "text",
    [
        "How old must the driver of a truck be?",
        "May former customers complain?",
        "Where do I find the previous month's invoice?",
        "A van was registered in 2020. How often is it serviced?",
        "My contract was signed in 2024. What is the notice period?",
        "Which form is used to report a breach?",
        "What is form GH-2 used to have approved?",
        "How many days before the flight is a trip booked?",
        "What happens to the old tyres?",
        "By what date are the entries of the previous year complete?",
        "How long after the previous shift may a driver start?",
        "What applies as of March 2031?",
        "What is the limit from 1 March 2026 on?",
        "What do I get for my old router?",
        "Which vehicles registered before 2019 need the test?",
        "What is the earlier deadline of the two?",
    ],
)
def test_older_versions_are_left_out_otherwise(text: str) -> None:
    assert not read_past(text, TODAY).asked


@pytest.mark.parametrize(
    ("text", "as_of"),
    [
        ("What was the limit as of March 2025?", date(2025, 3, 31)),
        ("What was the limit on 3 March 2025?", date(2025, 3, 3)),
        ("What was the limit before 2026?", date(2025, 12, 31)),
        ("What did the 2024 policy allow?", date(2024, 12, 31)),
        ("What was the limit on 2025-02-31?", date(2025, 12, 31)),
        ("What does the old policy say?", None),
    ],
)
def test_the_day_that_is_asked_about_is_read(text: str, as_of: date | None) -> None:
    assert read_past(text, TODAY).as_of == as_of


def test_the_version_of_the_time_is_kept_and_others_of_its_document_are_not() -> None:
    first = a_passage("75 euro", "Gifts policy", document_id="one", valid_from=date(2022, 4, 1), superseded=True)
    second = a_passage("60 euro", "Gifts policy", document_id="two", valid_from=date(2024, 4, 1), superseded=True)
    third = a_passage("50 euro", "Gifts policy", document_id="three", valid_from=date(2026, 3, 1))
    other = a_passage("Travel is paid", "Travel policy", document_id="travel", valid_from=date(2026, 3, 1))
    found = [third, first, second, other]
    assert of_their_time(found, Past(True, as_of=date(2025, 1, 1))) == [second, other]
    assert of_their_time(found, Past(True, as_of=date(2026, 6, 1))) == [third, other]
    assert of_their_time(found, Past(True)) == [first, second, other]
    assert of_their_time(found, Past(True, compares=True)) == found
    assert of_their_time(found, Past()) == found


@pytest.mark.parametrize(
    "text", ["what changed " * 300, "in March 2025 " * 280, "difference old " * 260, "x" * 4000, ""]
)
def test_a_long_hostile_question_is_read_quickly(text: str) -> None:
    started = time.process_time()
    read_past(text, TODAY)
    assert time.process_time() - started < 0.5
