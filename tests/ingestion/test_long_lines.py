"""A long line of a document is read in time linear in its length."""

import pytest

from surefoot.app.pages.quoting import RULE
from surefoot.ingestion.cutting import is_rule
from tests.growth import LINEAR, growth


@pytest.mark.parametrize(
    "line", ["|---|---|", " | :-- | --: | ", "--- | ---", "|-|\t", "| --- |", "a | b", "", "|  |", "---"]
)
def test_a_line_that_parts_a_table_from_its_columns_is_told_from_others(line: str) -> None:
    assert is_rule(line) is ("-" in line and "|" in line)
    assert bool(RULE.fullmatch(line)) is ("-" in line)


@pytest.mark.parametrize("made", ["{long}x", "|{long}x", "|-|{long}x"])
@pytest.mark.parametrize("piece", [" ", "-", ":", "|", "-|", " |"])
def test_the_time_to_recognise_such_a_line_grows_no_faster_than_the_line(made: str, piece: str) -> None:
    for recognise in (is_rule, RULE.fullmatch):
        assert growth(recognise, lambda size: made.format(long=piece * size), 4000) < LINEAR
