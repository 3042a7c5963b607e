"""`surefoot eval`: how well the search finds and the assistants answer."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from surefoot.app.cli.eval_tables import print_tables
from surefoot.app.cli.output import note, one_line, print_json, say
from surefoot.app.cli.progress import bar
from surefoot.app.cli.session import read_samples, server
from surefoot.app.client.errors import ClientError, UsageMistake
from surefoot.app.client.eval_forms import EvalForm, EvalMode
from surefoot.app.client.http import Client
from surefoot.app.client.server import POLL_SECONDS, wait_for_engine

MODEL_SECONDS = 4 * 3600.0
"""A gigabyte over a slow line."""
BEGIN_SECONDS = 3.0
"""A server that has just started may not have begun to bring its model."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which cases shall be played, and how."""

    assistant: str
    split: str
    mode: EvalMode
    model: str | None
    """None: the one that is set, if any."""
    report: Path | None
    """Where the HTML page goes."""


def retrieval(folder: Path, encoder: str | None = None, *, as_json: bool) -> None:
    """Measure the search over the folder's documents and questions."""
    corpus, questions = folder / "corpus.jsonl", folder / "questions.jsonl"
    for path in (corpus, questions):
        if not path.is_file():
            raise UsageMistake(f"{path} does not exist; the folder must hold corpus.jsonl and questions.jsonl.")
    with server(samples=False) as client, bar("Measuring the search"):
        scores = client.evaluate_retrieval(corpus.absolute(), questions.absolute(), encoder)
    row = scores.model_dump(mode="json", by_alias=True)
    if as_json:
        print_json(row)
        return
    for name, value in row.items():
        say(f"{name:10} {value:.3f}" if isinstance(value, float) else f"{name:10} {value}")


def cases(wanted: Wanted, *, as_json: bool) -> None:
    """Play an assistant's cases and print the scores by category; write the report where one is wanted."""
    if wanted.model == "none" or (wanted.model is not None and wanted.mode == "quotes"):
        raise UsageMistake("Quotes alone need no model: choose --mode quotes without --model, or name a model.")
    if wanted.report is not None:
        _check_place(wanted.report)
    with server(samples=False, model=wanted.model) as client:
        if wanted.model is not None:
            _require(client, wanted.model)
        elif wanted.mode != "quotes":
            _wait_for_model(client)
        read_samples(client)
        result = _played(client, wanted)
    if wanted.report is not None:
        _write(wanted.report, result.report)
    if as_json:
        print_json(result.model_dump(mode="json", exclude={"report"}))
    else:
        print_tables(result)


def _check_place(path: Path) -> None:
    """Refuse a place for the report before minutes are spent on what goes into it."""
    if path.is_dir() or not path.absolute().parent.is_dir():
        raise UsageMistake(f"The report cannot be written to {path}: name a file in a folder that exists.")


def _write(path: Path, report: str) -> None:
    try:
        path.write_text(report, encoding="utf-8")
    except OSError as error:
        raise ClientError(f"The report could not be written to {path}: {error.strerror}.", "report") from error
    note(f"The report is in {path}.")


def _wait_for_model(client: Client) -> None:
    """Wait until the language model has arrived, since it is what shall be measured."""
    with bar("Waiting for the language model", in_bytes=True) as progress:
        wait_for_engine(client, MODEL_SECONDS, lambda e: progress.move(e.bytes_done, e.bytes_total, e.stage))


def _require(client: Client, model: str) -> None:
    """Make sure that the server has this model and no other. Raises ClientError."""
    deadline = time.monotonic() + BEGIN_SECONDS
    while (engine := client.status().engine).state == "none" and time.monotonic() < deadline:
        time.sleep(POLL_SECONDS)
    _wait_for_model(client)
    engine = client.status().engine
    if engine.state == "ready" and (model == "auto" or engine.model == _name(model)):
        return
    if engine.state in {"ready", "none"}:
        has = f"the model {engine.model}" if engine.state == "ready" else "no model"
        raise ClientError(
            f"The server of this data folder runs with {has}, not with {model}. Stop it (Ctrl-C in `surefoot up`) and "
            f"run this again, which starts a server with {model}; or set SUREFOOT_DATA to another folder.",
            "other_model",
        )
    reason = engine.reason or engine.stage
    raise ClientError(f"The model {model} is not ready: {reason}", "no_model")


def _name(model: str) -> str:
    return Path(model).stem if model.endswith(".gguf") else model


def _played(client: Client, wanted: Wanted) -> EvalForm:
    with bar(f"Playing the cases of {one_line(wanted.assistant, 40)}") as progress:
        for step in client.evaluate(wanted.assistant, wanted.split, wanted.mode, report=wanted.report is not None):
            if isinstance(step, EvalForm):
                return step
            progress.move(step.done, step.total)
    raise ClientError("The server stopped before all cases were played. Run it again.", "interrupted")
