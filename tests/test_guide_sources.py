"""The guide to sources says what is so: its examples are ones, and no setting, rule, format or state is missing."""

from __future__ import annotations

import json
import re
import shlex
from functools import cache
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from surefoot.app.cli.sources import settings_of
from surefoot.app.client.run_forms import RunState
from surefoot.core.text.pii import PiiKind
from surefoot.ingestion.inspection import Rules
from surefoot.ingestion.limits import ReadLimits
from surefoot.ingestion.privacy import PiiPolicy
from surefoot.ingestion.quality.report import Stage
from surefoot.ingestion.quality.rules import QualityRules
from surefoot.ingestion.readers.formats import Format, suffix
from surefoot.ingestion.readers.sniffing import text_format
from surefoot.ingestion.sources.declared import AnySettings, Declared, checked_schedule, declared_sources, kinds, parse

ROOT = Path(__file__).parent.parent
GUIDE = (ROOT / "docs" / "guides" / "sources.md").read_text(encoding="utf-8")
RESULTS = ROOT / "docs" / "results"
SECTIONS = {
    "folder": "### Folder",
    "web": "### Web site",
    "bucket": "### Bucket",
    "query": "### Database query",
    "git": "### Git repository",
    "hub": "### Any LlamaHub reader",
}
PLAIN_TEXTS = {"html", "markdown", "csv", "json", "jsonl", "xml", "eml"}
"""Formats that a file's ending tells apart."""


def section(heading: str) -> str:
    """What stands between a heading and the next one."""
    return re.split(r"\n#{2,3} ", GUIDE.split(f"{heading}\n", 1)[1], maxsplit=1)[0]


@cache
def examples() -> list[dict[str, Any]]:
    """The yaml blocks of the guide."""
    return [yaml.safe_load(block) for block in re.findall(r"```yaml\n(.*?)```", GUIDE, re.DOTALL)]


@cache
def declared() -> list[Declared]:
    """All sources that the guide declares."""
    return declared_sources([source for example in examples() for source in example.get("sources", [])])


def typed() -> list[list[str]]:
    """The commands of Surefoot, as words; lines that go on with a backslash are one."""
    code = "\n".join(re.findall(r"```bash\n(.*?)```", GUIDE, re.DOTALL)).replace("\\\n", " ")
    return [shlex.split(line, comments=True) for line in code.splitlines() if line.strip().startswith("surefoot ")]


def rows(text: str) -> dict[str, list[str]]:
    """A table's rows by what their first cell shows as code, or says."""
    lines = (line.strip().strip("|").split(" | ") for line in text.splitlines() if line.startswith("| "))
    return {cells[0].strip().strip("`"): [cell.strip() for cell in cells[1:]] for cells in lines}


def if_left_out(field: FieldInfo) -> str:
    """How a table shows a default."""
    if field.is_required():
        return "required"
    default = field.get_default(call_default_factory=True)
    if default in (None, "", (), {}):
        return "—"
    words = ", ".join(default) if isinstance(default, tuple) else default  # pyright: ignore[reportUnknownVariableType,reportUnknownArgumentType]
    return f"`{str(words).lower() if isinstance(default, bool) else words}`"  # pyright: ignore[reportUnknownArgumentType]


def wanted(model: type[BaseModel]) -> dict[str, str]:
    """Each key of a model with its default, `kind` aside."""
    return {name: if_left_out(field) for name, field in model.model_fields.items() if name != "kind"}


def test_every_kind_of_source_has_a_section() -> None:
    assert set(SECTIONS) == {kind.kind for kind in kinds()}


def test_every_kind_of_source_is_declared_by_an_example() -> None:
    assert {source.settings.kind for source in declared()} == set(SECTIONS)


@pytest.mark.parametrize("kind", SECTIONS)
def test_every_kind_of_source_is_added_by_a_command_that_works(kind: str) -> None:
    words = next(words for words in typed() if words[1:4] == ["sources", "add", kind])
    settings = settings_of([words[at + 1] for at, word in enumerate(words) if word == "-s"])
    assert parse(kind, settings).kind == kind
    assert {"--name", "--assistant"} < set(words)
    if "--schedule" in words:
        assert checked_schedule(words[words.index("--schedule") + 1])


