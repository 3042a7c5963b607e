"""The profile says what a document is like."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surefoot.ingestion.quality.words import blocks, words
from surefoot.ingestion.results import Content
from tests.ingestion.quality.documents import PROSE, content_of, profiled, shipped


def test_a_profile_counts_and_names_the_language() -> None:
    found = profiled(Content("application/pdf", "T", content_of(PROSE).sections, 3, "utf-8", 2))
    assert (found.language, found.sections, found.pages, found.recognised_pages) == ("en", 1, 3, 2)
    assert (found.encoding, found.characters, found.words) == ("utf-8", len(PROSE), len(PROSE.split()))


def test_plain_words_read_easier_than_long_ones() -> None:
    plain = profiled(content_of("The cat sat on the mat. The dog ran to the cat. It was a hot day. " * 5))
    hard = profiled(content_of("Institutional considerations necessitate comprehensive organisational reviews. " * 20))
    assert plain.readability is not None
    assert hard.readability is not None
    assert plain.readability > 90
    assert hard.readability < 0
    assert plain.average_sentence_words == pytest.approx(5.7, abs=0.5)


def test_german_is_measured_by_its_own_formula() -> None:
    text = "Der Fahrer prüft das Fahrzeug vor der ersten Fahrt. Einen Mangel meldet er sofort. " * 6
    found = profiled(content_of(text))
    assert found.language == "de"
    assert found.readability == pytest.approx(180 - 7 - 58.5 * 22 / 14, abs=6)


def test_a_table_has_no_readability_but_a_language() -> None:
    found = profiled(shipped()["support/fault-codes.csv"])
    assert (found.language, found.readability, found.average_sentence_words) == ("en", None, None)


def test_every_shipped_document_is_english_and_sound() -> None:
    for name, content in shipped().items():
        found = profiled(content, name)
        assert found.language == "en", name
        assert found.language_confidence > 0.9, name
        assert found.symbol_share < 0.01, name
        assert found.odd_word_share < 0.02, name
        assert found.replaced_share == found.mojibake_share == 0, name


def test_lines_that_come_again_are_counted() -> None:
    assert profiled(content_of("one\ntwo\none\none")).repeated_line_share == 0.5
    assert profiled(content_of("| a |\n| - |\n| x |\n| x |")).repeated_line_share == 0


def test_scripts_without_spaces_have_words() -> None:
    assert len(words("今天天气很好")) == 6
    assert words("naïve हिन्दी e\u0301tude") == ["naïve", "हिन्दी", "e\u0301tude"]


@given(st.text(max_size=200))
@settings(max_examples=100, deadline=None)
def test_any_text_has_a_profile(text: str) -> None:
    found = profiled(content_of(text))
    for share in (found.symbol_share, found.odd_word_share, found.repeated_line_share, found.language_confidence):
        assert 0 <= share <= 1


@given(st.text(alphabet="ab1 é漢\n", max_size=100))
def test_words_of_plain_letters_are_the_same_in_every_text(text: str) -> None:
    plain = text.encode("ascii", "ignore").decode()
    assert words(plain) == [word for word in words(plain + " é") if word != "é"]


def test_blocks_cut_no_word_and_lose_none() -> None:
    text = ("word " * 30 + "x" * 70) * 10_000
    pieces = list(blocks(text))
    assert len(pieces) > 1
    assert "".join(pieces) == text
    assert [word for piece in pieces for word in words(piece)] == words(text)
