"""Every route asks for what its line in the table says, of every role; and nothing gets in beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.types import Message, Scope

from surefoot.app.accounts.permissions import ROLES, Permission, Role
from surefoot.app.api.application import ROUTES, guarded
from surefoot.app.api.needs import NEEDS, Need
from surefoot.app.client.folder import FOLDER_HEADER, folder_name
from surefoot.app.parts import App
from tests.app.running import listening
from tests.app.test_accounts import GOOD

TOKEN = "sft_" + "t" * 43
NOT_YOURS = "This is not your password."
LINES = {
    f"{method} {route.path}"
    for module in ROUTES
    for route in module.router.routes
    if isinstance(route, APIRoute)
    for method in route.methods or ()
}


@pytest.fixture
def server(app: App, api: FastAPI) -> Iterator[str]:
    with listening(guarded(api, app, TOKEN)) as url:
        yield url


@pytest.fixture
def tokens(app: App) -> dict[str, str]:
    """A session's token by role; the first administrator makes everybody."""
    people, sessions = app.accounts.people, app.accounts.sessions
    people.accept(people.first_invitation(), "Ada", GOOD)
    found = dict[str, str]()
    for role in Role:
        person, _ = people.invite(f"a {role.value}", [role.value], [])
        found[role.value] = sessions.begin(person.id)  # as one that an identity provider vouches for
    return found


def test_the_table_has_every_route_and_nothing_else() -> None:
    assert LINES | {"GET /openapi.json"} == set(NEEDS)


@pytest.mark.timeout(600)
def test_every_role_on_every_route(server: str, tokens: dict[str, str]) -> None:
    wrong, checked = list[str](), 0
    with httpx.Client(base_url=server, timeout=60) as client:
        for line in sorted(LINES):
            need = NEEDS[line]
            for role, token in tokens.items():
                if need is Need.NOTHING:
                    continue
                got = called(client, line, token)
                allowed = need is Need.ACCOUNT or need in ROLES[Role(role)]
                refused = got.status_code == 403 and got.json()["error"]["code"] == "not_allowed"
                checked += 1
                if refused is allowed:
                    wrong.append(f"{line} as {role}: {got.status_code} {got.text[:80]}")
    assert wrong == []
    assert checked == len(Role) * len([line for line in LINES if NEEDS[line] is not Need.NOTHING])


def called(client: httpx.Client, line: str, token: str) -> httpx.Response:
    """A request that no route takes in: a body that is not what it expects, and ids that there are not."""
    method, path = line.split(" ")
    for name in ("document_id", "page", "answer_id", "name", "trace_id", "conversation_id", "source_id", "run_id",
                 "vehicle", "alert_id", "person_id", "session_id", "key_id"):  # fmt: skip
        path = path.replace("{" + name + "}", "none")
    body = None if method in {"GET", "DELETE"} else b"\xff not what is expected"
    if line in HARMLESS:
        path = HARMLESS[line]
    return client.request(method, path, content=body, headers={"Authorization": f"Bearer {token}"})


HARMLESS = {"DELETE /me/sessions": "/me/sessions/none"}
"""Routes that would do something to who asks: another one with the same need is called."""


def test_without_a_credential_everything_but_the_entrance_is_closed(server: str, tokens: dict[str, str]) -> None:
    with httpx.Client(base_url=server, timeout=60) as client:
        for line in sorted(LINES):
            need = NEEDS[line]
            method, path = line.split(" ")
            got = client.request(method, path, headers={"Content-Type": "application/json"})
            if need is Need.NOTHING:
                assert got.status_code not in {401, 403}, line
            else:
                assert (got.status_code, got.json()["error"]["code"]) == (401, "not_signed_in"), line
                assert got.headers["www-authenticate"] == "Bearer"


async def test_nothing_of_a_body_is_read_before_it_is_known_who_sends_it(
    app: App, api: FastAPI, tokens: dict[str, str]
) -> None:
    sent = list[Message]()
    headers = [(b"host", b"127.0.0.1"), (b"content-type", b"multipart/form-data; boundary=x")]
    scope: Scope = {"type": "http", "method": "POST", "path": "/documents", "query_string": b"", "headers": headers}

    async def receive() -> Message:
        raise AssertionError("the body was asked for")

    async def send(message: Message) -> None:
        sent.append(message)

    await guarded(api, app, TOKEN)(scope, receive, send)
    assert sent[0]["status"] == 401


@pytest.mark.parametrize(
    ("credential", "status"),
    [
        ("Bearer sfs_none", 401),
        ("Bearer sfk_none", 401),
        ("Basic YTpi", 401),
        ("Bearer", 401),
        (f"bearer {TOKEN}", 200),
    ],
)
def test_only_what_holds_is_let_in(server: str, tokens: dict[str, str], credential: str, status: int) -> None:
    assert httpx.get(f"{server}/me", headers={"Authorization": credential}).status_code == status


