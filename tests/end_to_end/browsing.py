"""A real browser, a person in front of it, and pictures of what that person saw."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect, sync_playwright
from playwright.sync_api import TimeoutError as NotThere

from surefoot.app.client.http import Client
from surefoot.app.client.server import find
from tests.app.running import environment, until
from tests.conftest import missing

ROOT = Path(__file__).parents[2]
PICTURES = ROOT / "tests-output" / "pages"
MAIN = ROOT / "surefoot" / "app" / "pages" / "application.py"
PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()
WIDE, NARROW = (1280, 860), (390, 844)
PATIENCE = 90_000.0
"""Milliseconds that a busy machine may take; nothing is asserted about them."""
REACTION = 1_000.0
"""Milliseconds that a person takes to click on what they see."""


@contextmanager
def chromium() -> Generator[Browser]:
    """The system's Chromium; the test is skipped where there is none."""
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        missing("a Chromium browser (Debian: chromium)")
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Person:
    """Somebody who uses the pages, and remembers everything that went wrong in the browser."""

    page: Page
    url: str
    wrong: list[str] = field(default_factory=list[str])

    def __post_init__(self) -> None:
        """Listen to the browser's console."""
        self.page.set_default_timeout(PATIENCE)
        self.page.on("console", lambda message: self._heard(message.type, message.text, message.location["url"]))
        self.page.on("pageerror", lambda error: self.wrong.append(f"uncaught: {error}"))
        self.page.on("requestfailed", lambda request: self._failed(request.url, request.failure or ""))

    def _heard(self, kind: str, text: str, url: str) -> None:
        # A picture that is shown no more may go before it has come; the browser and then the page say so.
        gone = ("404" in text and "/media/" in url) or ("Image source error" in text and "/media/" in text)
        if kind == "error" and not gone:
            self.wrong.append(f"{text} {url}")

    def _failed(self, url: str, reason: str) -> None:
        if "ERR_ABORTED" not in reason:  # a page that is left gives up what it was loading
            self.wrong.append(f"{url}: {reason}")

    def opens(self, address: str = "/") -> None:
        """Go to an address of the pages."""
        self.page.goto(self.url + address)

    def asks(self, question: str) -> None:
        """Type a question and send it."""
        field_ = self.page.get_by_test_id("stChatInputTextArea")
        field_.fill(question)
        field_.press("Enter")

    def sees(self, words: str | re.Pattern[str], *, within: Locator | None = None) -> Locator:
        """Wait for words on the page, as a person would."""
        found = (within or self.page.locator("body")).get_by_text(words).locator("visible=true").first
        expect(found).to_be_visible()
        return found

    def does_not_see(self, words: str) -> None:
        """Wait until words are gone."""
        expect(self.page.get_by_text(words).locator("visible=true")).to_have_count(0)

    def turn(self, number: int) -> Locator:
        """A question with its answer, from 0."""
        return self.page.locator(f".st-key-turn-{number}")

    def waits_for_the_answer(self, number: int) -> Locator:
        """Wait until an answer is complete; gives its turn."""
        expect(self.turn(number).get_by_role("button", name="Good answer")).to_be_visible()
        return self.turn(number)

    def settles(self) -> None:
        """Wait until the page is drawn to its end, for as long as a person takes: what moves is hard to hit."""
        drawn = "() => document.querySelector('[data-test-script-state]')?.dataset.testScriptState === 'notRunning'"
        with suppress(NotThere):  # an answer is being written
            self.page.wait_for_function(drawn, timeout=REACTION)

    def clicks(self, name: str | re.Pattern[str], *, within: Locator | None = None) -> None:
        """Click a button or a link by its name."""
        self.settles()
        place = within or self.page.locator("body")
        named = place.get_by_role("button", name=name).or_(place.get_by_role("link", name=name))
        named.locator("visible=true").first.click()

    def chooses(self, label: str, option: str) -> None:
        """Choose one of a list; open it again if the page was drawn anew at that very moment."""
        wanted = self.page.get_by_role("option", name=option, exact=True)

        def chosen() -> bool:
            self.settles()
            self.page.get_by_role("combobox", name=label).click()
            try:
                wanted.click(timeout=2_000)
            except NotThere:
                return False
            return True

        until(chosen)

    def unfolds(self, words: str, *, within: Locator) -> None:
        """Open what is folded under these words; again if the page was drawn anew at that very moment."""
        folded = within.locator("details").filter(has_text=words)

        def opened() -> bool:
            folded.locator("summary").click()
            self.page.wait_for_timeout(500)
            return bool(folded.evaluate("one => one.open"))

        until(opened)

    def drops(self, files: dict[str, str]) -> None:
        """Drop text files by name on the middle of the page."""
        self.page.wait_for_function("() => window.__surefootHands?.data.drop")
        transfer = self.page.evaluate_handle(
            """(files) => {
                const transfer = new DataTransfer();
                for (const [name, text] of Object.entries(files)) transfer.items.add(new File([text], name));
                return transfer;
            }""",
            files,
        )
        for event in ("dragenter", "dragover", "drop"):
            self.page.dispatch_event("[data-testid=stMain]", event, {"dataTransfer": transfer})

    def chooses_folder(self, name: str, folder: Path) -> None:
        """Click a button that asks for a folder, and choose one."""
        with self.page.expect_file_chooser() as chooser:
            self.clicks(name)
        chooser.value.set_files(folder)

    def looks(self, name: str, schemes: tuple[str, ...] = ("light", "dark")) -> None:
        """Take pictures of what is there: wide and narrow, light and dark."""
        PICTURES.mkdir(parents=True, exist_ok=True)
        for width, height in (NARROW, WIDE):
            self.page.set_viewport_size({"width": width, "height": height})
            for scheme in reversed(schemes):
                self.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
                self.page.wait_for_timeout(250)
                self.page.screenshot(path=PICTURES / f"{name}-{width}-{scheme}.png")

    def is_content(self) -> None:
        """Nothing went wrong in the browser."""
        assert self.wrong == []


