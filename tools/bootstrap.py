"""Puts Surefoot into `.venv` with nothing but a Python: `python3 tools/bootstrap.py [--dev]`.

It finds a fitting interpreter, makes the environment, and installs the locked packages with their hashes checked. A
stamp with the lock's hash is written last: an interrupted run is taken up again, and a finished one costs nothing.
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
UNFINISHED = VENV / "surefoot.unfinished"
"""Stands there while packages are installed; what an interrupted run left half written is then written anew."""
OLDEST, NEWEST = (3, 11), (3, 14)
"""The Pythons for which every locked package has wheels."""
NAMES = ("python3", "python3.13", "python3.12", "python3.11", "python3.14", "python")
PROBE = "import sys; v = sys.version_info; print(v[0], v[1]); import ensurepip, venv"


class SetupFailed(Exception):
    """The installation cannot go on; the message says what to do."""


def main() -> int:
    """Install what the arguments ask for, and give the exit status."""
    parser = argparse.ArgumentParser(description="Install Surefoot into .venv.")
    parser.add_argument("--dev", action="store_true", help="also what checks and tests need")
    dev = parser.parse_args().dev
    try:
        with (ROOT / "requirements.lock").open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # two installations at once would spoil each other
            if not is_installed(dev):
                install(dev)
    except SetupFailed as failure:
        print(f"Surefoot could not be installed: {failure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted. The same command goes on from here.", file=sys.stderr)
        return 130
    return 0


def is_installed(dev: bool) -> bool:
    """Whether this very lock has been installed here to the end."""
    try:
        return stamp_file(dev).read_text() == fingerprint(dev) and PYTHON.exists()
    except OSError:
        return False


def install(dev: bool) -> None:
    """Make the environment and install the locked packages, then the project."""
    say(1, f"Python: {interpreter()}")
    lock = lock_file(dev)
    wanted = fingerprint(dev)
    for each in (True, False):
        with contextlib.suppress(FileNotFoundError):
            stamp_file(each).unlink()
    say(2, "Installer")
    install_uv()
    say(3, f"Packages of {lock.name} (some 1.2 GB on disk)")
    again = ["--reinstall"] if UNFINISHED.exists() else []
    UNFINISHED.touch()
    uv("--require-hashes", "--only-binary", ":all:", "--compile-bytecode", *again, "-r", str(lock))
    say(4, "Surefoot itself")
    uv("--no-deps", "--no-build-isolation", "--editable", str(ROOT))
    UNFINISHED.unlink()
    if dev:
        stamp_file(False).write_text(fingerprint(False))
    stamp_file(dev).write_text(wanted)
    print("Installed. The command is .venv/bin/surefoot", file=sys.stderr)


def interpreter() -> str:
    """Give the environment's Python in words, making the environment first where there is none that works."""
    version = probe(str(PYTHON))[0]
    if version is None or not OLDEST <= version <= NEWEST:
        base = fitting_python()
        if VENV.exists():
            shutil.rmtree(VENV)
        run([base, "-m", "venv", str(VENV)], "The environment could not be made.")
        version = probe(str(PYTHON))[0]
    if version is None:
        raise SetupFailed(f"{PYTHON} does not run. Delete {VENV} and try again.")
    return f"{version[0]}.{version[1]} in {VENV}"


def fitting_python() -> str:
    """Find an interpreter of a supported version that can make environments."""
    seen = []
    for name in NAMES:
        path = shutil.which(name)
        version, whole = probe(path) if path else (None, False)
        if version and OLDEST <= version <= NEWEST:
            if whole:
                print(f"Using {path} (Python {version[0]}.{version[1]})", file=sys.stderr)
                return str(path)
            seen.append(version)
    if seen:
        package = f"python{seen[0][0]}.{seen[0][1]}-venv"
        raise SetupFailed(f"Python has no `ensurepip`. Run: sudo apt-get install {package}")
    raise SetupFailed(
        f"it needs Python {OLDEST[0]}.{OLDEST[1]} to {NEWEST[0]}.{NEWEST[1]}, and none of {', '.join(NAMES)} is one. "
        "Run: sudo apt-get install python3 python3-venv"
    )


def probe(path: str) -> tuple[tuple[int, int] | None, bool]:
    """Ask an interpreter for its version, and whether it can make environments with pip in them."""
    try:
        asked = subprocess.run([path, "-I", "-c", PROBE], capture_output=True, text=True, check=False)
        major, minor = asked.stdout.split()
        return (int(major), int(minor)), asked.returncode == 0
    except (OSError, ValueError):
        return None, False


def install_uv() -> None:
    """Install the locked uv with pip, where it is not there yet."""
    entry = locked("uv")
    version = entry.split()[0].partition("==")[2]
    try:
        there = subprocess.run([VENV / "bin" / "uv", "--version"], capture_output=True, text=True, check=False)
        if there.stdout.split()[1:2] == [version]:
            return
    except OSError:
        pass
    if not any(VENV.glob("lib/python*/site-packages/pip")):
        run([str(PYTHON), "-m", "ensurepip"], "pip could not be put into the environment.")
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write(entry)
        file.flush()
        command = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
        command += ["--require-hashes", "--only-binary", ":all:", "-r", file.name]
        run(command, "The installer uv could not be fetched. Is there a network, or a package index set for pip?")


def locked(name: str) -> str:
    """Give a package's entry of the lock: its pinned version with the hashes."""
    lines = lock_file(False).read_text().splitlines()
    start = next(n for n, line in enumerate(lines) if line.startswith(f"{name}=="))
    end = next((n for n in range(start + 1, len(lines)) if not lines[n].startswith(" ")), len(lines))
    return "\n".join(lines[start:end]) + "\n"


def uv(*arguments: str) -> None:
    """Install something with uv, from the index that pip would use."""
    known = dict(os.environ)
    if "PIP_INDEX_URL" in known:
        known.setdefault("UV_DEFAULT_INDEX", known["PIP_INDEX_URL"])
    quiet = [] if sys.stderr.isatty() else ["--quiet"]
    command = [str(VENV / "bin" / "uv"), "pip", "install", *quiet, "--python", str(PYTHON), *arguments]
    run(command, "The packages could not be installed, for the reason above. The same command tries again.", known)


def run(command: list[str], failure: str, environment: dict[str, str] | None = None) -> None:
    """Run a command; raises SetupFailed with the given words where it fails."""
    if subprocess.run(command, env=environment, check=False).returncode != 0:
        raise SetupFailed(failure)


def lock_file(dev: bool) -> Path:
    """Give the lock that holds what is asked for."""
    return ROOT / ("requirements-dev.lock" if dev else "requirements.lock")


def stamp_file(dev: bool) -> Path:
    """Give the file that says what has been installed to the end."""
    return VENV / ("surefoot-dev.stamp" if dev else "surefoot.stamp")


def fingerprint(dev: bool) -> str:
    """Give a hash of all that the installation depends on: lock, project, and place."""
    digest = hashlib.sha256(str(VENV).encode())
    for path in (lock_file(dev), ROOT / "pyproject.toml"):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def say(step: int, what: str) -> None:
    """Say which step begins."""
    print(f"[{step}/4] {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
