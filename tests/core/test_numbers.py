import pytest

from surefoot.core.text.numbers import numbers, numerals


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("EUR 8,500 and 24.90 euro", {"8500", "24.9"}),
        ("three days, H18", {"3", "18"}),
        ("1,250.50", {"1250.5"}),
        ("10 000 km", {"10000"}),
        ("250GB at €15", {"250", "15"}),
        ("Rule 17.2", {"17.2"}),
        ("no figures, one word", set[str]()),
    ],
)
def test_numbers_have_one_form(text: str, found: set[str]) -> None:
    assert numbers(text) == found


def test_numerals_are_the_numbers_without_words() -> None:
    assert numerals("three days, H18, EUR 8,500 and 250GB") == {"18", "8500", "250"}
