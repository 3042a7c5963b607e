"""Who may sign in, with which password, for how long; what a key may do; what a role allows on which route."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from surefoot.app.accounts.actor import LOCAL_ID, MACHINE, Actor
from surefoot.app.accounts.attempts import OF_BOTH
from surefoot.app.accounts.errors import (
    AccountRefused,
    InvitationRefused,
    NotSignedIn,
    PasswordRefused,
    SignInRefused,
)
from surefoot.app.accounts.keys import Keys
from surefoot.app.accounts.people import INVITATION_HOURS, Change, People
from surefoot.app.accounts.permissions import ROLES, Permission, Role
from surefoot.app.accounts.room import Accounts
from surefoot.app.accounts.sessions import Lifetime, Sessions
from surefoot.app.accounts.tables import KeyRow, PersonRow, SessionRow
from surefoot.app.audit.reading import TrailReader, Wanted
from surefoot.app.audit.trail import Trail
from surefoot.app.database import Database

GOOD = "seven quiet herons at noon"
OTHER = "nine loud tractors by dusk"


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 27, 8, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, **time: float) -> None:
        self.now += timedelta(**time)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def accounts(database: Database, clock: Clock) -> Accounts:
    trail = Trail(clock)
    lifetime = Lifetime(timedelta(hours=12), timedelta(minutes=30))
    people = People(database.session, trail, clock)
    return Accounts(people, Sessions(database.session, trail, clock, lifetime), Keys(database.session, trail, clock))


@pytest.fixture
def ada(accounts: Accounts) -> str:
    """The first administrator's id."""
    return accounts.people.accept(accounts.people.first_invitation(), "Ada", GOOD).id


@pytest.fixture
def join(accounts: Accounts, ada: str) -> Callable[..., Actor]:
    """Invite somebody who signs in."""

    def joined(name: str, *roles: str, groups: tuple[str, ...] = ()) -> Actor:
        _, token = accounts.people.invite(name, roles or ("reader",), groups)
        accounts.people.accept(token, "", GOOD)
        found = accounts.sessions.find(accounts.sessions.sign_in(name, GOOD, "10.0.0.1"))
        assert found is not None
        return found

    return joined


def test_until_there_are_accounts_everybody_on_the_machine_is_its_owner(accounts: Accounts) -> None:
    assert accounts.actor_of("") is MACHINE
    assert accounts.actor_of("sfk_anything") is MACHINE


def test_the_first_link_makes_the_owner_of_the_installation_its_administrator(
    accounts: Accounts, database: Database
) -> None:
    token = accounts.people.first_invitation()
    assert not accounts.on
    person = accounts.people.accept(token, "  Ada   Lovelace ", GOOD)
    assert (person.id, person.name, person.roles) == (LOCAL_ID, "Ada Lovelace", ("administrator",))
    acts = TrailReader(database.session, accounts.people.names).list(Wanted(), None, 9)
    assert [(act.name, act.link.kind) for act in acts] == [
        ("Ada Lovelace", "person:password:set"),
        ("Ada Lovelace", "person:account:added"),
    ]
    assert accounts.on
    with pytest.raises(NotSignedIn):
        accounts.actor_of("")


def test_a_link_holds_once_and_for_a_time(accounts: Accounts, clock: Clock) -> None:
    over = accounts.people.first_invitation()
    clock.pass_by(hours=INVITATION_HOURS)
    with pytest.raises(InvitationRefused):
        accounts.people.accept(over, "Ada", GOOD)
    token = accounts.people.first_invitation()
    accounts.people.accept(token, "Ada", GOOD)
    with pytest.raises(InvitationRefused):
        accounts.people.accept(token, "Eve", GOOD)
    with pytest.raises(AccountRefused, match="accounts already"):
        accounts.people.first_invitation()


def test_a_newer_link_ends_the_one_before(accounts: Accounts, ada: str) -> None:
    person, first = accounts.people.invite("Bob", ["reader"], [])
    second = accounts.people.reset(person.id)
    with pytest.raises(InvitationRefused):
        accounts.people.accept(first, "", GOOD)
    assert accounts.people.accept(second, "", GOOD).name == "Bob"


