"""Cleaning takes out what is no content, and nothing else."""

from __future__ import annotations

import pytest

from surefoot.core.nouns import Section
from surefoot.ingestion.quality.cleaning import clean
from surefoot.ingestion.quality.rules import QualityRules
from surefoot.ingestion.results import Content
from tests.ingestion.quality.documents import PROSE, RULES, content_of, manifest_files, paged, shipped, text_of


def cleaned(text: str, media_type: str = "text/plain") -> str:
    return text_of(clean(content_of(text, media_type=media_type), RULES)[0])


def pages_of(content: Content) -> list[str]:
    return [section.text for section in clean(content, RULES)[0].sections]


@pytest.mark.parametrize(
    ("text", "clean_text"),
    [
        ("The ﬁeld ofﬁce ﬂoods", "The field office floods"),
        ("10\u00a0000 km, 5\u202f°C", "10 000 km, 5 °C"),
        ("main\u00adtenance, main\u00ad\n  tenance", "maintenance, maintenance"),
        ("zero\u200bwidth \ufeffmark", "zerowidth mark"),
        ("pay \u202e000,1\u202c euro", "pay 000,1 euro"),
        ("hidden\U000e0041\U000e0042 tags", "hidden tags"),
        ("bell\x07 and \x93quotes\x94 for \x80 5", "bell and “quotes” for € 5"),
        ("one\r\ntwo\rthree\x0cfour\u2028five", "one\ntwo\nthree\nfour\nfive"),
        ("Bremsbela\u0308ge", "Bremsbeläge"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("👨\u200d👩\u200d👧 and a\u200db", "👨\u200d👩\u200d👧 and ab"),
        ("\U0001f3f4\U000e0067\U000e0062\U000e007f flag", "\U0001f3f4\U000e0067\U000e0062\U000e007f flag"),
        ("| a\x0cb | c\u00a0d |", "| a b | c d |"),
    ],
)
def test_characters_are_put_right(text: str, clean_text: str) -> None:
    assert cleaned(text) == clean_text


@pytest.mark.parametrize(
    ("text", "clean_text"),
    [
        ("the mainte-\nnance plan", "the maintenance plan"),
        ("der Wartungs-\n  plan gilt", "der Wartungsplan gilt"),
        ("a long-\nterm plan", "a long-term plan"),
        ("The zip-line. A zip-\nline was cut.", "The zip-line. A zip-line was cut."),
        ("The email arrived. An e-mail, an em-\nail", "The email arrived. An e-mail, an email"),
        ("a fire door, a fire-\ndoor", "a fire door, a fire-door"),
        ("state-of-the-\nart", "state-of-the-art"),
        ("Vor-\nund Nachteile, pre-\nand post-check", "Vor- und Nachteile, pre- and post-check"),
        ("part LV-\n204 and H-\nB3, code x-\nray", "part LV-\n204 and H-\nB3, code x-\nray"),
        ("Anglo-\nSaxon", "Anglo-\nSaxon"),
        ("see https://a.org/foo-\nbar", "see https://a.org/foo-\nbar"),
        ("- one-\n- two", "- one-\n- two"),
        ("end-\n\nnew paragraph", "end-\n\nnew paragraph"),
        ("| mainte-\nnance |", "| mainte-\nnance |"),
        ("con-\ntinu-\nation", "continuation"),
    ],
)
def test_cut_words_are_joined_and_real_hyphens_stay(text: str, clean_text: str) -> None:
    assert cleaned(text) == clean_text


def test_hyphens_stay_where_the_rules_say_so() -> None:
    content = content_of("mainte-\nnance")
    assert clean(content, QualityRules(hyphenation=False))[0] == content


def test_running_lines_go_but_their_first_occurrence_stays() -> None:
    pages = [f"Service Handbook\n\nText {n * 7} of its own.\n\nDepot North | Page {n} of 4" for n in range(1, 5)]
    found, told = clean(paged(*pages), RULES)
    texts = [section.text for section in found.sections]
    assert texts[0] == pages[0]
    assert texts[1:] == ["Text 14 of its own.", "Text 21 of its own.", "Text 28 of its own."]
    assert told.counts == {"running lines": 6}
    assert told.examples[0].page == 2


@pytest.mark.parametrize("form", ["{}", "- {} -", "Page {}", "Seite {} von 9", "{} / 9", "第{}页"])
def test_bare_page_numbers_all_go(form: str) -> None:
    pages = [f"Text {n * n + 40} of its own.\n\n{form.format(n + 2)}" for n in range(1, 6)]
    assert pages_of(paged(*pages)) == [f"Text {n * n + 40} of its own." for n in range(1, 6)]


def test_left_and_right_pages_may_have_headers_of_their_own() -> None:
    pages = [f"{'Handbook' if n % 2 else 'Chapter on brakes'}\n\nText {n * n + 40}." for n in range(1, 9)]
    assert pages_of(paged(*pages))[2:] == [f"Text {n * n + 40}." for n in range(3, 9)]


@pytest.mark.parametrize(
    "form",
    [
        "Vehicle LV-{0}\n\nResult: passed",
        "Odometer {0}",
        "| Vehicle | {0} |\n| - | - |\n| Limit | 3 mm |",
        "- Wear the helmet\n\nText {0}",
        "Text {0}\n\nThe vehicle has passed the inspection.",
        "{1}\n\nText {0}",
        "Annual result {1}\n\nText {0}",
        "Chapter {2}\n\nText {0}",
        "Text {0}\n\n42",
    ],
)
def test_what_says_something_of_its_page_stays(form: str) -> None:
    pages = [form.format(n * n * 31 + 17, 2020 + n, n) for n in range(1, 7)]
    assert pages_of(paged(*pages)) == pages


def test_a_line_within_the_pages_stays_however_often_it_comes() -> None:
    pages = [f"Text {n * n + 7}\n\nHandbook\n\nMore {n * n + 70}" for n in range(6)]
    assert pages_of(paged(*pages)) == pages


def test_pages_that_agree_in_many_lines_are_forms_and_stay() -> None:
    form = "\n".join("Name Street Town Phone Vehicle Driver Signature Stamp".split())
    pages = [f"{form}\n{n * n * 31}" for n in range(5)]
    assert pages_of(paged(*pages)) == pages


def test_two_pages_alike_are_no_running_lines() -> None:
    pages = ["Handbook\n\nText one", "Handbook\n\nText two"]
    assert pages_of(paged(*pages)) == pages


def test_headings_stay_and_emptied_continuations_go() -> None:
    sections = tuple(
        section
        for page in range(1, 6)
        for section in (Section(("Rules",), "Handbook", page), Section(("Rules", f"Rule {page}"), PROSE, page))
    )
    found, _ = clean(Content("application/pdf", "T", sections, 5), RULES)
    assert [s.heading_path[-1] for s in found.sections] == [
        "Rules",
        "Rule 1",
        *(name for n in range(2, 6) for name in ("Rules", f"Rule {n}")),
    ]
    assert [s.text for s in found.sections].count("Handbook") == 1


BANNER = "We use cookies to improve this site.\n\n- Accept all cookies\n\n- Cookie settings"


def test_a_cookie_banner_goes_and_a_text_about_cookies_stays() -> None:
    assert cleaned(f"{PROSE}\n\n{BANNER}\n\nThe end.", "text/html") == f"{PROSE}\n\nThe end."
    guide = "We use cookies to keep you logged in.\n\nTo refuse them, open the settings and choose 'Reject all'."
    assert cleaned(guide, "text/html") == guide
    assert cleaned(f"{PROSE}\n\n{BANNER}") == f"{PROSE}\n\n{BANNER}"


def test_a_link_list_that_comes_again_goes_once() -> None:
    links = "- Home\n- Tariffs\n- Help and contact\n- About us"
    page = f"{links}\n\n{PROSE}\n\n{links}\n\nSkip to main content"
    assert cleaned(page, "text/html") == f"{links}\n\n{PROSE}"
    steps = "- Open the lid.\n- Press 2 times.\n- Wait.\n- Close the lid."
    assert cleaned(f"{steps}\n\n{PROSE}\n\n{steps}", "text/html") == f"{steps}\n\n{PROSE}\n\n{steps}"


def test_a_page_of_boilerplate_alone_is_left_as_it_is() -> None:
    assert cleaned(BANNER, "text/html") == BANNER


def test_boilerplate_stays_where_the_rules_say_so() -> None:
    content = content_of(f"{PROSE}\n\n{BANNER}", media_type="text/html")
    assert clean(content, QualityRules(boilerplate=False))[0] == content


def test_headings_and_title_are_put_right_too() -> None:
    content = Content("text/plain", "The ﬁrst", (Section(("Main\u00adtenance\u2028plan",), "x"),))
    found, told = clean(content, RULES)
    assert (found.title, found.sections[0].heading_path) == ("The first", ("Maintenance plan",))
    assert told.total == 2


def test_the_account_shows_few_examples_of_many() -> None:
    _, told = clean(content_of("\n".join(f"ﬁ{n}" for n in range(500)), *["a\u200bb"] * 100), RULES)
    assert told.counts == {"ligatures": 500, "invisible characters": 100}
    assert len(told.examples) <= 20


def test_sound_documents_are_not_touched() -> None:
    for name, content in shipped().items():
        assert clean(content, RULES)[0] == content, name
    for name, content in manifest_files().items():
        assert clean(content, QualityRules(hyphenation=False))[1].counts.keys() <= {"unusual spaces"}, name
