"""The sample knowledge of the assistants keeps what is promised of it, and the check that says so can fail."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from surefoot.core.nouns import Document
from surefoot.ingestion.chunking import chunked
from surefoot.ingestion.readers.markdown import read_markdown
from surefoot.ingestion.results import Content
from surefoot.retrieval.encoders import MiniLM
from surefoot.serving.models.weights import WeightStore
from tools.check_knowledge import ROOT, Row, built, check, faults, main, read, table
from tools.knowledge_library import ASSISTANTS, PLANS, assistants, folded, load_library

WORDS = "Alpha bravo charlie delta echo foxtrot golf hotel india juliet kilo lima"


@dataclass
class SmallLibrary:
    """A library of Markdown files that a test writes."""

    root: Path
    plan: dict[str, object] = field(default_factory=lambda: {"versions": [], "conflicts": [], "single_facts": []})

    def add(self, name: str, text: str) -> None:
        self._folder("knowledge").joinpath(name).write_text(text, encoding="utf-8")

    def rows(self, *cases: dict[str, object]) -> dict[str, Row]:
        lines = [json.dumps(a_case() | case) for case in cases]
        (self._folder("") / "cases.jsonl").write_text("\n".join(lines), encoding="utf-8")
        plan = self.root / PLANS / "small" / "plan.yaml"
        plan.parent.mkdir(parents=True, exist_ok=True)
        plan.write_text(json.dumps(self.plan), encoding="utf-8")
        return {row.demand: row for row in check([load_library(self.root, "small", _read_markdown)])}

    def _folder(self, name: str) -> Path:
        folder = self.root / ASSISTANTS / "small" / name
        folder.mkdir(parents=True, exist_ok=True)
        return folder


def _read_markdown(path: Path) -> Content:
    return read_markdown(path.read_text(encoding="utf-8"))


def a_case() -> dict[str, object]:
    return {
        "id": "small-1",
        "question": "How many days?",
        "answer": "Three days.",
        "facts": [["3 days"]],
        "evidence": [{"document": "one.md", "quote": "It takes 3 days."}],
        "category": "simple",
        "outcome": "answered",
        "split": "dev",
    }


@pytest.fixture
def small(tmp_path: Path) -> SmallLibrary:
    library = SmallLibrary(tmp_path)
    library.add("one.md", "# One\n\nIt takes **3 days**.\n\n| Code | Days |\n| --- | --- |\n| K-1 | 4 |\n")
    library.add("two.md", "# Two\n\nNothing else is said here.\n")
    return library


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    return check([load_library(ROOT, name, read) for name in assistants(ROOT)])


def test_the_sample_knowledge_meets_every_demand(rows: list[Row]) -> None:
    assert faults(rows) == []


def test_all_three_assistants_are_checked(rows: list[Row]) -> None:
    assert set(rows[0].findings) == {"compliance", "fleet", "support"}


def test_every_quote_of_a_case_stands_whole_in_one_chunk(weights: Path) -> None:
    """Else no answer could cite it."""
    encoder = MiniLM(WeightStore(weights).minilm_folder())
    for library in (load_library(ROOT, name, read) for name in assistants(ROOT)):
        folder = ROOT / ASSISTANTS / library.assistant / "knowledge"
        chunks = {path.name: chunk_texts(path, encoder) for path in folder.iterdir()}
        quotes = [(e.document, folded(e.quote)) for case in library.cases for e in case.evidence]
        assert [quote for name, quote in quotes if not any(quote in text for text in chunks[name])] == []


def chunk_texts(path: Path, encoder: MiniLM) -> list[str]:
    content = read(path)
    document = Document(
        id=str(uuid.uuid4()),
        assistant="any",
        title=content.title or path.stem,
        path=path.name,
        media_type=content.media_type,
        content_hash="0" * 64,
        sections=content.sections,
        groups=frozenset({"everyone"}),
    )
    return [folded(chunk.text) for chunk in chunked(document, encoder)[1]]


def test_binary_documents_are_those_that_their_sources_give() -> None:
    assert faults([built(ROOT)]) == []


def test_a_missing_source_tree_is_a_fault_and_not_a_crash(tmp_path: Path) -> None:
    assert faults([built(tmp_path)])


def test_the_check_prints_one_json_document(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--json"]) == 0
    assert json.loads(capsys.readouterr().out)["met"] is True


def test_a_quote_that_stands_nowhere_is_named(small: SmallLibrary) -> None:
    found = small.rows({"evidence": [{"document": "one.md", "quote": "It takes 5 days."}]})
    assert faults([found["quotes that stand in the text"]]) == [
        "small, quotes that stand in the text: small-1: not in one.md: It takes 5 days."
    ]


def test_a_quote_of_a_missing_document_is_named(small: SmallLibrary) -> None:
    found = small.rows({"evidence": [{"document": "gone.md", "quote": "It takes 3 days."}]})
    assert faults([found["quotes that stand in the text"]])


def test_a_quote_stands_in_a_table_row_and_in_bold_text(small: SmallLibrary) -> None:
    quoted = [{"document": "one.md", "quote": "K-1 | 4"}, {"document": "one.md", "quote": "It takes 3 days."}]
    found = small.rows({"evidence": quoted})
    assert found["quotes that stand in the text"].findings["small"].count == "2/2"


def test_a_fact_that_the_quotes_do_not_hold_is_named(small: SmallLibrary) -> None:
    found = small.rows({"facts": [["3 days"], ["4 days", "four days"]]})
    assert faults([found["cases with facts in evidence"]])


def test_an_answerable_case_without_facts_is_named(small: SmallLibrary) -> None:
    assert faults([small.rows({"facts": []})["cases with facts in evidence"]])


@pytest.mark.parametrize(
    "change",
    [
        {"category": "two_documents"},
        {"category": "off_topic"},
        {"category": "not_answerable", "outcome": "not_found"},
        {"category": "superseded"},
        {"answer": ""},
    ],
)
def test_a_case_that_contradicts_its_category_is_named(small: SmallLibrary, change: dict[str, object]) -> None:
    assert faults([small.rows(change)["cases shaped as categorised"]])


def test_questions_that_differ_in_case_and_spaces_alone_are_duplicates(small: SmallLibrary) -> None:
    found = small.rows({}, {"id": "small-2", "question": "how many  DAYS?"})
    assert len(faults([found["cases with own id and question"]])) == 1


def test_a_category_that_stands_in_one_split_only_is_named(small: SmallLibrary) -> None:
    missing = faults([small.rows({})["categories in dev and test"]])
    assert "small, categories in dev and test: no test case of category simple" in missing
    assert "small, categories in dev and test: no dev case of category simple" not in missing


def test_a_long_sentence_in_two_documents_is_named_with_both(small: SmallLibrary) -> None:
    small.add("three.md", f"# Three\n\nBefore it stands something else. {WORDS}.\n")
    small.add("four.md", f"# Four\n\n- {WORDS}.\n- Another item.\n")
    found = faults([small.rows({})["shared long sentences"]])
    assert len(found) == 1
    assert "four.md and three.md" in found[0]


def test_a_short_sentence_may_stand_in_two_documents(small: SmallLibrary) -> None:
    small.add("three.md", "# Three\n\nAsk the desk. This one is different.\n")
    small.add("four.md", "# Four\n\nAsk the desk. And so is that.\n")
    assert faults([small.rows({})["shared long sentences"]]) == []


def test_versions_with_different_titles_are_named(small: SmallLibrary) -> None:
    small.plan["versions"] = [{"old": "one.md", "new": "two.md"}]
    assert "different titles" in faults([small.rows({})["policies in two versions"]])[0]


def test_versions_are_known_by_their_dates(small: SmallLibrary) -> None:
    small.add("old.md", "# Rules 2024\n\nVersion: 1. Effective date: 1 April 2024.\n")
    small.add("new.md", "# Rules 2026\n\nVersion: 2. Effective date: 1 March 2026.\n")
    small.plan["versions"] = [{"old": "old.md", "new": "new.md"}]
    assert faults([small.rows({})["policies in two versions"]]) == []
    small.plan["versions"] = [{"old": "new.md", "new": "old.md"}]
    assert "is not older" in faults([small.rows({})["policies in two versions"]])[0]
    small.plan["versions"] = [{"old": "one.md", "new": "one.md"}]
    assert "does not state its date" in faults([small.rows({})["policies in two versions"]])[0]


def test_a_conflict_whose_quote_stands_elsewhere_too_is_named(small: SmallLibrary) -> None:
    small.add("two.md", "# Two\n\nIt takes 3 days. It takes 6 days.\n")
    quotes = ["It takes 3 days.", "It takes 6 days."]
    small.plan["conflicts"] = [{"documents": ["one.md", "two.md"], "about": "days", "quotes": quotes}]
    found = faults([small.rows({})["planted conflicts"]])
    assert any("It takes 3 days." in fault for fault in found)
    assert not any("It takes 6 days." in fault for fault in found)


def test_a_single_fact_that_stands_twice_is_named(small: SmallLibrary) -> None:
    small.add("two.md", "# Two\n\nIt takes 3 days.\n")
    small.plan["single_facts"] = [{"document": "one.md", "fact": "It takes 3 days."}]
    assert "one.md" in faults([small.rows({})["facts in one file only"]])[0]


def test_the_table_shows_each_demand_and_whether_it_is_met(small: SmallLibrary) -> None:
    shown = table(list(small.rows({}).values()))
    assert "quotes that stand in the text" in shown
    assert "NOT MET" in shown


def test_folding_makes_two_readings_of_a_row_alike() -> None:
    assert folded("| A  | **b** |\n| --- | --- |\n| c | d |") == folded("A | b\nc | d")
