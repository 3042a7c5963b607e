"""A log line is one JSON object, whatever somebody puts into a name."""

from __future__ import annotations

import json
import logging

import pytest

from surefoot.app.logs import JsonLines

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