@pytest.mark.parametrize("password", ["short", "passwordpassword", "aaaaaaaaaaaaaaaa", "surefoot1234", "x" * 200])
def test_a_password_that_is_easily_guessed_is_refused_and_the_link_still_holds(
    accounts: Accounts, password: str
) -> None:
    token = accounts.people.first_invitation()
    with pytest.raises(PasswordRefused):
        accounts.people.accept(token, "Ada", password)
    assert accounts.people.accept(token, "Ada", GOOD).name == "Ada"


def test_no_password_and_no_token_is_kept(accounts: Accounts, ada: str, database: Database) -> None:
    token = accounts.sessions.sign_in("ada", GOOD, "10.0.0.1")
    actor = accounts.sessions.find(token)
    assert actor is not None
    _, secret = accounts.keys.add(actor, "script", ["ask"], 30)
    with database.session() as session:
        person = session.exec(select(PersonRow)).one()
        assert str(person.password_hash).startswith("$argon2id$")
        kept = repr([person, *session.exec(select(SessionRow)), *session.exec(select(KeyRow))])
    assert GOOD not in kept
    assert token not in kept
    assert secret not in kept


def test_a_name_is_the_same_in_any_case_and_there_is_one_of_each(accounts: Accounts, ada: str) -> None:
    assert accounts.sessions.sign_in("ADA", GOOD, "10.0.0.1")
    with pytest.raises(AccountRefused, match="already"):
        accounts.people.invite("aDa", ["reader"], [])


def test_whatever_was_wrong_the_words_are_the_same(accounts: Accounts, join: Callable[..., Actor]) -> None:
    bob = join("Bob")
    accounts.people.change(bob.id, Change(active=False))
    said = set[str]()
    for name, password in (("Ada", "wrong"), ("Nobody", GOOD), ("Bob", GOOD), ("Ada", "x" * 100_000)):
        with pytest.raises(SignInRefused) as refused:
            accounts.sessions.sign_in(name, password, "10.0.0.9")
        said.add(str(refused.value))
    assert len(said) == 1


