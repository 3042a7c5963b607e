"""Searches development questions as they are, and without the documents that answer them, for `tools.calibrate`."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from surefoot.core.nouns import Asker, Passage
from surefoot.eval.cases import Case, load_cases
from surefoot.retrieval.evidence import Evidence, EvidenceFinder
from surefoot.retrieval.highlights import Highlighter
from surefoot.retrieval.index.port import Scope
from surefoot.retrieval.search import Asked, EditionSearcher, Searcher
from surefoot.retrieval.text_memory import TextMemory
from tools.stage import Stage

ROOT = Path(__file__).resolve().parent.parent
ASSISTANTS = [ROOT / "surefoot" / "app" / "assistants" / name for name in ("fleet", "support", "compliance")]
FOLDERS = [*ASSISTANTS, ROOT / "tools" / "question_sets" / "office"]
XQUAD = ROOT.parent / "shared" / "data" / "xquad"
UNFAIR = {"other_language", "ambiguous", "injection"}
"""Categories whose questions are answered by other means, or not at all."""


@dataclass(frozen=True, slots=True)
class Look:
    """A question with what was found, and whether that holds the answer."""

    group: str
    question: str
    evidence: Evidence
    answerable: bool
    kind: str
    """"answerable", "unanswerable" by nature, or "left_out" where the documents were."""


class Without(Searcher):
    """A searcher that sees only some documents."""

    def __init__(self, searcher: Searcher, documents: frozenset[str]) -> None:
        self._all = searcher
        self._documents = documents

    @property
    def texts(self) -> TextMemory:
        """See `Searcher.texts`."""
        return self._all.texts

    @contextmanager
    def pinned(self) -> Generator[EditionSearcher]:
        """See `Searcher.pinned`."""
        with self._all.pinned() as pinned:
            yield _Part(pinned.edition, pinned.reranker, documents=self._documents)


@dataclass(frozen=True, slots=True)
class _Part(EditionSearcher):
    documents: frozenset[str] = frozenset()

    def found(self, asked: Asked, asker: Asker, scope: Scope, limit: int = 10) -> list[Passage]:
        """See `EditionSearcher.found`."""
        return EditionSearcher.found(self, asked, asker, replace(scope, document_ids=self.documents), limit)


def looks_at(stage: Stage, folder: Path) -> Iterator[Look]:
    """Each case as it is, and without the documents that answer it."""
    library, asker = stage.app.library, Asker("calibration", frozenset({"everyone"}))
    encoder = library.keeper.encoders.first
    highlighter = Highlighter(encoder.dense, encoder.sparse.terms)
    documents = {Path(entry.path).name: entry.id for entry in library.catalogue.list(folder.name)}
    for case in load_cases(folder / "cases.jsonl"):
        if case.split != "dev" or case.category in UNFAIR:
            continue
        earlier = [text for role, text in case.history if role == "user"]
        gone = {documents.get(evidence.document) for evidence in case.evidence}
        for searcher, kind in (
            (library.searcher, "answerable" if case.answerable else "unanswerable"),
            (Without(library.searcher, frozenset(documents.values()) - gone), "left_out"),
        ):
            if case.answerable or kind == "unanswerable":
                finder = EvidenceFinder(searcher, highlighter, encoder.dense)
                found = finder.find(case.question, asker, folder.name, earlier)
                if found.judgement.features:
                    yield Look(folder.name, case.question, found, kind == "answerable", kind)


def xquad(top: Path) -> Path:
    """Half of XQuAD's English questions as an assistant whose documents are its paragraphs."""
    folder = top / "xquad"
    (folder / "knowledge").mkdir(parents=True)
    (folder / "assistant.yaml").write_text("name: xquad\ntitle: Paragraphs\n", encoding="utf-8")
    for row in _rows(XQUAD / "corpus.jsonl"):
        name = folder / "knowledge" / f"{row['id'].partition(':')[2]}.md"
        name.write_text(f"# {row['title']}\n\n{row['text']}\n", encoding="utf-8")
    cases = [_case(row) for row in _rows(XQUAD / "questions.jsonl") if _even(row["id"])]
    text = "".join(f"{case.model_dump_json()}\n" for case in cases)
    (folder / "cases.jsonl").write_text(text, encoding="utf-8")
    return folder


def _case(row: dict[str, Any]) -> Case:
    document = f"{row['relevant'][0].partition(':')[2]}.md"
    evidence = [{"document": document, "quote": row["answers"][0]}]
    return Case.model_validate(
        {
            "id": row["id"],
            "question": row["question"],
            "answer": row["answers"][0],
            "facts": [row["answers"]],
            "evidence": evidence,
            "category": "simple",
            "outcome": "answered",
            "split": "dev",
        }
    )


def _rows(path: Path) -> list[dict[str, Any]]:
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [row for row in rows if row["id"].startswith("en:")]


def _even(name: str) -> bool:
    return int(hashlib.sha256(f"calibrate {name}".encode()).hexdigest(), 16) % 2 == 0
