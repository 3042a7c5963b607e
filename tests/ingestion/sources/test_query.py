"""Rows of a query as documents, from SQLite and from a real PostgreSQL on loopback."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Generator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError
from sqlalchemy import URL, create_engine

from surefoot.ingestion.errors import AddressRefused, DocumentGone, SourceInvalid, SourceUnreachable, Unreadable
from surefoot.ingestion.sources.network import Surroundings
from surefoot.ingestion.sources.port import Listed
from surefoot.ingestion.sources.query import QuerySettings, QuerySource
from surefoot.ingestion.sources.query_statement import checked_statement
from tests.app import postgresql
from tests.conftest import missing

FILL = (
    "CREATE TABLE plan (id INTEGER PRIMARY KEY, name TEXT, note TEXT, price NUMERIC(8, 2), changed TEXT)",
    "INSERT INTO plan VALUES (1, 'Small', 'For one\nperson | alone', 9.5, '2024-05-06T07:08:09+02:00')",
    "INSERT INTO plan VALUES (2, 'Large: \"big\"', NULL, 29, '2024-05-07')",
)
PLANS: dict[str, Any] = {"key": ["id"], "title": "name", "statement": "SELECT * FROM plan"}
BASE: dict[str, Any] = {"url_secret": "SUREFOOT_SECRET_DB", **PLANS}


class Database:
    """A database with the plans in it."""

    def __init__(self, url: URL) -> None:
        self.url = url.render_as_string(hide_password=False)
        driver = url if url.drivername == "sqlite" else url.set(drivername="postgresql+psycopg")
        self._engine = create_engine(driver)
        self.do(*FILL)

    def do(self, *statements: str) -> None:
        with self._engine.begin() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)

    def all(self, statement: str) -> list[Any]:
        with self._engine.connect() as connection:
            return list(connection.exec_driver_sql(statement).all())

    def close(self) -> None:
        self._engine.dispose()


@pytest.fixture(scope="session")
def server() -> Generator[postgresql.Server]:
    programs = postgresql.programs()
    if programs is None:
        missing("a PostgreSQL server: apt-get install postgresql")
    with postgresql.running(programs) as started:
        yield started


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Generator[Database]:
    if request.param == "sqlite":
        made = Database(URL.create("sqlite", database=str(tmp_path / "plans.db")))
    else:
        made = Database(request.getfixturevalue("server").new_database())
    yield made
    made.close()


def opened(url: str, largest: int = 100_000, *, private: bool = True, **settings: object) -> QuerySource:
    around = Surroundings({"SUREFOOT_SECRET_DB": url}.__getitem__, private, largest, Path("/tmp"), "test")
    return QuerySource(QuerySettings.model_validate({**BASE, **settings}), around)


def listed(source: QuerySource) -> dict[str, Listed]:
    return {item.path: item for item in source.listing() if isinstance(item, Listed)}


def texts(source: QuerySource) -> dict[str, str]:
    return {path: source.fetch(item).data.decode() for path, item in listed(source).items()}


def test_each_row_becomes_a_document_in_markdown(database: Database) -> None:
    source = opened(database.url, modified="changed")
    small, large = texts(source)["1.md"], texts(source)["2.md"]
    assert small.startswith("# Small\n\n- id: 1\n- price: 9.5")
    assert "## note\n\nFor one\nperson | alone" in small
    assert large.startswith('# Large: "big"\n\n- id: 2\n- price: 29')
    assert "note" not in large
    fetched = source.fetch(listed(source)["1.md"])
    assert fetched.modified == datetime(2024, 5, 6, 5, 8, 9, tzinfo=UTC)
    assert fetched.properties == {"id": "1"}
    assert "id, name, note, price, changed" in source.check()
    source.close()


def test_columns_become_a_table_or_stand_alone(database: Database) -> None:
    table = texts(opened(database.url, text=["id", "note"], layout="table"))["1.md"]
    assert table == "# Small\n\n| Column | Value |\n| --- | --- |\n| id | 1 |\n| note | For one person \\| alone |\n"
    assert texts(opened(database.url, text=["note"], title=""))["1.md"] == "# 1\n\nFor one\nperson | alone\n"


def test_only_a_changed_row_has_a_new_fingerprint(database: Database) -> None:
    source = opened(database.url)
    before = listed(source)
    database.do("UPDATE plan SET note = 'new' WHERE id = 2", "INSERT INTO plan VALUES (3, 'Third', '', 1, NULL)")
    after = listed(source)
    assert after["1.md"] == before["1.md"]
    assert after["2.md"].fingerprint != before["2.md"].fingerprint
    assert set(after) == {"1.md", "2.md", "3.md"}
    database.do("DELETE FROM plan WHERE id = 1")
    with pytest.raises(DocumentGone):
        source.fetch(before["1.md"])


def test_colons_percents_and_comments_reach_the_database_as_they_are(database: Database) -> None:
    statement = """SELECT id, name || ' :x 12:30 50%' AS name -- a comment
        FROM plan WHERE name LIKE '%a%' /* ; */ AND name <> ':id;' ORDER BY id;"""
    assert texts(opened(database.url, statement=statement))["1.md"] == "# Small :x 12:30 50%\n\n- id: 1\n"


def test_keys_of_several_columns_make_a_path(database: Database) -> None:
    database.do(
        "INSERT INTO plan VALUES (3, 'a/../b', NULL, 1, NULL)", "INSERT INTO plan VALUES (4, '..', '', 1, NULL)"
    )
    found = texts(opened(database.url, key=["name", "id"], title=""))
    assert {"Small/1.md", "a%2F..%2Fb/3.md", "%2E%2E/4.md"} < set(found)
    assert "- id: 3" in found["a%2F..%2Fb/3.md"]


def test_keys_that_name_no_row_or_two_are_said(database: Database) -> None:
    database.do("INSERT INTO plan VALUES (3, 'Small', 'x', 1, NULL)")
    with pytest.raises(SourceInvalid, match="Two rows have the key 'Small' in 'name'"):
        listed(opened(database.url, key=["name"]))
    with pytest.raises(SourceInvalid, match="'note' is empty"):
        listed(opened(database.url, key=["note"]))
    with pytest.raises(SourceInvalid, match="Two rows"):
        opened(database.url, key=["name"]).fetch(Listed("Small.md", "", '["Small"]'))


def test_a_wrong_column_table_or_query_is_said(database: Database) -> None:
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"title": "titel"}, "no column 'titel'. It yields: id, name, note"),
        ({"statement": "SELECT id, id FROM plan"}, "two columns 'id'|id:1"),
        ({"statement": "SELECT * FROM plans"}, "refuses the query"),
        ({"statement": "SELECT FROM WHERE"}, "refuses the query"),
    ]
    for settings, words in wrong:
        with pytest.raises(SourceInvalid, match=words):
            opened(database.url, **settings).check()
        with pytest.raises(SourceInvalid, match=words):
            listed(opened(database.url, **settings))


def test_a_query_that_yields_too_much_fails_instead_of_losing_rows(database: Database) -> None:
    assert len(listed(opened(database.url, rows=2))) == 2
    with pytest.raises(SourceInvalid, match="more than 1 rows"):
        listed(opened(database.url, rows=1))


def test_a_row_over_the_limit_is_refused_alone(database: Database) -> None:
    database.do(f"UPDATE plan SET note = '{'x' * 9_000}' WHERE id = 1")
    source = opened(database.url, largest=9_500)
    found = listed(source)
    assert source.fetch(found["2.md"]).data
    database.do(f"UPDATE plan SET note = '{'x' * 9_499}' WHERE id = 1")
    with pytest.raises(Unreadable, match="9,500"):
        source.fetch(found["1.md"])


def test_a_query_over_its_time_is_given_up(database: Database) -> None:
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) AS id, 'x' AS name FROM n"
    with pytest.raises(SourceUnreachable, match="longer than 1 seconds"):
        listed(opened(database.url, statement=endless, seconds=1))


def test_the_database_is_never_written(database: Database) -> None:
    hostile = [
        "WITH gone AS (DELETE FROM plan RETURNING *) SELECT * FROM gone",
        "SELECT * FROM plan) AS a; DROP TABLE plan; SELECT * FROM (SELECT 1",
        "SELECT 1 AS id, 'x' AS name /* */ ; COMMIT; DROP TABLE plan --",
    ]
    for statement in hostile:
        settings = QuerySettings.model_validate(BASE).model_copy(update={"statement": statement})  # unchecked
        around = Surroundings({"SUREFOOT_SECRET_DB": database.url}.__getitem__, True, 100_000, Path("/tmp"), "test")
        source = QuerySource(settings, around)
        with pytest.raises(SourceInvalid, match="refuses"):
            listed(source)
    assert len(database.all("SELECT * FROM plan")) == 2


def test_a_function_that_writes_is_refused(server: postgresql.Server) -> None:
    database = Database(server.new_database())
    database.do("CREATE SEQUENCE s", "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'DELETE FROM plan RETURNING id'")
    for call in ("f()", "nextval('s')", "set_config('transaction_read_only', 'off', false)::int"):
        with pytest.raises(SourceInvalid, match="refuses"):
            listed(opened(database.url, statement=f"SELECT {call} AS id, '' AS name"))
    database.close()


def test_keys_keep_their_types(server: postgresql.Server) -> None:
    database = Database(server.new_database())
    for key, name in (
        ("'6f1c1f5e-0000-4000-8000-00000000000a'::uuid", "6f1c1f5e-0000-4000-8000-00000000000a.md"),
        ("date '2024-05-06'", "2024-05-06.md"),
        ("timestamptz '2024-05-06T07:08:09Z'", None),
        ("12.50::numeric", "12.50.md"),
        ("true", "True.md"),
        ("9007199254740993::bigint", "9007199254740993.md"),
    ):
        [(path, text)] = texts(opened(database.url, statement=f"SELECT {key} AS id, 'x' AS name")).items()
        assert name in (path, None)
        assert text.startswith("# x")
    with pytest.raises(SourceInvalid, match="float"):
        listed(opened(database.url, statement="SELECT 1.5::float8 AS id, 'x' AS name"))
    database.close()


def test_a_reader_may_take_its_time_between_rows(database: Database) -> None:
    rows = opened(
        database.url, seconds=1, statement="SELECT a.id * 1000 + b.id AS id, a.name FROM plan a, plan b"
    ).listing()
    next(rows)
    time.sleep(1.1)
    assert len(list(rows)) == 3


def test_a_listing_can_be_left_while_others_are_fetched(database: Database) -> None:
    source = opened(database.url)
    listing = source.listing()
    first = next(listing)
    assert isinstance(first, Listed)
    assert source.fetch(first).data
    source.close()


@pytest.mark.parametrize(
    "url",
    [
        *("mysql://u:pw-word@h/d", "sqlite://", "sqlite:///:memory:", "sqlite:////tmp/a.db?x=y", "nonsense pw-word"),
        *("postgresql:///d", "postgresql://h/d?host=/run", "postgresql://h/d?hostaddr=127.0.0.1", "postgresql://a,b/d"),
        *("postgresql://h/d?service=x", "postgresql://h/d?options=-cx%3Dy"),
    ],
)
def test_an_address_that_leads_elsewhere_is_refused_without_showing_it(url: str) -> None:
    with pytest.raises(SourceInvalid) as caught:
        opened(url).check()
    assert "pw-word" not in str(caught.value)


def test_this_machine_is_refused_unless_a_setting_allows_it() -> None:
    with pytest.raises(AddressRefused, match="SUREFOOT_ALLOW_PRIVATE_SOURCES"):
        opened("postgresql://u@localhost/d", private=False).check()


def test_a_database_that_is_not_there_is_unreachable(tmp_path: Path, free_port: int) -> None:
    for url in (f"sqlite:///{tmp_path}/none.db", f"postgresql://u:pw-word@127.0.0.1:{free_port}/d"):
        with pytest.raises(SourceUnreachable, match="cannot be connected to") as caught:
            listed(opened(url))
        assert "pw-word" not in str(caught.value)
    assert not (tmp_path / "none.db").exists()
    (tmp_path / "text.db").write_text("no database" * 100)
    with pytest.raises(SourceUnreachable, match="not a database"):
        listed(opened(f"sqlite:///{tmp_path}/text.db"))


def test_a_sqlite_file_that_another_program_writes_is_read(tmp_path: Path) -> None:
    database = Database(URL.create("sqlite", database=str(tmp_path / "a.db")))
    writer = sqlite3.connect(tmp_path / "a.db")
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("DELETE FROM plan")
    assert len(listed(opened(database.url))) == 2
    writer.rollback()
    writer.close()
    database.close()


@pytest.mark.parametrize(
    "statement",
    ["", "DELETE FROM plan", "SELECT 1; SELECT 2", "SELECT 1) x (", "-- SELECT", r"SELECT E'\'' ; DROP TABLE x; --'"],
)
def test_what_is_no_single_query_is_refused(statement: str) -> None:
    with pytest.raises(ValidationError):
        QuerySettings.model_validate({**BASE, "statement": statement})


def test_a_query_may_hold_what_looks_dangerous_within_texts() -> None:
    kept = "WITH a AS (SELECT ';)' AS b, $x$ ; $x$ AS c) SELECT * FROM a -- ;)"
    assert checked_statement(kept + "\n;") == kept
