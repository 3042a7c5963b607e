"""Reading question sets, whole and broken."""

from __future__ import annotations

import pytest

from surefoot.eval.errors import QuestionSetInvalid
from surefoot.eval.question_sets import CorpusText, MarkedQuestion, check_relevant, read_corpus, read_questions

GOOD = b'{"id": "a", "title": "T", "text": "words", "more": 1}'


def test_a_corpus_and_its_questions_are_read_with_what_else_their_lines_hold() -> None:
    assert read_corpus([GOOD, b"\n", b'{"id": 7, "title": "", "text": ""}\r\n']) == [
        CorpusText(id="a", title="T", text="words"),
        CorpusText(id="7", title="", text=""),
    ]
    [question] = read_questions([b'{"id": "q", "question": "What?", "relevant": ["a", 7, "a"], "answers": []}'])
    assert question == MarkedQuestion(id="q", question="What?", relevant=frozenset({"a", "7"}))


def test_a_byte_order_mark_is_no_obstacle() -> None:
    assert read_corpus([b"\xef\xbb\xbf" + GOOD])[0].id == "a"


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (b'{"id": "b", "title"', "Invalid JSON"),
        (b"\xff\xfe", "Invalid JSON"),
        (b'["a", "T", "words"]', "object"),
        (b'{"id": "b", "title": "T"}', "text: Field required"),
        (b'{"id": "", "title": "T", "text": "x"}', "id: "),
        (b'{"id": true, "title": "T", "text": "x"}', "id: "),
        (b'{"id": "b", "title": null, "text": "x"}', "title: "),
        (GOOD, "'a' is already on line 1"),
    ],
)
def test_a_broken_line_of_a_corpus_is_named(line: bytes, words: str) -> None:
    with pytest.raises(QuestionSetInvalid, match=r"corpus\.jsonl, line 3: .*" + words):
        read_corpus([GOOD, b"", line])


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (b'{"id": "q", "relevant": ["a"]}', "question: Field required"),
        (b'{"id": "q", "question": "What?"}', "relevant: Field required"),
        (b'{"id": "q", "question": "What?", "relevant": []}', "relevant: "),
        (b'{"id": "q", "question": "What?", "relevant": "a"}', "relevant: "),
        (b'{"id": "q", "question": "", "relevant": ["a"]}', "question: "),
    ],
)
def test_a_broken_line_of_the_questions_is_named(line: bytes, words: str) -> None:
    with pytest.raises(QuestionSetInvalid, match=r"dev\.jsonl, line 1: .*" + words):
        read_questions([line], "dev.jsonl")


def test_an_empty_file_is_named() -> None:
    with pytest.raises(QuestionSetInvalid, match=r"corpus\.jsonl is empty"):
        read_corpus([b"", b"  \n"])
    with pytest.raises(QuestionSetInvalid, match=r"questions\.jsonl is empty"):
        read_questions([])


def test_a_question_about_an_unknown_document_is_named() -> None:
    corpus = [CorpusText(id="a", title="", text="x")]
    check_relevant(corpus, [MarkedQuestion(id="q", question="?", relevant=frozenset({"a"}))])
    with pytest.raises(QuestionSetInvalid, match="Question 'q2' calls 'z' relevant"):
        check_relevant(corpus, [MarkedQuestion(id="q2", question="?", relevant=frozenset({"a", "z"}))])
