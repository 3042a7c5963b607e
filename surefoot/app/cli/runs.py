"""`surefoot runs`: what goes on with sources, followed with a progress bar, halted, tried again."""

from __future__ import annotations

import time
from collections.abc import Sequence

from surefoot.app.cli.output import FAILED, one_line, print_json, say, table
from surefoot.app.cli.progress import bar
from surefoot.app.cli.session import server
from surefoot.app.client.http import Client
from surefoot.app.client.run_forms import ENDED, RunForm

POLL_SECONDS = 0.3
HALTED = ENDED | {"paused", "waiting"}
"""States in which a run does not go on by itself."""
Act = str


def list_runs(assistant: str | None, limit: int, *, as_json: bool) -> None:
    """Print the newest runs."""
    with server(samples=False) as client:
        found = client.knowledge.runs(assistant, limit=limit)
    if as_json:
        print_json({"runs": [run.model_dump(mode="json") for run in found]})
        return
    if not found:
        say("There are no runs yet. Begin one: surefoot sources run SOURCE")
        return
    rows = [(r.id, r.source_name or "", r.kind, r.state, amounts(r), f"{r.created_at:%Y-%m-%d %H:%M}") for r in found]
    table(("id", "source", "kind", "state", "documents", "since (UTC)"), rows)


def show_run(run_id: str, *, as_json: bool) -> None:
    """Print a run and why documents failed."""
    with server(samples=False) as client:
        run = client.knowledge.run(run_id)
        failures = client.knowledge.run_failures(run_id)
    if as_json:
        print_json({**run.model_dump(mode="json"), "failures": [one.model_dump(mode="json") for one in failures]})
        return
    tell(run)
    for failure in failures:
        say(f"\n{failure.count} × {failure.reason}")
        for path in failure.examples:
            say(f"  {one_line(path)}")


def act(what: Act, run_id: str, *, as_json: bool) -> None:
    """Cancel, pause, resume or confirm a run."""
    with server(samples=False) as client:
        acts = client.knowledge
        run = {
            "cancel": acts.cancel_run,
            "pause": acts.pause_run,
            "resume": acts.resume_run,
            "confirm": acts.confirm_run,
        }[what](run_id)
    if as_json:
        print_json(run.model_dump(mode="json"))
    else:
        tell(run)


def retry_run(run_id: str, paths: Sequence[str], *, wait: bool, as_json: bool) -> int:
    """Try documents of a run again; gives the exit status."""
    with server(samples=False) as client:
        run = client.knowledge.retry_run(run_id, paths)
        run = follow(client, run) if wait else run
    return told(run, as_json=as_json)


def follow(client: Client, run: RunForm) -> RunForm:
    """Wait until a run goes on no longer, with a progress bar."""
    with bar(f"Reading {one_line(run.source_name or run.assistant, 40)}") as progress:
        while run.state not in HALTED:
            progress.move(run.done, run.total, _words(run))
            time.sleep(POLL_SECONDS)
            run = client.knowledge.run(run.id)
    return run


def told(run: RunForm, *, as_json: bool) -> int:
    """Print what became of a run; gives the exit status."""
    if as_json:
        print_json(run.model_dump(mode="json"))
    else:
        tell(run)
    return FAILED if run.state == "failed" else 0


def tell(run: RunForm) -> None:
    """Print a run in words."""
    say(f"{run.source_name or run.assistant}: {run.state}, {amounts(run)}")
    if run.reason:
        say(run.reason)
    if run.state == "waiting":
        say(f"Confirm it: surefoot runs confirm {run.id}")
    elif run.counts.get("failed") or run.counts.get("rejected"):
        say(f"See why: surefoot runs show {run.id}")


def amounts(run: RunForm) -> str:
    """Give how many documents stand where, in words."""
    counts = dict(run.counts)
    unchanged = run.unchanged + counts.pop("unchanged", 0)
    parts = [f"{number} {status}" for status, number in sorted(counts.items())]
    return ", ".join([*parts, f"{unchanged} unchanged"])


def _words(run: RunForm) -> str:
    name = one_line(run.source_name or run.assistant, 40)
    if run.state == "queued":
        return f"Waiting to read {name}"
    pace = f", {run.documents_per_second:.1f} documents/s" if run.documents_per_second else ""
    return f"Reading {name}{pace}" if run.total else f"Looking through {name}"
