"""Resolves the dependencies anew into the two lock files: `python tools/lock.py [--upgrade]`.

The locks name packages and hashes and no host, and hold every platform and Python that is supported.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SHAPE = (
    "--constraints",
    "tools/constraints.txt",
    "--universal",
    "--python-version",
    "3.11",
    "--generate-hashes",
    "--no-emit-index-url",
    "--no-annotate",
)


def main() -> None:
    """Write both locks; what both hold has the same version."""
    more = sys.argv[1:]
    _compile("install", "requirements.lock", *more)
    _compile("dev", "requirements-dev.lock", "--constraints", "requirements.lock", *more)


def _compile(group: str, lock: str, *more: str) -> None:
    uv = Path(sys.executable).with_name("uv")
    command = [uv, "pip", "compile", "pyproject.toml", "--group", group, *SHAPE, "--no-header", "--quiet"]
    subprocess.run([*command, *more, "--output-file", lock], cwd=ROOT, check=True)


if __name__ == "__main__":
    main()
