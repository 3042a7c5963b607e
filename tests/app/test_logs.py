"""A log line is one JSON object, whatever somebody puts into a name."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from typing import Any

import pytest
from pydantic import BaseModel
from sqlalchemy import URL, text

from surefoot.app.database import Database, database_url
from surefoot.app.logs import JsonLines
from surefoot.app.settings import Settings

EVIL = 'a\r\n{"level": "error"}\x00\x1b[2J\x9b2J\x7f\u2028\u202etxt.exe\ud800'


@pytest.mark.parametrize("place", ["message", "fields", "exception"])
def test_nothing_breaks_out_of_its_line(place: str) -> None:
    record = logging.LogRecord("test", logging.WARNING, __file__, 1, "It says %s.", (EVIL,), None)
    if place == "fields":
        record.fields = {"file": EVIL}
    if place == "exception":
        error = ValueError(EVIL)
        record.exc_info = (ValueError, error, None)
    line = JsonLines().format(record)
    assert all(character.isprintable() for character in line)
    assert line.encode("utf-8")
    told = json.loads(line)
    assert told["level"] == "warning"
    assert EVIL in told[{"message": "message", "fields": "file", "exception": "exception"}[place]] + told["message"]


QUESTION = "Does Kestrel get the severance of 40,000 euros?"


class Count(BaseModel):
    """A form that takes no words."""

    count: int


def logged(fails: Callable[[], Any]) -> str:
    """The log's line of what fails, as somebody else's `raise … from` passes it on."""
    try:
        try:
            fails()
        except Exception as error:
            raise RuntimeError("It did not work.") from error
    except RuntimeError as error:
        record = logging.LogRecord("t", logging.ERROR, __file__, 1, "Failed.", (), (RuntimeError, error, None))
        return JsonLines().format(record)
    raise AssertionError("nothing failed")


STATEMENTS = {
    "no such table": "INSERT INTO nowhere VALUES (:question)",
    "taken twice": "INSERT INTO said VALUES (:question), (:question)",
    "no number": "INSERT INTO said (number) VALUES (:question)",
}


@pytest.mark.parametrize("statement", STATEMENTS.values(), ids=STATEMENTS.keys())
def test_a_database_error_in_the_log_holds_nothing_of_what_somebody_wrote(
    new_database_url: URL, statement: str
) -> None:
    database = Database(database_url(Settings(database_url=new_database_url.render_as_string(hide_password=False))))  # pyright: ignore[reportArgumentType]
    with database.session() as session:
        table = "CREATE TABLE said (question TEXT UNIQUE, number INTEGER CHECK (abs(number) >= 0 AND number < 9))"
        session.connection().execute(text(table))
        session.commit()

    def fails() -> None:
        with database.session() as session:
            session.connection().execute(text(statement), {"question": QUESTION})

    line = logged(fails)
    assert "Kestrel" not in line
    assert "Error" in json.loads(line)["exception"]
    database.close()


def test_neither_a_form_that_is_refused_nor_duckdb_repeats_in_the_log_what_it_was_given() -> None:
    import duckdb

    with duckdb.connect() as connection:
        lines = [
            logged(lambda: Count.model_validate({"count": QUESTION})),
            logged(lambda: connection.execute(f"SELECT CAST('{QUESTION}' AS INTEGER)")),
            logged(lambda: connection.execute(f"SELECT '{QUESTION}' FROM nowhere")),
        ]
    assert [line for line in lines if "Kestrel" in line] == []
    assert all("It did not work." in line for line in lines)
