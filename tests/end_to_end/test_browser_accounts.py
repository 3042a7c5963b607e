"""A team in a real browser with the real server: the first administrator, an invitation, what each sees, signing out."""

from __future__ import annotations

import base64
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from surefoot.app.accounts.second_factor import RECOVERY_CODES, SECONDS, code_at
from surefoot.app.client.library_forms import DocumentChange
from surefoot.app.client.server import find
from tests.app.command import surefoot
from tests.app.running import own_address
from tests.app.test_accounts import GOOD, OTHER
from tests.end_to_end.browsing import PICTURES, Person, person, product
from tests.end_to_end.conftest import free_port

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]
DRONE = "What does the yearly licence for the drone Skyhawk 9 cost?"
PADS = "When is the cam belt of a Corvane 28 replaced?"


@pytest.fixture
def address(data: Path, weights: Path) -> Iterator[str]:
    with product(data, weights, SUREFOOT_SIMULATOR="off") as url:
        yield url


def sets_a_password(somebody: Person, link: str, password: str, name: str = "") -> None:
    page = somebody.page
    page.goto(link)
    somebody.looks("accounts-invitation")
    if name:
        page.get_by_label("Your name").fill(name)
    page.get_by_label("Password").fill(password)
    page.get_by_label("The same once more").fill(password)
    page.get_by_role("button", name="Set and sign in").click()


def makes_a_key(somebody: Person) -> None:
    somebody.sees("Make a key").click()
    form = somebody.page.get_by_test_id("stForm").filter(has_text="What is it for?")
    for password, said in ((OTHER, "This is not your password."), (GOOD, "Copy it now: it is not shown again.")):
        form.get_by_label("What is it for?").fill("nightly report")
        form.get_by_label("Your password").fill(password)
        form.get_by_role("button", name="Make it").click()
        somebody.sees(said)
    somebody.sees("nightly report")


def sets_up_a_second_factor(somebody: Person) -> tuple[bytes, list[str]]:
    """On the page of one's account; gives the secret that an authenticator app keeps, and the recovery codes."""
    somebody.sees("Set up a second factor").click()
    form = somebody.page.get_by_test_id("stForm").filter(has_text="Begin")
    form.get_by_label("Your password").fill(GOOD)
    form.get_by_role("button", name="Begin").click()
    picture = somebody.page.get_by_alt_text("QR code of your second factor")
    expect(picture).to_be_visible()
    assert picture.evaluate("one => one.decode().then(() => one.naturalWidth)") > 100, "a picture that can be scanned"
    assert str(picture.get_attribute("src")).startswith("data:image/svg+xml;base64,"), "asked of nobody elsewhere"
    somebody.looks("accounts-second-factor")
    shown = somebody.page.get_by_test_id("stCode").filter(has_text=re.compile("^[A-Z2-7]{4} "))
    secret = base64.b32decode(shown.inner_text().strip().replace(" ", ""))
    form = somebody.page.get_by_test_id("stForm").filter(has_text="Turn it on")
    for code, said in (
        ("000000", "This code is wrong, or was used before."),
        (code_of(secret), "Your second factor is on."),
    ):
        form.get_by_label("Code").fill(code)
        form.get_by_role("button", name="Turn it on").click()
        somebody.sees(said)
    somebody.looks("accounts-recovery-codes")
    listed = somebody.page.get_by_test_id("stCode").filter(has_text=re.compile("^[a-z2-7]{4}-"))
    codes = listed.inner_text().split()
    assert len(codes) == RECOVERY_CODES
    somebody.clicks("I have kept them")
    somebody.does_not_see(codes[0])
    return secret, codes


