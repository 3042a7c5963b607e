"""Chunks: nothing lost, nothing too long, nothing torn."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from surefoot.core.nouns import Chunk, Document, Section
from surefoot.ingestion.catalogue import id_of
from surefoot.ingestion.chunking import chunked
from surefoot.ingestion.readers.markdown import read_markdown
from surefoot.retrieval.encoders import MiniLM
from surefoot.retrieval.search import encoding_text

SENTENCE = "The driver checks the tyres before each journey and writes down what was found. "


def document(sections: tuple[Section, ...], title: str = "Manual") -> Document:
    return Document(
        id_of("fleet", "m.md"), "fleet", title, "m.md", "text/markdown", "0" * 64, sections, frozenset({"staff"})
    )


def cut(markdown: str, minilm: MiniLM) -> tuple[str, list[Chunk]]:
    return chunked(document(read_markdown(markdown).sections), minilm)


def uncovered(text: str, chunks: list[Chunk]) -> str:
    """Words that stand in no chunk, less the headings that stand in a chunk's path, or once more in one."""
    left = list(text)
    for chunk in chunks:
        left[chunk.start : chunk.end] = " " * (chunk.end - chunk.start)
    lines = "".join(left).split("\n")
    known = {heading for chunk in chunks for heading in chunk.heading_path}
    known |= {line.lstrip("# ") for chunk in chunks for line in chunk.text.split("\n") if line.startswith("#")}
    return "\n".join(line for line in lines if line.strip() and line.lstrip("# ") not in known)


words = st.text(alphabet="abc xyz.ÄÖ|-#1\n", min_size=1, max_size=400)
table = st.integers(1, 40).flatmap(
    lambda rows: st.integers(1, 6).map(
        lambda columns: "\n".join(
            ["| " + " | ".join(f"name{c}" for c in range(columns)) + " |", "|" + " - |" * columns]
            + ["| " + " | ".join(f"value {r} {c}" for c in range(columns)) + " |" for r in range(rows)]
        )
    )
)
bullets = st.integers(1, 30).map(lambda n: "\n".join(f"- item {i} of the list" for i in range(n)))
prose = st.integers(1, 30).map(lambda n: SENTENCE * n)
body = st.lists(st.one_of(words, table, bullets, prose, st.just("```\ncode\n\n# more\n```")), max_size=4).map(
    "\n\n".join
)
path = st.lists(st.sampled_from(["One", "Two", "A long heading about several things", "1.1 Vans"]), max_size=3).map(
    tuple
)
section = st.builds(Section, path, body.map(str.strip), st.sampled_from([None, 1, 2]))


@settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@example((Section(("Two",), ""), Section(("Two",), ""), Section(("One",), "")))
@given(st.lists(section, min_size=1, max_size=6).map(tuple))
def test_every_word_is_in_a_chunk_and_every_span_fits(minilm: MiniLM, sections: tuple[Section, ...]) -> None:
    text, chunks = chunked(document(sections), minilm)
    assert uncovered(text, chunks) == ""
    for number, chunk in enumerate(chunks):
        assert chunk.ordinal == number
        own = text[chunk.start : chunk.end]
        assert chunk.text == own or (chunk.text.lstrip().startswith("|") and own.strip() in chunk.text)
        assert chunk.text.strip()
        assert minilm.count_tokens(encoding_text(chunk)) <= minilm.max_tokens


def test_the_same_document_gives_the_same_chunks(minilm: MiniLM) -> None:
    one, two = cut(f"# A\n\n{SENTENCE * 30}", minilm), cut(f"# A\n\n{SENTENCE * 30}", minilm)
    assert one == two
    assert len({chunk.id for chunk in one[1]}) == len(one[1]) > 1


def test_chunks_carry_their_headings_and_never_cross_them(minilm: MiniLM) -> None:
    _, chunks = cut(f"# Manual\n\n{SENTENCE * 5}\n\n## Vans\n\n{SENTENCE * 5}\n\n### Winter\n\n{SENTENCE * 5}", minilm)
    assert [chunk.heading_path for chunk in chunks] == [("Manual",), ("Manual", "Vans"), ("Manual", "Vans", "Winter")]


