"""Who may sign in, with which password, for how long; what a key may do; what a role allows on which route."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlmodel import select

from surefoot.app.accounts.actor import LOCAL_ID, MACHINE, Actor
from surefoot.app.accounts.attempts import KNOWN_FOR, OF_ADDRESS, OF_BOTH, OF_NAME
from surefoot.app.accounts.errors import (
    AccountRefused,
    InvitationRefused,
    NotSignedIn,
    PasswordRefused,
    SignInRefused,
)
from surefoot.app.accounts.people import INVITATION_HOURS, Change
from surefoot.app.accounts.permissions import ROLES, Permission, Role
from surefoot.app.accounts.room import Accounts
from surefoot.app.accounts.tables import KeyRow, PersonRow, SessionRow
from surefoot.app.audit.reading import TrailReader, Wanted
from surefoot.app.database import Database
from tests.app.conftest import GOOD
from tests.app.running import Clock

OTHER = "nine loud tractors by dusk"


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


@pytest.mark.parametrize(
    "password",
    [
        "short", "passwordpassword", "aaaaaaaaaaaaaaaa", "surefoot1234", "x" * 200,
        "password password", "Passwords, password!", "Password1 Password2 Password3", "P4ssw0rd-P4ssw0rd",
        "Surefoot surefoot", "ada welcome Surefoot", "acme logistics password", "1234 Acme 1234 Logistics",
    ],
)  # fmt: skip
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


def guess(accounts: Accounts, address: str, name: str = "Ada") -> int:
    """One wrong password; gives the seconds for which no further one is read, 0 where it was read."""
    with pytest.raises(SignInRefused) as refused:
        accounts.sessions.sign_in(name, "a guess", address)
    return refused.value.wait_seconds


@pytest.fixture
def noted(accounts: Accounts, database: Database, clock: Clock) -> Callable[..., None]:
    """Note failures without a password to be tried, which takes its time on purpose."""

    def note(name: str, *addresses: str) -> None:
        with database.session() as session:
            for address in addresses:
                accounts.sessions._attempts.failed(session, name.casefold(), address, clock())
            session.commit()

    return note


def test_who_has_a_whole_network_of_addresses_is_one_guesser(
    accounts: Accounts, ada: str, noted: Callable[..., None]
) -> None:
    noted("Ada", *(f"2001:db8:6:6:{number:x}::{number:x}" for number in range(2, OF_BOTH + 1)))
    assert guess(accounts, "2001:db8:6:6:1::1") == 0
    for address in ("2001:db8:6:6:ffff::1", "2001:DB8:6:6::2", "[2001:db8:6:6::3]:443", "2001:db8:6:6::4%eth0"):
        assert guess(accounts, address) > 0, address
    assert guess(accounts, "2001:db8:6:7::1") == 0, "the house beside is somebody else"
    noted("Ada", *(f"10.6.6.6:{port}" for port in range(40_000, 40_000 + OF_BOTH)))
    for address in ("10.6.6.6", "::ffff:10.6.6.6"):
        assert guess(accounts, address) > 0, address
    assert guess(accounts, "10.6.6.7") == 0


def test_a_crowd_of_guessers_does_not_shut_out_who_comes_from_where_they_came_before(
    accounts: Accounts, ada: str, clock: Clock, noted: Callable[..., None]
) -> None:
    accounts.sessions.sign_in("Ada", GOOD, "2001:db8:1:1::1")
    clock.pass_by(days=3)

    def lock() -> None:
        clock.pass_by(minutes=31)
        noted("Ada", *(f"10.6.0.{number}" for number in range(OF_NAME)))
        assert guess(accounts, "10.7.0.1") > 0, "the name is stopped from anywhere else"

    lock()
    assert accounts.sessions.sign_in("Ada", GOOD, "2001:db8:1:1::2")
    noted("Ada", *["2001:db8:1:1::3"] * OF_BOTH)
    assert guess(accounts, "2001:db8:1:1::4") > 0, "who guesses from there is counted as from anywhere"
    clock.pass_by(seconds=KNOWN_FOR.total_seconds())
    lock()
    with pytest.raises(SignInRefused):
        accounts.sessions.sign_in("Ada", GOOD, "2001:db8:1:1::2")


def test_an_address_that_one_person_comes_from_is_nobody_elses(
    accounts: Accounts, join: Callable[..., Actor], clock: Clock, noted: Callable[..., None]
) -> None:
    join("Bob")
    accounts.sessions.sign_in("Ada", GOOD, "10.0.0.7")
    noted("Bob", *(f"10.6.0.{number}" for number in range(OF_NAME)))
    assert guess(accounts, "10.0.0.7", "Bob") > 0
    clock.pass_by(minutes=16)
    for number in range(OF_ADDRESS):
        noted(f"Nobody {number}", "10.0.0.7")
    assert guess(accounts, "10.0.0.7", "Ada") > 0, "one address with any name"


def test_failures_that_were_noted_under_a_clock_ahead_do_not_lock_for_ever(
    accounts: Accounts, ada: str, clock: Clock, noted: Callable[..., None]
) -> None:
    clock.pass_by(days=400)
    noted("Ada", *["10.0.0.1"] * OF_BOTH)
    clock.pass_by(days=-400)
    assert accounts.sessions.sign_in("Ada", GOOD, "10.0.0.1")
    noted("Ada", *["10.0.0.1"] * OF_BOTH)
    clock.pass_by(minutes=-1)  # a clock that was set right by a little forgives nothing
    assert guess(accounts, "10.0.0.1") > 0
    clock.pass_by(minutes=17)
    assert accounts.sessions.sign_in("Ada", GOOD, "10.0.0.1")


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


@pytest.mark.parametrize("seen", [True, False])
def test_a_session_that_is_over_stays_so_when_the_clock_goes_back(
    accounts: Accounts, ada: str, clock: Clock, seen: bool
) -> None:
    token = accounts.sessions.sign_in("Ada", GOOD, "10.0.0.1")
    clock.pass_by(minutes=31)
    if seen:
        assert accounts.sessions.find(token) is None
    else:
        accounts.sessions.sweep()  # as is done from time to time
    clock.pass_by(minutes=-30)
    assert accounts.sessions.find(token) is None


def test_a_session_that_began_under_a_clock_ahead_lasts_no_longer_than_others(
    accounts: Accounts, ada: str, clock: Clock
) -> None:
    clock.pass_by(days=400)
    token = accounts.sessions.sign_in("Ada", GOOD, "10.0.0.1")
    clock.pass_by(days=-400)
    for _ in range(36):
        assert accounts.sessions.find(token) is not None
        clock.pass_by(minutes=20)
    assert accounts.sessions.find(token) is None
    token = accounts.sessions.sign_in("Ada", GOOD, "10.0.0.1")
    assert accounts.sessions.find(token) is not None


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


def test_keys_end_with_the_password_unless_they_shall_stay(accounts: Accounts, join: Callable[..., Actor]) -> None:
    bob, cid = join("Bob", "contributor"), join("Cid", "contributor")
    secrets = [accounts.keys.add(who, "script", ["ask"], 30)[1] for who in (bob, bob, cid)]
    accounts.people.set_password(bob.id, OTHER, end_keys=False)
    assert [accounts.keys.find(secret) is not None for secret in secrets] == [True, True, True]
    accounts.people.set_password(bob.id, GOOD)
    assert [accounts.keys.find(secret) is not None for secret in secrets] == [False, False, True]
    accounts.people.accept(accounts.people.reset(cid.id), "", OTHER)
    assert accounts.keys.find(secrets[2]) is None, "a link that sets a password ends them too"


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
