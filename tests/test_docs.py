"""What can be set, typed or received is described; what is generated is fresh; links lead somewhere."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from surefoot.app.client.eval_forms import (
    CaseRow,
    CategoryScore,
    ComparisonRow,
    EstimateForm,
    EvalForm,
    RiskCurve,
    RiskPoint,
)
from surefoot.app.client.forms import AnswerForm, CitationForm, GapForm, TimingsForm, UsageForm
from surefoot.app.client.reading_forms import ReadingForm
from surefoot.app.settings import READ_ELSEWHERE, SECRET, known_variables
from surefoot.core.nouns import Outcome, Support
from surefoot.eval.case_scores import MEASURES
from surefoot.eval.cases import Case, CaseEvidence
from surefoot.eval.comparing import PAIRED
from surefoot.serving.assistants import Declaration, Measured
from surefoot.serving.prompts import SHARED
from tools.package_tree import sentence, tree
from tools.records_table import PARTS

ROOT = Path(__file__).parent.parent
GUIDES = ROOT / "docs" / "guides"
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")), ROOT / "surefoot" / "eval" / "LOG.md"]
LINK = re.compile(r"\]\((?!https?://|#|mailto:)([^)\s#]+)")


def guide(name: str) -> str:
    return (GUIDES / name).read_text(encoding="utf-8")


def undescribed(names: Iterator[str] | list[str], text: str) -> list[str]:
    """Names that the text does not show as code."""
    return [name for name in names if not re.search(rf"`{re.escape(name)}`", text)]


def commands(command: Any, path: tuple[str, ...] = ("surefoot",)) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every command with its path, groups among them."""
    yield path, command
    for name, child in getattr(command, "commands", {}).items():
        yield from commands(child, (*path, name))


@pytest.fixture(scope="module")
def command_line() -> list[tuple[tuple[str, ...], Any]]:
    from typer.main import get_command

    from surefoot.app.cli.commands import app

    return list(commands(get_command(app)))


def test_every_command_is_described(command_line: list[tuple[tuple[str, ...], Any]]) -> None:
    text = guide("commands.md")
    leaves = [path for path, command in command_line if not getattr(command, "commands", {})]
    assert len(leaves) >= 10
    assert [path for path in leaves if f"$ {' '.join(path)} --help" not in text] == []


def test_every_option_is_described_under_its_command(command_line: list[tuple[tuple[str, ...], Any]]) -> None:
    text = guide("commands.md")
    for path, command in command_line:
        if not getattr(command, "commands", {}):
            section = text.split(f"$ {' '.join(path)} --help\n", 1)[1].split("```", 1)[0]
            options = [name for parameter in command.params for name in parameter.opts if name.startswith("-")]
            assert [name for name in options if not re.search(rf"(?<![\w-]){name}(?![\w-])", section)] == [], path


def test_every_command_says_what_it_does(command_line: list[tuple[tuple[str, ...], Any]]) -> None:
    assert [path for path, command in command_line if not (command.help or "").strip()] == []


def test_every_key_of_an_assistant_is_described() -> None:
    assert undescribed(list(Declaration.model_fields), guide("assistants.md")) == []


@pytest.mark.parametrize("part", list(PARTS))
def test_every_key_of_a_declaration_of_records_is_described(part: str) -> None:
    assert undescribed(list(PARTS[part].model_fields), guide("live-data.md")) == []


def test_every_key_of_a_reading_is_described() -> None:
    assert undescribed(list(ReadingForm.model_fields), guide("answers.md")) == []


def test_every_key_of_a_case_is_described() -> None:
    keys = [*Case.model_fields, *CaseEvidence.model_fields]
    assert undescribed(keys, guide("assistants.md")) == []


def test_every_category_of_cases_is_described() -> None:
    categories = Case.model_json_schema()["properties"]["category"]["enum"]
    assert undescribed(categories, guide("assistants.md")) == []


def test_every_shared_prompt_is_described() -> None:
    names = {path.name.split(".")[0] for path in SHARED.glob("*.md")}
    assert undescribed(sorted(names), guide("assistants.md")) == []


def test_the_measurement_in_the_guide_is_one(tmp_path: Path) -> None:
    examples = re.findall(r"```json\n(.*?)```", guide("assistants.md"), re.DOTALL)
    measured = json.loads(examples[1])
    assert Measured(**next(iter(measured.values()))).model_is_better


def test_the_case_in_the_guide_is_one() -> None:
    example = re.findall(r"```json\n(.*?)```", guide("assistants.md"), re.DOTALL)[0]
    assert Case.model_validate_json(example).answerable


def test_every_outcome_and_support_is_described() -> None:
    assert undescribed([*(o.value for o in Outcome), *(s.value for s in Support)], guide("answers.md")) == []


@pytest.mark.parametrize("form", [AnswerForm, CitationForm, GapForm, UsageForm, TimingsForm])
def test_every_key_of_an_answer_is_described(form: type[BaseModel]) -> None:
    assert undescribed(list(form.model_fields), guide("answers.md")) == []


@pytest.mark.parametrize("form", [EvalForm, CategoryScore, EstimateForm, ComparisonRow, RiskCurve, RiskPoint, CaseRow])
def test_every_key_of_an_evaluation_is_described(form: type[BaseModel]) -> None:
    assert undescribed(list(form.model_fields), guide("evaluating.md")) == []


def test_every_measure_of_an_evaluation_is_described() -> None:
    assert undescribed([*MEASURES, *PAIRED], guide("evaluating.md")) == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_to_a_file(page: Path) -> None:
    targets = LINK.findall(page.read_text(encoding="utf-8"))
    assert [target for target in targets if not (page.parent / target).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_files_that_a_page_names_exist(page: Path) -> None:
    named = re.findall(r"`((?:surefoot|tools|tests|docs)/[\w/.-]+)`", page.read_text(encoding="utf-8"))
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_decisions_are_numbered_without_gaps_and_short() -> None:
    pages = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    assert [int(page.name[:4]) for page in pages] == list(range(1, len(pages) + 1))
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert text.startswith(f"# {page.name[:4]}: "), page.name
        assert [part for part in ("Context", "Decision", "Consequences") if f"## {part}\n" not in text] == [], page.name
        assert len(text.split()) <= 450, page.name


def test_every_package_says_in_one_sentence_what_it_does() -> None:
    silent = [path for path in (ROOT / "surefoot").rglob("__init__.py") if not sentence(path).endswith(".")]
    assert silent == []


def test_the_tree_shows_every_package() -> None:
    shown = tree()
    packages = [path.parent.name for path in (ROOT / "surefoot").glob("*/__init__.py")]
    assert len(packages) == 6
    assert [name for name in packages if f"  {name}/" not in shown] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_settings_that_a_page_names_exist(page: Path) -> None:
    named = set(re.findall(r"\bSUREFOOT_[A-Z_]+\b", page.read_text(encoding="utf-8")))
    unread = named - known_variables() - READ_ELSEWHERE
    assert {name for name in unread if not name.startswith(SECRET)} == set()


def test_every_setting_is_described() -> None:
    assert undescribed(sorted(known_variables()), guide("configuration.md")) == []
