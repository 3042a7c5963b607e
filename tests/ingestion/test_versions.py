"""What documents say of their own version, and which of them is current."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pytest

from surefoot.ingestion.versions import family, is_superseded, stated

MARCH = date(2026, 3, 1)


@pytest.mark.parametrize(
    ("text", "version", "valid_from"),
    [
        ("Version: 2. Effective date: 1 March 2026. Supersedes: Version 1. Owner: Operations.", "2", MARCH),
        ("**Version:** 2.1 | **Effective from:** 2026-03-01", "2.1", MARCH),
        ("Supersedes: Version 1. Version 2", "2", None),
        ("Refund policy v2.1\nvalid from March 1st, 2026", "2.1", MARCH),
        ("version: 3\neffective_date: 2026-03-01", "3", MARCH),
        ("Gültig ab 01.03.2026, Fassung 3", "3", MARCH),
        ("| Version | 4 |\n| - | - |\n| In force since | March 1, 2026 |", "4", MARCH),
        ("Replaces the rules effective 1 May 2024. Effective date: 1 March 2026", None, MARCH),
        ("Revision No. 12a", "12a", None),
        ("Amends Version 3", None, None),
        ("Our servers need TLS version 1.2 at least.", None, None),
        ("A conversion 5 applies.", None, None),
        ("Effective date: 31 February 2026", None, None),
        ("", None, None),
    ],
)
def test_version_and_date_are_read_from_the_first_lines(
    text: str, version: str | None, valid_from: date | None
) -> None:
    found = stated("Policy", text)
    assert (found.version, found.valid_from) == (version, valid_from)


def test_a_title_states_a_version_too() -> None:
    assert stated("Refund Policy v3", "No word of it.").version == "3"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Refund Policy", "Refund policy v2"),
        ("Gifts Policy 2024", "Gifts Policy, version 2.1 (March 2026)"),
        ("driver_hours-policy", "Driver Hours Policy (2)"),
        ("Price list 2025-06", "Price list final"),
    ],
)
def test_titles_that_differ_in_version_words_are_one_family(one: str, other: str) -> None:
    assert family(one) == family(other) != ""


def test_titles_of_different_documents_are_not() -> None:
    assert family("Rule 17") != family("Rule 18")
    assert family("HomeHub N5 Manual") != family("HomeHub N7 Manual")


@dataclass(frozen=True)
class Paper:
    stated_version: str | None = None
    valid_from: date | None = None
    groups: frozenset[str] = frozenset({"staff"})


@pytest.mark.parametrize(
    ("paper", "other", "superseded"),
    [
        (Paper("1"), Paper("2"), True),
        (Paper("2"), Paper("1"), False),
        (Paper("2.9"), Paper("2.10"), True),
        (Paper("2"), Paper("2.0"), False),
        (Paper("2", date(2024, 1, 1)), Paper("1", date(2026, 1, 1)), True),
        (Paper("1", MARCH), Paper("2", MARCH), True),
        (Paper(None, date(2024, 1, 1)), Paper("2"), False),
        (Paper(), Paper("2"), False),
        (Paper("1"), Paper("2", groups=frozenset({"board"})), False),
        (Paper("1"), Paper("2", groups=frozenset({"board", "staff"})), True),
    ],
)
def test_the_newest_version_that_everybody_may_see_is_current(paper: Paper, other: Paper, superseded: bool) -> None:
    assert is_superseded(paper, [other]) is superseded
