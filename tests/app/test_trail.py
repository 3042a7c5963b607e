"""The audit trail holds each act with the act itself, and tells when somebody touches it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime

import pytest
from sqlalchemy import URL, text
from sqlalchemy.exc import DatabaseError
from sqlmodel import Session

from surefoot.app.audit.destroying import destroy_key
from surefoot.app.audit.reading import TrailReader, Wanted
from surefoot.app.audit.trail import Link, Trail
from surefoot.app.database import Database, database_url
from surefoot.app.migrations.runner import migrate
from surefoot.app.settings import Settings
from surefoot.core.journal import SYSTEM, Act, ActKind, acting_as

QUESTION = "What does the board say about the merger with Halden?"


@pytest.fixture
def kept(new_database_url: URL) -> Database:
    """A migrated database of each kind in turn."""
    url = new_database_url.render_as_string(hide_password=False)
    database = Database(database_url(Settings(database_url=url)))  # pyright: ignore[reportArgumentType]
    migrate(database)
    return database


@pytest.fixture
def reader(kept: Database) -> TrailReader:
    return TrailReader(kept.session, lambda: {"ann": "Ann"})


def write(database: Database, *acts: Act) -> None:
    for act in acts:
        with database.session() as session:
            Trail().write(session, act)
            session.commit()


def asked(who: str = "ann") -> Act:
    return Act(ActKind.ASKED, "answer-1", QUESTION, {"assistant": "fleet"}, who=who)


def test_an_entry_tells_who_did_what_to_what_and_holds_no_content(kept: Database, reader: TrailReader) -> None:
    write(kept, asked())
    (entry,) = reader.list(Wanted(), None, 10)
    assert (entry.name, entry.link.kind, entry.link.thing) == ("Ann", "question:text:asked", "answer-1")
    assert entry.link.facts == {"assistant": "fleet"}
    with kept.session() as session:
        row = str(session.connection().execute(text("SELECT * FROM auditentry")).one())
    assert "Halden" not in row
    assert "ann" not in row.split()
    assert reader.fits(1, QUESTION, "ann")
    assert not reader.fits(1, "another question", "ann")


def test_an_act_is_kept_with_what_it_tells_of_or_not_at_all(kept: Database, reader: TrailReader) -> None:
    with kept.session() as session:
        Trail().write(session, asked())
        session.rollback()
    assert reader.list(Wanted(), None, 10) == []
    assert reader.verify().entries == 0
    write(kept, asked())
    assert reader.verify().whole


def test_many_who_write_at_once_make_one_chain(kept: Database, reader: TrailReader) -> None:
    threads = [threading.Thread(target=write, args=(kept, *([asked(f"p{n}")] * 5))) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    verdict = reader.verify()
    assert (verdict.whole, verdict.entries) == (True, 30)


def test_the_database_itself_refuses_to_change_or_delete_an_entry(kept: Database, reader: TrailReader) -> None:
    write(kept, asked())
    for statement in ("UPDATE auditentry SET thing = 'x'", "DELETE FROM auditentry"):
        with kept.session() as session, pytest.raises(DatabaseError, match="append-only"):
            session.connection().execute(text(statement))
    assert reader.verify().whole


def without_triggers(session: Session) -> None:
    """As somebody would go about it who owns the database."""
    if session.get_bind().dialect.name == "sqlite":
        for deed in ("update", "delete"):
            session.connection().execute(text(f"DROP TRIGGER auditentry_no_{deed}"))
    else:
        session.connection().execute(text("DROP TRIGGER auditentry_is_kept ON auditentry"))


TAMPERED: dict[str, tuple[str, str]] = {
    "changed": ("UPDATE auditentry SET thing = 'x' WHERE number = 2", "Entry 2 was changed"),
    "its facts": ("UPDATE auditentry SET facts = '{}' WHERE number = 2", "Entry 2 was changed"),
    "another time": ("UPDATE auditentry SET at = '2020' WHERE number = 3", "Entry 3 was changed"),
    "taken out": ("DELETE FROM auditentry WHERE number = 2", "Entry 2 is missing"),
    "cut off": ("DELETE FROM auditentry WHERE number = 4", "cut off"),
    "all gone": ("DELETE FROM auditentry", "cut off"),
}


@pytest.mark.parametrize(("statement", "fault"), TAMPERED.values(), ids=TAMPERED.keys())
def test_whatever_is_done_to_an_entry_is_found(kept: Database, reader: TrailReader, statement: str, fault: str) -> None:
    write(kept, *[asked()] * 4)
    with kept.session() as session:
        without_triggers(session)
        session.connection().execute(text(statement))
        session.commit()
    verdict = reader.verify()
    assert not verdict.whole
    assert fault in verdict.fault


def tampered(database: Database, *statements: str) -> None:
    with database.session() as session:
        without_triggers(session)
        for statement in statements:
            session.connection().execute(text(statement))
        session.commit()


def forged(database: Database, number: int, actor: str = SYSTEM, *, facts: str = "{}") -> None:
    """Put an entry there as somebody does who can write to the database and knows how hashes are made."""
    with database.session() as session:
        before = text("SELECT hash FROM auditentry WHERE number < :n ORDER BY number DESC LIMIT 1")
        previous = session.connection().execute(before, {"n": number}).scalar_one_or_none() or "0" * 64
        link = Link(number, "2026-12-01T10:00:00.000000+00:00", actor, "document:content:read", "d", "", {}, previous)
        columns = "number, at, actor, kind, thing, digest, facts, previous, hash"
        values = ":number, :at, :actor, :kind, :thing, :digest, :facts, :previous, :hash"
        row = {**asdict(link), "hash": link.hash, "facts": facts}
        session.connection().execute(text(f"INSERT INTO auditentry ({columns}) VALUES ({values})"), row)
        session.commit()


def test_a_forged_entry_after_the_end_is_found_and_stops_nobody(kept: Database, reader: TrailReader) -> None:
    write(kept, *[asked()] * 4)
    for number in (5, 6, 9):
        forged(kept, number)
    verdict = reader.verify()
    assert (verdict.whole, verdict.entries) == (False, 4)
    assert [fault[:33] for fault in verdict.faults] == [f"Entry {n} stands after the end that" for n in (5, 6, 9)]
    write(kept, *[asked()] * 4)
    verdict = reader.verify()
    assert [entry.link.number for entry in reader.every()] == list(range(1, 14))
    assert verdict.faults == (
        "Entries 5 to 6 stood after the end (4) when entry 7 was written: put there, or the end was set back.",
        "Entry 9 does not follow on the one before it.",
        "Entry 9 stood after the end (8) when entry 10 was written: put there, or the end was set back.",
    )
    assert (verdict.whole, verdict.entries) == (False, 4)


ENDS: dict[str, tuple[str, str]] = {
    "raised": ("UPDATE auditend SET number = 7", "cut off"),
    "set back": ("UPDATE auditend SET number = 2", "Entry 3 stands after the end"),
    "another hash": (f"UPDATE auditend SET hash = '{'a' * 64}'", "another hash than entry 4"),
    "the highest": ("UPDATE auditend SET number = 2147483647", "cut off"),
    "below nothing": ("UPDATE auditend SET number = -2147483648", "The row that holds the trail's end is missing"),
    "gone": ("DELETE FROM auditend", "The row that holds the trail's end is missing"),
    "with its entry": ("DELETE FROM auditentry WHERE number >= 3", "cut off"),
    "all but the end": ("DELETE FROM auditentry", "cut off"),
}


@pytest.mark.parametrize(("statement", "fault"), ENDS.values(), ids=ENDS.keys())
def test_a_changed_end_is_found_before_and_after_the_writes_that_go_on(
    kept: Database, reader: TrailReader, statement: str, fault: str
) -> None:
    write(kept, *[asked()] * 4)
    there = {entry.hash for entry in reader.every()}
    tampered(kept, statement)
    before = reader.verify()
    assert not before.whole
    assert any(fault in one for one in before.faults)
    write(kept, asked(), asked())
    entries = list(reader.every())
    new = [entry for entry in entries if entry.hash not in there]
    assert [entry.link.kind for entry in new] == ["trail:chain:broken", *["question:text:asked"] * 2]
    assert new[0].link.number > 4 or "DELETE FROM auditentry" in statement
    after = reader.verify()
    assert not after.whole
    assert any(f"entry {new[0].link.number} was written" in one for one in after.faults)
    write(kept, asked())
    assert reader.verify().faults == after.faults  # what is written from then on is in order


def test_the_number_of_an_entry_that_was_cut_off_is_not_given_again(kept: Database, reader: TrailReader) -> None:
    write(kept, *[asked()] * 4)
    tampered(kept, "DELETE FROM auditentry WHERE number > 2")
    write(kept, asked())
    assert [entry.link.number for entry in reader.every()] == [1, 2, 5, 6]
    assert reader.verify().faults[0] == "Entries 3 to 4 are missing."


def test_what_somebody_wrote_that_cannot_be_read_is_found_and_shown(kept: Database, reader: TrailReader) -> None:
    write(kept, asked())
    forged(kept, 2, facts='{"a": "b"' if kept.is_sqlite else '["a"]')
    forged(kept, -3)
    assert {"Entry -3 was put before the first one."} < set(reader.verify().faults)
    assert "unreadable" in reader.list(Wanted(), None, 1)[0].link.facts
    write(kept, asked())
    assert any("Entry 2 was changed" in fault for fault in reader.verify().faults)


def test_the_trail_is_whole_whenever_it_is_looked_at_while_others_write(kept: Database, reader: TrailReader) -> None:
    threads = [threading.Thread(target=write, args=(kept, *([asked(f"p{n}")] * 15))) for n in range(3)]
    for thread in threads:
        thread.start()
    seen = [reader.verify()]
    while any(thread.is_alive() for thread in threads):
        seen.append(reader.verify())
    assert [verdict.faults for verdict in seen] == [()] * len(seen)
    assert reader.verify().entries == 45


def test_a_pseudonym_that_no_key_gives_is_found(kept: Database, reader: TrailReader) -> None:
    write(kept, asked(), asked("bob"))
    forged(kept, 3, "0123456789abcdef0123")
    tampered(kept, "UPDATE auditend SET number = 3, hash = (SELECT hash FROM auditentry WHERE number = 3)")
    (fault,) = reader.verify().faults
    assert fault == "No key gives the pseudonym 0123456789abcdef0123, of entry 3 first, and no erasure explains it."


def test_a_key_that_somebody_changed_or_took_is_found(kept: Database, reader: TrailReader) -> None:
    write(kept, asked(), asked("bob"))
    tampered(kept, f"UPDATE personkey SET key = '{'ab' * 32}' WHERE person_id = 'ann'")
    assert len(reader.verify().faults) == 1
    tampered_keys = "DELETE FROM personkey WHERE person_id = 'bob'"
    with kept.session() as session:
        session.connection().execute(text(tampered_keys))
        session.commit()
    assert [fault[:20] for fault in reader.verify().faults] == ["No key gives the pse"] * 2


def test_an_entry_in_the_name_of_somebody_who_was_erased_is_found(kept: Database, reader: TrailReader) -> None:
    write(kept, asked())
    name = reader.list(Wanted(), None, 1)[0].link.actor
    with kept.session() as session:
        destroy_key(session, Trail(), "ann", "bob")
        session.commit()
    assert reader.verify().whole
    forged(kept, 3, name)
    tampered(kept, "UPDATE auditend SET number = 3, hash = (SELECT hash FROM auditentry WHERE number = 3)")
    assert reader.verify().faults == (f"Entry 3 is of {name}, whose key was destroyed with entry 2.",)


def test_a_chain_that_was_made_anew_does_not_have_the_hash_that_was_noted(kept: Database, reader: TrailReader) -> None:
    write(kept, asked(), asked())
    noted = reader.verify().end
    write(kept, asked())
    assert reader.verify(noted).known
    with kept.session() as session:
        without_triggers(session)
        for statement in ("DELETE FROM auditentry", f"UPDATE auditend SET number = 0, hash = '{'0' * 64}'"):
            session.connection().execute(text(statement))
        session.commit()
    write(kept, asked("eve"))
    verdict = reader.verify(noted)
    assert (verdict.whole, verdict.known) == (True, False)


def test_with_the_key_gone_nobody_can_tell_whose_acts_they_were_and_the_chain_holds(
    kept: Database, reader: TrailReader
) -> None:
    write(kept, asked(), Act(ActKind.SIGNED_IN, of="ann", who="ann"), asked("bob"))
    before = reader.list(Wanted(person="ann"), None, 10)
    assert {entry.name for entry in before} == {"Ann"}
    assert before[0].link.thing == before[0].link.actor  # a person is a pseudonym as a thing, too
    with kept.session() as session:
        destroy_key(session, Trail(), "ann", "bob")
        session.commit()
    after = reader.list(Wanted(), None, 10)
    assert [(entry.person, entry.name) for entry in after] == [("bob", "bob"), ("bob", "bob"), (None, ""), (None, "")]
    assert not reader.fits(1, QUESTION, "ann")
    assert reader.verify().whole
    write(kept, asked())
    assert reader.list(Wanted(), None, 1)[0].link.actor != before[0].link.actor  # the same id is somebody new


def test_who_acts_is_who_is_acted_for_and_else_the_system(kept: Database, reader: TrailReader) -> None:
    with acting_as("ann"):
        write(kept, Act(ActKind.DOCUMENT_READ, "d1"))
    write(kept, Act(ActKind.RETENTION_APPLIED))
    assert [entry.person or entry.link.actor for entry in reader.list(Wanted(), None, 10)] == [SYSTEM, "ann"]


def test_no_group_of_a_single_person_stands_in_an_entry(kept: Database, reader: TrailReader) -> None:
    write(kept, Act(ActKind.DOCUMENT_ADDED, "d1", facts={"groups": ["board", "person:ann"]}, who="ann"))
    assert reader.list(Wanted(), None, 1)[0].link.facts == {"groups": ["board", "one person"]}


@pytest.mark.parametrize(
    ("wanted", "number"),
    [
        (Wanted(kind="question:"), 2),
        (Wanted(kind="question:%"), 0),
        (Wanted(thing="answer-1"), 2),
        (Wanted(person="bob"), 1),
        (Wanted(person="nobody"), 0),
        (Wanted(since="2999"), 0),
        (Wanted(until="2999"), 3),
    ],
)
def test_entries_are_found_by_what_is_asked_for(
    kept: Database, reader: TrailReader, wanted: Wanted, number: int
) -> None:
    write(kept, asked(), asked("bob"), Act(ActKind.SIGNED_IN, of="ann", who="ann"))
    assert len(reader.list(wanted, None, 10)) == number


def test_pages_of_the_trail_join_without_a_gap(kept: Database, reader: TrailReader) -> None:
    write(kept, *[asked()] * 7)
    first = reader.list(Wanted(), None, 4)
    second = reader.list(Wanted(), first[-1].link.number, 4)
    assert [entry.link.number for entry in [*first, *second]] == [7, 6, 5, 4, 3, 2, 1]
    assert [entry.link.number for entry in reader.every()] == [1, 2, 3, 4, 5, 6, 7]


def test_times_are_those_of_the_clock(kept: Database, reader: TrailReader) -> None:
    clock: Callable[[], datetime] = lambda: datetime(2026, 11, 27, 8, tzinfo=UTC)  # noqa: E731
    with kept.session() as session:
        Trail(clock).write(session, asked())
        session.commit()
    assert reader.list(Wanted(), None, 1)[0].link.at == "2026-11-27T08:00:00.000000+00:00"