def test_a_guesser_is_stopped_and_the_person_elsewhere_is_not(
    accounts: Accounts, ada: str, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(OF_BOTH):
        with pytest.raises(SignInRefused):
            accounts.sessions.sign_in("Ada", "a guess", "10.6.6.6")
    with pytest.raises(SignInRefused) as refused:
        accounts.sessions.sign_in("Ada", GOOD, "10.6.6.6")
    assert refused.value.wait_seconds > 0
    assert caplog.messages == ["A try to sign in was refused unread: too many have failed."]
    assert accounts.sessions.sign_in("Ada", GOOD, "10.0.0.1")
    clock.pass_by(minutes=16)
    assert accounts.sessions.sign_in("Ada", GOOD, "10.6.6.6")


def test_a_session_ends_after_its_time_and_after_a_while_without_use(
    accounts: Accounts, ada: str, clock: Clock
) -> None:
    token = accounts.sessions.sign_in("Ada", GOOD, "10.0.0.1")
    for _ in range(35):
        clock.pass_by(minutes=20)
        assert accounts.sessions.find(token) is not None
    clock.pass_by(minutes=20)
    assert accounts.sessions.find(token) is None  # 12 hours are over
    token = accounts.sessions.sign_in("Ada", GOOD, "10.0.0.1")
    clock.pass_by(minutes=30)
    assert accounts.sessions.find(token) is None


def test_a_clock_that_is_set_back_ends_no_session_early_and_none_late(
    accounts: Accounts, ada: str, clock: Clock
) -> None:
    token = accounts.sessions.sign_in("Ada", GOOD, "10.0.0.1")
    clock.pass_by(days=-1)
    assert accounts.sessions.find(token) is not None
    clock.pass_by(days=1, hours=12)
    assert accounts.sessions.find(token) is None


def test_signing_out_everywhere_ends_every_session(accounts: Accounts, ada: str) -> None:
    tokens = [accounts.sessions.sign_in("Ada", GOOD, "10.0.0.1") for _ in range(3)]
    actor = accounts.sessions.find(tokens[0])
    assert actor is not None
    accounts.sessions.end(actor.session, ada)
    assert [accounts.sessions.find(token) is not None for token in tokens] == [False, True, True]
    accounts.sessions.end_all(ada)
    assert not any(accounts.sessions.find(token) for token in tokens)


def test_nobody_ends_the_session_of_somebody_else(accounts: Accounts, join: Callable[..., Actor]) -> None:
    bob, cid = join("Bob"), join("Cid")
    accounts.sessions.end(bob.session, cid.id)
    assert len(accounts.sessions.list(bob.id)) == 1


def test_a_new_password_ends_the_sessions(accounts: Accounts, ada: str) -> None:
    token = accounts.sessions.sign_in("Ada", GOOD, "10.0.0.1")
    with pytest.raises(SignInRefused):
        accounts.sessions.prove(ada, "a wrong one")
    accounts.sessions.prove(ada, GOOD)
    accounts.people.set_password(ada, OTHER)
    assert accounts.sessions.find(token) is None
    assert accounts.sessions.sign_in("Ada", OTHER, "10.0.0.1")


def test_roles_and_groups_hold_from_the_next_request_on(accounts: Accounts, join: Callable[..., Actor]) -> None:
    join("Bob", groups=("depot",))
    token = accounts.sessions.sign_in("Bob", GOOD, "10.0.0.1")
    before = accounts.sessions.find(token)
    assert before is not None
    assert before.asker.groups == {"everyone", f"person:{before.id}", "depot"}
    accounts.people.change(before.id, Change(roles=["auditor"], groups=["board"]))
    after = accounts.sessions.find(token)
    assert after is not None
    assert after.permissions == ROLES[Role.AUDITOR]
    assert "depot" not in after.asker.groups
    accounts.people.change(before.id, Change(active=False))
    assert accounts.sessions.find(token) is None


def test_somebody_is_always_left_who_can_administer(accounts: Accounts, ada: str) -> None:
    for change in (Change(roles=["reader"]), Change(active=False)):
        with pytest.raises(AccountRefused, match="Nobody would be left"):
            accounts.people.change(ada, change)


def test_no_group_of_a_single_person_can_be_given_away(accounts: Accounts, ada: str) -> None:
    for group in (f"person:{ada}", "", "x" * 201, "a\x00b"):
        with pytest.raises(AccountRefused):
            accounts.people.invite("Eve", ["reader"], [group])


def test_a_key_may_what_its_scopes_and_its_person_may(
    accounts: Accounts, join: Callable[..., Actor], clock: Clock
) -> None:
    bob = join("Bob", "contributor")
    for scopes in ([], ["account:own"], ["people:manage"], ["no such thing"]):
        with pytest.raises(AccountRefused):
            accounts.keys.add(bob, "script", scopes, 30)
    key, secret = accounts.keys.add(bob, "script", ["ask", "documents:add"], 30)
    found = accounts.actor_of(secret)
    assert (found.id, found.via, found.permissions) == (bob.id, "key", {Permission.ASK, Permission.ADD_DOCUMENTS})
    accounts.people.change(bob.id, Change(roles=["reader"]))
    assert accounts.actor_of(secret).permissions == {Permission.ASK}
    clock.pass_by(days=30)
    with pytest.raises(NotSignedIn, match="does not hold"):
        accounts.actor_of(secret)
    assert accounts.keys.list(bob.id)[0].used_at is not None
    assert not accounts.keys.end(key.id, "somebody else")
    assert accounts.keys.end(key.id, bob.id)


def test_each_role_has_its_permissions_and_the_trail_is_for_auditors_alone() -> None:
    assert set(ROLES) == set(Role)
    assert {role for role, may in ROLES.items() if Permission.READ_TRAIL in may} == {Role.AUDITOR}
    assert ROLES[Role.READER] < ROLES[Role.CONTRIBUTOR] < ROLES[Role.ADMINISTRATOR]
