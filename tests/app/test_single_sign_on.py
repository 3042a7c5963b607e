"""Signing in with an identity provider: who is let in, as whom, with which groups and roles; over real HTTP."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from surefoot.app.accounts.actor import LOCAL_ID, MACHINE
from surefoot.app.accounts.errors import SignInRefused
from surefoot.app.accounts.people import Change
from surefoot.core.journal import ActKind
from tests.app.identity_provider import CLIENT, IdentityProvider, User
from tests.app.signing_on import House, came_back, kinds, signed_in
from tests.app.test_accounts import GOOD


def test_with_a_provider_there_are_accounts_before_anybody_has_come(house: House) -> None:
    browser = house.browser()
    assert browser.get("/me").status_code == 401
    form = browser.get("/sign-in", params={"next": "?view=library"})
    assert "Sign in with Acme &lt;Login&gt;" in form.text
    assert 'href="/sign-in/provider?next=%3Fview%3Dlibrary"' in form.text


def test_somebody_signs_in_and_is_let_in_with_name_groups_and_roles(house: House, idp: IdentityProvider) -> None:
    idp.user.groups = ["staff", "night shift", "person:local", "x\x00y", "z" * 201]
    arrived = signed_in(house.browser(), "?view=library")
    assert arrived.status_code == 303
    assert arrived.headers["location"].endswith(":8401/?view=library")
    assert "HttpOnly" in arrived.headers["set-cookie"]
    actor = house.actor(arrived)
    assert (actor.name, actor.roles) == ("Ada Lovelace", ("reader",))
    assert actor.asker.groups == {"everyone", f"person:{actor.id}", "staff", "night shift"}
    bearer = {"Authorization": f"Bearer {arrived.cookies['surefoot_session']}"}
    assert httpx.get(f"{house.url}/me", headers=bearer).json()["name"] == "Ada Lovelace"
    assert kinds(house.app)[-2:] == [ActKind.PERSON_ADDED.value, ActKind.SIGNED_IN.value]


def test_the_provider_is_asked_with_pkce_state_and_nonce_and_keeps_its_own_parameters(
    house: House, idp: IdentityProvider
) -> None:
    signed_in(house.browser())
    asked = idp.authorized[0]
    assert asked["tenant"] == "1"
    assert (asked["response_type"], asked["client_id"]) == ("code", CLIENT)
    assert asked["code_challenge_method"] == "S256"
    assert asked["redirect_uri"] == f"{house.url}/sign-in/provider/back"
    assert asked["scope"] == "openid profile email groups"
    secrets = {asked["state"], asked["nonce"], asked["code_challenge"]}
    assert len(secrets) == 3
    assert all(len(secret) == 43 for secret in secrets)
    signed_in(house.browser())
    assert not secrets & set(idp.authorized[1].values())


def test_groups_and_roles_are_those_of_the_last_sign_in(house: House, idp: IdentityProvider) -> None:
    before = house.actor(signed_in(house.browser()))
    house.app.accounts.people.change(before.id, Change(groups=["given here"]))
    idp.user.groups = ["depot", "unknown"]
    after = house.actor(signed_in(house.browser()))
    assert after.id == before.id
    assert after.roles == ("contributor",)
    assert after.asker.groups == {"everyone", f"person:{after.id}", "depot", "unknown", "given here"}
    assert kinds(house.app).count(ActKind.ACCESS_CHANGED.value) == 2
    signed_in(house.browser())
    assert kinds(house.app).count(ActKind.ACCESS_CHANGED.value) == 2  # nothing has changed


def test_without_a_role_nobody_gets_in_and_is_told_what_to_ask_for(house: House, idp: IdentityProvider) -> None:
    idp.user.groups = ["visitors"]
    refused = signed_in(house.browser())
    assert refused.status_code == 403
    assert "none of your groups has a role here" in refused.text
    assert house.app.accounts.people.list() == []
    idp.user.groups = ["staff"]
    arrived = signed_in(house.browser())
    for groups in ([], None):
        idp.user.groups = groups
        assert signed_in(house.browser()).status_code == 403
    actor = house.actor(arrived)
    assert actor.permissions == frozenset()  # the session from before can do nothing any more
    assert kinds(house.app)[-1] == ActKind.SIGN_IN_FAILED.value


def test_who_was_shut_stays_shut(house: House, idp: IdentityProvider) -> None:
    people = house.app.accounts.people
    person = house.actor(signed_in(house.browser()))
    idp.user = User("u-2", {"name": "Boss"}, ["it"])
    signed_in(house.browser())
    people.change(person.id, Change(active=False))
    idp.user = User(groups=["staff", "it"])
    refused = signed_in(house.browser())
    assert refused.status_code == 403
    assert "was shut" in refused.text
    assert "surefoot_session" not in refused.cookies
    assert (people.get(person.id).active, people.get(person.id).roles) == (False, ("reader",))


def test_the_first_administrator_takes_over_what_belongs_to_the_machines_owner(
    house: House, idp: IdentityProvider
) -> None:
    idp.user.groups = ["it"]
    assert house.actor(signed_in(house.browser())).id == LOCAL_ID
    idp.user = User("u-2", {"name": "Bob"}, ["it"])
    assert house.actor(signed_in(house.browser())).id != LOCAL_ID


def test_what_was_private_before_there_were_accounts_is_not_shown_to_who_comes_first(
    house: House, idp: IdentityProvider
) -> None:
    assistants = house.app.assistants
    before = assistants.create("My own files")
    reader = house.actor(signed_in(house.browser()))
    assert before.name not in {one.name for one in assistants.list(reader.asker)}
    assert before.name in {one.name for one in assistants.list(MACHINE.asker)}
    later = assistants.create("Another")
    signed_in(house.browser())
    assert later.name in {one.name for one in assistants.list(reader.asker)}  # only what was there at the first


def test_a_name_that_somebody_else_has_gets_a_number_and_no_account_is_taken_over(
    house: House, idp: IdentityProvider
) -> None:
    people = house.app.accounts.people
    local = people.accept(people.first_invitation(), "ADA Lovelace", GOOD)
    first = house.actor(signed_in(house.browser()))
    idp.user = User("u-2", {"name": "  ada\tlovelace\u202e "})
    second = house.actor(signed_in(house.browser()))
    assert len({local.id, first.id, second.id}) == 3
    assert (first.name, second.name) == ("Ada Lovelace (2)", "ada lovelace (3)")
    assert house.actor(signed_in(house.browser())).name == "ada lovelace (3)"
    idp.user.claims = {"name": "Ada King"}
    assert house.actor(signed_in(house.browser())).name == "Ada King"
    assert ActKind.PERSON_CHANGED.value in kinds(house.app)
    assert house.browser().post("/sign-in", data={"name": "Ada King", "password": ""}).status_code in {401, 422}


def test_who_comes_twice_at_once_is_one_person(house: House) -> None:
    browsers = [house.browser() for _ in range(4)]
    addresses = [came_back(browser) for browser in browsers]
    with ThreadPoolExecutor(4) as pool:
        arrived = list(pool.map(httpx.Client.get, browsers, addresses))
    assert [one.status_code for one in arrived] == [303] * 4
    assert len({house.actor(one).id for one in arrived}) == 1


def test_who_has_no_name_is_called_by_what_there_is(house: House, idp: IdentityProvider) -> None:
    given: list[tuple[dict[str, object], str]] = [
        ({"preferred_username": "ada"}, "ada"),
        ({"name": " ", "email": "ada@example.org"}, "ada@example.org"),
        ({"name": ["Ada"], "email": None}, "u-1"),
        ({"name": "A" * 5000}, "A" * 110),
    ]
    for claims, name in given:
        idp.user.claims = claims
        assert house.actor(signed_in(house.browser())).name == name


def test_what_the_id_token_lacks_is_asked_for_beside_it(house: House, idp: IdentityProvider) -> None:
    idp.user = User(claims={}, groups=None, elsewhere={"name": "Ada", "groups": "staff"})
    actor = house.actor(signed_in(house.browser()))
    assert (actor.name, actor.roles) == ("Ada", ("reader",))
    idp.user.elsewhere = {"sub": "somebody else", "name": "Eve", "groups": ["it"]}
    assert signed_in(house.browser()).status_code == 403


@pytest.mark.parametrize("algorithm", ["PS256", "ES256"])
def test_other_signatures_by_key_pairs_are_taken(house: House, idp: IdentityProvider, algorithm: str) -> None:
    idp.algorithm = "PS256" if algorithm == "PS256" else "ES256"
    idp.auth, idp.slash = "client_secret_post", True
    assert signed_in(house.browser()).status_code == 303


def test_keys_are_asked_for_once_and_again_when_the_provider_signs_with_another(
    house: House, idp: IdentityProvider
) -> None:
    for _ in range(2):
        assert signed_in(house.browser()).status_code == 303
    assert idp.asked.count("/jwks") == 1
    idp.rotate()
    for _ in range(2):
        assert signed_in(house.browser()).status_code == 303
    assert idp.asked.count("/jwks") == 2


def test_the_trail_tells_how_somebody_signed_in(house: House, idp: IdentityProvider) -> None:
    idp.user.groups = ["staff"]
    assert signed_in(house.browser()).status_code == 303
    people = house.app.accounts.people
    people.accept(people.invite("Bob", ["reader"], [])[1], "", GOOD)
    house.app.accounts.sessions.sign_in("Bob", GOOD, "10.0.0.1")
    with pytest.raises(SignInRefused):
        house.app.accounts.sessions.sign_in("Bob", "a guess", "10.0.0.1")
    entries = [one.link for one in house.app.trail.every() if one.link.kind.startswith("person:session:")]
    assert [(one.kind, one.facts.get("by")) for one in entries] == [
        ("person:session:begun", "identity provider"),
        ("person:session:begun", "password"),
        ("person:session:refused", None),
    ]


def test_without_a_provider_its_routes_lead_to_the_form(client: httpx.Client) -> None:
    for path in ("/sign-in/provider", "/sign-in/provider/back?code=x"):
        assert client.get(path).headers["location"] == "/sign-in"