def code_of(secret: bytes, later: int = 0) -> str:
    return code_at(secret, int(time.time()) // SECONDS + later)


def gives_a_code(somebody: Person, code: str) -> None:
    """The second step of signing in."""
    somebody.sees("Type the code that your authenticator app shows, or one of your recovery codes.")
    somebody.page.get_by_label("Code").fill(code)
    somebody.page.get_by_role("button", name="Sign in").click()


def signs_out(somebody: Person) -> None:
    somebody.opens("/?assistant=fleet")
    somebody.clicks("Sign out")
    somebody.sees("Sign out?")
    somebody.page.get_by_role("button", name="Sign out").click()
    somebody.opens("/?view=account")
    somebody.sees("Sign in to go on")


def signs_in(somebody: Person, name: str, password: str) -> None:
    somebody.sees(re.compile("^Sign in$")).click()
    somebody.page.get_by_label("Name").fill(name)
    somebody.page.get_by_label("Password").fill(password)
    somebody.page.get_by_role("button", name="Sign in").click()


def test_a_team_begins_to_work_together(browser: Browser, address: str, data: Path, weights: Path) -> None:
    settings = {"SUREFOOT_WEIGHTS": str(weights)}
    with person(browser, address) as ada, person(browser, address) as bob, person(browser, address) as eve:
        ada.opens("/?view=people")
        ada.clicks("Make the first administrator")
        ada.looks("accounts-begin")
        link = ada.page.get_by_role("link", name="Set name and password").get_attribute("href")
        sets_a_password(ada, link or "", GOOD, "Ada")
        ada.sees("People").click()
        ada.sees("1 person may sign in")
        ada.sees("Invite somebody").click()
        ada.page.get_by_role("textbox", name="Name to sign in with").fill("Bob <b>Builder</b>")
        ada.page.get_by_role("textbox", name="Groups, separated by commas").fill("depot")
        ada.page.get_by_role("button", name="Invite", exact=True).click()
        ada.sees("Give Bob <b>Builder</b> this link")
        invitation = ada.page.get_by_test_id("stCode").inner_text().strip()
        ada.looks("accounts-people")

        eve.opens("/?view=library")
        eve.sees("Sign in to go on")
        eve.looks("accounts-closed")
        expect(eve.page.get_by_text("Fleet desk")).to_have_count(0)

        sets_a_password(bob, invitation, OTHER)
        bob.sees("Fleet desk").click()
        expect(bob.page.get_by_placeholder("Ask the Fleet desk")).to_be_visible()
        bob.sees("Bob <b>Builder</b>")
        bob.does_not_see("Library")
        bob.does_not_see("Audit")
        bob.asks(PADS)
        bob.waits_for_the_answer(0)
        bob.looks("accounts-reader")
        bob.asks(DRONE)
        bob.clicks("Ask the fleet manager for it", within=bob.waits_for_the_answer(1))
        bob.sees("Sent to the fleet manager", within=bob.turn(1))

        ada.opens("/?view=library&assistant=fleet")
        ada.sees(re.compile(r"^1 waiting$"))
        ada.sees(re.compile("Asked today by Bob"))
        ada.clicks("Answer …")
        ada.page.get_by_role("textbox", name="What to tell who asked").fill(
            "The drones <b>list</b> is in the library now."
        )
        ada.looks("accounts-missed")
        ada.clicks("Tell them and close it")
        ada.sees("Nobody misses anything.")

        bob.opens("/?assistant=fleet")
        bob.sees("Answered for you")
        bob.looks("accounts-answered")
        bob.clicks(DRONE)
        bob.sees("Answered by the fleet manager, today: “The drones <b>list</b> is in the library now.”")
        bob.opens("/?assistant=fleet")
        bob.does_not_see("Answered for you")
        bob.opens("/?view=people")
        bob.sees("Not for your roles")
        bob.looks("accounts-not-allowed")

        ada.opens("/?view=audit")
        ada.sees("Give the role “auditor” to the person who shall read this.")
        expect(ada.page.get_by_text("Ask an administrator")).to_have_count(0)
        changed = surefoot(data, "people", "change", "Ada", "--role", "administrator", "--role", "auditor", **settings)
        assert changed.status == 0, changed.err
        ada.opens("/?view=audit")
        ada.sees("Audit trail")
        ada.clicks("Verify the chain")
        ada.sees("The chain is whole")
        ada.sees("question · text · asked")
        ada.looks("accounts-audit")

        signs_in(eve, "Ada", GOOD)
        ada.opens("/?view=account")
        ada.sees("Another browser")
        ada.looks("accounts-own")
        makes_a_key(ada)
        ada.clicks("Sign it out")
        ada.does_not_see("Another browser")
        ada.sees("This browser")
        eve.opens("/?view=people")
        eve.sees("Sign in to go on")
        secret, codes = sets_up_a_second_factor(ada)
        ada.clicks("Sign out everywhere")
        ada.sees("Sign in to go on")

        used = code_of(secret, 1)  # this step's was used
        signs_in(ada, "Ada", GOOD)
        ada.looks("accounts-second-step")
        gives_a_code(ada, used)
        ada.opens("/?view=people")
        ada.sees("with a second factor")
        signs_out(ada)
        signs_in(ada, "Ada", GOOD)
        gives_a_code(ada, used)
        ada.sees("This code is wrong, or was used before.")
        ada.wrong = [one for one in ada.wrong if not one.endswith("/sign-in/code")]  # refused, as it should be
        gives_a_code(ada, codes[0])
        ada.opens("/?view=account")
        ada.sees("Set up another one, or end it").click()
        form = ada.page.get_by_test_id("stForm").filter(has_text="End it")
        form.get_by_label("Your password").fill(GOOD)
        form.get_by_label("A code of the one you have").fill(codes[1])
        form.get_by_role("button", name="End it").click()
        ada.sees("Your password alone signs you in now.")
        signs_out(ada)
        signs_in(ada, "Ada", GOOD)
        ada.sees("This browser")

        bob.opens("/?assistant=fleet")
        bob.clicks("Sign out")
        bob.sees("Sign out?")
        bob.page.get_by_role("button", name="Sign out").click()
        bob.opens("/?assistant=fleet")
        bob.sees("Sign in to go on")
        assert PICTURES.is_dir()


def test_a_locked_out_person_is_out_at_once(browser: Browser, address: str, data: Path, weights: Path) -> None:
    settings = {"SUREFOOT_WEIGHTS": str(weights)}
    link = surefoot(data, "people", "first", "--json", **settings).json()["url"]
    with person(browser, address) as ada, person(browser, address) as bob:
        sets_a_password(ada, link, GOOD, "Ada")
        ada.sees("People")
        invited = surefoot(data, "people", "invite", "Bob", "--json", **settings).json()
        sets_a_password(bob, invited["url"], OTHER)
        bob.sees("Fleet desk")
        assert surefoot(data, "people", "change", "Bob", "--shut", **settings).status == 0
        bob.sees("Fleet desk").click()
        bob.sees("Sign in to go on")


CANARY = "ZQ-7731-KESTREL"
HALDEN = f"# Halden memo\n\nThe gate of the Halden depot opens with the code {CANARY} until 6 pm.\n"
GATE = "With which code does the gate of the Halden depot open?"


def test_a_shared_conversation_shows_nothing_that_its_reader_may_not_see(
    browser: Browser, address: str, data: Path, tmp_path: Path, weights: Path
) -> None:
    settings = {"SUREFOOT_WEIGHTS": str(weights)}
    (tmp_path / "halden.md").write_text(HALDEN, encoding="utf-8")
    fed = surefoot(data, "ingest", tmp_path / "halden.md", "--assistant", "fleet", "--json", **settings).json()
    server = find(data)
    assert server is not None
    with server.client() as client:
        client.library.change(fed["documents"][0]["document_id"], DocumentChange(groups=["board"]))
    link = surefoot(data, "people", "first", "--json", **settings).json()["url"]
    with person(browser, address) as ada, person(browser, address) as bob:
        sets_a_password(ada, link, GOOD, "Ada")
        assert surefoot(data, "people", "change", "Ada", "--group", "board", **settings).status == 0
        invited = surefoot(data, "people", "invite", "Bob", "--json", **settings).json()
        sets_a_password(bob, invited["url"], OTHER)
        ada.sees("Fleet desk")
        ada.opens("/?assistant=fleet")
        ada.asks(GATE)
        ada.waits_for_the_answer(0)
        expect(ada.turn(0)).to_contain_text(CANARY)
        ada.clicks(re.compile("Rename or delete"))
        ada.chooses("Who else may read it", "everyone")
        ada.page.keyboard.press("Escape")
        ada.clicks("Share")
        ada.sees("Its address can be opened by them.")

        bob.page.goto(ada.page.url)
        bob.sees("This answer stands on something that you may not see")
        bob.sees("it can be read, not continued")
        bob.looks("accounts-shared")
        assert CANARY not in bob.page.content()
        bob.opens("/?assistant=fleet")
        bob.asks(GATE)
        bob.waits_for_the_answer(0)
        assert CANARY not in bob.page.content()


def test_people_on_other_machines_sign_in_at_the_public_address(browser: Browser, data: Path, weights: Path) -> None:
    settings = {"SUREFOOT_WEIGHTS": str(weights), "SUREFOOT_SIMULATOR": "off"}
    with product(data, weights, SUREFOOT_SIMULATOR="off") as url, person(browser, url) as ada:
        sets_a_password(ada, surefoot(data, "people", "first", "--json", **settings).json()["url"], GOOD, "Ada")
        ada.sees("People")
    port = str(free_port())
    public = f"http://{own_address()}:{port}"
    elsewhere = {"SUREFOOT_HOST": "0.0.0.0", "SUREFOOT_PUBLIC_URL": public, "SUREFOOT_PAGES_PORT": port}
    with product(data, weights, SUREFOOT_SIMULATOR="off", **elsewhere), person(browser, public) as ada:
        ada.opens("/?view=people")
        ada.sees("Sign in to go on")
        signs_in(ada, "Ada", GOOD)
        ada.sees("1 person may sign in")
        assert ada.page.url.startswith(public)
