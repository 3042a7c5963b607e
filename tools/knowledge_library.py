"""Loads an assistant's sample knowledge as the product reads it: documents, cases, and what was planted on purpose."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict

from surefoot.core.text.sentences import sentence_spans
from surefoot.eval.cases import Case, load_cases
from surefoot.ingestion.results import Content
from surefoot.ingestion.text import joined
from surefoot.ingestion.versions import Stated, stated

ASSISTANTS = Path("surefoot/app/assistants")
PLANS = Path("tools/knowledge")
LONG = 8
"""Words up to which a sentence may stand in two documents ('Further questions go to the fleet desk.')."""

Read = Callable[[Path], Content]
"""Reads one file into sections."""


class Versions(BaseModel):
    """Two versions of one policy."""

    model_config = ConfigDict(extra="forbid")
    old: str
    new: str


class Conflict(BaseModel):
    """Two current documents that say different things."""

    model_config = ConfigDict(extra="forbid")
    documents: list[str]
    about: str
    quotes: list[str]


class SingleFact(BaseModel):
    """A fact that stands in one file only."""

    model_config = ConfigDict(extra="forbid")
    document: str
    fact: str


class Plan(BaseModel):
    """What was planted in the documents on purpose."""

    model_config = ConfigDict(extra="forbid")
    versions: list[Versions]
    conflicts: list[Conflict]
    single_facts: list[SingleFact]


@dataclass(frozen=True)
class SampleDocument:
    """A document as the readers extract it."""

    name: str
    title: str
    pages: int | None
    tables: int
    """Tables with a header row."""
    paragraphs: tuple[str, ...]
    """Folded; headings and table rows are not among them."""
    stated: Stated
    """The version and date that it states of itself, as the product reads them."""
    text: str
    """Everything, folded."""

    @property
    def format(self) -> str:
        """The ending of its name, without the dot."""
        return Path(self.name).suffix.removeprefix(".")

    @property
    def words(self) -> int:
        """Words of the extracted text."""
        return len(self.text.split())

    @cached_property
    def long_sentences(self) -> frozenset[str]:
        """Sentences of more than LONG words."""
        found = (p[start:end] for p in self.paragraphs for start, end in sentence_spans(p))
        return frozenset(sentence for sentence in found if len(sentence.split()) > LONG)


@dataclass(frozen=True)
class Library:
    """One assistant's sample knowledge."""

    assistant: str
    documents: tuple[SampleDocument, ...]
    cases: tuple[Case, ...]
    plan: Plan

    def document(self, name: str) -> SampleDocument | None:
        """A document by its file name."""
        return next((d for d in self.documents if d.name == name), None)

    def holds(self, name: str, quote: str) -> bool:
        """Whether a quote stands in a document's extracted text."""
        document = self.document(name)
        return document is not None and folded(quote) in document.text

    def naming(self, quote: str) -> list[str]:
        """Names of all documents that hold a quote."""
        return [d.name for d in self.documents if folded(quote) in d.text]


def folded(text: str) -> str:
    """Text without Markdown's marks for tables and bold, with single spaces: two readings of one passage fold alike."""
    text = re.sub(r"^\s*\|?[\s:|-]+\|?\s*$", " ", text, flags=re.MULTILINE)
    return " ".join(re.sub(r"\*\*|__|\\(?=\|)", "", text).replace("|", " ").split())


def load_library(root: Path, assistant: str, read: Read) -> Library:
    """Read an assistant's knowledge, cases and plan below `root`."""
    folder = root / ASSISTANTS / assistant
    plan = yaml.safe_load((root / PLANS / assistant / "plan.yaml").read_text(encoding="utf-8"))
    return Library(
        assistant=assistant,
        documents=tuple(_document(path, read(path)) for path in sorted((folder / "knowledge").iterdir())),
        cases=tuple(load_cases(folder / "cases.jsonl")),
        plan=Plan.model_validate(plan),
    )


def assistants(root: Path) -> list[str]:
    """Names of all assistants with sample knowledge."""
    return sorted(path.parent.name for path in (root / PLANS).glob("*/plan.yaml"))


def _document(path: Path, content: Content) -> SampleDocument:
    lines = [line for section in content.sections for line in _lines(section.text)]
    text, _ = joined(content.sections)
    title = content.title or ""
    return SampleDocument(
        name=path.name,
        title=title,
        pages=content.pages,
        tables=_tables(content),
        paragraphs=tuple(folded(line) for line in lines),
        stated=stated(title, text),
        text=folded(text),
    )


def _lines(markdown: str) -> Sequence[str]:
    """Paragraphs and list items, each on one line; table rows left out."""
    rows: list[str] = []
    for piece in re.split(r"\n\s*\n|\n(?=\s*(?:[-*•]|\d+[.)])\s)", markdown):
        prose = " ".join(line for line in piece.splitlines() if not line.lstrip().startswith("|"))
        if stripped := re.sub(r"^\s*(?:[-*•]|\d+[.)])\s+", "", prose).strip():
            rows.append(stripped)
    return rows


def _tables(content: Content) -> int:
    return sum(len(re.findall(r"^\|[\s:|-]*-[\s:|-]*\|$", s.text, flags=re.MULTILINE)) for s in content.sections)
