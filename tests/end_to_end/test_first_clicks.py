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
    const tell = (name, { deeds }) => window.said.push(deeds.map(({ act }) => act).join());
    window.mounted = (data) => { component.default({ data, setTriggerValue: tell }); };
    window.mounted({});
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


def test_clicks_that_nobody_heard_are_told_with_the_next_one_and_those_heard_are_not(browser: Browser):
    page = browser.new_page()
    page.set_content('<button data-act="one">1</button><button data-act="two">2</button>')
    early(page)
    hands(page)
    page.click("[data-act=one]")
    page.click("[data-act=two]")
    assert page.evaluate("window.said") == ["one", "one,two"]
    page.evaluate("(data) => window.mounted(data)", {"heard": 1})
    page.click("[data-act=one]")
    assert page.evaluate("window.said.at(-1)") == "two,one"
    page.close()
