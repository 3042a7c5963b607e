"""The report is one page that shows failing cases side by side and trusts no text."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from surefoot.core.nouns import Answer
from surefoot.eval.abstention import risk_coverage
from surefoot.eval.case_run import Played
from surefoot.eval.case_scores import tabulate
from surefoot.eval.cases import Case
from surefoot.eval.comparing import compare
from surefoot.eval.report import Report, Side, SideName, render
from tests.eval.played import FLUID, PADS, a_case, an_answer, judged, passages, unanswerable

HOSTILE = '<script>alert(1)</script>"onmouseover=x <img src=http://x.example/y>\x07'
VOID = {"meta", "input", "br"}


class Reading(HTMLParser):
    """Reads a page and sees whether what is opened is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def a_side(mode: SideName, *played: tuple[Case, Answer]) -> Side:
    rows = [Played(case, answer, passages(), judged(case, answer)) for case, answer in played]
    judgements = [row.judged for row in rows]
    return Side(mode, tuple(rows), tuple(tabulate(judgements)), risk_coverage(judgements))


def a_page(*sides: Side) -> str:
    compared = compare(sides[0].judged, sides[1].judged) if len(sides) > 1 else []
    return render(Report("Garage", "dev", "scripted", sides, tuple(compared)))


def read(page: str) -> Reading:
    reading = Reading()
    reading.feed(page)
    assert reading.open == []
    return reading


def test_a_case_that_fails_on_one_side_is_shown_with_both() -> None:
    quotes = a_side("quotes", (a_case(), an_answer((PADS, PADS))), (unanswerable(), an_answer()))
    withheld = an_answer((FLUID, FLUID), withheld=("Pads last for ever.",))
    page = a_page(quotes, a_side("model", (a_case(), withheld), (unanswerable(), an_answer())))
    read(page)
    articles = re.findall(r"<article.*?</article>", page, re.DOTALL)
    assert len(articles) == 1
    for words in (
        "When are the pads",
        "Below 3.2 mm.",
        PADS,
        FLUID,
        "Pads last for ever.",
        "✓ right",
        "✗ lacks “3.2 mm”",
    ):
        assert words in articles[0], words
    assert "passages found" in articles[0]
    assert "Model against quotes" in page
    assert "McNemar" in page


def test_texts_of_documents_cases_and_models_stay_texts() -> None:
    case = a_case(question=HOSTILE, answer=HOSTILE, facts=[[f"{HOSTILE}?"]], history=[("user", HOSTILE)])
    answer = an_answer((HOSTILE, HOSTILE), withheld=(HOSTILE,))
    hostile = Played(case, answer, passages(HOSTILE), judged(case, answer))
    plain = a_side("quotes", (case, answer))
    page = a_page(Side("quotes", (hostile,), plain.scores, plain.curve))
    reading = read(page)
    assert {"script", "img"}.isdisjoint(tag for tag, _ in reading.tags)
    assert not any(name.startswith("on") for _, attributes in reading.tags for name in attributes)
    assert "\x07" not in page
    assert "&lt;script&gt;" in page


def test_the_page_fetches_nothing() -> None:
    page = a_page(a_side("quotes", (a_case(), an_answer((FLUID, FLUID)))))
    reading = read(page)
    assert not any({"src", "href", "srcset"} & set(attributes) for _, attributes in reading.tags)
    assert "url(" not in page
    assert "@import" not in page


def test_failing_cases_can_be_filtered_by_category_without_a_script() -> None:
    side = a_side("quotes", (a_case(), an_answer((FLUID, FLUID))), (unanswerable(), an_answer((PADS, PADS))))
    page = a_page(side)
    ids = {attributes.get("id") for tag, attributes in read(page).tags if tag == "input"}
    assert ids == {"only-all", "only-simple", "only-not_answerable"}
    assert "#only-simple:checked~.cases>article:not(.is-simple){display:none}" in page


def test_without_failures_the_page_says_so() -> None:
    page = a_page(a_side("quotes", (a_case(), an_answer((PADS, PADS)))))
    assert "Failing cases (0)" in page
    assert "None." in page
