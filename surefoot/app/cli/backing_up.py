"""`surefoot backup` and `restore`: everything in one file, and a data folder that is made of it."""

from __future__ import annotations

import sys
from contextlib import closing
from pathlib import Path
from typing import Any

from surefoot.app.cli.output import note, print_json, say
from surefoot.app.cli.progress import Bar, bar
from surefoot.app.cli.session import server
from surefoot.app.client.erasure_forms import BackupForm
from surefoot.app.client.errors import ClientError
from surefoot.app.client.tools import tell

MEGABYTE = 1_000_000


def make(file: Path, *, as_json: bool) -> None:
    """Make a backup and print what it holds."""
    made: BackupForm | None = None
    with (
        server(samples=False) as client,
        bar("Backup", in_bytes=True) as progress,
        closing(client.erasures.backup(str(file.absolute()))) as steps,
    ):
        for step in steps:
            if isinstance(step, BackupForm):
                made = step
            else:
                progress.move(step.done, step.total, step.stage)
    if made is None:
        raise ClientError("No backup was made. Try again.", "backup")
    if as_json:
        print_json(made.model_dump(mode="json"))
        return
    say(f"{made.file} holds everything: {_held(made)}, in {made.file_bytes / MEGABYTE:,.1f} MB.")
    say("Whoever reads it reads all of that: keep it where only you do. Check it now and then: --verify.")


def verify(file: Path, *, as_json: bool) -> None:
    """Check a backup and print what it holds."""
    _, form = _told("Checking", "verify", str(file.absolute()))
    if as_json:
        print_json(form.model_dump(mode="json") | {"whole": True})
        return
    say(f"{file} is whole: {_held(form)}. It was made at {form.made_at} by version {form.version}.")


def restore(file: Path, erased_in: Path | None, *, as_json: bool) -> None:
    """Restore a backup and print what is there now, and what must be erased again."""
    more = [str(erased_in.absolute())] if erased_in else []
    row, form = _told("Restoring", "restore", str(file.absolute()), *more)
    erased = [dict(one) for one in row["erased"]]
    if as_json:
        print_json(form.model_dump(mode="json") | {"data": row["data"], "seconds": row["seconds"], "erased": erased})
        return
    say(f"{row['data']} is as it was at {form.made_at}: {_held(form)}. Everybody signs in again.")
    for one in erased:
        say(f"Erased since, and there again: {_again(one)}")
    if not erased_in:
        note("What was erased since then is there again: name the old folder or an exported trail with --erased-in.")
    say("Start it with `surefoot up`.")


def _told(words: str, *arguments: str) -> tuple[dict[str, Any], BackupForm]:
    found: dict[str, Any] | None = None
    with closing(tell("backup", *arguments)) as rows, bar(words, in_bytes=True) as progress:
        for row in rows:
            found = row.get("result", found)
            _move(progress, row)
    if found is None:
        raise ClientError("It ended without a result. Try again.", "backup")
    own = {name: value for name, value in found.items() if name not in {"data", "erased", "seconds"}}
    return found, BackupForm.model_validate(own)


def _move(progress: Bar, row: dict[str, Any]) -> None:
    if "stage" in row:
        progress.move(row["done"], row["total"], row["stage"])
    sys.stderr.flush()


def _held(form: BackupForm) -> str:
    return (
        f"{form.documents:,} documents, {form.conversations:,} conversations, {form.people:,} accounts, "
        f"{form.trail:,} entries of the trail, {form.files:,} files of {form.bytes / MEGABYTE:,.1f} MB"
    )


def _again(one: dict[str, Any]) -> str:
    if one["document"]:
        return f"document {one['document']} (at {one['at']}). Again: surefoot erase document {one['document']}"
    who = one["person"] or f"a person who is not in the backup (pseudonym {one['pseudonym']})"
    return f"{who} (at {one['at']})." + (f" Again: surefoot erase person '{one['person']}'" if one["person"] else "")
