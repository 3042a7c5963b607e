"""What a browser is told and given at the entrance: where it comes by https, what holds there alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from surefoot.app.accounts.attempts import OF_BOTH
from surefoot.app.api.application import create_api, guarded
from surefoot.app.parts import App
from surefoot.app.settings import Settings
from surefoot.app.wiring import build
from tests.app.running import listening
from tests.app.test_accounts import GOOD

HOST = "surefoot.example.org"
FORM = {"name": "Ada", "password": GOOD}


@pytest.fixture
def by_https(tmp_path: Path, weights: Path, shipped: Path) -> Iterator[App]:
    """All parts behind a public https address, with Ada as the administrator."""
    app = build(Settings(data=tmp_path / "data", weights=weights, model="none", public_url=f"https://{HOST}"), shipped)
    app.accounts.people.accept(app.accounts.people.first_invitation(), "Ada", GOOD)
    yield app
    assert app.stop(60)


@pytest.fixture
def proxy(by_https: App) -> Iterator[httpx.Client]:
    """Asks as the proxy in front does."""
    with (
        listening(guarded(create_api(by_https), by_https)) as url,
        httpx.Client(base_url=url, headers={"Host": HOST}, timeout=60) as client,
    ):
        yield client


def test_by_https_a_session_is_bound_to_this_very_host(proxy: httpx.Client, by_https: App) -> None:
    cookie = proxy.post("/sign-in", data=FORM).headers["set-cookie"]
    assert cookie.startswith("__Host-surefoot_session=sfs_")
    assert {"Secure", "HttpOnly", "Path=/"} <= set(cookie.split("; "))
    assert "domain" not in cookie.lower()
    token = cookie.partition("=")[2].partition(";")[0]
    for name, still in (("surefoot_session", True), ("__Host-surefoot_session", False)):
        proxy.post("/sign-out", headers={"Cookie": f"{name}={token}"})
        assert (by_https.accounts.sessions.find(token) is not None) is still, name


def test_by_https_browsers_are_told_to_come_by_https_alone(proxy: httpx.Client) -> None:
    for path in ("/health", "/sign-in", "/me", "/nothing"):
        assert proxy.get(path).headers["strict-transport-security"] == "max-age=31536000", path
    refused = proxy.get("/health", headers={"Host": "evil.example"})
    assert (refused.status_code, "strict-transport-security" in refused.headers) == (421, True)


def test_by_http_nobody_is_told_so(client: httpx.Client) -> None:
    assert "strict-transport-security" not in client.get("/health").headers


def test_who_signs_in_anew_ends_the_session_that_the_browser_had(client: httpx.Client, app: App) -> None:
    app.accounts.people.accept(app.accounts.people.first_invitation(), "Ada", GOOD)
    tokens = [client.post("/sign-in", data=FORM).cookies["surefoot_session"] for _ in range(2)]
    elsewhere = httpx.post(client.base_url.join("/sign-in"), data=FORM).cookies["surefoot_session"]
    held = [app.accounts.sessions.find(token) is not None for token in (*tokens, elsewhere)]
    assert held == [False, True, True]


def test_who_tries_is_known_by_what_the_proxy_wrote_last_and_not_by_what_a_guesser_wrote(proxy: httpx.Client) -> None:
    def tries(addresses: str, password: str) -> int:
        form = {"name": "Ada", "password": password}
        return proxy.post("/sign-in", data=form, headers={"X-Forwarded-For": addresses}).status_code

    assert [tries(f"10.0.0.{number}, 10.6.6.6", "a guess") for number in range(OF_BOTH + 1)][-1] == 429
    assert tries("10.0.0.1", GOOD) == 303


def test_without_a_proxy_nobody_says_where_they_come_from(client: httpx.Client, app: App) -> None:
    app.accounts.people.accept(app.accounts.people.first_invitation(), "Ada", GOOD)
    wrong = {"name": "Ada", "password": "a guess"}
    said = [
        client.post("/sign-in", data=wrong, headers={"X-Forwarded-For": f"10.0.0.{number}"}).status_code
        for number in range(OF_BOTH + 1)
    ]
    assert said[-1] == 429
