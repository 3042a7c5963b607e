"""Text of documents and answers becomes HTML in which nothing of theirs is carried out and the quote stands out."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surefoot.app.client.forms import AnswerForm, CitationForm, GapForm, PassageForm
from surefoot.app.client.trail_forms import EntryForm, TrailForm
from surefoot.app.pages import gap, quoting, snippets, trail
from surefoot.app.pages.evidence import strip

OURS = {"p", "mark", "div", "table", "tr", "th", "td", "button", "span", "br", "ul", "li"}
HOSTILE = (
    '<img src=x onerror="alert(1)"> <script>alert(2)</script> [a](javascript:alert(3)) ![i](https://example.com/i.png)'
)
TABLE = (
    "Limits:\n\n| Part | New | Replace at |\n|---|---|---|\n| Front pad | 12 mm | 3 mm |\n| Rear pad | 11 mm | 2 mm |\n"
)


class Tags(HTMLParser):
    """Collects what a browser would read as elements and their attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.attributes: set[str] = set()
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.text += data


def citation(text: str, quote: str, *, number: int = 1, start: int = 0, superseded: bool = False) -> CitationForm:
    return CitationForm(
        start=start, end=start + len(text), document_id="d", title="A <b>title</b>", page=3, quote=quote, score=1.0,
        chunk_id="c", number=number, superseded=superseded,
    )  # fmt: skip


def marked(html: str) -> list[str]:
    return re.findall(r"<mark>(.*?)</mark>", html)


@given(text=st.text(max_size=300), quote=st.text(max_size=40))
def test_no_text_of_a_document_becomes_an_element_of_its_own(text: str, quote: str):
    for html in (
        quoting.passage(text, quote),
        quoting.passage(text, text[5:60]),
        snippets.snippet(text, frozenset({"pads"})),
    ):
        tags = Tags(html)
        assert tags.names <= OURS
        assert tags.attributes <= {"class"}


def test_hostile_text_is_shown_as_text():
    shown = quoting.passage(HOSTILE) + quoting.answer(HOSTILE + " [1]", [citation(HOSTILE, HOSTILE)], 0)
    tags = Tags(shown)
    assert tags.names <= OURS
    assert not {"src", "href", "onerror"} & tags.attributes
    assert "<script>alert(2)</script>" in tags.text
    cards = strip([PassageForm(document_id="d", title=HOSTILE, text=HOSTILE, page=None, score=1)], HOSTILE, 0)
    assert Tags(cards).names <= OURS


def test_a_quote_is_marked_whatever_white_space_is_between_its_words():
    assert marked(quoting.passage("First.\nMeasure both\n  pads now. Last.", "both pads now.")) == [
        "both",
        "  pads now.",
    ]


def test_a_quoted_row_of_a_table_is_marked_in_each_of_its_cells_and_in_no_other():
    html = quoting.passage(TABLE, "| Front pad | 12 mm | 3 mm |")
    assert marked(html) == ["Front pad", "12 mm", "3 mm"]
    assert (html.count("<tr>"), html.count('<tr class="sf-marked">')) == (2, 1)


def test_a_quote_that_is_not_there_marks_nothing():
    assert marked(quoting.passage("Measure both pads.", "Measure no pads.")) == []


def test_each_number_behind_a_claim_becomes_a_button_that_names_its_source():
    text = "Replace below 3 mm."
    html = quoting.answer(f"{text} [1]", [citation(text, text)], turn=4)
    assert 'data-turn="4" data-source="1"' in html
    assert 'aria-label="Source 1: A &lt;b&gt;title&lt;/b&gt;, page 3"' in html
    assert "[1]" not in html


def test_a_sentence_with_several_sources_has_a_button_for_each():
    text = "Pads are replaced below 3 mm and discs below 22 mm."
    html = quoting.answer(f"{text} [1] [2]", [citation(text, "3 mm"), citation(text, "22 mm", number=2)], turn=1)
    assert re.findall(r'data-turn="1" data-source="(\d)"', html) == ["1", "2"]
    assert "[" not in Tags(html).text


