"""An identity provider that fails or lies, and answers that come back to the wrong browser, let nobody in."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from sqlmodel import select

from surefoot.app.accounts.discovery import REST_SECONDS
from surefoot.app.accounts.tables import StartRow
from tests.app.identity_provider import SECRET, IdentityProvider, Mode
from tests.app.running import until
from tests.app.signing_on import House, came_back, signed_in

LIES: dict[Mode, str] = {
    "wrong aud": "aud", "wrong nonce": "nonce", "no nonce": "nonce", "expired": "", "from the future": "iat",
    "none": "", "HS256": "", "other issuer": "iss", "unknown key": "", "tampered": "", "nobody": "names nobody",
    "wrong at_hash": "at_hash", "other sender": "another one has answered",
}  # fmt: skip


def test_a_word_that_cannot_be_trusted_lets_nobody_in(
    house: House, idp: IdentityProvider, caplog: pytest.LogCaptureFixture
) -> None:
    idp.user.groups = ["it"]
    for lie, named in LIES.items():
        idp.mode = lie
        caplog.clear()
        refused = signed_in(house.browser())
        assert refused.status_code == 401, lie
        assert "cannot be taken" in refused.text, lie
        assert named in refused.text, lie
        assert "surefoot_session" not in refused.cookies, lie
        assert "A sign-in was refused" in caplog.text, lie
        for secret in (SECRET, *(value for asked in idp.authorized for value in asked.values() if len(value) == 43)):
            assert secret not in caplog.text + refused.text, lie
    assert house.app.accounts.people.list() == []
    idp.mode = "ok"
    assert signed_in(house.browser()).status_code == 303


AT_START: tuple[Mode, ...] = (
    "refuse", "hang", "drip", "5xx", "garbage", "huge", "redirect", "elsewhere", "not https",
)  # fmt: skip


def test_a_provider_that_fails_is_told_on_the_form_within_seconds(house: House, idp: IdentityProvider) -> None:
    for mode in AT_START:
        time.sleep(REST_SECONDS)
        idp.mode = mode
        asked, began = len(idp.asked), time.monotonic()
        refused = house.browser().get("/sign-in/provider")
        assert time.monotonic() - began < 10, mode
        assert len(idp.asked) > asked, mode
        assert refused.status_code == 502, mode
        assert "The identity provider does not answer" in refused.text, mode
        assert "<h1>Sign in</h1>" in refused.text, mode
    idp.mode = "ok"
    until(lambda: house.browser().get("/sign-in/provider").status_code == 303)
    assert signed_in(house.browser()).status_code == 303


def test_a_provider_that_fails_in_the_middle_is_told_too(house: House, idp: IdentityProvider) -> None:
    for mode in ("refuse", "hang", "5xx", "garbage"):
        idp.mode = "ok"
        browser = house.browser()
        address = came_back(browser)
        idp.mode = mode
        refused = browser.get(address)
        assert refused.status_code == 502, mode
        assert "The identity provider does not answer" in refused.text, mode


def test_while_the_provider_hangs_others_are_served(house: House, idp: IdentityProvider) -> None:
    idp.mode = "hang"
    waiting = [house.browser() for _ in range(3)]
    with ThreadPoolExecutor(3) as pool:
        refused = [pool.submit(browser.get, "/sign-in/provider") for browser in waiting]
        until(lambda: bool(idp.asked))
        assert httpx.get(f"{house.url}/health").status_code == 200
        assert not any(one.done() for one in refused)
    assert {one.result().status_code for one in refused} == {502}
    assert len(idp.asked) == 1  # who waited was told what the first one met with


def test_who_breaks_off_at_the_provider_is_told_so(house: House, idp: IdentityProvider) -> None:
    idp.mode = "access_denied"
    refused = signed_in(house.browser(), "?view=library")
    assert refused.status_code == 403
    assert "broke off" in refused.text
    assert "next=%3Fview%3Dlibrary" in refused.text


def test_an_answer_is_taken_once(house: House, idp: IdentityProvider) -> None:
    browser = house.browser()
    address = came_back(browser)
    cookies = dict(browser.cookies)
    assert browser.get(address).status_code == 303
    assert not any(name.startswith("surefoot_start") for name in browser.cookies)
    again = httpx.get(address, cookies=cookies)
    assert again.status_code == 401
    assert "used before" in again.text
    assert idp.asked.count("/token") == 1


def test_a_code_that_the_provider_has_taken_before_lets_nobody_in(house: House) -> None:
    browser = house.browser()
    used = httpx.URL(came_back(browser))
    assert browser.get(used).status_code == 303
    fresh = httpx.URL(came_back(browser))
    refused = browser.get(fresh.copy_set_param("code", used.params["code"]))
    assert refused.status_code == 401
    assert "does not know this sign-in any more" in refused.text


def test_nobody_is_signed_in_with_the_answer_to_another_browser(house: House) -> None:
    attacker, victim = house.browser(), house.browser()
    address = came_back(attacker)
    came_back(victim)  # has begun a sign-in of its own
    refused = victim.get(address)
    assert refused.status_code == 401
    assert "not begun in this browser" in refused.text
    assert "surefoot_session" not in refused.cookies
    mixed = httpx.URL(came_back(victim)).copy_set_param("state", httpx.URL(address).params["state"])
    assert victim.get(mixed).status_code == 401
    own = httpx.URL(came_back(victim))
    begins_alike = own.params["state"][:-4] + "_x_x"
    assert victim.get(own.copy_set_param("state", begins_alike)).status_code == 401


def test_a_code_that_was_asked_for_in_another_sign_in_is_of_no_use(house: House) -> None:
    attacker, victim = house.browser(), house.browser()
    stolen = httpx.URL(came_back(victim)).params["code"]
    own = httpx.URL(came_back(attacker))
    refused = attacker.get(own.copy_set_param("code", stolen))
    assert refused.status_code == 401  # the provider compares the verifier
    assert "surefoot_session" not in refused.cookies


def test_two_tabs_can_sign_in_at_once(house: House) -> None:
    browser = house.browser()
    addresses = [came_back(browser) for _ in range(2)]
    assert [browser.get(address).status_code for address in addresses] == [303, 303]
    assert len(house.app.accounts.people.list()) == 1


def test_a_sign_in_that_took_too_long_is_over(house: House) -> None:
    browser = house.browser()
    address = came_back(browser)
    with house.app.database.session() as session:
        row = session.exec(select(StartRow)).one()
        assert all(row.id not in value for value in browser.cookies.values())
        row.expires_at = row.expires_at.replace(year=row.expires_at.year - 1)
        session.add(row)
        session.commit()
    assert "ten minutes" in browser.get(address).text


def test_nobody_is_sent_to_another_site_after_signing_in(house: House) -> None:
    for target in ("https://evil.example", "//evil.example", "?a=b\r\nX: y", "?a=\x00", "javascript:alert(1)"):
        assert signed_in(house.browser(), target).headers["location"] == "http://127.0.0.1:8401/"


def test_an_answer_that_nobody_asked_for_is_refused(house: House, idp: IdentityProvider) -> None:
    for query in ("", "?state=x&code=y", "?state=%00%ff&code=y", "?code=y&iss=z", "?error=access_denied"):
        assert house.browser().get(f"/sign-in/provider/back{query}").status_code == 401
    assert idp.asked == []


def test_a_wrong_client_secret_is_no_fault_of_the_person(house: House, idp: IdentityProvider) -> None:
    browser = house.browser()
    address = came_back(browser)
    idp.auth = "client_secret_post"  # which the description that is known did not say
    refused = browser.get(address)
    assert refused.status_code == 502
    assert "Ask an administrator" in refused.text
