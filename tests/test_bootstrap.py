"""The installation: the locks name packages and hashes alone, and a machine that does not fit is told what to do."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LOCKS = ("requirements.lock", "requirements-dev.lock")
PIN = re.compile(r"^([a-z0-9._-]+)==(\S+)", flags=re.MULTILINE)


def _pins(lock: str) -> dict[str, str]:
    return dict(PIN.findall((ROOT / lock).read_text(encoding="utf-8")))


def _tree(folder: Path) -> Path:
    """A checkout with what the installation reads."""
    (folder / "tools").mkdir()
    for name in (*LOCKS, "pyproject.toml", "tools/bootstrap.py"):
        shutil.copy(ROOT / name, folder / name)
    return folder


def _python(folder: Path, name: str, version: str, status: int = 0) -> Path:
    """A stand-in for an interpreter, which says its version and then ends with a status."""
    path = folder / name
    path.write_text(f"#!/bin/sh\necho {version}\nexit {status}\n")
    path.chmod(0o755)
    return path


def _install(tree: Path, path: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, tree / "tools" / "bootstrap.py"]
    return subprocess.run(command, env={"PATH": str(path)}, capture_output=True, text=True, check=False, timeout=60)


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_packages_and_hashes_and_no_host(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert not re.search(r"://|index-url|find-links|@ ", text)
    entries = re.split(r"^(?=\S)", text, flags=re.MULTILINE)[1:]
    assert entries
    assert [entry for entry in entries if "==" not in entry or "--hash=sha256:" not in entry] == []


def test_what_both_locks_hold_has_the_same_version() -> None:
    product, dev = _pins("requirements.lock"), _pins("requirements-dev.lock")
    assert {name: dev.get(name) for name in product} == product


def test_the_lock_holds_what_installs_the_project_and_no_torch() -> None:
    pins = _pins("requirements.lock")
    assert {"uv", "hatchling", "editables"} <= pins.keys()
    assert not {name for name in pins if name.startswith(("torch", "nvidia"))}


def test_a_python_that_is_too_old_is_told_what_to_install(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    _python(tmp_path / "bin", "python3", "3 9")
    run = _install(_tree(tmp_path), tmp_path / "bin")
    assert run.returncode == 1
    assert "Python 3.11 to 3.14" in run.stderr
    assert "apt-get install" in run.stderr
    assert not (tmp_path / ".venv").exists()


def test_a_python_without_ensurepip_gets_a_one_line_remedy_for_its_version(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    _python(tmp_path / "bin", "python3", "3 12", status=1)
    run = _install(_tree(tmp_path), tmp_path / "bin")
    assert run.returncode == 1
    assert "sudo apt-get install python3.12-venv" in run.stderr


def test_a_python_that_cannot_make_environments_gives_way_to_one_that_can(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    _python(tmp_path / "bin", "python3", "3 15")
    _python(tmp_path / "bin", "python3.13", "3 13", status=1)
    fitting = _python(tmp_path / "bin", "python3.12", "3 12")
    run = _install(_tree(tmp_path), tmp_path / "bin")
    assert f"Using {fitting} (Python 3.12)" in run.stderr


def test_a_finished_installation_is_not_done_again_until_the_lock_changes(tmp_path: Path) -> None:
    tree = _tree(tmp_path)
    (tmp_path / "bin").mkdir()
    code = "import bootstrap; bootstrap.PYTHON.parent.mkdir(parents=True); bootstrap.PYTHON.touch();"
    code += "bootstrap.stamp_file(False).write_text(bootstrap.fingerprint(False))"
    subprocess.run([sys.executable, "-c", code], cwd=tree / "tools", check=True)
    done = _install(tree, tmp_path / "bin")
    assert (done.returncode, done.stderr) == (0, "")
    with (tree / "requirements.lock").open("a") as lock:
        lock.write("# changed\n")
    assert _install(tree, tmp_path / "bin").returncode == 1