@contextmanager
def person(browser: Browser, url: str) -> Generator[Person]:
    """Somebody with a browser of their own, content at the end."""
    context = new_context(browser)
    try:
        somebody = Person(context.new_page(), url)
        yield somebody
        somebody.is_content()
    finally:
        context.close()


def new_context(browser: Browser) -> BrowserContext:
    """A browser without memory, whose clipboard the test may read."""
    context = browser.new_context(viewport={"width": WIDE[0], "height": WIDE[1]}, color_scheme="light", locale="en-GB")
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    return context


@contextmanager
def pages_of(data: Path, port: int) -> Generator[str]:
    """The pages of a data folder's server; gives their address."""
    command = [sys.executable, "-P", "-m", "streamlit", "run", str(MAIN)]
    command += ["--server.address=127.0.0.1", f"--server.port={port}"]
    log = (data / "pages.log").open("w")
    env = environment(data, data / "no-weights", SUREFOOT_PAGES_PORT=str(port))
    process = subprocess.Popen(command, env=env, stdout=log, stderr=subprocess.STDOUT, start_new_session=True)
    url = f"http://127.0.0.1:{port}"
    try:
        until(lambda: _answers(f"{url}/_stcore/health"))
        yield url
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        log.close()


@contextmanager
def product(data: Path, weights: Path, **settings: str) -> Generator[str]:
    """The whole product, as `surefoot up` starts it, with the sample knowledge read; gives the pages' address.

    Its made-up fleet begins with one day of history.
    """
    own = {
        "SUREFOOT_PORT": "0",
        "SUREFOOT_PAGES_PORT": "0",
        "SUREFOOT_SIMULATOR_DAYS": "1",
        "SUREFOOT_TIMEZONE": "Europe/Berlin",
    }
    env = environment(data, weights, **(own | settings))
    process = subprocess.Popen([Path(sys.executable).with_name("surefoot"), "up"], env=env, start_new_session=True)
    try:
        until(lambda: (data / "up.json").exists() or process.poll() is not None)
        assert process.poll() is None, "surefoot up ended"
        until(lambda: _has_read(data), seconds=600)
        yield str(httpx.Response(200, content=(data / "up.json").read_bytes()).json()["url"])
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 0
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            process.wait(60)


def history_is_there(client: Client) -> bool:
    """The simulator tells its history from the oldest to the newest; then all of it is derived."""
    status = client.telemetry.status()
    fresh = status.newest is not None and status.newest > datetime.now(UTC) - timedelta(hours=1)
    return fresh and not status.waiting and not status.deriving


def _has_read(data: Path) -> bool:
    server = find(data)
    if server is None:
        return False
    with server.client() as client:
        time.sleep(0.5)
        return client.status().loading is None


def _answers(url: str) -> bool:
    try:
        return httpx.get(url).is_success
    except httpx.TransportError:
        return False
