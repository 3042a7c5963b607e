"""What comes from other sites, for other hosts, or too large, is refused before anything is done."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from surefoot.app.api.admission import MACHINES
from surefoot.app.api.guard import JSON_LIMIT, Guard, Rules
from surefoot.app.metrics import Metrics

PAGES = "http://localhost:8401"
RULES = Rules(
    frozenset({PAGES}), upload_bytes=3 * 1024 * 1024, token="sft_mine", hosts=frozenset({"surefoot.example.org"})
)


async def echo(request: Request) -> Response:
    return JSONResponse({"bytes": len(await request.body())})


async def fail(_request: Request) -> Response:
    raise RuntimeError("the password is hush")


async def who(request: Request) -> Response:
    return JSONResponse({"machine": bool(request.scope.get("state", {}).get(MACHINES))})


API = Starlette(routes=[Route("/echo", echo, methods=["GET", "POST"]), Route("/fail", fail), Route("/who", who)])


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(Guard(API, RULES, Metrics()), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8400") as client:
        yield client


def code(response: httpx.Response) -> str:
    return response.json()["error"]["code"]


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8400", "127.0.0.1.evil.example", "10.0.0.7:8400", ""])
async def test_a_name_that_was_rebound_to_this_machine_is_refused(client: httpx.AsyncClient, host: str) -> None:
    response = await client.get("/echo", headers={"Host": host})
    assert response.status_code == 421
    assert code(response) == "wrong_host"


@pytest.mark.parametrize("host", ["localhost", "localhost:9999", "127.0.0.1:1", "[::1]:8400", "LOCALHOST:8400"])
async def test_every_name_of_this_machine_is_served(client: httpx.AsyncClient, host: str) -> None:
    assert (await client.get("/echo", headers={"Host": host})).status_code == 200


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://localhost:8402", "https://127.0.0.1:8400"])
async def test_a_page_of_another_site_is_refused(
    client: httpx.AsyncClient, origin: str, caplog: pytest.LogCaptureFixture
) -> None:
    response = await client.post("/echo", headers={"Origin": origin}, content=b"x")
    assert response.status_code == 403
    assert code(response) == "wrong_origin"
    assert [vars(one)["fields"] for one in caplog.records] == [{"code": "wrong_origin"}]


@pytest.mark.parametrize("origin", ["http://127.0.0.1:8400", PAGES])
async def test_our_own_pages_are_served(client: httpx.AsyncClient, origin: str) -> None:
    assert (await client.post("/echo", headers={"Origin": origin}, content=b"x")).status_code == 200


async def test_a_client_of_another_data_folder_is_sent_away_and_other_keys_are_ignored(
    client: httpx.AsyncClient,
) -> None:
    wrong = await client.get("/echo", headers={"Authorization": "Bearer sft_other"})
    assert (wrong.status_code, code(wrong)) == (401, "wrong_server")
    for key in ("Bearer sft_mine", "Bearer sk-anything", "Basic sft_other"):
        assert (await client.get("/echo", headers={"Authorization": key})).status_code == 200


MACHINE = {"Authorization": "Bearer sft_mine"}
GATE = (Path(__file__).parents[2] / "deploy" / "gate.conf").read_text(encoding="utf-8")
TO_API = next(one for one in GATE.split("server {") if "proxy_pass http://127.0.0.1:8400;" in one)
ADDED: dict[str, str] = dict(re.findall(r"proxy_set_header (\S+) [\"']?([\w. -]+)[\"']?;", TO_API))
"""Headers that the gate of docker-compose.yml adds to each request, less those that it takes from the browser's."""


@asynccontextmanager
async def coming(peer: tuple[str, int] | None, base: str) -> AsyncGenerator[httpx.AsyncClient]:
    """A client whose requests come from this peer and name this host."""

    async def api(scope: Scope, receive: Receive, send: Send) -> None:
        await Guard(API, RULES, Metrics())({**scope, "client": peer}, receive, send)

    transport = httpx.ASGITransport(api, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=base) as client:
        yield client


@pytest.mark.parametrize(
    "forwarded",
    [
        {"X-Forwarded-For": "127.0.0.1"},
        {"x-forwarded-proto": ""},
        {"X-Forwarded-Something": "x"},
        {"Forwarded": "for=127.0.0.1"},
        {"Via": "1.1 proxy"},
        {"X-Real-IP": "::1"},
        {"True-Client-IP": "127.0.0.1"},
        {"CF-Connecting-IP": "127.0.0.1"},
        ADDED,
    ],
    ids=str,
)
async def test_the_machines_token_holds_for_nothing_that_a_proxy_hands_on(
    client: httpx.AsyncClient, forwarded: dict[str, str]
) -> None:
    handed_on = await client.get("/who", headers={**MACHINE, **forwarded})
    assert (handed_on.status_code, code(handed_on)) == (401, "not_from_here")
    assert (await client.get("/who", headers=forwarded)).json() == {"machine": False}, "others are let through"


@pytest.mark.parametrize(
    ("peer", "base"),
    [
        (("192.0.2.7", 5000), "http://127.0.0.1:8400"),
        (("fd00::7", 5000), "http://localhost:8400"),
        (None, "http://127.0.0.1:8400"),
        (("127.0.0.1", 5000), "http://surefoot.example.org"),
    ],
    ids=["another machine", "another machine by IPv6", "a peer that is gone", "the public name"],
)
async def test_the_machines_token_holds_on_loopback_alone(peer: tuple[str, int] | None, base: str) -> None:
    async with coming(peer, base) as elsewhere:
        refused = await elsewhere.get("/who", headers=MACHINE)
        assert (refused.status_code, code(refused)) == (401, "not_from_here")
        assert (await elsewhere.get("/who")).json() == {"machine": False}


@pytest.mark.parametrize("peer", ["127.0.0.1", "127.9.9.9", "::1"])
@pytest.mark.parametrize("base", ["http://127.0.0.1:8400", "http://localhost:8400", "http://[::1]:8400"])
async def test_the_machines_token_holds_from_loopback(peer: str, base: str) -> None:
    async with coming((peer, 1), base) as here:
        assert (await here.get("/who", headers=MACHINE)).json() == {"machine": True}


@pytest.mark.parametrize(
    ("media_type", "limit"), [("application/json", JSON_LIMIT), ("multipart/form-data; boundary=b", RULES.upload_bytes)]
)
async def test_a_body_over_the_limit_is_refused_whether_its_length_is_declared_or_not(
    client: httpx.AsyncClient, media_type: str, limit: int
) -> None:
    async def in_pieces(size: int) -> AsyncIterator[bytes]:
        for start in range(0, size, 65536):
            yield b"x" * min(65536, size - start)

    headers = {"Content-Type": media_type}
    declared = await client.post("/echo", headers=headers, content=b"x" * (limit + 1))
    streamed = await client.post("/echo", headers=headers, content=in_pieces(limit + 1))
    fitting = await client.post("/echo", headers=headers, content=in_pieces(limit))
    assert (declared.status_code, code(declared)) == (413, "too_large")
    assert streamed.status_code == 413
    assert fitting.json() == {"bytes": limit}


async def test_a_failure_shows_the_client_a_number_and_not_its_cause(
    client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    response = await client.get("/fail")
    assert response.status_code == 500
    assert "hush" not in response.text
    assert "Traceback" not in response.text


@pytest.mark.parametrize("path", ["/echo", "/nothing", "/fail"])
async def test_every_response_forbids_guessing_types_and_leaking_addresses(
    client: httpx.AsyncClient, path: str
) -> None:
    headers = (await client.get(path)).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "sandbox" in headers["content-security-policy"]