def test_every_command_in_the_guide_can_be_typed() -> None:
    from typer.main import get_command

    from surefoot.app.cli.commands import app

    assert len(typed()) >= 15
    for words in typed():
        command: Any = get_command(app)
        rest = words[1:]
        while groups := getattr(command, "commands", None):
            command = groups[rest.pop(0)]
        assert command.make_context(words[0], rest).params


@pytest.mark.parametrize("model", get_args(AnySettings))
def test_every_setting_of_a_kind_is_described_with_its_default(model: type[BaseModel]) -> None:
    found = rows(section(SECTIONS[model.model_fields["kind"].default]))
    assert {name: found[name][0] for name in found if name in model.model_fields} == wanted(model)


def test_no_setting_is_described_that_is_none() -> None:
    for model in get_args(AnySettings):
        known = {*model.model_fields, "setting", "---"}
        assert [name for name in rows(section(SECTIONS[model.model_fields["kind"].default])) if name not in known] == []


def test_every_rule_of_quality_is_described_with_its_default() -> None:
    found = rows(section("## 3. What happens to a document"))
    assert {name: found[name][0] for name in found if name in QualityRules.model_fields} == wanted(QualityRules)


def test_the_rules_in_the_guide_are_ones() -> None:
    example = next(example for example in examples() if "quality" in example)
    rules = Rules.of(example["quality"], example["pii"])
    assert rules.quality.min_words == 20
    assert rules.pii is PiiPolicy.MASK


def test_every_stage_policy_and_state_is_described() -> None:
    assert [stage for stage in Stage if stage not in rows(section("## 3. What happens to a document"))] == []
    assert [policy for policy in PiiPolicy if policy not in rows(section("## 4. Personal data"))] == []
    assert [state for state in get_args(RunState) if state not in rows(section("## 5. Runs"))] == []


def test_every_kind_of_personal_data_is_named() -> None:
    assert [kind for kind in PiiKind if f"(`{kind}`)" not in " ".join(section("## 4. Personal data").split())] == []


def test_every_format_that_is_read_is_in_the_table() -> None:
    shown = {name for cell in rows(section("## 2. Formats")) for name in cell.casefold().split(", ")}
    assert {kind.name.casefold() for kind in Format} <= shown
    assert shown - {kind.name.casefold() for kind in Format} <= {"format", "---"}


def test_endings_of_plain_texts_lead_to_their_format() -> None:
    for name, cells in rows(section("## 2. Formats")).items():
        if name.casefold() in PLAIN_TEXTS:
            for ending in cells[0].split(", "):
                assert text_format("some words", f"a.{ending}") is Format[name.upper()], ending
                assert suffix(f"a.{ending}") == ending


def test_limits_of_reading_are_those_that_hold() -> None:
    text, limits = " ".join(section("## 2. Formats").split()), ReadLimits()
    for words in (
        f"{limits.file_bytes // 1024**2} MB",
        f"{limits.pages:,} pages",
        f"{limits.ocr_pages:,} scanned pages",
        f"{limits.characters // 10**6} million characters",
        f"{limits.seconds:.0f} seconds",
        f"adds {limits.ocr_seconds:.0f}",
        f"{limits.memory_bytes // 1024**3} GB of memory",
    ):
        assert words in text


def test_figures_of_personal_data_are_those_measured() -> None:
    text = " ".join(section("## 4. Personal data").split())
    newest = max(RESULTS.glob("*-pii.json"))
    assert newest.name in text
    measured = json.loads(newest.read_text(encoding="utf-8"))["rows"]
    untuned = {row["type"]: row for row in measured if row["set"] == "pii_synthetic, even templates"}
    assert f"recall {untuned['all']['recall']:.2f}, precision {untuned['all']['precision']:.2f}" in text
    assert f"persons' names it found {untuned['person']['recall']:.2f}" in text
    assert f"with exact ends, recall is {untuned['all']['strict_recall']:.2f}" in text
    shipped = next(row for row in measured if row["set"] == "shipped sample documents")
    assert shipped["named"] == 0
    assert f"{shipped['documents']} sample documents" in text
