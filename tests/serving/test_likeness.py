"""A quote is looked for as people read it, and what took its place is found with the words that differ."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surefoot.serving.likeness import differences, nearest, stands
from surefoot.serving.present_text import PresentText

HANDBOOK = """# Brake handbook

Issued for the workshop.

## Pads

The pads of the van are replaced below 2.8 mm. The brake fluid is changed every 24 months.

- Front axle: 3.2 mm
- Rear axle: 2.0 mm

## Drums

- Front axle: 4.1 mm
- Rear axle: 1.8 mm

## Prices

| tariff | price_eur | data_gb |
| --- | --- | --- |
| Start | 19.90 | 5 |
| Max | 54.90 | 60 |

See the [**winter guide**](https://example.com/guide) for less than -25 °C
in the north.
"""
TEXT = PresentText(HANDBOOK)
PADS = ("Brake handbook", "Pads")


@pytest.mark.parametrize(
    "quote",
    [
        "The brake fluid is changed every 24 months.",
        "The  brake fluid\nis changed every **24** months.",
        "| Max | 54.90 | 60 |",
        "|Max|54.90|60|",
        "See the winter guide for less than \u221225 °C in the north.",
    ],
)
def test_a_quote_stands_whatever_space_and_marks_are_between_its_words(quote: str) -> None:
    assert stands(TEXT, quote)


@pytest.mark.parametrize(
    ("quote", "now", "old", "new"),
    [
        (
            "The pads of the van are replaced below 3.2 mm.",
            "The pads of the van are replaced below 2.8 mm.",
            ["3.2"],
            ["2.8"],
        ),
        ("| Start | 24.90 | 5 |", "| Start | 19.90 | 5 |", ["24.90"], ["19.90"]),
        (
            "See the winter guide for less than 25 °C in the north.",
            "See the [**winter guide**](https://example.com/guide) for less than -25 °C\nin the north.",
            [],
            ["-"],
        ),
        (
            "The brake fluid must be changed every two years.",
            "The brake fluid is changed every 24 months.",
            ["must be", "two years"],
            ["is", "24 months"],
        ),
    ],
)
def test_what_took_a_quote_s_place_is_found_with_the_words_that_differ(
    quote: str, now: str, old: list[str], new: list[str]
) -> None:
    assert not stands(TEXT, quote)
    assert nearest(TEXT, quote) == now
    spans = differences(quote, now)
    assert [quote[a:b] for a, b in spans.old] == old
    assert [now[a:b] for a, b in spans.new] == new


@pytest.mark.parametrize(
    "quote", ["replaced below 2.8 m", "below 12.8 mm", "below 2.8 mm. The brake fluid is 24", "3.2"]
)
def test_a_part_of_a_longer_word_or_number_is_no_quote(quote: str) -> None:
    text = PresentText("The pads are replaced below 2.8 mm. They cost 3.25 euro.")
    assert not stands(text, quote)


def test_a_short_quote_of_another_section_does_not_hide_a_change_in_its_own() -> None:
    changed = PresentText(HANDBOOK.replace("axle: 3.2 mm", "axle: 3.0 mm").replace("axle: 4.1 mm", "axle: 3.2 mm"))
    assert not stands(changed, "Front axle: 3.2 mm", PADS)
    assert nearest(changed, "Front axle: 3.2 mm", PADS) == "Front axle: 3.0 mm"
    assert stands(changed, "Front axle: 3.2 mm", ("Brake handbook", "Drums"))


def test_a_short_quote_that_only_moved_still_stands() -> None:
    moved = PresentText("# Brake handbook\n\n## Pads\n\nSee below.\n\n## Limits\n\n- Front axle: 3.2 mm\n")
    assert stands(moved, "Front axle: 3.2 mm", PADS)
    assert stands(PresentText("Front axle: 3.2 mm"), "Front axle: 3.2 mm", PADS)


def test_a_sentence_that_is_gone_has_nothing_in_its_place() -> None:
    assert nearest(TEXT, "Lost fuel cards are reported to the card desk.") is None
    assert nearest(PresentText(""), "Lost fuel cards are reported.") is None


def test_a_part_of_a_row_that_was_cut_between_its_cells_still_stands() -> None:
    cells = " | ".join(f"{n}.{n} mm" for n in range(40))
    row = PresentText(f"| part | {cells} |\n| - | - |\n| Van | {cells} |\n| Bus | 7 |\n")
    assert stands(row, "|Van| 30.30 mm | 31.31 mm |")
    assert not stands(row, "|Bus| 30.30 mm | 31.31 mm |")
    assert not stands(row, "|Van| 30.30 mm | 31.32 mm |")


def test_a_column_that_slips_in_between_is_a_change() -> None:
    assert not stands(
        PresentText("| tariff | old | new |\n| - | - | - |\n| Start | 19.90 | 24.90 |"), "| Start | 24.90 |"
    )


def test_signs_without_words_are_compared_as_they_are() -> None:
    assert stands(PresentText("before ***—*** after"), "***—***")
    assert not stands(PresentText("before after"), "***—***")


@given(st.text(max_size=400), st.text(max_size=80))
def test_any_text_and_any_quote_give_spans_within_them(text: str, quote: str) -> None:
    present = PresentText(text)
    stands(present, quote, ("a",))
    now = nearest(present, quote)
    assert now is None or now in present.text
    spans = differences(quote, now or "")
    assert all(0 <= a < b <= len(quote) for a, b in spans.old)
    assert all(0 <= a < b <= len(now or "") for a, b in spans.new)


@given(st.lists(st.sampled_from(["pads", "3.2", "mm", "-5", "below", "\u00fc", "Fluid"]), min_size=1, max_size=30))
def test_what_is_there_word_for_word_stands_in_any_layout(words: list[str]) -> None:
    assert stands(PresentText("Before it: " + "\n".join(words) + ". After it."), " ".join(words))


def test_a_hostile_text_of_megabytes_is_compared_without_end_of_patience() -> None:
    for text in ("aa " * 300_000, "](" * 300_000, "| a " * 300_000, "# a\n" * 100_000, "1,1" * 300_000, "-" * 900_000):
        present = PresentText(text)
        assert not stands(present, "aa 1,1 a bb " * 40, ("a",))
        nearest(present, "aa 1,1 a bb " * 40, ("a",))
