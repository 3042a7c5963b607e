"""The README's examples run as they stand."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
BLOCK = re.compile(r"^```(?P<info>[^\n]*)\n(?P<code>.*?)^```$", re.MULTILINE | re.DOTALL)
SKIPPED = re.compile(r"^make up\b")
"""It installs and then runs until it is stopped; a test of its own drives it."""


def blocks(language: str) -> list[str]:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    return [found["code"] for found in BLOCK.finditer(readme) if found["info"].split()[:1] == [language]]


def runnable() -> str:
    """All blocks marked runnable, one after the other, as a reader would type them."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    marked = [found["code"] for found in BLOCK.finditer(readme) if found["info"].split() == ["bash", "runnable"]]
    lines = [line for code in marked for line in code.splitlines() if not SKIPPED.match(line)]
    return "\n".join(lines)


@pytest.fixture
def environment(tmp_path: Path, weights: Path) -> dict[str, str]:
    return os.environ | {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "SUREFOOT_DATA": str(tmp_path / "data"),
        "SUREFOOT_WEIGHTS": str(weights),
        "SUREFOOT_MODEL": "none",
    }


@pytest.fixture
def running_server(environment: dict[str, str]) -> Iterator[None]:
    """What `make up` leaves running while a reader types the rest."""
    command = [sys.executable, "-m", "surefoot.app.serve", "--port", "0", "--die-with-parent"]
    with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) as server:
        yield
        server.terminate()


@pytest.mark.usefixtures("running_server")
def test_the_blocks_marked_runnable_run(environment: dict[str, str]) -> None:
    shell = ["bash", "-euxo", "pipefail", "-c", runnable()]
    done = subprocess.run(shell, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=280, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    assert "not_found" in done.stdout


def test_there_are_blocks_to_run() -> None:
    assert runnable().count("surefoot ") >= 5


@pytest.mark.parametrize("code", blocks("python"), ids=range(len(blocks("python"))))
def test_python_blocks_are_valid_python(code: str) -> None:
    compile(code, "README.md", "exec")


def test_make_targets_that_the_readme_names_exist() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    named = set(re.findall(r"\bmake ([a-z][a-z-]*)\b`", readme)) | set(
        re.findall(r"^make ([a-z-]+)", readme, re.MULTILINE)
    )
    assert named >= {"up", "test"}
    assert [target for target in named if not re.search(rf"^{target}:", makefile, re.MULTILINE)] == []
