"""`bench memory`: what the product takes when it has read its samples, was used a little, and is left alone."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from surefoot.app.bench.running import Running, running
from surefoot.app.bench.telling import tell
from surefoot.app.bench.visiting import PAGES, visit
from surefoot.app.client.events import AnswerReady, Ask
from surefoot.app.client.http import Client
from surefoot.app.client.server import pending
from surefoot.eval.benchmark.memory import footprint, peak_bytes, together
from surefoot.eval.benchmark.rows import Row, alone, beside

LIMIT_MIB = 700
"""What API and pages may take together."""
REST_SECONDS = 60.0
DAYS = 28
"""Of the made-up fleet's history."""
MIB = 2**20


def memory_rows(folder: Path, rest: float = REST_SECONDS, days: int = DAYS) -> Iterator[Row]:
    """Memory of each process after a first start, some questions, a look at each page, and `rest` seconds."""
    with running(folder / "data", {"SUREFOOT_SIMULATOR_DAYS": str(days)}) as product:
        url = product.wait_for_pages()
        with product.wait_for_server().client() as client:
            _wait_until_settled(product, client)
            _use(client, url)
        tell("leaving it alone", 0, 1)
        time.sleep(rest)
        yield from _measured(product.processes())


def _wait_until_settled(product: Running, client: Client) -> None:
    """Wait for the sample documents, the made-up fleet's history and what follows from it."""
    while True:
        live = client.telemetry.status()
        done, days = live.simulation.history_done, live.simulation.history_days
        tell("reading samples, keeping the fleet's history", done, max(days, 1))
        coming = live.simulation.on and (not days or done < days or not live.simulation.sent)
        loading = coming or pending(client) or client.status().engine.state in {"downloading", "loading"}
        if not loading and (not live.simulation.on or _has_facts(client)):
            return
        product.wait()


def _has_facts(client: Client) -> bool:
    """Whether some question is answered from live data; none is while facts are being derived from the history."""
    desks = [one for one in client.assistants() if one.live is not None]
    asked = [Ask(question, one.name, fresh=True) for one in desks for question in one.examples]
    events = (event for ask in asked for event in client.ask(ask))
    return any(isinstance(event, AnswerReady) and event.answer.readings for event in events)


def _use(client: Client, url: str) -> None:
    """Ask each assistant the questions that it offers, and open each page."""
    asked = [Ask(question, one.name) for one in client.assistants() for question in one.examples]
    for number, ask in enumerate(asked):
        tell("asking", number, len(asked))
        for _ in client.ask(ask):
            pass
    for number, query in enumerate(PAGES):
        tell("opening pages", number, len(PAGES))
        visit(url, query)


def _measured(processes: dict[str, int]) -> Iterator[Row]:
    found = {name: footprint(process) for name, process in processes.items()}
    both = together(found[name] for name in ("API", "pages"))
    yield beside("API and pages together, idle", both / MIB, "MiB", LIMIT_MIB)
    for name, one in found.items():
        yield alone(f"{name}, idle", one.all / MIB, "MiB")
        yield alone(f"{name}, of that in no file", one.own / MIB, "MiB")
        peak = max(one.all, peak_bytes(processes[name]))  # what the kernel noted may lie a little lower
        yield alone(f"{name}, at its peak", peak / MIB, "MiB")