def test_the_machines_token_does_everything_but_read_the_trail(server: str, app: App, tokens: dict[str, str]) -> None:
    machine, auditor = ({"Authorization": f"Bearer {one}"} for one in (TOKEN, tokens["auditor"]))
    for path in ("/trail", "/trail/verification", "/trail/export"):
        refused = httpx.get(f"{server}{path}", headers=machine)
        assert (refused.status_code, refused.json()["error"]["code"]) == (403, "not_allowed")
        assert "SUREFOOT_API_KEY" in refused.json()["error"]["message"]
        assert httpx.get(f"{server}{path}", headers=auditor).status_code == 200
    assert httpx.get(f"{server}/people", headers=machine).status_code == 200


def test_who_is_alone_on_the_machine_reads_its_trail(server: str) -> None:
    assert httpx.get(f"{server}/trail", headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 200
    assert httpx.get(f"{server}/trail").status_code == 200


def test_no_source_reads_the_machines_token_or_what_the_operator_has_not_opened(
    server: str, app: App, tokens: dict[str, str], tmp_path: Path
) -> None:
    """An administrator once fed server.json from the data folder, and passed a right that the role lacks with it."""
    administrator = {"Authorization": f"Bearer {tokens['administrator']}"}
    data = app.settings.data
    (data / "server.json").write_text(f'{{"token": "{TOKEN}"}}')
    (tmp_path / "papers").mkdir()
    (tmp_path / "link").symlink_to(data)
    places = (data, data.parent, data / "originals", tmp_path / "link", tmp_path / "papers", Path("/etc"), f"/{data}")
    for path in map(str, places):
        kinds = (
            ("folder", {"path": path}),
            ("git", {"url": f"file://{path}"}),
            ("hub", {"reader": "llama_index.readers.json.JSONReader", "load": {"input_file": path}}),
        )
        for kind, settings in kinds:
            body = {"assistant": "garage", "name": "mine", "kind": kind, "settings": settings}
            made = httpx.post(f"{server}/sources", json=body, headers=administrator, timeout=60)
            assert made.status_code == 422, (path, kind, made.text)
            tried = httpx.post(f"{server}/sources/test", json=body, headers=administrator, timeout=60)
            assert not tried.json()["ok"]
            assert TOKEN not in made.text + tried.text
    assert app.jobs.parts.sources.list("garage") == []


def test_who_is_alone_on_the_machine_names_any_folder_of_documents(server: str, tmp_path: Path) -> None:
    (tmp_path / "papers").mkdir()
    folder = {"assistant": "garage", "name": "mine", "kind": "folder", "settings": {"path": str(tmp_path / "papers")}}
    tried = httpx.post(f"{server}/sources/test", json=folder, timeout=60).json()
    assert (tried["ok"], tried["reason"]) == (True, None)


def test_a_cookie_is_no_credential_of_the_api(server: str, tokens: dict[str, str]) -> None:
    cookies = {"surefoot_session": tokens["administrator"]}
    assert httpx.get(f"{server}/me", cookies=cookies).status_code == 401


def test_the_token_of_another_folder_is_sent_away(server: str) -> None:
    assert httpx.get(f"{server}/health", headers={"Authorization": "Bearer sft_other"}).status_code == 401
    for token, status in ((TOKEN, 200), ("sft_other", 401)):
        named = {FOLDER_HEADER: folder_name(token)}
        assert httpx.get(f"{server}/health", headers=named).status_code == status


def test_who_has_a_password_gives_it_again_for_a_key(server: str, app: App, tokens: dict[str, str]) -> None:
    def made(token: str, **more: str) -> httpx.Response:
        body = {"name": "script", "scopes": ["ask"], **more}
        return httpx.post(f"{server}/me/keys", json=body, headers={"Authorization": f"Bearer {token}"})

    ada = app.accounts.sessions.sign_in("Ada", GOOD, "127.0.0.1")
    assert httpx.get(f"{server}/me", headers={"Authorization": f"Bearer {ada}"}).json()["has_password"] is True
    for wrong in ({}, {"password": ""}, {"password": f"{GOOD} not"}):
        refused = made(ada, **wrong)
        assert (refused.status_code, refused.json()["error"]["message"]) == (401, NOT_YOURS)
    assert app.accounts.keys.list(app.accounts.actor_of(ada).id) == []
    assert made(ada, password=GOOD).status_code == 201
    assert made(tokens["reader"]).status_code == 201, "whom a provider vouches for has no password to give"


def test_who_signs_in_gets_a_cookie_that_scripts_cannot_read(server: str, tokens: dict[str, str]) -> None:
    form = {"name": "Ada", "password": GOOD, "next": "?view=library"}
    got = httpx.post(f"{server}/sign-in", data=form)
    assert got.status_code == 303
    assert got.headers["location"].endswith(":8401/?view=library")
    cookie = got.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    session = {"Authorization": f"Bearer {got.cookies['surefoot_session']}"}
    assert httpx.get(f"{server}/me", headers=session).json()["name"] == "Ada"
    out = httpx.post(f"{server}/sign-out", cookies={"surefoot_session": got.cookies["surefoot_session"]})
    assert out.status_code == 303
    assert httpx.get(f"{server}/me", headers=session).status_code == 401


@pytest.mark.parametrize("target", ["https://evil.example", "//evil.example", "?a=b\r\nX: y", "javascript:alert(1)"])
def test_nobody_is_sent_to_another_site_after_signing_in(server: str, tokens: dict[str, str], target: str) -> None:
    got = httpx.post(f"{server}/sign-in", data={"name": "Ada", "password": GOOD, "next": target})
    assert got.headers["location"] == "http://127.0.0.1:8401/"


def test_a_page_of_another_site_cannot_sign_anybody_in(server: str, tokens: dict[str, str]) -> None:
    form = {"name": "Ada", "password": GOOD}
    for origin in ("https://evil.example", "null"):
        got = httpx.post(f"{server}/sign-in", data=form, headers={"Origin": origin})
        assert (got.status_code, got.json()["error"]["code"]) == (403, "wrong_origin")


def test_a_wrong_password_is_told_on_the_form_and_too_many_end_it(server: str, tokens: dict[str, str]) -> None:
    form = {"name": '"><script>x</script>', "password": "wrong"}
    got = httpx.post(f"{server}/sign-in", data=form)
    assert got.status_code == 401
    assert "wrong" in got.text
    assert "<script>" not in got.text
    assert "default-src 'none'" in got.headers["content-security-policy"]
    for _ in range(5):
        got = httpx.post(f"{server}/sign-in", data=form)
    assert got.status_code == 429
    assert int(got.headers["retry-after"]) > 0


def test_an_invitation_begins_with_accounts_on_the_machine_alone(server: str, app: App) -> None:
    made = httpx.post(f"{server}/people/first", headers={"Authorization": f"Bearer {TOKEN}"}).json()
    page = httpx.get(made["url"])
    assert "first administrator" in page.text
    token = made["url"].partition("token=")[2]
    differ = {"token": token, "name": "Ada", "password": GOOD, "again": "another"}
    assert "differ" in httpx.post(f"{server}/invitation", data=differ).text
    got = httpx.post(f"{server}/invitation", data={**differ, "again": GOOD})
    assert got.status_code == 303
    session = got.cookies["surefoot_session"]
    me = httpx.get(f"{server}/me", headers={"Authorization": f"Bearer {session}"}).json()
    assert (me["id"], me["roles"], me["accounts"]) == ("local", ["administrator"], True)
    assert httpx.get(made["url"]).status_code == 410


@pytest.fixture
def private(app: App) -> Callable[[], frozenset[str]]:
    """A private assistant from before there were accounts; gives its groups."""
    app.assistants.create("Mine", "mine")
    return lambda: app.assistants.get("mine").groups


def test_what_one_had_before_there_were_accounts_stays_ones_own(
    server: str, app: App, private: Callable[[], frozenset[str]]
) -> None:
    httpx.post(f"{server}/documents", data={"assistant": "mine"}, files={"files": ("a.md", b"# A\n\nThe code is 7.")})
    token = app.accounts.people.first_invitation()
    form = {"token": token, "name": "Ada", "password": GOOD, "again": GOOD}
    assert httpx.post(f"{server}/invitation", data=form).status_code == 303
    assert private() == {"person:local"}
    assert {entry.groups for entry in app.library.catalogue.list("mine")} == {frozenset({"person:local"})}


def test_what_was_not_allowed_stands_in_the_log(
    server: str, tokens: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    refused = httpx.get(f"{server}/people", headers={"Authorization": f"Bearer {tokens['reader']}"})
    assert refused.status_code == 403
    assert [vars(one)["fields"]["needs"] for one in caplog.records if one.message == "Refused."] == ["people:manage"]


def test_no_route_answers_trace(server: str, tokens: dict[str, str]) -> None:
    secret = {"Authorization": f"Bearer {tokens['administrator']}"}
    for path in ("/health", "/sign-in", "/people", "/nothing"):
        got = httpx.request("TRACE", f"{server}{path}", headers=secret)
        assert got.status_code in {404, 405}, path
        assert tokens["administrator"] not in got.text


def test_permissions_are_all_used() -> None:
    used = {need for need in NEEDS.values() if isinstance(need, Permission)}
    assert used | {Permission.MANAGE_DOCUMENTS} == set(Permission)
