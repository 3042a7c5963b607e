"""Nothing that somebody writes, feeds or sends becomes a part of a page: each page, in the browser, with the server."""

from __future__ import annotations

import http.client
import re
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, Dialog, expect

from surefoot.app.client.server import find
from tests.end_to_end.browsing import Person, new_context, person, product

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]
STRUCK = "window.__struck=1"
ELSEWHERE = "elsewhere.example"
EVIL = (
    f'<img src=x onerror="{STRUCK}"><script>{STRUCK}</script><svg onload={STRUCK}></svg>'
    f"[click](javascript:{STRUCK}) ![seen](https://{ELSEWHERE}/p.png) <a href='javascript:{STRUCK}'>there</a>"
    f' <iframe srcdoc="<script>parent.{STRUCK}</script>"></iframe> https://{ELSEWHERE}/plain $$\\href{{javascript:{STRUCK}}}{{m}}$$'
)
FILE_NAME = f"<img src=x onerror={STRUCK}>[n](javascript:{STRUCK}).md"
VEHICLE = "<img src=x onerror=__struck=1>"
ASKED = "When does the gate of the north depot open?"
TEXT = f"# Gate {EVIL}\n\n## North depot {EVIL}\n\nThe gate of the north depot opens at 06:15 {EVIL}.\n\nThe key hangs in room 4.\n"
HTML = f"<html><head><title>{EVIL}</title></head><body><h1>Yard</h1><p>The yard is swept on Fridays. {EVIL}</p></body></html>"


@dataclass(frozen=True)
class Planted:
    """A house in which every name and every text is hostile."""

    pages: str
    api: str
    assistant: str
    document: str
    run: str


@pytest.fixture(scope="module")
def planted(
    furnished: Callable[[], Path], tmp_path_factory: pytest.TempPathFactory, weights: Path
) -> Iterator[Planted]:
    data, papers = furnished(), tmp_path_factory.mktemp("papers")
    (papers / FILE_NAME).write_text(TEXT.replace("north", "south"), encoding="utf-8")
    (papers / "broken<img src=x onerror=__struck=1>.pdf").write_bytes(b"%PDF-1.7 broken")
    with product(data, weights, SUREFOOT_SIMULATOR="off") as pages:
        server = find(data)
        assert server is not None
        with httpx.Client(base_url=server.url, timeout=120) as api:
            yield _plant(api, pages, papers)


def _plant(api: httpx.Client, pages: str, papers: Path) -> Planted:
    name = _sent(api, "POST", "/assistants", json={"title": EVIL[:80]})["name"]
    files = [("files", (path, text.encode(), "text/plain")) for path, text in ((FILE_NAME, TEXT), ("yard.html", HTML))]
    fed = _sent(api, "POST", "/documents", data={"assistant": name}, files=files)["documents"]
    assert [row["status"] for row in fed] == ["ingested", "ingested"]
    _sent(api, "PATCH", f"/library/{fed[0]['document_id']}", json={"title": EVIL[:200], "properties": {"author": EVIL}})
    settings = {"kind": "folder", "name": EVIL[:80], "assistant": name, "settings": {"path": str(papers)}}
    source = _sent(api, "POST", "/sources", json=settings)["id"]
    run = _sent(api, "POST", f"/sources/{source}/run")["id"]
    answer = _asked(api, name, ASKED)
    _sent(api, "POST", "/feedback", json={"answer_id": answer["id"], "rating": "down", "reasons": [EVIL], "text": EVIL})
    missing = _asked(api, name, f"Who owns the helicopter {EVIL[:1500]}?")
    if missing["gap"]:
        _sent(api, "POST", "/gaps", json={"answer_id": missing["id"]})
    _sent(api, "PATCH", f"/conversations/{answer['conversation_id']}", json={"title": EVIL[:200]})
    sample = {"vehicle": VEHICLE, "time": "2026-01-05T10:00:00Z", "odometer_km": 10, "lat": 51.0, "lon": 7.0}
    _sent(api, "POST", "/telemetry/samples", json=sample)
    return Planted(pages, str(api.base_url), name, fed[0]["document_id"], run)


