"""The audit trail holds each act with the act itself, and tells when somebody touches it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from sqlalchemy import URL, text
from sqlalchemy.exc import DatabaseError
from sqlmodel import Session

from surefoot.app.audit.destroying import destroy_key
from surefoot.app.audit.reading import TrailReader, Wanted
from surefoot.app.audit.trail import Trail
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
        destroy_key(session, "ann")
        session.commit()
    after = reader.list(Wanted(), None, 10)
    assert [(entry.person, entry.name) for entry in after] == [("bob", "bob"), (None, ""), (None, "")]
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
