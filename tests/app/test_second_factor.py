"""A second factor: codes of an authenticator app beside the password, who must have one, and how it is lost."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from sqlmodel import select

from surefoot.app.accounts.actor import LOCAL_ID, Actor
from surefoot.app.accounts.attempts import OF_BOTH
from surefoot.app.accounts.errors import AccountRefused, CodeNeeded, SignInRefused
from surefoot.app.accounts.person import Change, Vouched
from surefoot.app.accounts.policy import Policy
from surefoot.app.accounts.room import Accounts
from surefoot.app.accounts.second_factor import RECOVERY_CODES, SECONDS, code_at
from surefoot.app.accounts.sessions import Lifetime, Sessions
from surefoot.app.accounts.tables import PersonRow, RecoveryCodeRow
from surefoot.app.api.application import create_api, guarded
from surefoot.app.audit.reading import TrailReader, Wanted
from surefoot.app.audit.trail import Trail
from surefoot.app.database import Database
from surefoot.app.parts import App
from surefoot.app.settings import Settings
from surefoot.app.wiring import build
from tests.app.conftest import GOOD
from tests.app.running import Clock, listening
from tests.app.test_accounts import OTHER

HOME = "10.0.0.1"


class Phone:
    """An authenticator app: it knows what the QR code says, and the time."""

    def __init__(self, address: str, clock: Callable[[], float]) -> None:
        asked = parse_qs(urlsplit(address).query)
        assert (asked["issuer"], asked["digits"], asked["period"]) == (["Surefoot"], ["6"], ["30"])
        self.secret = base64.b32decode(asked["secret"][0])
        self._clock = clock

    def code(self, later: int = 0) -> str:
        return code_at(self.secret, int(self._clock()) // SECONDS + later)


@pytest.fixture
def phone(accounts: Accounts, ada: str, clock: Clock) -> Phone:
    """Ada's, with her second factor on."""
    phone = Phone(accounts.sessions.enrol(ada).address, lambda: clock().timestamp())
    accounts.sessions.confirm(ada, phone.code())
    clock.pass_by(minutes=1)
    return phone


def step_of(accounts: Accounts, name: str = "Ada", password: str = GOOD, address: str = HOME) -> str:
    """The right password; gives the token that a code is given with."""
    with pytest.raises(CodeNeeded) as needed:
        accounts.sessions.sign_in(name, password, address)
    return needed.value.token


