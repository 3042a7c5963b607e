"""Where the identity provider is the only way in, and where it must have checked strongly."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import ValidationError

from surefoot.app.accounts.errors import AccountRefused, InvitationRefused, SignInRefused
from surefoot.app.settings import Settings
from tests.app.identity_provider import CLIENT, SECRET, IdentityProvider
from tests.app.signing_on import ROLES, House, house_beside, signed_in
from tests.app.test_accounts import GOOD

STRONG, STRONGER = "urn:example:silver", "urn:example:gold"


@pytest.fixture
def alone(tmp_path: Path, weights: Path, shipped: Path, idp: IdentityProvider) -> Iterator[House]:
    with house_beside(idp, tmp_path / "data", weights, shipped, oidc_alone=True) as house:
        yield house


@pytest.fixture
def strict(tmp_path: Path, weights: Path, shipped: Path, idp: IdentityProvider) -> Iterator[House]:
    with house_beside(idp, tmp_path / "data", weights, shipped, oidc_acr=f"{STRONG} {STRONGER}") as house:
        yield house


def test_the_form_has_no_password_and_none_is_taken(alone: House) -> None:
    browser = alone.browser()
    form = browser.get("/sign-in", params={"next": "?view=library"})
    assert form.status_code == 200
    assert "<input" not in form.text
    assert "Sign in with Acme &lt;Login&gt;" in form.text
    tried = browser.post("/sign-in", data={"name": "Ada", "password": GOOD})
    assert tried.status_code == 401
    assert "identity provider alone" in tried.text
    assert "surefoot_session" not in tried.cookies


def test_no_invitation_is_made_and_no_password_set(alone: House, idp: IdentityProvider) -> None:
    accounts = alone.app.accounts
    with pytest.raises(AccountRefused, match="identity provider alone"):
        accounts.people.first_invitation()
    idp.user.groups = ["it"]
    admin = alone.actor(signed_in(alone.browser()))
    assert admin.roles == ("administrator",)
    with pytest.raises(AccountRefused, match="identity provider alone"):
        accounts.people.invite("Ben", ["reader"], [])
    assert [person.name for person in accounts.people.list()] == [admin.name]
    with pytest.raises(AccountRefused, match="identity provider alone"):
        accounts.people.set_password(admin.id, GOOD)


def test_a_password_and_a_link_of_before_do_not_hold_any_more(
    tmp_path: Path, weights: Path, shipped: Path, idp: IdentityProvider
) -> None:
    with house_beside(idp, tmp_path / "data", weights, shipped) as before:
        people = before.app.accounts.people
        people.accept(people.first_invitation(), "Ada", GOOD)
        _, link = people.invite("Ben", ["administrator"], [])
        still_in = before.app.accounts.sessions.sign_in("Ada", GOOD, "127.0.0.1")
        assert before.app.accounts.actor_of(still_in).has_password
    with house_beside(idp, tmp_path / "data", weights, shipped, oidc_alone=True) as after:
        with pytest.raises(SignInRefused, match="identity provider alone"):
            after.app.accounts.sessions.sign_in("Ada", GOOD, "127.0.0.1")
        assert not after.app.accounts.actor_of(still_in).has_password, "none is asked for where none is taken"
        with pytest.raises(InvitationRefused):
            after.app.accounts.people.accept(link, "Ben", GOOD)
        assert after.browser().get("/invitation", params={"token": link}).status_code == 410


def test_the_provider_is_asked_for_the_strength_and_believed_when_it_says_so(
    strict: House, idp: IdentityProvider
) -> None:
    idp.user.claims["acr"] = STRONGER
    assert strict.actor(signed_in(strict.browser())).name == "Ada Lovelace"
    assert set(idp.authorized[0]["acr_values"].split()) == {STRONG, STRONGER}


@pytest.mark.parametrize("said", [None, "0", "urn:example:bronze", f"{STRONG} {STRONGER}", [STRONG], 1, ""])
def test_who_was_checked_less_strongly_is_not_let_in(strict: House, idp: IdentityProvider, said: object) -> None:
    idp.user.claims["acr"] = said
    refused = signed_in(strict.browser())
    assert refused.status_code == 401
    assert "not checked as strongly" in refused.text
    assert strict.app.accounts.people.list() == []


def test_neither_is_set_without_a_provider(tmp_path: Path) -> None:
    for given in ({"oidc_alone": True}, {"oidc_acr": STRONG}):
        with pytest.raises(ValidationError, match="need an identity provider"):
            Settings.model_validate({"data": tmp_path, **given})
    whole = {"oidc_issuer": "https://login.example.org", "oidc_client_id": CLIENT, "oidc_client_secret": SECRET}
    assert Settings.model_validate({"data": tmp_path, **whole, "oidc_roles": ROLES, "oidc_alone": True}).oidc_alone
