"""Rich text files (RTF): code pages, structure, and what is not shown."""

from __future__ import annotations

import time

import pytest

from surefoot.ingestion.errors import Unreadable
from surefoot.ingestion.limits import ReadLimits
from surefoot.ingestion.readers.read import read
from surefoot.ingestion.results import Content
from tests.ingestion.made_files import texts, whole

FONTS = r"{\fonttbl{\f0 Times;}{\f1\fcharset238 Times CE;}{\f2\fcharset128 Mincho;}{\f3\fcharset204 Times Cyr;}}"
STYLES = r"{\stylesheet{Normal;}{\s1\b heading 1;}{\s2 heading 2;}{\s9 Title;}{\*\cs10 Strong;}}"


def read_rtf(body: str, head: str = r"\ansi\ansicpg1252\deff0") -> Content:
    return read(rf"{{\rtf1{head}{FONTS}{STYLES}{body}}}".encode("latin-1"), "a.rtf", ReadLimits())


def test_headings_lists_tables_and_notes_are_kept() -> None:
    content = read_rtf(
        r"{\info{\title Stated}{\author Ann}}\pard\s9 Gifts\par\pard\s1 Scope\par\pard All staff{\footnote\pard Guests too.}.\par "
        r"{\listtext\'b7\tab}\ilvl0 keys\par{\listtext\'b7\tab}\ilvl1 spare keys\par{\listtext 2.\tab}\ilvl0 cards\par"
        r"\pard\s2 Limits\par\pard\trowd\intbl Kind\cell Euro\cell\row\intbl Meal\par with wine\cell 50\cell\row\pard After.\par"
    )
    assert content.title == "Gifts"
    assert texts(content) == [
        (("Gifts",), ""),
        (("Gifts", "Scope"), "All staff.\n\nNote: Guests too.\n\n- keys\n  - spare keys\n2. cards"),
        (("Gifts", "Scope", "Limits"), "| Kind | Euro |\n| - | - |\n| Meal with wine | 50 |\n\nAfter."),
    ]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (r"\f1 mo\'f8e \f0 caf\'e9", "moře café"),
        (r"{\f2\'93\'fa\'96\'7b} and {\f3\'cc\'e8\'f0}", "日本 and Мир"),
        (r"\u28450\'8a\u23383\'8e dash\u8211-", "漢字 dash–"),
        (r"\uc2\u937\'83\'b6 x \uc0\u937  y", "Ω x Ω y"),
        (r"\u-10179 ?\u-8704 ?", "😀"),
        (r"it\rquote s a\~b c\_d e\-f \emdash  \{x\}", "it’s a b c-d ef — {x}"),
    ],
)
def test_characters_are_read_by_the_code_pages_of_their_fonts(body: str, expected: str) -> None:
    assert whole(read_rtf(rf"{body}\par")).strip() == expected


def test_the_document_states_its_own_code_page() -> None:
    assert whole(read_rtf(r"\'ec\'e8\'f0\par", r"\ansi\ansicpg1251")).strip() == "мир"


@pytest.mark.parametrize(
    "unseen",
    [
        r"{\v unseen}",
        r"\v unseen\v0 ",
        r"{\deleted unseen}",
        r"{\*\unknown unseen}",
        r"{\header unseen}",
        r"{\pict\wmetafile8 0102unseen}",
        r"{\field{\*\fldinst HYPERLINK unseen}{\fldrslt seen}}",
        r"{\*\annotation unseen}",
        "{\\pict\\bin6 un}een}",
    ],
)
def test_what_is_not_shown_is_left_out(unseen: str) -> None:
    text = whole(read_rtf(rf"before {unseen} after\par"))
    assert "unseen" not in text
    assert "een}" not in text
    assert text.split()[0] == "before"
    assert text.split()[-1] == "after"


@pytest.mark.parametrize(
    "body", [r"kept\par}}}}} unseen", r"kept {{{\b", r"kept\par\ansicpg99\f77 \'zz\u", r"kept\trowd\intbl cell"]
)
def test_a_malformed_file_is_read_as_far_as_it_goes(body: str) -> None:
    text = whole(read_rtf(body))
    assert "kept" in text
    assert "unseen" not in text


def test_groups_without_end_are_refused() -> None:
    with pytest.raises(Unreadable, match="too deeply"):
        read_rtf("{" * 50_000)


def test_a_large_picture_costs_little() -> None:
    start = time.monotonic()
    assert "text" in whole(read_rtf(r"{\pict " + ("0a" * 64 + "\r\n") * 40_000 + r"}text\par"))
    assert time.monotonic() - start < 60
