"""The first click on a page that is still loading is carried out, whichever of its scripts comes first."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from surefoot.app.pages import frame

PAGES = Path(frame.__file__).parent
RUN = """(script) => { document.head.append(Object.assign(document.createElement("script"), { textContent: script })); }"""
MOUNT = """async (script) => {
    const address = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
    const component = await import(address);
    window.said = [];
    component.default({ data: {}, setTriggerValue: (name, deed) => window.said.push(deed.act) });
}"""


def early(page: Page) -> None:
    page.evaluate(RUN, (PAGES / "early.js").read_text(encoding="utf-8"))


def hands(page: Page) -> None:
    page.evaluate(MOUNT, (PAGES / "hands.js").read_text(encoding="utf-8"))


def click(page: Page) -> None:
    page.click("button")


@pytest.mark.parametrize("order", [(early, hands, click), (hands, early, click), (early, click, hands)])
def test_a_click_is_told_once(browser: Browser, order: tuple[Callable[[Page], None], ...]):
    page = browser.new_page()
    page.set_content('<button data-act="new">New</button>')
    for step in order:
        step(page)
    assert page.evaluate("window.said") == ["new"]
    page.close()
