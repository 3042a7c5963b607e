"""POST /eval/run: plays an assistant's cases and says how they went."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal

from fastapi import APIRouter
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from surefoot.app.api.asker import Parts, Who
from surefoot.app.api.failures import describe, error_body
from surefoot.app.api.streams import EventStream
from surefoot.app.client.eval_forms import (
    CaseRow,
    CategoryScore,
    ComparisonRow,
    EstimateForm,
    EvalForm,
    EvalMode,
    RiskCurve,
    RiskPoint,
)
from surefoot.app.errors import RequestRefused
from surefoot.app.parts import App
from surefoot.core.nouns import Asker
from surefoot.eval.abstention import Curve, risk_coverage
from surefoot.eval.case_run import Played, play
from surefoot.eval.case_scores import Score, tabulate
from surefoot.eval.cases import Case, load_cases
from surefoot.eval.comparing import Compared, compare
from surefoot.eval.judging import Judge, Judged
from surefoot.eval.report import Report, Side, render
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
    report: bool = False
    """Whether an HTML page of it is wanted, too."""


@dataclass(slots=True)
class Run:
    """Cases being played."""

    spec: AssistantSpec
    asked: RunRequest
    cases: list[Case]
    modes: tuple[Mode, ...]
    model: str | None
    started: float = field(default_factory=time.monotonic)
    played: dict[Mode, list[Played]] = field(default_factory=dict[Mode, list[Played]])

    def judged(self, mode: Mode) -> list[Judged]:
        """The judgements so far."""
        return [one.judged for one in self.played.get(mode, [])]


@router.post("/eval/run", response_class=Response, responses={200: {"content": {"application/x-ndjson": {}}}})
async def run(body: RunRequest, parts: Parts, who: Who) -> EventStream:
    """Play the cases; a line of JSON for each one as it is judged, and last the result."""
    made = await run_in_threadpool(_run, body, parts, who)
    return EventStream(_lines(made, parts), "application/x-ndjson", {})


def _run(body: RunRequest, parts: App, who: Asker) -> Run:
    spec = parts.assistants.get(body.assistant, who)
    spec = replace(spec, groups=spec.groups & who.groups)  # the report shows no document that its reader may not see
    path = spec.folder / CASES
    if not path.is_file():
        raise RequestRefused(f"'{spec.name}' has no cases: {path} does not exist.", 404, "no_cases")
    cases = [case for case in load_cases(path) if body.split in {"all", case.split}]
    if not cases:
        raise RequestRefused(f"'{spec.name}' has no cases of split '{body.split}' in {path}.", 404, "no_cases")
    model = parts.engine.model()
    if model is None and body.mode == "model":
        raise RequestRefused(f"No model is ready: {parts.engine.status().stage}.", 503, "no_model")
    modes = MODES[body.mode] if model else (Mode.QUOTES,)
    return Run(spec, body, cases, modes, model.name if model and Mode.MODEL in modes else None)


async def _lines(run: Run, parts: App) -> AsyncGenerator[bytes]:
    def path_of(document_id: str) -> str:
        entry = parts.library.catalogue.get(document_id)
        return entry.path if entry else ""

    judge = Judge(path_of, parts.service.grounding)
    done, total = 0, len(run.cases) * len(run.modes)
    try:
        for mode in run.modes:
            async with aclosing(play(parts.service, run.spec, run.cases, mode, judge)) as all_played:
                async for played in all_played:
                    done += 1
                    run.played.setdefault(mode, []).append(played)
                    row = {"done": done, "total": total, "mode": mode.value, "case": played.judged.model_dump()}
                    yield _line(row)
        await run_in_threadpool(_keep, run, parts)
        yield _line({"result": (await run_in_threadpool(_result, run)).model_dump()})
    except Exception as error:  # noqa: BLE001  the status is out: what went wrong is said in the stream
        yield _line(error_body(*describe(error)))


def _keep(run: Run, parts: App) -> None:
    """What was measured decides from now on whether the model's text may take the place of quotes."""
    quotes, model = run.judged(Mode.QUOTES), run.judged(Mode.MODEL)
    if run.model is not None and quotes and model:
        measured = Measured(len(model), sum(j.right for j in quotes), sum(j.right for j in model))
        parts.records.measurements.keep(run.spec.name, run.model, run.asked.split, measured)


def _result(run: Run) -> EvalForm:
    sides = [_side(mode, run) for mode in run.modes]
    compared = compare(sides[0].judged, sides[1].judged) if len(sides) == 2 else []
    answers = [one.answer for side in sides for one in side.played]
    report = Report(run.spec.title, run.asked.split, run.model, tuple(sides), tuple(compared))
    return EvalForm(
        assistant=run.spec.name,
        split=run.asked.split,
        model=run.model,
        releases=list(dict.fromkeys(answer.release for answer in answers if answer.release)),
        scores=[_score(side.mode, score) for side in sides for score in side.scores],
        comparison=[_compared(row) for row in compared],
        curves=[_curve(side.mode, side.curve) for side in sides if side.curve],
        cases=[CaseRow.model_validate({"mode": s.mode, **j.model_dump(mode="json")}) for s in sides for j in s.judged],
        seconds=round(time.monotonic() - run.started, 1),
        report=render(report) if run.asked.report else "",
    )


def _side(mode: Mode, run: Run) -> Side:
    judged = run.judged(mode)
    named = "model" if mode is Mode.MODEL else "quotes"
    return Side(named, tuple(run.played[mode]), tuple(tabulate(judged)), risk_coverage(judged))


def _score(mode: Literal["quotes", "model"], score: Score) -> CategoryScore:
    measures = {name: EstimateForm(**_rounded(asdict(found))) for name, found in score.measures.items()}
    return CategoryScore.model_validate({"mode": mode, **asdict(score), "measures": measures})


def _compared(row: Compared) -> ComparisonRow:
    values = _rounded(asdict(row))
    return ComparisonRow.model_validate({**values, "quotes": values["one"], "model": values["other"]})


def _curve(mode: Literal["quotes", "model"], curve: Curve) -> RiskCurve:
    points = [RiskPoint(**_rounded(asdict(point))) for point in curve.points]
    return RiskCurve.model_validate({"mode": mode, **_rounded(asdict(curve)), "points": points})


def _rounded(row: dict[str, Any]) -> dict[str, Any]:
    return {name: round(value, 4) if isinstance(value, float) else value for name, value in row.items()}


def _line(row: Mapping[str, object]) -> bytes:
    return json.dumps(row, ensure_ascii=False).encode() + b"\n"
