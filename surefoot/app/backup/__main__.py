"""Checks and restores backups, told in JSON lines: `python -m surefoot.app.backup verify|restore FILE [TRAIL]`."""

from __future__ import annotations

import json
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from surefoot.app.backup.contents import Manifest, verified
from surefoot.app.backup.making import TOLD_SECONDS
from surefoot.app.backup.restoring import erased_since, restore, words
from surefoot.app.settings import load_settings
from surefoot.core.errors import SurefootError


class _Progress:
    """Tells how far it is, now and then."""

    def __init__(self) -> None:
        self._told = 0.0

    def __call__(self, stage: str, done: int, total: int) -> None:
        if time.monotonic() - self._told > TOLD_SECONDS:
            self._told = time.monotonic()
            _tell({"stage": stage, "done": done, "total": total})


def main(arguments: list[str]) -> None:
    """Do what the arguments say; the last line tells the result, or the error."""
    act, path = arguments[0], Path(arguments[1])
    began = time.monotonic()
    try:
        data, erased = load_settings().data, list[dict[str, str]]()
        if act == "restore":
            erased = words(erased_since(path, Path(arguments[2]))) if len(arguments) > 2 else []
            manifest = restore(path, data, _Progress())
        else:
            manifest = verified(path, _Progress())
    except SurefootError as error:
        _tell({"error": {"message": str(error), "code": "backup"}})
        return
    _tell({"result": _result(manifest) | {"data": str(data), "erased": erased, "seconds": _since(began)}})


def _result(manifest: Manifest) -> dict[str, Any]:
    told = {"made_at": manifest.made_at, "version": manifest.version, "files": len(manifest.files)}
    return told | {"bytes": manifest.size} | asdict(manifest.counts)


def _since(began: float) -> float:
    return round(time.monotonic() - began, 1)


def _tell(row: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(row) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