def test_a_number_that_stands_in_the_document_itself_stays_text():
    text = "As note [1] says, replace below 3 mm."
    html = quoting.answer(f"{text} [1] [7]", [citation(text, text)], turn=0)
    assert html.count("<button") == 1
    assert "As note [1] says" in html
    assert "[7]" in html


def test_an_older_version_is_named_in_words_at_its_number():
    html = quoting.answer("Said. [1]", [citation("Said.", "Said.", superseded=True)], turn=0)
    assert "page 3, superseded" in html


def test_the_document_s_own_words_look_different_from_the_model_s():
    row = "Front pad — New: 12 mm; Replace at: 3 mm"
    quoted = quoting.answer(f"{row} [1]", [citation(row, "| Front pad | 12 mm | 3 mm |")], 0)
    written = quoting.answer("Change them early. [1]", [citation("Change them early.", "Replace below 3 mm.")], 0)
    assert 'class="sf-quote"' in quoted
    assert 'class="sf-quote"' not in written


def test_a_snippet_shows_the_stretch_with_the_words_of_the_question_marked_in_any_ending():
    text = "Nothing here. " * 20 + "Worn pads are replaced at once. " + "Nothing there. " * 20
    html = snippets.snippet(text, snippets.content_words("When is a pad replaced? Replacing pads"))
    assert {"pads", "replaced"} <= set(marked(html))
    assert html.startswith("… ")


def test_small_words_of_a_question_are_not_marked():
    assert snippets.content_words("At what thickness do the pads have to be replaced?") == {
        "thickness",
        "pads",
        "replaced",
    }


@pytest.mark.parametrize(
    ("owner", "named"),
    [
        ("Fleet manager", "fleet manager"),
        ("Head of service desk", "head of service desk"),
        ("Compliance Officer", "Compliance Officer"),
        ("HR lead", "HR lead"),
        ("", "owner"),
    ],
)
def test_a_role_is_named_within_a_sentence_as_its_owners_write_it(owner: str, named: str) -> None:
    missing = GapForm(searched="all", nearest=[], missing="A price list", owner=owner)
    shown = gap.card(AnswerForm.model_construct(gap_reply=None, gap_sent=False), missing, 0, [])
    assert f"Ask the {named} for it" in shown


def test_a_place_that_was_nearest_with_several_passages_is_named_once_in_their_order():
    def at(chunk: str, title: str) -> PassageForm:
        return PassageForm(document_id=title, title=title, text="", page=None, score=1.0, chunk_id=chunk)

    nearest = [at("1", "Rates"), at("2", "Guide"), at("3", "Rates")]
    missing = GapForm(searched="2 documents", nearest=nearest, missing="", owner="Fleet manager")
    answer = AnswerForm.model_construct(gap_reply=None, gap_sent=False)
    shown = gap.card(answer, missing, 0, nearest)
    assert re.findall(r'data-source="(e\d)">(\w+)<', shown) == [("e0", "Rates"), ("e1", "Guide")]


def test_facts_of_the_trail_are_read_as_words_and_ids_are_not_broken():
    facts = {"assistant": "fleet", "outcome": "asked_back", "file_name": "yard_rules-2.md", "groups": [], "kept": True}
    entry = EntryForm.model_construct(
        number=1, at="2026-12-01T10:00:00.5Z", actor="a", name="Ada", person="", kind="question:text:asked",
        thing="7bdbcb87745a3f", facts=facts,
    )  # fmt: skip
    shown = trail.table(TrailForm.model_construct(entries=[entry], more=False))
    said = "assistant: fleet; outcome: asked back; file name: yard_rules-2.md; groups: none; kept: yes"
    assert said in shown
    assert '<td data-label="To" class="sf-whole">' in shown
