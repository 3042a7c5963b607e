"""Surefoot with an identity provider beside it, and browsers that sign in with it."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from sqlmodel import select

from surefoot.app.accounts.actor import Actor
from surefoot.app.api.application import create_api, guarded
from surefoot.app.audit.tables import AuditEntry
from surefoot.app.parts import App
from surefoot.app.settings import Settings
from surefoot.app.wiring import build
from tests.app.identity_provider import CLIENT, SECRET, IdentityProvider
from tests.app.running import listening

ROLES = '{"staff": ["reader"], "depot": ["contributor"], "it": ["administrator"]}'


@dataclass
class House:
    """Surefoot, with an identity provider beside it."""

    app: App
    url: str
    browsers: list[httpx.Client] = field(default_factory=list[httpx.Client])

    def browser(self) -> httpx.Client:
        """A browser without cookies, which goes where it is sent one step at a time."""
        browser = httpx.Client(base_url=self.url, timeout=60, follow_redirects=False)
        self.browsers.append(browser)
        return browser

    def actor(self, arrived: httpx.Response) -> Actor:
        """Who a browser was let in as."""
        found = self.app.accounts.sessions.find(arrived.cookies["surefoot_session"])
        assert found is not None
        return found


@contextmanager
def house_beside(
    idp: IdentityProvider, data: Path, weights: Path, shipped: Path, **settings: object
) -> Generator[House]:
    """All parts behind a real server, whose people sign in with this provider."""
    given = {
        "data": data, "weights": weights, "model": "none", "oidc_issuer": idp.url + "/", "oidc_roles": ROLES,
        "oidc_client_id": CLIENT, "oidc_client_secret": SECRET, "oidc_title": "Acme <Login>",
        **settings,
    }  # fmt: skip
    app = build(Settings.model_validate(given), shipped)
    with listening(guarded(create_api(app), app)) as url:
        house = House(app, url)
        yield house
        for browser in house.browsers:
            browser.close()
    assert app.stop(60)


def came_back(browser: httpx.Client, query: str = "") -> str:
    """Sign in at the provider; gives the address that the browser is sent back to."""
    left = browser.get("/sign-in/provider", params={"next": query})
    assert left.status_code == 303, left.text
    return browser.get(left.headers["location"]).headers["location"]


def signed_in(browser: httpx.Client, query: str = "") -> httpx.Response:
    """Go all the way, until the pages or a refusal."""
    return browser.get(came_back(browser, query))


def kinds(app: App) -> list[str]:
    with app.database.session() as session:
        return [entry.kind for entry in session.exec(select(AuditEntry).order_by("number"))]
