"""Checks of the machine: Python, memory, disk, and the parts that are no Python."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

from surefoot.app.doctor.findings import Finding, in_words
from surefoot.app.settings import Settings
from surefoot.serving.models.declared import LOW_MEMORY, REFERENCE

OLDEST, NEWEST = (3, 11), (3, 14)
ROOM = 2_000_000_000
"""Bytes for documents, index and logs of a middling library."""
NATIVE = ("xllamacpp", "qdrant_edge", "onnxruntime", "tokenizers", "pypdfium2")
IMPORT_SECONDS = 120


def check_python() -> Iterator[Finding]:
    """Whether this Python is one for which all packages are made."""
    name = f"{sys.version_info.major}.{sys.version_info.minor}.{sys.version_info.micro} ({sys.executable})"
    if OLDEST <= sys.version_info[:2] <= NEWEST:
        yield Finding("Python", "ok", name)
    else:
        yield Finding("Python", "warn", name, "Use Python 3.11 to 3.14: delete .venv and run `make setup`.")


def check_memory(settings: Settings) -> Iterator[Finding]:
    """Whether the language model fits into the memory that is free."""
    free = available_memory()
    words = f"{in_words(free)} available"
    if settings.model == "none" or settings.engine_url or free >= REFERENCE.memory:
        yield Finding("memory", "ok", words)
    elif free >= LOW_MEMORY.memory:
        yield Finding("memory", "warn", f"{words}: the small model will be used", "Close other programs.")
    else:
        remedy = "Close other programs, or set SUREFOOT_MODEL=none for quotes alone."
        yield Finding("memory", "fail", f"{words}: too little for a language model", remedy)


def available_memory() -> int:
    """Bytes of memory that can be had without swapping."""
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
        fields = dict(line.split(":", 1) for line in lines)
        return int(fields["MemAvailable"].split()[0]) * 1024
    except (OSError, KeyError, ValueError):
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def check_disk(settings: Settings) -> Iterator[Finding]:
    """Whether the folders can be written and have room."""
    for name, folder, variable in (
        ("data folder", settings.data, "SUREFOOT_DATA"),
        ("weights folder", settings.weights, "SUREFOOT_WEIGHTS"),
    ):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder):
                free = shutil.disk_usage(folder).free
        except OSError as error:
            remedy = f"Make it writable, or set {variable} to another folder."
            yield Finding(name, "fail", f"{folder}: {error.strerror}", remedy)
            continue
        words = f"{folder}: {in_words(free)} free"
        short = free < ROOM
        remedy = f"Make room, or set {variable} to a folder on a larger disk." if short else ""
        yield Finding(name, "warn" if short else "ok", words, remedy)


def check_programs() -> Iterator[Finding]:
    """Whether the programs are here that scans and repositories need; all else works without them."""
    for program, package, what in (
        ("tesseract", "tesseract-ocr", "scanned pages and images have no text"),
        ("git", "git", "sources of the kind 'git' do not work"),
    ):
        if shutil.which(program):
            yield Finding(program, "ok", "installed")
        else:
            yield Finding(program, "warn", f"not installed: {what}", f"Run: sudo apt-get install {package}")


def check_native() -> Iterator[Finding]:
    """Whether the parts that are no Python run on this processor; one that does not may kill its process."""
    for module in NATIVE:
        run = subprocess.run(  # noqa: S603  our own interpreter
            [sys.executable, "-P", "-c", f"import {module}"],
            capture_output=True,
            text=True,
            timeout=IMPORT_SECONDS,
            check=False,
        )
        package = {"qdrant_edge": "qdrant-edge-py"}.get(module, module)
        if run.returncode == 0:
            yield Finding(package, "ok", f"version {version(package)}")
            continue
        last = (run.stderr.strip().splitlines() or [""])[-1]
        reason = last or f"killed by signal {-run.returncode}: it was made for another processor"
        yield Finding(package, "fail", reason, "Run `make setup`; on another processor, set SUREFOOT_ENGINE_URL.")
