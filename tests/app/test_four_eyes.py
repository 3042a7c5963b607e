"""What shows one administrator what is somebody else's waits until another one has approved it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from fastapi import FastAPI

from surefoot.app.accounts.actor import COMMANDS, Actor
from surefoot.app.accounts.errors import AccountRefused, ApprovalNeeded, ApprovalOver, NotAllowed, UnknownApproval
from surefoot.app.accounts.four_eyes import FourEyes, Rule, State, Wanted
from surefoot.app.accounts.permissions import Permission
from surefoot.app.accounts.person import Change
from surefoot.app.accounts.room import Accounts
from surefoot.app.api.application import guarded
from surefoot.app.database import Database
from surefoot.app.parts import App
from surefoot.core.journal import NoJournal
from tests.app.running import listening
from tests.app.test_accounts import GOOD, Clock
from tests.app.test_erasure import signed_in

OTHER = "nine patient otters by the weir"


@pytest.fixture
def first(accounts: Accounts, ada: str) -> Actor:
    """Ada, the first administrator, signed in."""
    found = accounts.sessions.find(accounts.sessions.sign_in("Ada", GOOD, "10.0.0.1"))
    assert found is not None
    assert found.id == ada
    return found


@pytest.fixture
def second(first: Actor, join: Callable[..., Actor]) -> Actor:
    """Ben, another administrator."""
    return join("Ben", "administrator")


def waiting(accounts: Accounts) -> list[str]:
    return [one.id for one in accounts.four_eyes.list() if one.state is State.WAITING]


def test_one_administrator_alone_waits_for_nobody(accounts: Accounts, first: Actor) -> None:
    cid, _ = accounts.four_eyes.invite(first, "Cid", ["reader", "administrator"], ["board"])
    assert (cid.roles, cid.groups) == (("reader", "administrator"), {"board"})
    accounts.four_eyes.check_export(first, cid.id)
    assert not accounts.four_eyes.list()
    assert not accounts.four_eyes.in_force()
    with pytest.raises(AccountRefused, match="at once"):
        accounts.four_eyes.ask(first, cid.id, Wanted.EXPORT)


def test_a_group_is_joined_once_another_administrator_has_approved_it(
    accounts: Accounts, first: Actor, second: Actor, clock: Clock
) -> None:
    eyes = accounts.four_eyes
    cid, _ = eyes.invite(first, "Cid", ["reader"], ["board"])
    assert (cid.roles, cid.groups) == (("reader",), frozenset())
    clock.pass_by(minutes=1)
    again = eyes.change(first, cid.id, Change(groups=["board", "depot"], roles=["contributor"]))
    assert (again.roles, again.groups) == (("contributor",), frozenset())  # what gives no sight holds at once
    depot, board = waiting(accounts)
    for wrong, error in ((depot, NotAllowed), ("nothing", UnknownApproval)):
        with pytest.raises(error):
            eyes.approve(first, wrong)
    assert not accounts.people.get(cid.id).groups
    assert eyes.approve(second, board).state is State.APPROVED
    assert accounts.people.get(cid.id).groups == {"board"}
    assert eyes.refuse(second, depot).state is State.REFUSED
    assert accounts.people.get(cid.id).groups == {"board"}
    with pytest.raises(ApprovalOver, match="refused"):
        eyes.approve(second, depot)
    kept = eyes.change(first, cid.id, Change(groups=["board"]))
    assert kept.groups == {"board"}
    assert not waiting(accounts)
    assert not eyes.change(first, cid.id, Change(groups=[])).groups  # and leaves at once
    eyes.change(first, cid.id, Change(groups=["board"]))
    assert not accounts.people.get(cid.id).groups
    assert len(waiting(accounts)) == 1


def test_oneself_and_ones_own_puppet_are_no_second_pair_of_eyes(
    accounts: Accounts, first: Actor, second: Actor, join: Callable[..., Actor]
) -> None:
    eyes = accounts.four_eyes
    eyes.change(first, first.id, Change(groups=["board"]))
    (own,) = waiting(accounts)
    with pytest.raises(NotAllowed, match="yourself"):
        eyes.approve(first, own)
    puppet, token = eyes.invite(first, "Eve", ["administrator", "reader"], [])
    assert puppet.roles == ("reader",)
    accounts.people.accept(token, "", GOOD)
    assert "administrator" not in accounts.people.get(puppet.id).roles
    with pytest.raises(ApprovalNeeded):  # nor another administrator, by a password of one's own choice
        eyes.link(first, second.id)
    assert eyes.link(first, first.id)
    dan = join("Dan", "reader")
    with pytest.raises(ApprovalNeeded):
        eyes.link(first, dan.id)
    fay, _ = eyes.invite(first, "Fay", ["reader"], [])
    assert eyes.link(first, fay.id)  # who has set no password yet has nothing that could be taken over


def test_who_shuts_the_other_administrator_out_still_needs_one(accounts: Accounts, first: Actor, second: Actor) -> None:
    eyes = accounts.four_eyes
    eyes.change(first, second.id, Change(roles=["reader"], active=False))
    eyes.change(first, first.id, Change(groups=["board"]))
    assert not accounts.people.get(first.id).groups
    assert eyes.in_force()
    (own,) = waiting(accounts)
    assert eyes.approve(COMMANDS, own).decided_by is None  # the machine's owner
    assert accounts.people.get(first.id).groups == {"board"}


def test_a_second_one_who_is_erased_counts_too(accounts: Accounts, first: Actor, second: Actor) -> None:
    accounts.four_eyes.check_may_go(second.id)
    accounts.people.change(second.id, Change(active=False))
    assert accounts.four_eyes.in_force()


def test_an_export_is_had_for_a_day_after_it_was_approved(
    accounts: Accounts, first: Actor, second: Actor, join: Callable[..., Actor], clock: Clock
) -> None:
    eyes, dan = accounts.four_eyes, join("Dan", "reader")
    eyes.check_export(first, first.id)
    eyes.check_export(COMMANDS, dan.id)
    with pytest.raises(ApprovalNeeded):
        eyes.check_export(first, dan.id)
    asked = eyes.ask(first, dan.id, Wanted.EXPORT)
    assert eyes.ask(first, dan.id, Wanted.EXPORT).id == asked.id
    with pytest.raises(ApprovalNeeded):
        eyes.check_export(first, dan.id)
    eyes.approve(second, asked.id)
    eyes.check_export(first, dan.id)
    for who, whom in ((second, dan.id), (first, second.id)):
        with pytest.raises(ApprovalNeeded):
            eyes.check_export(who, whom)
    with pytest.raises(ApprovalNeeded):  # an export is no link
        eyes.link(first, dan.id)
    clock.pass_by(hours=24, seconds=1)
    with pytest.raises(ApprovalNeeded):
        eyes.check_export(first, dan.id)
    assert eyes.list()[0].state is State.OVER


def test_what_nobody_decides_is_over_and_then_gone(
    accounts: Accounts, first: Actor, second: Actor, clock: Clock
) -> None:
    eyes = accounts.four_eyes
    asked = eyes.ask(first, second.id, Wanted.LINK)
    clock.pass_by(hours=72, seconds=1)
    with pytest.raises(ApprovalOver, match="too long"):
        eyes.approve(second, asked.id)
    assert [one.state for one in eyes.list()] == [State.OVER]
    clock.pass_by(days=31)
    eyes.sweep()
    assert not eyes.list()
    assert eyes.in_force()


def test_who_asked_has_to_be_an_administrator_still(
    accounts: Accounts, first: Actor, second: Actor, join: Callable[..., Actor]
) -> None:
    asked = accounts.four_eyes.ask(second, join("Dan", "reader").id, Wanted.EXPORT)
    accounts.people.change(second.id, Change(roles=["reader"]))
    with pytest.raises(ApprovalOver, match="no administrator any more"):
        accounts.four_eyes.approve(first, asked.id)
    assert accounts.four_eyes.refuse(first, asked.id).state is State.REFUSED


def test_a_program_approves_nothing(accounts: Accounts, first: Actor, second: Actor) -> None:
    made = accounts.keys.add(second, "script", [Permission.MANAGE_PEOPLE], 30)
    key = accounts.keys.find(made[1])
    assert key is not None
    asked = accounts.four_eyes.ask(first, first.id, Wanted.EXPORT)
    with pytest.raises(NotAllowed, match="not a program"):
        accounts.four_eyes.approve(key, asked.id)


def test_a_request_that_two_decide_at_once_is_decided_once(
    accounts: Accounts, first: Actor, second: Actor, join: Callable[..., Actor]
) -> None:
    eyes, third = accounts.four_eyes, join("Cara", "administrator")
    for _ in range(5):
        asked = eyes.ask(first, second.id, Wanted.EXPORT)

        def decided(deed: Callable[[], Any]) -> bool:
            try:
                deed()
            except ApprovalOver:
                return False
            return True

        deeds = [lambda i=asked.id: eyes.approve(third, i), lambda i=asked.id: eyes.refuse(second, i)]
        with ThreadPoolExecutor(2) as pool:
            assert sorted(pool.map(decided, deeds)) == [False, True]


def test_the_setting_says_whether_anything_waits(
    database: Database, accounts: Accounts, first: Actor, second: Actor, clock: Clock
) -> None:
    off, always = (
        FourEyes(database.session, NoJournal(), clock, accounts.people, rule) for rule in (Rule.OFF, Rule.ALWAYS)
    )
    assert not off.in_force()
    assert off.change(first, first.id, Change(groups=["board"])).groups == {"board"}
    accounts.people.change(second.id, Change(active=False))
    assert always.in_force()
    assert always.change(first, first.id, Change(groups=["depot"])).groups == frozenset()


@pytest.fixture
def url(app: App, api: FastAPI) -> Iterator[str]:
    with listening(guarded(api, app)) as url:
        yield url


def entered(url: str, app: App, link: str, name: str) -> httpx.Client:
    """Somebody who has set a password with a link, signed in."""
    token = parse_qs(urlsplit(link).query)["token"][0]
    person = app.accounts.people.accept(token, name, GOOD)
    return signed_in(url, app.accounts.sessions.begin(person.id))


def test_over_http_an_administrator_asks_and_another_one_approves(url: str, app: App) -> None:
    people = app.accounts.people
    people.accept(people.first_invitation(), "Ada", GOOD)
    ada = signed_in(url, app.accounts.sessions.begin("local"))
    made = ada.post("/people", json={"name": "Ben", "roles": ["administrator"]}).json()
    assert made["person"]["roles"] == ["administrator"]
    assert made["person"]["waiting"] == []
    ben = entered(url, app, made["url"], "")
    made = ada.post("/people", json={"name": "Dan", "roles": ["reader"], "groups": ["board"]}).json()
    (waits,) = made["person"]["waiting"]
    assert (waits["groups"], waits["asked_by"], made["person"]["groups"]) == (["board"], "Ada", [])
    dan = entered(url, app, made["url"], "")
    person = made["person"]["id"]

    refused = ada.get(f"/people/{person}/export")
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "approval_needed")
    assert ada.post(f"/people/{person}/invitation").status_code == 403
    assert ada.post("/approvals", json={"wanted": "access", "person_id": person}).status_code == 422
    assert ada.post("/approvals", json={"wanted": "export", "person_id": "nobody"}).status_code == 404
    asked = ada.post("/approvals", json={"wanted": "export", "person_id": person})
    assert asked.status_code == 201
    export = asked.json()["id"]
    for client in (dan, ada):
        assert client.post(f"/approvals/{export}/approve").status_code == 403
    assert dan.get("/approvals").status_code == 403
    found = ben.get("/approvals").json()
    assert found["in_force"]
    assert {one["id"] for one in found["approvals"]} == {export, waits["id"]}
    app.alerts.run_once()
    told = {alert["text"] for alert in ben.get("/alerts/security").json()}
    assert "Ada asks for approval to export all that is kept about Dan: see the page People." in told
    assert "Ada asks for approval to let Dan in into board: see the page People." not in told
    assert "Ada asks for approval to put Dan into board: see the page People." in told

    assert ben.post(f"/approvals/{waits['id']}/approve").json()["state"] == "approved"
    assert dan.get("/me").json()["groups"].count("board") == 1
    assert ada.get(f"/people/{person}/export").status_code == 403
    assert ben.post(f"/approvals/{export}/approve").json()["decided_by"] == "Ben"
    assert ben.post(f"/approvals/{export}/approve").status_code == 409
    assert ada.get(f"/people/{person}/export").json()["person"]["name"] == "Dan"
    assert ben.get(f"/people/{person}/export").status_code == 403

    assert app.trail.verify().whole
    erased = ada.post("/erasures/person", json={"person_id": person, "name": "Dan"})
    assert erased.json()["proof"]["holds"]
    assert ben.get("/approvals").json()["approvals"] == []
