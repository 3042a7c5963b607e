"""The house keeps its laws: rooms, docstrings, one reader of the environment, one door for each vendor's inside."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from pydantic.fields import FieldInfo

from surefoot.app.settings import Settings, variables_of

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "surefoot"
READER_OF_THE_ENVIRONMENT = PACKAGE / "app" / "settings.py"
SDK_DOORS = {PACKAGE / "app" / "tracing.py", PACKAGE / "app" / "langfuse.py"}
"""OpenTelemetry's API is used everywhere; its SDK and exporters behind these doors (import-linter sees one package)."""


def modules(*tops: str) -> list[Path]:
    """All Python files below these folders."""
    found = [path for top in tops for path in sorted((ROOT / top).rglob("*.py"))]
    assert found
    return found


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def test_the_packages_are_the_five_rooms_and_their_foundation() -> None:
    found = {path.name for path in PACKAGE.iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert found == {"core", "retrieval", "ingestion", "serving", "eval", "app"}
    assert {path.name for path in PACKAGE.glob("*.py")} == {"__init__.py"}


def test_the_tests_mirror_the_packages() -> None:
    found = {path.name for path in (ROOT / "tests").iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert found == {"core", "retrieval", "ingestion", "serving", "eval", "app", "end_to_end"}


@pytest.mark.parametrize("path", modules("surefoot", "tools"), ids=named)
def test_every_module_says_what_it_does(path: Path) -> None:
    words = ast.get_docstring(parsed(path))
    assert words
    assert words.splitlines()[0].rstrip(")`\"'").endswith((".", ":", "?")), "its first line is a sentence"


@pytest.mark.parametrize("name", list(Settings.model_fields))
def test_every_setting_is_described_and_documented(name: str) -> None:
    field: FieldInfo = Settings.model_fields[name]
    guide = (ROOT / "docs" / "guides" / "configuration.md").read_text(encoding="utf-8")
    assert field.description
    assert [variable for variable in variables_of(name, field) if f"`{variable}`" not in guide] == []


def test_only_settings_reads_the_environment() -> None:
    readers = {path for path in modules("surefoot") if any(_reads_environment(parsed(path)))}
    assert readers == {READER_OF_THE_ENVIRONMENT}


def test_only_tracing_and_langfuse_import_the_opentelemetry_sdk() -> None:
    inside = ("opentelemetry.sdk", "opentelemetry.exporter")
    importers = {path for path in modules("surefoot") if any(n.startswith(inside) for n in _imports(parsed(path)))}
    assert importers == SDK_DOORS


def test_tables_are_declared_in_tables_modules_alone() -> None:
    declaring = {
        path
        for path in modules("surefoot")
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.ClassDef) and any(keyword.arg == "table" for keyword in node.keywords)
    }
    assert {path.name for path in declaring} == {"tables.py"}


def _reads_environment(tree: ast.Module) -> Iterator[bool]:
    """A read of os.environ or a call of os.getenv; setting a variable for a library is no read."""
    written = {
        id(target.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Subscript)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "os":
            yield node.attr in {"environ", "environb", "getenv", "getenvb"} and id(node) not in written
        if isinstance(node, ast.ImportFrom) and node.module == "os":
            yield any(alias.name in {"environ", "getenv"} for alias in node.names)


def _imports(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
