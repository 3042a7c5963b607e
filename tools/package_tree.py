"""Draws the tree of packages with what each one does, for the generated part of README.md."""

from __future__ import annotations

import ast
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BESIDE = (
    ("tests/", "Mirrors the packages, plus whole paths in a real browser."),
    ("tools/", "Installs, builds the sample documents, generates and checks parts of the documentation."),
    ("docs/", "Guides, decisions, results."),
)


def tree() -> str:
    """The tree as a fenced block: packages in the order of the import law, each above those that may import it."""
    lines = [("surefoot/", "")]
    for name in _by_law():
        package = ROOT / "surefoot" / name
        lines.append((f"  {name}/", sentence(package / "__init__.py")))
        parts = sorted(package.glob("*/__init__.py"))
        lines += [(f"    {part.parent.name}/", said) for part in parts if (said := sentence(part))]
    lines += BESIDE
    width = max(len(path) for path, _ in lines) + 2
    return "\n".join(["```text", *(f"{path:<{width}}{said}".rstrip() for path, said in lines), "```"])


def sentence(module: Path) -> str:
    """The first line of a module's docstring, or an empty string."""
    said = ast.get_docstring(ast.parse(module.read_text(encoding="utf-8"))) or ""
    return said.partition("\n")[0]


def _by_law() -> list[str]:
    """Names of the packages, lowest first, from the layers that import-linter enforces."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = project["tool"]["importlinter"]["contracts"]
    layers: list[str] = next(c["layers"] for c in contracts if c.get("containers") == ["surefoot"])
    return [peer.strip() for layer in reversed(layers) for peer in reversed(layer.split("|"))]


if __name__ == "__main__":
    print(tree())