def _sent(api: httpx.Client, method: str, path: str, **more: Any) -> Any:
    response = api.request(method, path, **more)
    assert response.is_success, f"{method} {path}: {response.text}"
    return response.json()


def _asked(api: httpx.Client, assistant: str, question: str) -> Any:
    body = {"model": assistant, "messages": [{"role": "user", "content": question}], "conversation_id": "new"}
    return _sent(api, "POST", "/v1/chat/completions", json=body)["surefoot"]


@dataclass
class Witness:
    """Somebody on the pages, and everything that a planted text brought about."""

    visitor: Person
    requested: list[str]
    dialogs: list[str]

    def hears(self, dialog: Dialog) -> None:
        """Remember a dialog, and close it."""
        self.dialogs.append(dialog.message)
        dialog.dismiss()

    def finds_nothing(self) -> None:
        """No script ran, nothing was fetched from elsewhere, no element came from a text."""
        page = self.visitor.page
        page.wait_for_timeout(500)
        assert self.dialogs == []
        assert page.evaluate("window.__struck") is None
        hosts = {urlsplit(url).hostname for url in self.requested if not url.startswith(("data:", "blob:", "about:"))}
        assert hosts <= {"127.0.0.1", "localhost"}
        assert (
            page.locator("a[href^='javascript' i], img[src='x'], iframe[srcdoc], svg[onload], [onerror]").count() == 0
        )
        assert page.locator(f"[src*='{ELSEWHERE}']").count() == 0


@pytest.fixture
def witness(browser: Browser, planted: Planted) -> Iterator[Witness]:
    with person(browser, planted.pages) as somebody:
        seen = Witness(somebody, [], [])
        somebody.page.on("request", lambda request: seen.requested.append(request.url))
        somebody.page.on("dialog", seen.hears)
        yield seen


def test_a_question_an_answer_and_its_source(witness: Witness, planted: Planted):
    visitor = witness.visitor
    visitor.opens(f"/?assistant={planted.assistant}")
    visitor.asks(f"{ASKED} {EVIL[:400]}")
    turn = visitor.waits_for_the_answer(0)
    witness.finds_nothing()
    visitor.asks(ASKED)
    turn = visitor.waits_for_the_answer(1)
    visitor.sees(re.compile("06:15"), within=turn)
    chips = turn.locator("button.sf-chip")
    if chips.count():
        chips.first.click()
        expect(visitor.page.locator(".st-key-panel")).to_be_visible()
        visitor.sees(re.compile("onerror"), within=visitor.page.locator(".st-key-panel"))
    witness.finds_nothing()


def test_a_conversation_of_that_name_and_what_was_not_found(witness: Witness, planted: Planted):
    visitor = witness.visitor
    visitor.opens(f"/?assistant={planted.assistant}")
    visitor.page.get_by_text(re.compile("onerror")).locator("visible=true").first.click()
    visitor.page.wait_for_timeout(3000)
    witness.finds_nothing()


@pytest.mark.parametrize("query", [
    "view=library&assistant={assistant}", "view=library&document={document}", "view=sources&assistant={assistant}",
    "view=runs&assistant={assistant}", "view=runs&run={run}", "view=fleet", "view=fleet&vehicle={vehicle}&day=2026-01-05",
    "view=library&assistant={evil}&words={evil}", "view={evil}&assistant={evil}", "view=runs&run={evil}",
    "view=fleet&vehicle={evil}", "view=library&document={evil}",
])  # fmt: skip
def test_a_page(witness: Witness, planted: Planted, query: str):
    filled = query.format(
        assistant=planted.assistant,
        document=planted.document,
        run=planted.run,
        vehicle=quote(VEHICLE),
        evil=quote(EVIL),
    )
    witness.visitor.opens(f"/?{filled}")
    expect(witness.visitor.page.locator("[data-testid=stMain]")).to_be_visible()
    witness.visitor.page.wait_for_timeout(2500)
    witness.finds_nothing()
    if "{evil}" not in query and query != "view=fleet":
        witness.visitor.sees(re.compile("onerror|__struck"))


