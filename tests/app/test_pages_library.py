"""The library's pages without a browser: addresses, edits, reports, and hostile documents."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surefoot.app.client.library_forms import DocumentCard
from surefoot.app.pages import document_about, document_quality, document_versions
from surefoot.app.pages.source_form_fields import FieldInvalid
from tests.app.test_pages_markup import Tags
from tests.app.test_pages_run import html, opened
from tests.end_to_end import stand_in_words as words
from tests.end_to_end.stand_in import Stand, standing
from tests.end_to_end.stand_in_library import REPORT, row


@pytest.fixture
def stand(tmp_path: Path, free_port: int) -> Iterator[Stand]:
    with standing(tmp_path, Stand(), free_port) as one:
        yield one


def card(**more: Any) -> DocumentCard:
    values: dict[str, Any] = {
        "document": row(words.document(words.MANUAL, "Manual"), "fleet"), "report": REPORT, "versions": [], "copies": [],
    }  # fmt: skip
    return DocumentCard.model_validate(values | more)


def test_a_document_that_could_not_be_read_says_why_in_the_list(stand: Stand, tmp_path: Path):
    said = html(opened(tmp_path, view="library", assistant="fleet"))
    assert "It holds no text." in said
    assert "1 could not be read" in said
    assert said.index("Driver hours policy 2024") < said.index("Driver hours policy 2026")


@pytest.mark.parametrize(
    "query", [{"page": "99"}, {"page": "x"}, {"sort": "<b>"}, {"status": "nothing"}, {"superseded": "perhaps"}]
)
def test_an_odd_address_of_a_library_is_no_failure(stand: Stand, tmp_path: Path, query: dict[str, str]):
    said = html(opened(tmp_path, view="library", assistant="fleet", **query))
    assert "This did not work" not in said
    assert "5 documents" in said


@pytest.mark.parametrize("section", ["", "about", "versions", "quality", "answers", "<script>"])
@pytest.mark.parametrize("document", [words.MANUAL, words.HOSTILE, "e5" * 16])
def test_every_section_of_every_document_can_be_opened(stand: Stand, tmp_path: Path, section: str, document: str):
    said = html(opened(tmp_path, view="library", document=document, section=section))
    assert "This did not work" not in said
    assert "Title and access" in said


def test_title_groups_and_properties_are_changed_in_place(stand: Stand, tmp_path: Path):
    app = opened(tmp_path, view="library", document=words.MANUAL, section="about")
    app.text_input(key=f"title-{words.MANUAL}").set_value("Manual of the Corvane")
    app.text_area(key=f"groups-{words.MANUAL}").set_value(" workshop \n\n")
    app.text_area(key=f"properties-{words.MANUAL}").set_value("author: Ann: the elder")
    app.button(key=f"save-about-{words.MANUAL}").click().run()
    saved = stand.document(words.MANUAL)
    assert (saved["title"], saved["groups"]) == ("Manual of the Corvane", ["workshop"])
    assert saved["properties"] == {"author": "Ann: the elder"}


def test_what_cannot_be_saved_is_said_and_changes_nothing(stand: Stand, tmp_path: Path):
    app = opened(tmp_path, view="library", document=words.MANUAL, section="about")
    app.text_area(key=f"groups-{words.MANUAL}").set_value("g" * 301)
    app.button(key=f"save-about-{words.MANUAL}").click().run()
    assert "at most 300 characters" in html(app)
    app.text_area(key=f"groups-{words.MANUAL}").set_value(" ")
    app.button(key=f"save-about-{words.MANUAL}").click().run()
    assert "Name at least one group" in html(app)
    assert stand.document(words.MANUAL)["groups"] == ["everyone"]


@given(st.dictionaries(*[st.text("abc xyz-äß", min_size=1).map(str.strip).filter(bool)] * 2))
def test_properties_that_were_written_are_read_again(properties: dict[str, str]):
    text = "\n".join(f" {name} : {value} \n" for name, value in properties.items())
    assert document_about.parsed(text) == properties


@pytest.mark.parametrize("line", ["author", "author:", ": Ann", "author: Ann\n\nauthor: Bob"])
def test_a_property_without_name_or_value_or_twice_is_refused_with_its_line(line: str):
    with pytest.raises(FieldInvalid, match=r"^Line [13]: "):
        document_about.parsed(line)


def test_the_newest_version_is_marked_and_copies_are_named():
    old = row(words.document(words.POLICY_2024, "Policy", version="2024", superseded=True), "fleet")
    new = row(words.document(words.POLICY_2026, "Policy", version="2026", valid_from="2026-01-01"), "fleet")
    said = document_versions.draw(card(document=old, versions=[new], copies=[{"path": "b/c.pdf", "source_id": None}]))
    assert said.index("valid from 1 January 2026") < said.index("version 2024 · this one")
    assert said.index("Current") < said.index("Superseded")
    assert "b/c.pdf" in said


def test_a_quality_report_shows_figures_findings_and_neighbours():
    said = document_quality.draw(card())
    for word in ("6,480", "English (99% sure)", "found by Validate", "hyphenation 61 times", "94% the same text"):
        assert word in said
    assert "have not looked at it" in document_quality.draw(card(report=None))
    assert "Nothing was found amiss" in document_quality.draw(card(report={}))


@given(st.text())
def test_nothing_that_a_report_says_becomes_markup(text: str):
    hostile = f"<img src=x onerror=y>{text}"
    finding = {"stage": hostile, "severity": hostile, "message": hostile, "remedy": hostile}
    report = {"findings": [finding], "cleaned": {"counts": {hostile: 1}, "examples": [{"text": hostile}]}}
    tags = Tags(document_quality.draw(card(report=report)))
    assert "img" not in tags.names
    assert "onerror" not in tags.attributes
