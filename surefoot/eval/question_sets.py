"""Reads a corpus and questions whose relevant documents are known, from JSON lines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Annotated, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from surefoot.eval.errors import QuestionSetInvalid


def _id_text(value: object) -> object:
    """Take a number for a name, as some sets write their ids."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Id = Annotated[str, BeforeValidator(_id_text), Field(min_length=1)]


class CorpusText(BaseModel):
    """One document of a corpus: a title, which may be empty, and a text."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    id: Id
    title: str
    text: str


class MarkedQuestion(BaseModel):
    """A question and the ids of the documents that answer it."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    id: Id
    question: str = Field(min_length=1)
    relevant: frozenset[Id] = Field(min_length=1)


Row = TypeVar("Row", CorpusText, MarkedQuestion)


def read_corpus(lines: Iterable[bytes], name: str = "corpus.jsonl") -> list[CorpusText]:
    """The documents of a file, one JSON object a line with id, title and text; other keys are ignored.

    Raises QuestionSetInvalid, naming the line, for what is no such object, and for repeated ids and an empty file.
    """
    return _read(CorpusText, lines, name)


def read_questions(lines: Iterable[bytes], name: str = "questions.jsonl") -> list[MarkedQuestion]:
    """The questions of a file, one JSON object a line with id, question and relevant (ids); other keys are ignored.

    Raises QuestionSetInvalid, naming the line, for what is no such object, and for repeated ids and an empty file.
    """
    return _read(MarkedQuestion, lines, name)


def check_relevant(corpus: Sequence[CorpusText], questions: Sequence[MarkedQuestion]) -> None:
    """Raise QuestionSetInvalid where a question's relevant document is not in the corpus."""
    known = {row.id for row in corpus}
    for question in questions:
        unknown = sorted(question.relevant - known)
        if unknown:
            raise QuestionSetInvalid(
                f"Question '{question.id}' calls '{unknown[0]}' relevant, and the corpus has no such document. "
                "Add it to the corpus, or take it out of the question."
            )


def _read(row: type[Row], lines: Iterable[bytes], name: str) -> list[Row]:
    rows: list[Row] = []
    places: dict[str, int] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        read = _parsed(row, line.removeprefix(b"\xef\xbb\xbf"), f"{name}, line {number}")
        first = places.setdefault(read.id, number)
        if first != number:
            raise QuestionSetInvalid(f"{name}, line {number}: the id '{read.id}' is already on line {first}.")
        rows.append(read)
    if not rows:
        raise QuestionSetInvalid(f"{name} is empty: it needs one JSON object a line.")
    return rows


def _parsed(row: type[Row], line: bytes, where: str) -> Row:
    try:
        return row.model_validate_json(line)
    except ValidationError as error:
        reasons = "; ".join(_reason(one["loc"], one["msg"]) for one in error.errors(include_url=False))
        wanted = ", ".join(row.model_fields)
        raise QuestionSetInvalid(f"{where}: {reasons}. A line is one JSON object with {wanted}.") from error


def _reason(place: tuple[int | str, ...], message: str) -> str:
    return f"{'.'.join(map(str, place))}: {message}" if place else message