def test_tiny_sections_are_put_together_under_their_parent(minilm: MiniLM) -> None:
    _, chunks = cut(
        "# Manual\n\n## Terms\n\n### Van\n\nUp to 3.5 t.\n\n### Truck\n\nAll others.\n\n## Care\n\n" + SENTENCE * 8,
        minilm,
    )
    assert chunks[0].heading_path == ("Manual", "Terms")
    assert chunks[0].text == "### Van\n\nUp to 3.5 t.\n\n### Truck\n\nAll others."
    assert chunks[1].heading_path == ("Manual", "Care")


def test_a_heading_without_text_can_be_found(minilm: MiniLM) -> None:
    _, chunks = cut(f"# Manual\n\n{SENTENCE * 8}\n\n## Annex B is withheld", minilm)
    assert any("Annex B is withheld" in chunk.text for chunk in chunks)


def test_long_tables_are_cut_between_rows_and_repeat_their_header(minilm: MiniLM) -> None:
    rows = [f"| Model {n} | {n},000 km | {n} months |" for n in range(60)]
    text, chunks = cut(
        "# Intervals\n\nThe intervals are:\n\n| Model | Distance | Time |\n|---|---|---|\n" + "\n".join(rows), minilm
    )
    assert len(chunks) > 3
    assert chunks[0].text.startswith("The intervals are:")
    assert all("| Model | Distance | Time |" in chunk.text for chunk in chunks)
    found = [
        line for chunk in chunks for line in text[chunk.start : chunk.end].split("\n") if re.match(r"\| Model \d", line)
    ]
    assert found == rows


def test_a_wide_row_is_cut_between_cells_under_their_own_names(minilm: MiniLM) -> None:
    header = "| Id | " + " | ".join(f"column{n}" for n in range(200)) + " |"
    row = "| V-101 | " + " | ".join(f"value{n}" for n in range(200)) + " |"
    _, chunks = cut(f"{header}\n|{' - |' * 201}\n{row}", minilm)
    holding = next(chunk for chunk in chunks if "value150 " in chunk.text)
    assert "column150" in holding.text
    assert "V-101" in holding.text


def test_long_prose_is_cut_between_sentences_with_a_short_one_repeated(minilm: MiniLM) -> None:
    _, chunks = cut(" ".join(f"Sentence number {n} says one thing of the {n}th van." for n in range(80)), minilm)
    assert all(chunk.text.startswith("Sentence number") and chunk.text.endswith("van.") for chunk in chunks)
    assert all(a.end > b.start for a, b in pairwise(chunks))


def test_a_line_that_introduces_a_list_stays_with_it(minilm: MiniLM) -> None:
    _, chunks = cut(
        f"{SENTENCE * 10}\n\nBring these things:\n\n" + "\n".join(f"- thing number {n} of the list" for n in range(12)),
        minilm,
    )
    assert [chunk.text.startswith("Bring these things:\n\n- thing number 0") for chunk in chunks] == [False, True]


def test_a_chunk_knows_its_page(minilm: MiniLM) -> None:
    sections = (Section(("A",), SENTENCE, 1), Section(("A",), SENTENCE, 2), Section(("A", "B"), SENTENCE, 2))
    _, chunks = chunked(document(sections), minilm)
    assert [(chunk.page, chunk.heading_path) for chunk in chunks] == [(1, ("A",)), (2, ("A",))]


def test_headings_longer_than_the_encoder_reads_leave_room_for_the_text(minilm: MiniLM) -> None:
    deep = tuple(
        f"A heading of level {n} that says far more than any heading should say about its own text" for n in range(12)
    )
    _, chunks = chunked(document((Section(deep, SENTENCE * 20),)), minilm)
    assert chunks[0].heading_path[-1] == deep[-1]
    assert all(minilm.count_tokens(encoding_text(chunk)) <= minilm.max_tokens for chunk in chunks)


@pytest.mark.parametrize("content", ["x" * 20_000, "字" * 3_000, "a." * 4_000, "🤠" * 500, "\u200b" * 300 + "a"])
def test_text_without_spaces_is_cut_too(minilm: MiniLM, content: str) -> None:
    text, chunks = chunked(document((Section((), content),)), minilm)
    assert uncovered(text, chunks).strip("\u200b") == ""
    assert all(minilm.count_tokens(encoding_text(chunk)) <= minilm.max_tokens for chunk in chunks)
