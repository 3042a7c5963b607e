"""`bench access`: what it costs a request to be let in, and to stand in the audit trail."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from surefoot.app.accounts.room import Accounts
from surefoot.app.api.admission import Admission
from surefoot.app.api.application import ROUTES
from surefoot.app.audit.trail import Trail
from surefoot.app.bench.telling import tell
from surefoot.app.database import Database, sqlite_url
from surefoot.app.migrations.runner import migrate
from surefoot.app.settings import Settings
from surefoot.app.wiring.accounts import build_accounts
from surefoot.core.journal import Act, ActKind
from surefoot.eval.benchmark.rows import Row, beside

PEOPLE, ENTRIES, TIMES = 500, 20_000, 2_000
CHECK_MS, ENTRY_MS = 1.0, 2.0
"""What a request may cost."""
PASSWORD = "seven quiet herons at noon"  # noqa: S105  of a database that is thrown away


def access_rows(folder: Path, entries: int = ENTRIES, times: int = TIMES) -> Iterator[Row]:
    """Milliseconds of a permission check and of an entry of the trail, with many people and entries there."""
    folder.mkdir(parents=True, exist_ok=True)
    database = Database(sqlite_url(folder / "surefoot.db"))
    migrate(database)
    accounts, _ = build_accounts(Settings(data=folder), database)
    try:
        tokens = _team(accounts)
        _fill(database, entries)
        tell("permission checks", 1, 3)
        yield from _rows("permission check of a request", asyncio.run(_checks(accounts, tokens, times)), CHECK_MS)
        tell("entries of the trail", 2, 3)
        yield from _rows(
            f"entry of the audit trail after {entries:,}", _timed(lambda: _entry(database), times), ENTRY_MS
        )
    finally:
        database.close()


def _rows(name: str, spent: list[float], limit: float) -> Iterator[Row]:
    yield beside(f"{name}, half", median(spent), "ms", limit)
    yield beside(f"{name}, 95 %", quantiles(spent, n=20)[-1], "ms", limit)


def _team(accounts: Accounts) -> list[str]:
    """Sessions of many people."""
    accounts.people.accept(accounts.people.first_invitation(), "first", PASSWORD)
    made = (accounts.people.invite(f"person {n}", ["contributor"], [f"team-{n % 40}"])[0] for n in range(PEOPLE))
    return [accounts.sessions.begin(person.id) for person in made]


def _fill(database: Database, entries: int) -> None:
    for number in range(entries):
        if number % 1_000 == 0:
            tell("earlier entries", number, entries)
        _entry(database)


def _entry(database: Database) -> None:
    with database.session() as session:
        Trail().write(session, Act(ActKind.DOCUMENT_READ, "document", facts={"part": "text"}, who="somebody"))
        session.commit()


async def _checks(accounts: Accounts, tokens: list[str], times: int) -> list[float]:
    """Milliseconds that admission takes, less those of the application behind it, which does nothing."""
    routes = [route for module in ROUTES for route in module.router.routes]
    admission = Admission(_nothing, accounts, routes)
    spent: list[float] = []
    for _, token in zip(range(times), itertools.cycle(tokens), strict=False):
        headers = [(b"authorization", f"Bearer {token}".encode())]
        scope: dict[str, Any] = {
            "type": "http",
            "method": "GET",
            "path": "/conversations/x",
            "root_path": "",
            "headers": headers,
        }
        started = time.perf_counter()
        await admission(scope, _receive, _send)
        spent.append((time.perf_counter() - started) * 1000)
    return spent


def _timed(work: Callable[[], None], times: int) -> list[float]:
    spent: list[float] = []
    for _ in range(times):
        started = time.perf_counter()
        work()
        spent.append((time.perf_counter() - started) * 1000)
    return spent


async def _nothing(scope: Any, receive: Any, send: Any) -> None: ...


async def _receive() -> dict[str, Any]:
    return {"type": "http.request", "body": b"", "more_body": False}


async def _send(message: Any) -> None:
    raise AssertionError(f"refused: {message}")
