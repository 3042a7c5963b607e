"""/backups: a backup of everything, made on the server's machine while it runs."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Generator
from dataclasses import asdict
from pathlib import Path

from fastapi import APIRouter
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from surefoot.app.api.asker import By, Parts
from surefoot.app.api.failures import describe, error_body
from surefoot.app.api.streams import EventStream
from surefoot.app.backup.making import Step
from surefoot.core.journal import Act, ActKind

router = APIRouter()


class BackupRequest(BaseModel):
    """Where the backup is made."""

    path: str = Field(min_length=1, max_length=4_000)
    """Absolute, on the server's machine; a file that is not there yet."""


@router.post("/backups", response_class=Response, responses={200: {"content": {"application/x-ndjson": {}}}})
async def backup(body: BackupRequest, parts: Parts, by: By) -> EventStream:
    """Make a backup; a line of JSON for how far it is, and last the result. Who leaves before it is whole has none."""
    path = Path(body.path)
    await run_in_threadpool(parts.backups.checked, path)
    await run_in_threadpool(
        parts.note, Act(ActKind.BACKUP_MADE, who=by.id)
    )  # first, so that the backup tells of itself
    return EventStream(_lines(parts.backups.make(path), path), "application/x-ndjson", {})


async def _lines(steps: Generator[Step], path: Path) -> AsyncGenerator[bytes]:
    try:
        while (step := await run_in_threadpool(next, steps, None)) is not None:
            if step.manifest is None:
                yield _line({"stage": step.stage, "done": step.done, "total": step.total})
                continue
            told = {"file": str(path), "made_at": step.manifest.made_at, "version": step.manifest.version}
            sizes = {"files": len(step.manifest.files), "bytes": step.manifest.size, "file_bytes": step.done}
            yield _line({"result": told | sizes | asdict(step.manifest.counts)})
    except Exception as error:  # noqa: BLE001  the status is out: what went wrong is said in the stream
        yield _line(error_body(*describe(error)))
    finally:
        await run_in_threadpool(steps.close)


def _line(row: dict[str, object]) -> bytes:
    return json.dumps(row, ensure_ascii=False).encode() + b"\n"