@pytest.mark.parametrize(
    ("seconds", "code"), [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")]
)
def test_codes_are_those_of_the_standard(seconds: int, code: str) -> None:
    assert code_at(b"12345678901234567890", seconds // SECONDS) == code  # RFC 6238, appendix B


def test_a_second_factor_holds_once_a_code_of_it_was_shown(accounts: Accounts, ada: str, clock: Clock) -> None:
    made = accounts.sessions.enrol(ada)
    phone = Phone(made.address, lambda: clock().timestamp())
    assert base64.b32decode(made.secret.replace(" ", "")) == phone.secret
    assert made.picture.startswith("<svg")
    assert accounts.sessions.sign_in("Ada", GOOD, HOME), "not confirmed: the password is enough"
    with pytest.raises(SignInRefused):
        accounts.sessions.confirm(ada, "000000")
    codes = accounts.sessions.confirm(ada, phone.code())
    assert len(set(codes)) == RECOVERY_CODES
    token, more = accounts.sessions.second_step(step_of(accounts), phone.code(1), HOME)
    actor = accounts.sessions.find(token)
    assert (actor and actor.id, actor and actor.second_factor, more) == (ada, True, [])


def test_a_code_works_once_and_an_older_one_not_at_all(accounts: Accounts, phone: Phone, clock: Clock) -> None:
    step = step_of(accounts)
    before, code = phone.code(-1), phone.code()
    assert accounts.sessions.second_step(step, code, HOME)[0]
    with pytest.raises(SignInRefused, match="done before"):
        accounts.sessions.second_step(step, phone.code(1), HOME)
    again = step_of(accounts)
    for used in (code, before):
        with pytest.raises(SignInRefused, match="used before"):
            accounts.sessions.second_step(again, used, HOME)
    clock.pass_by(seconds=SECONDS)
    assert accounts.sessions.second_step(again, f" {phone.code()[:3]} {phone.code()[3:]} ", HOME)[0]


def test_a_code_that_was_used_under_a_clock_ahead_locks_nobody_out(
    accounts: Accounts, phone: Phone, clock: Clock
) -> None:
    clock.pass_by(days=400)
    accounts.sessions.second_step(step_of(accounts), phone.code(), HOME)
    clock.pass_by(days=-400)
    assert accounts.sessions.second_step(step_of(accounts), phone.code(), HOME)[0]


def test_the_second_step_has_its_time(accounts: Accounts, phone: Phone, clock: Clock) -> None:
    step = step_of(accounts)
    clock.pass_by(minutes=10)
    with pytest.raises(SignInRefused, match="too long"):
        accounts.sessions.second_step(step, phone.code(), HOME)
    for forged in ("", "sft_anything"):
        with pytest.raises(SignInRefused):
            accounts.sessions.second_step(forged, phone.code(), HOME)


def test_wrong_codes_are_counted_with_wrong_passwords_and_a_right_password_forgets_none(
    accounts: Accounts, phone: Phone, clock: Clock, ada: str
) -> None:
    for number in range(OF_BOTH):
        step = step_of(accounts)  # the right password, each time anew
        with pytest.raises(SignInRefused) as refused:
            accounts.sessions.second_step(step, f"00000{number}", HOME)
        assert refused.value.wait_seconds == 0
    with pytest.raises(SignInRefused) as refused:
        accounts.sessions.sign_in("Ada", GOOD, HOME)
    assert refused.value.wait_seconds > 0
    elsewhere = step_of(accounts, address="10.0.0.2")
    with pytest.raises(SignInRefused) as refused:
        accounts.sessions.second_step(elsewhere, phone.code(), "10.0.0.2")
    assert refused.value.wait_seconds > 0, "codes are counted wherever they come from"
    with pytest.raises(SignInRefused):
        accounts.sessions.prove_code(ada, phone.code())
    clock.pass_by(minutes=16)
    assert accounts.sessions.second_step(step_of(accounts), phone.code(), HOME)[0]


def test_a_recovery_code_stands_in_once(accounts: Accounts, ada: str, clock: Clock, database: Database) -> None:
    phone = Phone(accounts.sessions.enrol(ada).address, lambda: clock().timestamp())
    codes = accounts.sessions.confirm(ada, phone.code())
    assert accounts.sessions.second_step(step_of(accounts), codes[0].upper().replace("-", " "), HOME)[0]
    with pytest.raises(SignInRefused):
        accounts.sessions.second_step(step_of(accounts), codes[0], HOME)
    with database.session() as session:
        assert len(session.exec(select(RecoveryCodeRow)).all()) == RECOVERY_CODES - 1
    clock.pass_by(minutes=1)
    anew = Phone(accounts.sessions.enrol(ada).address, lambda: clock().timestamp())
    assert accounts.sessions.second_step(step_of(accounts), phone.code(), HOME)[0], "the old one, until a code is shown"
    accounts.sessions.confirm(ada, anew.code())
    for over in (codes[1], phone.code(1)):
        with pytest.raises(SignInRefused):
            accounts.sessions.second_step(step_of(accounts), over, HOME)


def test_whoever_reads_the_database_alone_learns_no_secret_and_puts_none_in_anothers_place(
    accounts: Accounts, phone: Phone, join: Callable[..., Actor], clock: Clock, database: Database
) -> None:
    bob = join("Bob")
    theirs = Phone(accounts.sessions.enrol(bob.id).address, lambda: clock().timestamp())
    codes = accounts.sessions.confirm(bob.id, theirs.code())
    with database.session() as session:
        people = {row.id: row for row in session.exec(select(PersonRow))}
        kept = repr([people, *session.exec(select(RecoveryCodeRow))])
        assert not [one for one in (*codes, *(code.replace("-", "") for code in codes)) if one in kept]
        assert base64.b32encode(theirs.secret).decode() not in kept
        people[LOCAL_ID].totp_secret = people[bob.id].totp_secret
        session.commit()
    clock.pass_by(minutes=1)
    with pytest.raises(SignInRefused, match="cannot be read"):
        accounts.sessions.second_step(step_of(accounts), theirs.code(), HOME)


def test_another_key_of_the_accounts_lets_nobody_in(
    accounts: Accounts, phone: Phone, clock: Clock, database: Database
) -> None:
    lifetime = accounts.sessions._lifetime
    elsewhere = Sessions(database.session, Trail(clock), clock, lifetime, Policy())
    with pytest.raises(SignInRefused, match="Ask an administrator to reset it"):
        elsewhere.second_step(step_of(accounts), phone.code(), HOME)


def test_who_must_have_one_gets_no_session_without_and_keys_and_the_provider_are_as_they_were(
    accounts: Accounts, join: Callable[..., Actor], clock: Clock, database: Database
) -> None:
    bob = join("Bob", "contributor")
    held = accounts.sessions.sign_in("Bob", GOOD, HOME)
    _, key = accounts.keys.add(bob, "script", ["ask"], 30)
    who = Vouched("https://login.example.org", "7", "Cy", frozenset())
    cy = accounts.sessions.begin(accounts.people.from_provider(who, ["contributor"]).id)
    strict = Sessions(
        database.session, Trail(clock), clock, Lifetime(accounts.sessions._lifetime.longest, accounts.sessions._lifetime.idle),
        Policy(second_factor=frozenset({"contributor"})),
    )  # fmt: skip
    assert strict.find(held) is None, "a session from before the rule"
    assert strict.find(cy) is not None
    assert accounts.keys.find(key) is not None
    assert strict.find(strict.sign_in("Ada", GOOD, HOME)) is not None, "an administrator is not asked here"
    with pytest.raises(CodeNeeded) as needed:
        strict.sign_in("Bob", GOOD, HOME)
    assert needed.value.enrols
    phone = Phone(strict.enrolment(needed.value.token).address, lambda: clock().timestamp())
    assert Phone(strict.enrolment(needed.value.token).address, lambda: 0.0).secret == phone.secret, "shown again"
    token, codes = strict.second_step(needed.value.token, phone.code(), HOME)
    assert strict.find(token) is not None
    assert len(codes) == RECOVERY_CODES
    assert strict.find(held) is not None
    with pytest.raises(AccountRefused, match="Your roles need"):
        strict.end_second_factor(bob.id, own=True)
    accounts.people.change(bob.id, Change(roles=["reader"]))
    strict.end_second_factor(bob.id, own=True)
    assert strict.find(strict.sign_in("Bob", GOOD, HOME)) is not None


def test_an_administrator_resets_it_and_the_trail_tells(accounts: Accounts, phone: Phone, database: Database) -> None:
    token, _ = accounts.sessions.second_step(step_of(accounts), phone.code(), HOME)
    accounts.sessions.end_second_factor(LOCAL_ID, own=False)
    assert accounts.sessions.find(token) is None
    assert accounts.sessions.sign_in("Ada", GOOD, HOME)
    kinds = [act.link.kind for act in TrailReader(database.session, accounts.people.names).list(Wanted(), None, 9)]
    assert kinds[:5] == [
        "person:session:begun", "person:second-factor:ended", "person:session:begun", "person:second-factor:set",
        "person:password:set",
    ]  # fmt: skip


def test_a_link_that_sets_a_password_does_not_go_around_it(accounts: Accounts, phone: Phone, ada: str) -> None:
    accounts.people.accept(accounts.people.reset(ada), "", OTHER)
    with pytest.raises(CodeNeeded) as needed:
        accounts.sessions.begin_with_password(ada)
    assert not needed.value.enrols
    assert accounts.sessions.second_step(needed.value.token, phone.code(), HOME)[0]


def test_one_sets_it_up_over_http_and_signs_in_with_it_in_two_steps(client: httpx.Client, app: App) -> None:
    ada = app.accounts.people.accept(app.accounts.people.first_invitation(), "Ada", GOOD).id
    own = {"Authorization": f"Bearer {app.accounts.sessions.begin(ada)}"}
    assert client.post("/me/second-factor", json={"password": OTHER}, headers=own).status_code == 401
    made = client.post("/me/second-factor", json={"password": GOOD}, headers=own)
    assert made.status_code == 201, made.text
    now = app.accounts.sessions._clock
    phone = Phone(made.json()["address"], lambda: now().timestamp())
    assert client.put("/me/second-factor", json={"code": "000000"}, headers=own).status_code == 401
    codes = client.put("/me/second-factor", json={"code": phone.code()}, headers=own).json()["codes"]
    assert client.get("/me", headers=own).json()["second_factor"] is True
    assert client.get(f"/people/{ada}", headers=own).json()["second_factor"] is True

    asked = client.post("/sign-in", data={"name": "Ada", "password": GOOD, "next": "?view=people"})
    assert (asked.status_code, "set-cookie" in asked.headers) == (200, False)
    step = re.findall(r'name="step" value="(sft_[\w-]+)"', asked.text)[0]
    wrong = client.post("/sign-in/code", data={"step": step, "code": "000000", "next": "?view=people"})
    assert (wrong.status_code, "This code is wrong" in wrong.text) == (401, True)
    right = client.post("/sign-in/code", data={"step": step, "code": codes[0], "next": "?view=people"})
    assert (right.status_code, right.headers["location"].endswith("/?view=people")) == (303, True)
    assert app.accounts.sessions.find(right.cookies["surefoot_session"]) is not None
    over = client.post("/sign-in/code", data={"step": step, "code": codes[1]})
    assert (over.status_code, "Sign in again" in over.text) == (401, True)

    proof = {"password": GOOD, "code": codes[2]}
    assert client.post("/me/second-factor/end", json=proof | {"code": codes[0]}, headers=own).status_code == 401
    assert client.post("/me/second-factor/end", json=proof, headers=own).status_code == 204
    assert client.post("/sign-in", data={"name": "Ada", "password": GOOD}).status_code == 303


@pytest.fixture
def strict(tmp_path: Path, weights: Path, shipped: Path) -> Iterator[App]:
    """All parts where everybody must have a second factor."""
    data = tmp_path / "data"
    app = build(Settings(data=data, weights=weights, model="none", second_factor_for="all"), shipped)
    app.accounts.people.accept(app.accounts.people.first_invitation(), "Ada", GOOD)
    yield app
    assert app.stop(60)
    key = (data / "accounts.key").stat()
    assert (key.st_size, key.st_mode & 0o777) == (32, 0o600)


def test_who_must_set_it_up_sees_its_code_drawn_here_and_asks_nobody_elsewhere(strict: App) -> None:
    with listening(guarded(create_api(strict), strict)) as url, httpx.Client(base_url=url, timeout=60) as client:
        _sets_it_up(client, strict)


def _sets_it_up(client: httpx.Client, app: App) -> None:
    page = client.post("/sign-in", data={"name": "Ada", "password": GOOD})
    assert page.headers["content-security-policy"].startswith("default-src 'none'; style-src 'sha256-")
    assert page.headers["cache-control"] == "no-store"
    assert "<svg" in page.text
    assert re.findall(r"""(?:src|href|url)\s*[=(]\s*["']?(?!/)[\w:]+""", page.text) == []
    step = re.findall(r'name="step" value="(sft_[\w-]+)"', page.text)[0]
    secret = base64.b32decode(re.findall(r"<code>([A-Z2-7 ]+)</code>", page.text)[0].replace(" ", ""))
    now = app.accounts.sessions._clock
    code = code_at(secret, int(now().timestamp()) // SECONDS)
    done = client.post("/sign-in/code", data={"step": step, "code": code, "enrols": "yes"})
    assert len(re.findall(r"<li><code>[a-z2-7-]{29}</code>", done.text)) == RECOVERY_CODES
    assert app.accounts.sessions.find(done.cookies["surefoot_session"]) is not None
