"""Under which host names a browser may talk to the pages, judged by Streamlit's own check."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from starlette.types import Receive, Scope, Send
from streamlit import config
from streamlit.web.server.starlette.starlette_websocket import is_host_allowed

from surefoot.app.cli.supervisor import PAGES, seen_from_elsewhere
from surefoot.app.client.server import Places
from surefoot.app.pages.application import Sheltered

ALLOWED = "server.allowedHosts"
HERE = Places(data=Path("/nowhere"), port=8400, pages_port=8401, upload_limit_mb=64)
PUBLIC = Places(Path("/nowhere"), 8400, 8401, 64, host="10.0.0.7", public_url="https://surefoot.example.org")


@pytest.fixture
def let_in(places: Places) -> Iterator[Callable[[str], bool]]:
    """Whether the pages of these places talk to a browser that names them so."""
    file = tomllib.loads((PAGES / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    given = [value for name, value in seen_from_elsewhere(places) if name == ALLOWED]
    before = config.get_option(ALLOWED)
    config.set_option(ALLOWED, given or file["server"]["allowedHosts"])
    yield is_host_allowed
    config.set_option(ALLOWED, before)


@pytest.mark.parametrize("places", [HERE, PUBLIC], ids=["on this machine alone", "in public"])
def test_the_names_of_this_machine_lead_to_the_pages_and_rebound_ones_do_not(let_in: Callable[[str], bool]) -> None:
    assert all(map(let_in, ("localhost:8401", "127.0.0.1:8401", "[::1]:8401")))
    assert not any(map(let_in, ("evil.example", "surefoot.example.org.evil.example", "10.0.0.8:8401", "")))


@pytest.mark.parametrize("places", [PUBLIC])
def test_the_public_name_and_the_bound_address_lead_to_the_pages_too(let_in: Callable[[str], bool]) -> None:
    assert all(map(let_in, ("surefoot.example.org", "surefoot.example.org:443", "10.0.0.7:8401")))


@pytest.mark.parametrize("places", [HERE])
def test_without_a_public_address_the_public_name_leads_nowhere(let_in: Callable[[str], bool]) -> None:
    assert not let_in("surefoot.example.org")


@pytest.mark.parametrize(
    ("public", "told"), [(None, None), ("http://a.example", None), ("https://a.example", "max-age=31536000")]
)
async def test_pages_in_public_tell_browsers_to_come_by_https_alone(public: str | None, told: str | None) -> None:
    async def served(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(Sheltered(served, public)), base_url="http://pages"
    ) as browser:
        answer = await browser.get("/")
    assert answer.headers.get("strict-transport-security") == told
    assert answer.headers["x-content-type-options"] == "nosniff"
