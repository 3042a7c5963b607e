"""Parts that the tests of `app` share: databases of both kinds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import URL

from surefoot.app.accounts.actor import Actor
from surefoot.app.accounts.four_eyes import FourEyes
from surefoot.app.accounts.keys import Keys
from surefoot.app.accounts.people import People
from surefoot.app.accounts.policy import Policy
from surefoot.app.accounts.room import Accounts
from surefoot.app.accounts.sessions import Lifetime, Sessions
from surefoot.app.api.application import create_api, guarded
from surefoot.app.audit.trail import Trail
from surefoot.app.database import Database, sqlite_url
from surefoot.app.migrations.runner import migrate
from surefoot.app.parts import App
from surefoot.app.settings import Settings
from surefoot.app.wiring import build
from tests.app import postgresql
from tests.app.identity_provider import IdentityProvider, identity_provider
from tests.app.running import Clock, listening, until
from tests.app.signing_on import House, house_beside
from tests.conftest import missing


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[postgresql.Server]:
    """A real PostgreSQL server."""
    folder = postgresql.programs()
    if folder is None:
        missing("PostgreSQL's programs (Debian: postgresql)")
    with postgresql.running(folder) as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def new_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> URL:
    """The URL of an empty database, of each kind in turn."""
    if request.param == "sqlite":
        return sqlite_url(tmp_path / "surefoot.db")
    server: postgresql.Server = request.getfixturevalue("postgresql_server")
    return server.new_database()


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """A migrated SQLite database of its own."""
    database = Database(sqlite_url(tmp_path / "surefoot.db"))
    migrate(database)
    yield database
    database.close()


GOOD = "seven quiet herons at noon"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def accounts(database: Database, clock: Clock) -> Accounts:
    trail = Trail(clock)
    lifetime = Lifetime(timedelta(hours=12), timedelta(minutes=30))
    policy = Policy(known_words=["Acme Logistics"])
    people, sessions = (
        People(database.session, trail, clock, policy),
        Sessions(database.session, trail, clock, lifetime, policy),
    )
    four_eyes = FourEyes(database.session, trail, clock, people)
    return Accounts(people, sessions, Keys(database.session, trail, clock), four_eyes)


@pytest.fixture
def ada(accounts: Accounts) -> str:
    """The first administrator's id."""
    return accounts.people.accept(accounts.people.first_invitation(), "Ada", GOOD).id


@pytest.fixture
def join(accounts: Accounts, ada: str) -> Callable[..., Actor]:
    """Invite somebody who signs in."""

    def joined(name: str, *roles: str, groups: tuple[str, ...] = ()) -> Actor:
        _, token = accounts.people.invite(name, roles or ("reader",), groups)
        accounts.people.accept(token, "", GOOD)
        found = accounts.sessions.find(accounts.sessions.sign_in(name, GOOD, "10.0.0.1"))
        assert found is not None
        return found

    return joined


BRAKES = """# Brake handbook

## Pads

The pads of the van are replaced below 3.2 mm. The brake fluid is changed every 24 months.

## Parking brake

The parking brake of the Corvane 28 is tested every 12 months by the workshop.
"""
TARIFFS = "tariff,price_eur,data_gb\nStart,24.90,5\nMax,54.90,60\n"
GARAGE = """name: garage
title: Garage
summary: Knows the brake handbook and the tariffs.
greeting: Ask about brakes.
owner: Head of the workshop
examples:
  - When are the pads of the van replaced?
"""


@pytest.fixture
def shipped(tmp_path: Path) -> Path:
    """A folder of shipped assistants: one, with two documents and a case."""
    folder = tmp_path / "shipped" / "garage"
    (folder / "knowledge").mkdir(parents=True)
    (folder / "assistant.yaml").write_text(GARAGE, encoding="utf-8")
    (folder / "knowledge" / "brakes.md").write_text(BRAKES, encoding="utf-8")
    (folder / "knowledge" / "tariffs.csv").write_text(TARIFFS, encoding="utf-8")
    return folder.parent


@pytest.fixture
def app(tmp_path: Path, weights: Path, shipped: Path) -> Iterator[App]:
    """All parts in evidence mode, with the shipped documents read."""
    app = build(Settings(data=tmp_path / "data", weights=weights, model="none"), shipped)
    app.library.loader.start()
    until(lambda: app.library.loader.loading is None)
    assert app.library.loader.reasons() == []
    yield app
    assert app.stop(60)


@pytest.fixture
def api(app: App) -> FastAPI:
    """The routes, where a test may put another asker."""
    return create_api(app)


@pytest.fixture
def client(app: App, api: FastAPI) -> Iterator[httpx.Client]:
    """A client of the API behind a real server."""
    with listening(guarded(api, app)) as url, httpx.Client(base_url=url, timeout=60) as client:
        yield client


@pytest.fixture
def idp() -> Iterator[IdentityProvider]:
    """An identity provider."""
    with identity_provider() as provider:
        yield provider


@pytest.fixture
def house(tmp_path: Path, weights: Path, shipped: Path, idp: IdentityProvider) -> Iterator[House]:
    """Surefoot beside it."""
    with house_beside(idp, tmp_path / "data", weights, shipped) as house:
        yield house
