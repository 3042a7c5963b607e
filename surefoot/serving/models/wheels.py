"""Asks pip where packages lie, so that the user's own index settings hold; nothing is installed."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from surefoot.serving.errors import SourceFailed

PIP_SECONDS = 600.0
UNKNOWN_OPTION = 2
"""pip's exit status for an option that it does not know."""


@dataclass(frozen=True, slots=True)
class Wheel:
    """Where a package's wheel lies."""

    url: str
    sha256: str


@dataclass(frozen=True, slots=True)
class PackageIndex:
    """The two things that are asked of an index; the last argument is called meanwhile and raises to stop."""

    locate: Callable[[Sequence[str], Callable[[], None]], dict[str, Wheel]]
    """Requirements (`name==version`) → where their wheels lie, by requirement; raises SourceFailed."""
    save: Callable[[str, Path, Callable[[], None]], Path]
    """One requirement's wheel, saved into a folder; raises SourceFailed."""


def locate_wheels(requirements: Sequence[str], check: Callable[[], None]) -> dict[str, Wheel]:
    """Ask pip for the wheels' addresses and hashes; raises SourceFailed where pip or a package is missing."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        options = ["--dry-run", "--no-deps", "--ignore-installed", "--only-binary=:all:", "--report", str(report)]
        # Without the feature, pip brings each wheel to look into it where the index has no separate metadata;
        # before 25.3, also with it.
        status, said = _pip(check, "install", *options, "--use-feature=fast-deps", *requirements)
        if status == UNKNOWN_OPTION:
            status, said = _pip(check, "install", *options, *requirements)
        if status != 0 or not report.exists():
            raise SourceFailed(f"pip did not find the packages: {_last_line(said)}")
        return _read_report(report.read_text("utf-8"), requirements)


def save_wheel(requirement: str, folder: Path, check: Callable[[], None]) -> Path:
    """Let pip itself download a wheel, for indexes that only pip can open (keys, certificates); raises SourceFailed."""
    options = ["--no-deps", "--only-binary=:all:", "--no-cache-dir", "--dest", str(folder)]
    status, said = _pip(check, "download", *options, requirement)
    found = sorted(folder.glob("*.whl"))
    if status != 0 or not found:
        raise SourceFailed(f"pip did not download {requirement}: {_last_line(said)}")
    return found[0]


def _pip(check: Callable[[], None], *arguments: str) -> tuple[int, str]:
    """Run pip; returns its exit status and what it said on stderr. `check` is called while it runs and may raise."""
    command = [sys.executable, "-m", "pip", arguments[0], "--quiet", "--no-input", "--retries", "1", *arguments[1:]]
    deadline = time.monotonic() + PIP_SECONDS
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as said:
        # Our own interpreter, our own arguments, no shell.
        with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=said, stderr=said) as pip:  # noqa: S603
            try:
                while pip.poll() is None:
                    if time.monotonic() > deadline:
                        raise SourceFailed("pip gave no answer in time")
                    check()
                    time.sleep(0.05)
            finally:
                pip.kill()
        said.seek(0)
        return pip.returncode, said.read()


def _read_report(text: str, requirements: Sequence[str]) -> dict[str, Wheel]:
    try:
        found = {_key(item): _wheel(item) for item in json.loads(text)["install"]}
    except (ValueError, KeyError, TypeError) as error:
        raise SourceFailed(f"pip's report cannot be read ({error})") from error
    missing = [name for name in requirements if _canonical(name) not in found]
    if missing:
        raise SourceFailed(f"pip's report lacks {', '.join(missing)}")
    return {name: found[_canonical(name)] for name in requirements}


def _key(item: dict[str, dict[str, str]]) -> str:
    return _canonical(f"{item['metadata']['name']}=={item['metadata']['version']}")


def _wheel(item: dict[str, dict[str, dict[str, dict[str, str]]]]) -> Wheel:
    info = item["download_info"]
    return Wheel(url=str(info["url"]), sha256=info["archive_info"]["hashes"]["sha256"].lower())


def _canonical(requirement: str) -> str:
    return requirement.lower().replace("_", "-").replace(".", "-")


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1][:300] if lines else "it said nothing"


PIP = PackageIndex(locate_wheels, save_wheel)
