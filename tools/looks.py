"""Searches development questions as they are, and without the documents that answer them, for `tools.calibrate`."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from surefoot.core.nouns import Asker, Passage
from surefoot.eval.cases import Case, load_cases
from surefoot.retrieval.checker import Checker
from surefoot.retrieval.evidence import Evidence, EvidenceFinder
from surefoot.retrieval.highlights import Highlight, Highlighter
from surefoot.retrieval.index.port import Scope
from surefoot.retrieval.search import Asked, EditionSearcher, Searcher
from surefoot.retrieval.text_memory import TextMemory
from tools.stage import Stage

ROOT = Path(__file__).resolve().parent.parent
ASSISTANTS = [ROOT / "surefoot" / "app" / "assistants" / name for name in ("fleet", "support", "compliance")]
SETS = ROOT / "tools" / "question_sets"
VOICES = SETS / "voices"
FOLDERS = [*ASSISTANTS, *(SETS / name for name in ("office", "clinic", "workshop"))]
ALIKE, WITHIN, FEWEST = 0.75, 0.85, 4
"""Share of a quote's words in a sentence, or of a sentence's in a quote, from which it is the one; and the words of the
sentence at least."""
XQUAD = ROOT.parent / "shared" / "data" / "xquad"
_WORD = re.compile(r"\w+(?:[.,]\d+)*")
UNFAIR = {"other_language", "ambiguous", "injection"}
"""Categories whose questions are answered by other means, or not at all."""


@dataclass(frozen=True, slots=True)
class Look:
    """A question with what was found, and whether that holds the answer."""

    group: str
    case: Case
    evidence: Evidence
    kind: str
    """"answerable", "unanswerable" by nature, or "left_out" where the documents were."""
    documents: Mapping[str, str]
    """Id to file name."""

    @property
    def answerable(self) -> bool:
        """Whether the answer was there to be found."""
        return self.kind == "answerable"

    def right(self, highlight: Highlight) -> bool:
        """Whether a sentence answers: it is one of the case's quotes, or holds all its facts."""
        unit = highlight.unit
        said = f"{unit.quote} {unit.shown}".lower()
        facts = self.case.facts
        if facts and all(any(one.lower() in said for one in spellings) for spellings in facts):
            return self.kind != "unanswerable"
        if not self.answerable:
            return False
        name = self.documents.get(unit.passage.chunk.document_id)
        return any(e.document == name and _alike(e.quote, said) for e in self.case.evidence)


def _alike(quote: str, said: str) -> bool:
    wanted, there = set(_WORD.findall(quote.lower())), set(_WORD.findall(said))
    shared = len(wanted & there)
    return shared >= ALIKE * len(wanted) or (len(there) > FEWEST and shared >= WITHIN * len(there))


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
    """Each case as it is, and without the documents that answer it; read by the checker as the product does."""
    library, asker = stage.app.library, Asker("calibration", frozenset({"everyone"}))
    encoder = library.keeper.encoders.first
    highlighter, checker = Highlighter(encoder.dense, encoder.sparse.terms), Checker(stage.encoder_folder)
    names = {entry.id: Path(entry.path).name for entry in library.catalogue.list(folder.name)}
    for case in _cases(folder):
        earlier = [text for role, text in case.history if role == "user"]
        answering = {evidence.document for evidence in case.evidence}
        rest = frozenset(id_ for id_, name in names.items() if name not in answering)
        for searcher, kind in (
            (library.searcher, "answerable" if case.answerable else "unanswerable"),
            (Without(library.searcher, rest), "left_out"),
        ):
            if case.answerable or kind == "unanswerable":
                finder = EvidenceFinder(searcher, highlighter, encoder.dense, checker)
                found = finder.find(case.question, asker, folder.name, earlier)
                if found.judgement.features:
                    yield Look(folder.name, case, found, kind, names)


def _cases(folder: Path) -> list[Case]:
    """Development cases of a set, those in other people's voices among them."""
    voices = VOICES / f"{folder.name}.jsonl"
    cases = [*load_cases(folder / "cases.jsonl"), *(load_cases(voices) if voices.is_file() else [])]
    return [case for case in cases if case.split == "dev" and case.category not in UNFAIR]


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
