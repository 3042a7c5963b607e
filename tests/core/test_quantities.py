import pytest

from surefoot.core.text.dates import Day, read_dates
from surefoot.core.text.folding import folded
from surefoot.core.text.quantities import Limit, codes, labels, read_quantities, times_of_day


def read(text: str) -> list[tuple[float, str]]:
    return [(min(q.values), q.unit) for q in read_quantities(folded(text))]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("EUR 4,200, €45 and 45 euro", [(4200, "euro"), (45, "euro"), (45, "euro")]),
        ("5 working days, 5 days", [(5, "working days"), (5 * 86400, "time")]),
        ("three different days", [(3 * 86400, "time")]),
        ("3 to 5 days", [(3 * 86400, "time"), (5 * 86400, "time")]),
        ("one and a half hours", [(5400, "time")]),
        ("1.234,56 euro", [(1234.56, "euro")]),
        ("-25 °C or minus 11 °C", [(-25, "celsius"), (-11, "celsius")]),
        ("EUR 75 million", [(75_000_000, "euro")]),
        ("60 miles and 60 km", [(60, "miles"), (60_000_000, "length")]),
    ],
)
def test_a_quantity_is_read_with_its_unit(text: str, found: list[tuple[float, str]]) -> None:
    assert read(text) == found


def test_codes_models_dates_and_times_are_no_quantities() -> None:
    text = "The TL-5 of the Corvane 35, version 2.4.1, was checked on 3 March 2026 at 17:00."
    assert read(text) == []
    assert [found.group() for found in codes(text)] == ["TL-5", "2.4.1"]
    assert [found.group() for found in labels(text)] == ["Corvane 35"]
    assert times_of_day(text) == {"17:00"}


def test_a_limit_belongs_to_its_number() -> None:
    limits = [q.limit for q in read_quantities("at least 3 days, up to 5 days, more than 7 days, 9 days or less")]
    assert limits == [Limit.LEAST, Limit.MOST, Limit.OVER, Limit.MOST]


def test_each_number_has_the_words_of_its_own_clause() -> None:
    clauses = [q.clause for q in read_quantities("Vans need 58 % and trucks 53 %")]
    assert "trucks" not in clauses[0]
    assert "Vans" not in clauses[1]


@pytest.mark.parametrize("text", ["3 March 2026", "March 3, 2026", "2026-03-03", "03/03/2026", "3. März 2026"])
def test_a_date_is_the_same_day_however_it_is_written(text: str) -> None:
    assert read_dates(text)[0].readings == {Day(2026, 3, 3)}


def test_a_date_of_figures_can_be_two_days() -> None:
    assert read_dates("04/05/2026")[0].readings == {Day(2026, 5, 4), Day(2026, 4, 5)}


def test_marks_of_notes_are_no_figures() -> None:
    assert folded("30¹ days [2], m² and 3\u200b0") == "30 days, m2 and 30"


def test_a_long_hostile_text_is_read_in_time() -> None:
    assert len(read_quantities("1,1,1," * 3000 + "9" * 5000)) > 0
