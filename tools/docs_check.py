"""Checks that the generated parts of the documentation are fresh: `python tools/docs_check.py [--write]`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MARK = "[[[cog"


def main() -> int:
    """Check, or with --write renew, every Markdown file with a generated part; gives the exit status."""
    files = [str(path.relative_to(ROOT)) for path in _markdown() if MARK in path.read_text(encoding="utf-8")]
    if not files:
        return 0
    how = ["-r"] if "--write" in sys.argv else ["--check", "--diff"]
    cog = [sys.executable, "-m", "cogapp", *how, "-I", "tools", *files]
    status = subprocess.run(cog, cwd=ROOT, check=False).returncode
    if status:
        print("Documentation is stale. Run: .venv/bin/python tools/docs_check.py --write", file=sys.stderr)
    return status


def _markdown() -> list[Path]:
    return [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


if __name__ == "__main__":
    sys.exit(main())
