"""Pictures of pages and downloads are for the session that they were made for, in a real browser."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, expect

from surefoot.app.accounts.person import Change
from surefoot.app.address import Address, write_address
from surefoot.app.api.application import create_api, guarded
from surefoot.app.parts import App
from surefoot.app.settings import Settings
from surefoot.app.wiring import build
from tests.app.conftest import GARAGE
from tests.app.running import PATIENCE, listening, until
from tests.app.test_accounts import GOOD
from tests.end_to_end.test_browser_admin_real import pdf

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]
PAGES = Path(__file__).parents[2] / "surefoot" / "app" / "pages" / "application.py"


@pytest.fixture
def app(tmp_path: Path, weights: Path, free_port: int) -> Iterator[App]:
    """All parts, with a document that has pages."""
    shipped = tmp_path / "shipped" / "garage"
    (shipped / "knowledge").mkdir(parents=True)
    (shipped / "assistant.yaml").write_text(GARAGE, encoding="utf-8")
    pdf(shipped / "knowledge" / "gate.pdf", "Gate rules", "The gate of the Halden depot opens at 05:40.")
    app = build(Settings(data=tmp_path / "data", weights=weights, model="none", pages_port=free_port), shipped.parent)
    app.library.loader.start()
    until(lambda: app.library.loader.loading is None)
    yield app
    assert app.stop(60)


@pytest.fixture
def pages(app: App) -> Iterator[str]:
    """The address of the pages before them."""
    settings, address = app.settings, Address.of("127.0.0.1", 0)
    options = ("--server.headless=true", f"--server.port={settings.pages_port}", "--server.fileWatcherType=none")
    own = {"SUREFOOT_DATA": str(settings.data), "SUREFOOT_PAGES_PORT": str(settings.pages_port)}
    with listening(guarded(create_api(app), app, address.token)) as url:
        write_address(settings.data, replace(address, url=url))
        command = [sys.executable, "-m", "streamlit", "run", str(PAGES), "--server.address=127.0.0.1", *options]
        process = subprocess.Popen([*command, "--browser.gatherUsageStats=false"], env={**os.environ, **own})
        try:
            base = f"http://127.0.0.1:{settings.pages_port}"
            until(lambda: _answers(base))
            yield base
        finally:
            process.kill()
            process.wait()


def _answers(base: str) -> bool:
    try:
        return httpx.get(f"{base}/_stcore/health", timeout=PATIENCE).is_success
    except httpx.HTTPError:
        return False


def test_pictures_and_downloads_are_for_the_session_that_they_were_made_for(
    browser: Browser, app: App, pages: str
) -> None:
    people, sessions = app.accounts.people, app.accounts.sessions
    people.accept(people.first_invitation(), "Ada", GOOD)
    bob, _ = people.invite("Bob", ["reader"], [])
    ada_session, bob_session = sessions.begin("local"), sessions.begin(bob.id)
    (document,) = app.library.catalogue.list("garage")
    with browser.new_context() as context:
        context.add_cookies([{"name": "surefoot_session", "value": ada_session, "url": pages}])
        page = context.new_page()
        page.set_default_timeout(PATIENCE * 1000)
        page.goto(f"{pages}/?view=library&document={document.id}")
        picture = page.get_by_alt_text("Page 1 of Gate rules")
        expect(picture).to_be_visible(timeout=PATIENCE * 1000)
        assert str(picture.get_attribute("src")).startswith("data:image/png"), "no address that others could ask for"
        assert picture.evaluate("one => one.naturalWidth") > 300

        page.goto(f"{pages}/?view=account")
        page.get_by_role("button", name="Put it together").click()
        with page.expect_download() as started:
            page.get_by_test_id("stDownloadButton").get_by_role("button").first.click()
        file = started.value.url
        assert "/media/" in file

        def has(session: str) -> int:
            cookies = {"surefoot_session": session} if session else {}
            return httpx.get(file, cookies=cookies, timeout=PATIENCE).status_code

        assert (has(ada_session), has(bob_session), has("")) == (200, 404, 404)
        people.change("local", Change(groups=["board"]))
        assert has(ada_session) == 404, "her groups are others than they were when the file was made"
        people.change("local", Change(groups=[]))
        assert has(ada_session) == 200
        actor = sessions.find(ada_session)
        assert actor is not None
        sessions.end(actor.session, actor.id)
        assert has(ada_session) == 404, "her session is over"
