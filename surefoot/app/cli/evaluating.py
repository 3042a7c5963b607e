"""`surefoot eval`: how well the search finds and the assistants answer."""

from __future__ import annotations

from pathlib import Path

from surefoot.app.cli.output import one_line, print_json, say, table
from surefoot.app.cli.progress import bar
from surefoot.app.cli.session import server
from surefoot.app.client.errors import ClientError, UsageMistake
from surefoot.app.client.eval_forms import CategoryScore, EvalForm, EvalMode
from surefoot.app.client.http import Client
from surefoot.app.client.server import wait_for_engine

MODEL_SECONDS = 4 * 3600.0
"""A gigabyte over a slow line."""


def retrieval(folder: Path, *, as_json: bool) -> None:
    """Measure the search over the folder's documents and questions."""
    corpus, questions = folder / "corpus.jsonl", folder / "questions.jsonl"
    for path in (corpus, questions):
        if not path.is_file():
            raise UsageMistake(f"{path} does not exist; the folder must hold corpus.jsonl and questions.jsonl.")
    with server(samples=False) as client, bar("Measuring the search"):
        scores = client.evaluate_retrieval(corpus.absolute(), questions.absolute())
    row = scores.model_dump(mode="json", by_alias=True)
    if as_json:
        print_json(row)
        return
    for name, value in row.items():
        say(f"{name:10} {value:.3f}" if isinstance(value, float) else f"{name:10} {value}")


def cases(assistant: str, split: str, mode: EvalMode, *, as_json: bool) -> None:
    """Play an assistant's cases and print the scores by category."""
    with server() as client:
        if mode != "quotes":
            _wait_for_model(client)
        result = _played(client, assistant, split, mode)
    if as_json:
        print_json(result.model_dump(mode="json"))
        return
    rows = [_row(score) for score in result.scores]
    header = ("", "category", "cases", "right", "refused", "cited", "quotes hold", "seconds")
    table(header, rows, right=frozenset(range(2, len(header))))


def _wait_for_model(client: Client) -> None:
    """Wait until the language model has arrived, since it is what shall be measured."""
    with bar("Waiting for the language model", in_bytes=True) as progress:
        wait_for_engine(client, MODEL_SECONDS, lambda e: progress.move(e.bytes_done, e.bytes_total, e.stage))


def _played(client: Client, assistant: str, split: str, mode: EvalMode) -> EvalForm:
    with bar(f"Playing the cases of {one_line(assistant, 40)}") as progress:
        for step in client.evaluate(assistant, split, mode):
            if isinstance(step, EvalForm):
                return step
            progress.move(step.done, step.total)
    raise ClientError("The server stopped before all cases were played. Run it again.", "interrupted")


def _row(score: CategoryScore) -> tuple[str, ...]:
    counts = (score.cases, score.right, score.refused, score.cited, score.quotes_hold)
    return (
        "with the model" if score.mode == "model" else "quotes alone",
        score.category,
        *(str(count) for count in counts),
        f"{score.seconds:.2f}",
    )
