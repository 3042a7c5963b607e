"""The policy on personal data is applied to all of a document, readably, reversibly, and without breaking it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surefoot.core.nouns import Section
from surefoot.core.text.pii import PiiKind
from surefoot.ingestion.errors import Unreadable
from surefoot.ingestion.limits import ReadLimits
from surefoot.ingestion.privacy import Mask, PiiPolicy, apply, apply_to_properties, unmask
from surefoot.ingestion.readers.read import read
from surefoot.ingestion.results import Content

KNOWLEDGE = Path(__file__).parents[2] / "surefoot" / "app" / "assistants"
NOTE = (
    "Anna Schmidt (anna.schmidt@firma.example) took the van; call 0171 1234567.\n\n"
    "Anna Schmidt brought it back. The hotline is 0800 555 0142, the mailbox support@varnley.example."
)


def content(*texts: str, title: str | None = None, headings: tuple[str, ...] = ()) -> Content:
    return Content("text/markdown", title, tuple(Section(headings, text) for text in texts))


def test_kept_documents_are_not_even_searched() -> None:
    note = content(NOTE)
    screened = apply(note, PiiPolicy.KEEP)
    assert screened.content is note
    assert (screened.masks, dict(screened.counts)) == ((), {})


def test_the_same_value_has_the_same_readable_token() -> None:
    screened = apply(content(NOTE), PiiPolicy.MASK)
    assert screened.content.sections[0].text == (
        "[PERSON-1] ([EMAIL-1]) took the van; call [PHONE-1].\n\n"
        "[PERSON-1] brought it back. The hotline is 0800 555 0142, the mailbox support@varnley.example."
    )
    assert screened.masks == (
        Mask("[PERSON-1]", PiiKind.PERSON, "Anna Schmidt"),
        Mask("[EMAIL-1]", PiiKind.EMAIL, "anna.schmidt@firma.example"),
        Mask("[PHONE-1]", PiiKind.PHONE, "0171 1234567"),
    )
    assert dict(screened.counts) == {PiiKind.PERSON: 2, PiiKind.EMAIL: 1, PiiKind.PHONE: 1}


def test_title_and_headings_are_masked_with_the_tokens_of_the_text() -> None:
    note = content(NOTE, title="Report on Anna Schmidt", headings=("Vans", "Anna Schmidt"))
    masked = apply(note, PiiPolicy.MASK).content
    assert masked.title == "Report on [PERSON-1]"
    assert masked.sections[0].heading_path == ("Vans", "[PERSON-1]")
    assert masked.sections[0].text.startswith("[PERSON-1] (")


def test_a_table_keeps_its_rows_and_cells() -> None:
    table = (
        "| Driver | Mail | Card |\n| --- | --- | --- |\n"
        "| Anna Schmidt | anna@firma.example | 4111 1111 1111 1111 |\n| Conor O'Neill | | H12 \\| H18 |"
    )
    masked = apply(content(table), PiiPolicy.MASK).content.sections[0].text
    assert masked == (
        "| Driver | Mail | Card |\n| --- | --- | --- |\n"
        "| [PERSON-1] | [EMAIL-1] | [CARD-1] |\n| [PERSON-2] | | H12 \\| H18 |"
    )


def test_a_token_that_the_document_itself_holds_is_never_given_to_a_value() -> None:
    note = content("A form says [PERSON-1] and [PERSON-3].", "Anna Schmidt met Conor Byrne.")
    screened = apply(note, PiiPolicy.MASK)
    assert screened.content.sections[0].text == note.sections[0].text
    assert screened.content.sections[1].text == "[PERSON-2] met [PERSON-4]."
    assert [unmask(section.text, screened.masks) for section in screened.content.sections] == [
        section.text for section in note.sections
    ]


def test_what_one_section_shows_to_be_personal_is_masked_in_all() -> None:
    screened = apply(content("Ring me on my phone 5417543010.", "Caller 5417543010 was angry."), PiiPolicy.MASK)
    assert screened.content.sections[1].text == "Caller [PHONE-1] was angry."


def test_only_the_kinds_of_the_policy_are_masked() -> None:
    masked = apply(content(NOTE), PiiPolicy.MASK, frozenset({PiiKind.PHONE})).content.sections[0].text
    assert masked == NOTE.replace("0171 1234567", "[PHONE-1]")


def test_a_rejected_document_says_what_it_holds_and_shows_none_of_it() -> None:
    with pytest.raises(Unreadable) as refused:
        apply(content(NOTE), PiiPolicy.REJECT)
    words = str(refused.value)
    assert "1 e-mail address, 2 names of persons, 1 telephone number" in words
    assert not any(value in words for value in ("Anna", "firma", "0171"))


def test_a_document_without_personal_data_is_not_rejected() -> None:
    plain = content("The pads are 12 mm thick.", title="Pads")
    assert apply(plain, PiiPolicy.REJECT).content is plain
    assert apply(plain, PiiPolicy.MASK).content == plain


def test_values_stay_out_of_what_is_logged() -> None:
    assert "Schmidt" not in repr(apply(content(NOTE), PiiPolicy.MASK))


def test_properties_are_masked_with_the_tokens_of_the_document() -> None:
    screened = apply(content(NOTE), PiiPolicy.MASK)
    properties = {"author": "Anna Schmidt", "sender": "Rubija", "title": "CV_Conor_Byrne", "department": "Fleet Office"}
    masked = apply_to_properties(properties, PiiPolicy.MASK, screened=screened)
    assert masked.properties == {
        "author": "[PERSON-1]",
        "sender": "[PERSON-2]",
        "title": "CV_[PERSON-3]",
        "department": "Fleet Office",
    }
    assert masked.masks[: len(screened.masks)] == screened.masks
    assert [mask.value for mask in masked.masks[-2:]] == ["Rubija", "Conor_Byrne"]


def test_properties_are_rejected_and_kept_like_the_document() -> None:
    properties = {"author": "Anna Schmidt"}
    assert apply_to_properties(properties, PiiPolicy.KEEP).properties is properties
    with pytest.raises(Unreadable, match="1 name of a person"):
        apply_to_properties(properties, PiiPolicy.REJECT)
    with pytest.raises(Unreadable, match="1 name of a person"):
        apply_to_properties({"title": "CV_Conor_Byrne"}, PiiPolicy.REJECT)


def test_tokens_of_other_documents_stay_when_values_are_put_back() -> None:
    masks = (Mask("[PERSON-1]", PiiKind.PERSON, "Anna [PERSON-2]"), Mask("[PERSON-2]", PiiKind.PERSON, "Ben"))
    assert unmask("[PERSON-1], [PERSON-2], [PERSON-9]", masks) == "Anna [PERSON-2], Ben, [PERSON-9]"


def test_an_empty_document_stays_empty() -> None:
    assert apply(content(), PiiPolicy.MASK).content == content()
    assert apply(content("", title=""), PiiPolicy.MASK).content == content("", title="")


PIECES = (
    "Anna Schmidt",
    "anna@x.example",
    "[PERSON-1]",
    "[EMAIL-2]",
    "0171 1234567",
    "| a |",
    "\n",
    "[",
    "]",
    "PERSON-",
    "Schmidt",
)


@settings(max_examples=80, deadline=None)
@given(st.lists(st.lists(st.sampled_from(PIECES), max_size=6).map(" ".join), max_size=4))
def test_masking_is_undone_by_its_masks(texts: list[str]) -> None:
    note = content(*texts)
    screened = apply(note, PiiPolicy.MASK)
    assert tuple(unmask(section.text, screened.masks) for section in screened.content.sections) == tuple(texts)
    for before, after in zip(note.sections, screened.content.sections, strict=True):
        assert before.text.count("|") == after.text.count("|")


@pytest.mark.parametrize(
    "path",
    sorted(KNOWLEDGE.glob("*/knowledge/*")),
    ids=lambda path: path.name,
)
def test_the_sample_documents_come_through_unmasked(path: Path) -> None:
    screened = apply(read(path.read_bytes(), path.name, ReadLimits()), PiiPolicy.MASK)
    assert screened.masks == ()
