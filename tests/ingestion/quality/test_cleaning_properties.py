"""Whatever is cleaned: twice is the same as once, and every number, code and cell is still there."""

from __future__ import annotations

import re
from collections import Counter

from hypothesis import example, given, settings
from hypothesis import strategies as st

from surefoot.core.nouns import Section
from surefoot.ingestion.quality.cleaning import clean
from surefoot.ingestion.quality.tables import cells
from surefoot.ingestion.quality.words import is_row, words
from surefoot.ingestion.readers.pipes import pipe_table
from surefoot.ingestion.results import Content
from tests.ingestion.quality.documents import RULES, text_of

_ODDITIES = "\u00ad \u200b \u200d \u00a0 ﬁ \u0301 \x0c \r \x93 \u2028 Å e\u0301 K \ufeff न \U000e0041 ‐ ³".split(" ")
_PIECES = [
    *_ODDITIES,
    *"mainte- nance long- term - | # 12 3.5 LV-204 Page page Handbook passed cookies Accept".split(),
    *"Skip to content|Accept all cookies|We use cookies|Result: passed|- Home|a|the".split("|"),
]
_texts = st.lists(st.sampled_from([*_PIECES, " ", "\n", "\n\n"]), max_size=25).map("".join)
_PARTS = ["Handbook", "Page {}", "{}", "Text", "mainte-", "nance", "| a | {} |", "Result: {}", "12", "- {} -", ""]
_pages = st.lists(st.lists(st.sampled_from(_PARTS), max_size=5), max_size=8).map(
    lambda pages: [
        Section(("H",) if number % 3 else (), "\n".join(parts).format(*([number] * 9)), number)
        for number, parts in enumerate(pages, start=1)
    ]
)
_tables = st.lists(
    st.lists(st.text(alphabet="ab 0123456789.,-|€%/ﬁ\u00a0", min_size=1, max_size=12), min_size=3, max_size=3),
    min_size=1,
    max_size=6,
).map(pipe_table)
_codes = st.lists(
    st.from_regex(r"[A-Z]{2}-?[0-9]{1,5}|[0-9]{1,3}([.,][0-9]{1,3}){0,2}|[0-9]{4}-[0-9]{2}-[0-9]{2}", fullmatch=True),
    min_size=1,
    max_size=8,
)


@given(_texts, st.sampled_from(["text/plain", "text/html"]))
@settings(max_examples=200, deadline=None)
@example("mainte-\nSkip to content\nnance", "text/html")
@example("a\u200d\u0301 K\u200dx ﬁ\u0301", "text/plain")
@example("con-\nti-\nnu-\nation", "text/plain")
@example("| a\u00ad\n b |", "text/plain")
def test_cleaning_twice_is_cleaning_once(text: str, media_type: str) -> None:
    once, _ = clean(Content(media_type, text[:20] or None, (Section((text[:9],), text),)), RULES)
    again, told = clean(once, RULES)
    assert again == once
    assert told.total == 0


@given(st.text(max_size=120))
@settings(max_examples=200, deadline=None)
def test_cleaning_any_text_twice_is_cleaning_it_once(text: str) -> None:
    once, _ = clean(Content("text/html", None, (Section((), text),)), RULES)
    assert clean(once, RULES)[0] == once


@given(_pages)
@settings(max_examples=200, deadline=None)
def test_cleaning_pages_twice_is_cleaning_them_once(sections: list[Section]) -> None:
    once, _ = clean(Content("application/pdf", None, tuple(sections), len(sections)), RULES)
    assert clean(once, RULES)[0] == once


@given(_pages)
@settings(max_examples=120, deadline=None)
def test_no_word_but_a_page_number_is_lost_altogether(sections: list[Section]) -> None:
    content = Content("application/pdf", None, tuple(sections), len(sections))
    found, _ = clean(content, RULES)
    lost = set(words(text_of(content))) - set(words(text_of(found))) - {"mainte", "nance", "Page"}
    assert all(word.isdigit() for word in lost)
    headings = [[s.heading_path for s in c.sections if s.heading_path] for c in (content, found)]
    assert set(headings[0]) >= set(headings[1])


@given(_pages)
@settings(max_examples=120, deadline=None)
def test_rows_and_named_values_of_pages_all_stay(sections: list[Section]) -> None:
    content = Content("application/pdf", None, tuple(sections), len(sections))
    found, _ = clean(content, RULES)

    def kept(one: Content) -> Counter[str]:
        lines = [line for section in one.sections for line in section.text.split("\n")]
        return Counter(line for line in lines if is_row(line) or ":" in line)

    assert kept(found) == kept(content)


@given(st.lists(_tables, min_size=1, max_size=4), st.booleans())
@settings(max_examples=120, deadline=None)
def test_every_cell_stays(tables: list[str], as_pages: bool) -> None:
    sections = tuple(Section((), text, n if as_pages else None) for n, text in enumerate(tables, start=1))
    found, _ = clean(Content("application/pdf", None, sections, len(sections)), RULES)

    def shown(section: Section) -> list[list[str]]:
        text = section.text.replace("\u00a0", " ").replace("ﬁ", "fi")
        return [[" ".join(cell.split()) for cell in cells(row)] for row in text.split("\n") if is_row(row)]

    assert [shown(section) for section in found.sections] == [shown(section) for section in sections]


@given(_codes, st.sampled_from([" ", "\n", "-\n", " ﬁt\u00ad ", "\u200b ", " mainte-\nnance "]))
@settings(max_examples=120, deadline=None)
def test_every_number_and_code_stays(codes: list[str], between: str) -> None:
    text = between.join(codes)
    found, _ = clean(Content("text/html", None, (Section((), text),)), RULES)
    assert re.findall(r"\d+", text_of(found)) == re.findall(r"\d+", text)
    assert all(code in text_of(found) for code in codes)
