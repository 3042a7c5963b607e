"""POST /eval/run: plays an assistant's cases and says how they went."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool

from surefoot.app.api.asker import Parts, Who
from surefoot.app.api.failures import describe, error_body
from surefoot.app.api.streams import EventStream
from surefoot.app.client.eval_forms import CategoryScore, EvalForm, EvalMode
from surefoot.app.errors import RequestRefused
from surefoot.app.parts import App
from surefoot.eval.case_run import play, tabulate
from surefoot.eval.cases import Case, Judged, load_cases
from surefoot.serving.assistants import AssistantSpec, Measured
from surefoot.serving.turn import Mode

router = APIRouter()
CASES = "cases.jsonl"
MODES: dict[EvalMode, tuple[Mode, ...]] = {
    "both": (Mode.QUOTES, Mode.MODEL),
    "quotes": (Mode.QUOTES,),
    "model": (Mode.MODEL,),
}


class RunRequest(BaseModel):
    """Which cases are played, and how."""

    assistant: str
    split: Literal["dev", "test", "all"] = "all"
    mode: EvalMode = "both"


@dataclass(slots=True)
class Run:
    """Cases being played."""

    spec: AssistantSpec
    split: str
    cases: list[Case]
    modes: tuple[Mode, ...]
    model: str | None
    started: float = field(default_factory=time.monotonic)
    judged: dict[Mode, list[Judged]] = field(default_factory=dict[Mode, list[Judged]])


@router.post("/eval/run")
async def run(body: RunRequest, parts: Parts, _who: Who) -> EventStream:
    """Play the cases; a line of JSON for each one as it is judged, and last the result."""
    made = await run_in_threadpool(_run, body, parts)
    return EventStream(_lines(made, parts), "application/x-ndjson", {})


def _run(body: RunRequest, parts: App) -> Run:
    spec = parts.assistants.get(body.assistant)
    path = spec.folder / CASES
    if not path.is_file():
        raise RequestRefused(f"'{spec.name}' has no cases: {path} does not exist.", 404, "no_cases")
    cases = [case for case in load_cases(path) if body.split in {"all", case.split}]
    model = parts.engine.model()
    if model is None and body.mode == "model":
        raise RequestRefused(f"No model is ready: {parts.engine.status().stage}.", 503, "no_model")
    modes = MODES[body.mode] if model else (Mode.QUOTES,)
    return Run(spec, body.split, cases, modes, model.name if model else None)


async def _lines(run: Run, parts: App) -> AsyncGenerator[bytes]:
    def path_of(document_id: str) -> str:
        entry = parts.library.catalogue.get(document_id)
        return entry.path if entry else ""

    done, total = 0, len(run.cases) * len(run.modes)
    try:
        for mode in run.modes:
            async with aclosing(play(parts.service, run.spec, run.cases, mode, path_of)) as judgements:
                async for judged in judgements:
                    done += 1
                    run.judged.setdefault(mode, []).append(judged)
                    yield _line({"done": done, "total": total, "mode": mode.value, "case": judged.model_dump()})
        await run_in_threadpool(_keep, run, parts)
        yield _line({"result": _result(run).model_dump()})
    except Exception as error:  # noqa: BLE001  the status is out: what went wrong is said in the stream
        yield _line(error_body(*describe(error)))


def _keep(run: Run, parts: App) -> None:
    """What was measured decides from now on whether the model's text may take the place of quotes."""
    quotes, model = run.judged.get(Mode.QUOTES, []), run.judged.get(Mode.MODEL, [])
    if run.model is not None and quotes and model:
        measured = Measured(len(model), _right(quotes), _right(model))
        parts.records.measurements.keep(run.spec.name, run.model, run.split, measured)


def _right(judged: Sequence[Judged]) -> int:
    return sum(j.right for j in judged)


def _result(run: Run) -> EvalForm:
    scores = [
        CategoryScore(
            mode="model" if mode is Mode.MODEL else "quotes",
            category=row.category,
            cases=row.cases,
            right=row.right,
            refused=row.refused,
            cited=row.cited,
            quotes_hold=row.quotes_hold,
            seconds=row.seconds,
        )
        for mode, judged in run.judged.items()
        for row in tabulate(judged)
    ]
    seconds = round(time.monotonic() - run.started, 1)
    return EvalForm(assistant=run.spec.name, split=run.split, scores=scores, seconds=seconds)


def _line(row: dict[str, object]) -> bytes:
    return json.dumps(row, ensure_ascii=False).encode() + b"\n"