def test_each_answer_of_the_pages_carries_the_headers_that_shelter_it(planted: Planted):
    with httpx.Client(base_url=planted.pages, timeout=60) as pages:
        for path in ("/", "/_stcore/health", "/_stcore/host-config", "/favicon.png", "/media/none.png", "/nowhere"):
            headers = pages.get(path).headers
            assert "default-src 'self'" in headers["content-security-policy"], path
            assert "unsafe-eval" not in headers["content-security-policy"]
            assert headers["x-content-type-options"] == "nosniff", path
            assert headers["referrer-policy"] == "no-referrer", path
            assert headers["x-frame-options"] == "DENY", path
        assert pages.get("/media/none.png").headers["cache-control"] == "no-store"
        assert pages.get("/_stcore/metrics").status_code == pages.get("/_stcore/metrics/").status_code == 404


def test_markup_that_got_onto_a_page_all_the_same_could_do_nothing(browser: Browser, planted: Planted):
    """The policy holds where escaping has failed: here the markup is put there by hand."""
    context = new_context(browser)
    with socket.create_server(("127.0.0.1", 0)) as far:
        far.settimeout(0.2)
        page = context.new_page()
        page.goto(f"{planted.pages}/?assistant={planted.assistant}")
        expect(page.get_by_test_id("stChatInputTextArea")).to_be_visible()
        assert page.evaluate("Boolean(window.__surefootEarly)"), "our own script must run, or the policy is too strict"
        page.evaluate(
            """([markup, far]) => {
                document.body.insertAdjacentHTML('beforeend', markup);
                const script = document.createElement('script');
                script.textContent = 'window.__struck = 1';
                document.body.append(script);
                const other = document.createElement('script');
                other.src = `http://${far}/far.js`;
                document.body.append(other);
                new Image().src = `http://${far}/?told`;
                fetch(`http://${far}/?told`).catch(() => 0);
                try { new WebSocket(`ws://${far}/`); } catch { }
            }""",
            [EVIL, f"127.0.0.1:{far.getsockname()[1]}"],
        )
        page.wait_for_timeout(1500)
        assert page.evaluate("window.__struck") is None
        with pytest.raises(TimeoutError):  # nobody has come
            far.accept()
        context.close()


def test_the_documents_sections(witness: Witness, planted: Planted):
    visitor = witness.visitor
    visitor.opens(f"/?view=library&document={planted.document}")
    visitor.sees(re.compile("onerror"))
    tabs = visitor.page.get_by_role("tab")
    for number in range(tabs.count()):
        tabs.nth(number).click()
        visitor.page.wait_for_timeout(800)
        witness.finds_nothing()


def test_an_original_is_a_download_that_no_browser_shows(witness: Witness, planted: Planted):
    response = httpx.get(f"{planted.api}/documents/{planted.document}/original")
    assert response.headers["content-disposition"].startswith("attachment;")
    assert "\n" not in response.headers["content-disposition"]
    assert response.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in response.headers["content-security-policy"]


def test_a_static_path_leads_to_no_other_file(planted: Planted):
    host, port = urlsplit(planted.pages).hostname, urlsplit(planted.pages).port
    for path in ("/static/../../../../etc/passwd", "/static/%2e%2e/%2e%2e/%2e%2e/etc/passwd", "/media/../etc/passwd",
                 "/app/static/..%2f..%2fsettings.py", "/component/x/../../etc/passwd", "/_stcore/../main.py"):  # fmt: skip
        connection = http.client.HTTPConnection(str(host), port, timeout=60)
        connection.request("GET", path)
        body = connection.getresponse().read()
        connection.close()
        assert b"root:" not in body
        assert b"def " not in body
