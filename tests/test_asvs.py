"""The checklist of OWASP ASVS has every requirement of levels 1 and 2 once, and names tests and files that exist."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "guides" / "asvs.md").read_text(encoding="utf-8")
STANDINGS = ("met", "partly", "not met", "does not apply")
REQUIREMENTS = {
    "V1": "1.1–1.2 2.1–2.9 3.1–3.11 4.1–4.3 5.1–5.2",
    "V2": "1.1–1.3 2.1–2.3 3.1–3.4 4.1",
    "V3": "2.1–2.2 3.1–3.4 4.1–4.6 5.1–5.5 7.1–7.2",
    "V4": "1.1–1.3 2.1 3.1–3.2 4.1–4.4",
    "V5": "1.1 2.1–2.3 3.1–3.2 4.1–4.3",
    "V6": "1.1–1.3 2.1–2.12 3.1–3.4 4.1–4.4 5.1–5.5 6.1–6.3 8.1–8.4",
    "V7": "1.1–1.3 2.1–2.4 3.1–3.2 4.1–4.5 5.1–5.2 6.1–6.2",
    "V8": "1.1–1.2 2.1–2.3 3.1 4.1",
    "V9": "1.1–1.3 2.1–2.4",
    "V10": "1.1–1.2 2.1–2.2 3.1–3.4 4.1–4.11 5.1–5.5 6.1–6.2 7.1–7.3",
    "V11": "1.1–1.2 2.1–2.3 3.1–3.3 4.1–4.4 5.1 6.1",
    "V12": "1.1–1.3 2.1–2.2 3.1–3.4",
    "V13": "1.1 2.1–2.5 3.1–3.2 4.1–4.5",
    "V14": "1.1–1.2 2.1–2.4 3.1–3.3",
    "V15": "1.1–1.3 2.1–2.3 3.1–3.7",
    "V16": "1.1 2.1–2.5 3.1–3.4 4.1–4.3 5.1–5.3",
    "V17": "1.1 2.1–2.4 3.1–3.2",
}
"""Numbers of levels 1 and 2 by chapter, of OWASP_Application_Security_Verification_Standard_5.0.0_en.csv."""


@dataclass(frozen=True)
class Line:
    """One line of the page, which may be of several requirements."""

    numbers: tuple[str, ...]
    standing: str
    why: str

    @property
    def tests(self) -> list[tuple[str, str]]:
        """Files and names of the tests that it names."""
        return re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", self.why)


def spread(ranges: str) -> Iterator[str]:
    """Each number of '2.1–2.3 4.1'."""
    for one in re.split(r",? ", ranges):
        first, _, last = one.partition("–")
        section, _, start = first.rpartition(".")
        assert not last or last.rpartition(".")[0] == section, one
        for number in range(int(start), int((last or first).rpartition(".")[2]) + 1):
            yield f"{section}.{number}"


def lines() -> Iterator[Line]:
    for row in re.findall(r"^\| V\d+\.\d.*\|$", PAGE, re.MULTILINE):
        numbers, words, standing, why = (cell.strip() for cell in row.strip("|").split("|"))
        assert words, row
        yield Line(tuple(spread(numbers)), standing, why)


LINES = list(lines())


def of(chapter: str) -> list[str]:
    """What a chapter's requirements stand as, one for each."""
    return [line.standing for line in LINES for number in line.numbers if number.startswith(f"{chapter}.")]


@pytest.mark.parametrize("chapter", REQUIREMENTS)
def test_every_requirement_of_both_levels_has_its_place_once_and_no_other_has_one(chapter: str) -> None:
    told = [number for line in LINES for number in line.numbers if number.startswith(f"{chapter}.")]
    assert told == [f"{chapter}.{number}" for number in spread(REQUIREMENTS[chapter])]


def test_there_are_as_many_as_the_standard_has() -> None:
    assert sum(len(line.numbers) for line in LINES) == 253


def test_the_counts_at_the_top_are_those_of_the_lines() -> None:
    rows = re.findall(r"^\| (V\d+|all)\b[^|]*\|((?: \d+ \|){5})$", PAGE, re.MULTILINE)
    shown = {name: tuple(map(int, re.findall(r"\d+", cells))) for name, cells in rows}
    counted = {chapter: Counter(of(chapter)) for chapter in REQUIREMENTS}
    counted["all"] = sum(counted.values(), Counter[str]())
    assert shown == {name: (*(found[one] for one in STANDINGS), found.total()) for name, found in counted.items()}


@pytest.mark.parametrize("line", LINES, ids=lambda line: line.numbers[0])
def test_a_line_says_how_it_stands_and_shows_it(line: Line) -> None:
    assert line.standing in STANDINGS
    assert line.why
    files = [name for name in re.findall(r"`([\w/.-]+)`", line.why) if (ROOT / name).is_file()]
    assert line.standing != "met" or line.tests or files
    for file, name in line.tests:
        text = (ROOT / file).read_text(encoding="utf-8")
        assert re.search(rf"^ *(?:async )?def {name}\(", text, re.MULTILINE), f"{file} has no {name}"


def test_what_is_missing_names_every_requirement_that_is_not_met_and_none_that_is() -> None:
    missing = PAGE.split("## What is missing", 1)[1]
    listed = {number for found in re.findall(r"\d+\.\d+\.\d+(?:–\d+\.\d+\.\d+)?", missing) for number in spread(found)}
    not_met = {number.removeprefix("V") for line in LINES if line.standing == "not met" for number in line.numbers}
    assert not_met - listed == set()
    met = {number.removeprefix("V") for line in LINES if line.standing == "met" for number in line.numbers}
    assert listed & met == set()
