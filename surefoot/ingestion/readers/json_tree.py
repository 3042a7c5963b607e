"""Reads JSON documents and files with one JSON value a line."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import cast

from surefoot.ingestion.errors import Unreadable
from surefoot.ingestion.readers.formats import Format
from surefoot.ingestion.readers.outline import Outline
from surefoot.ingestion.readers.tree import Record, TreeWriter, Value, title_of
from surefoot.ingestion.results import Content


def read_json(text: str) -> Content:
    """Keys as headings and labels, lists of records as tables. Raises Unreadable for broken and too deep JSON."""
    if not text.strip():
        return Content(Format.JSON, None, ())
    try:
        value = _loaded(text)
    except json.JSONDecodeError as error:
        if error.msg == "Extra data" and "\n" in text.strip():
            return read_jsonl(text)
        raise Unreadable(
            f"This is no valid JSON: {error.msg}, line {error.lineno}. Correct it and feed it again."
        ) from error
    return _written(value, Format.JSON, "Item")


def read_jsonl(text: str) -> Content:
    """Lines of one kind as a table, others one by one. Raises Unreadable and names the line that is broken."""
    rows: list[Value] = []
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            try:
                rows.append(_loaded(line))
            except json.JSONDecodeError as error:
                raise Unreadable(
                    f"Line {number} is no valid JSON: {error.msg}. Correct it and feed the file again."
                ) from error
    return _written(rows, Format.JSONL, "Row")


def _loaded(text: str) -> Value:
    """A value of JSON; numbers are kept as they are written."""
    try:
        return _value(json.loads(text, object_pairs_hook=_record, parse_int=str, parse_float=str, parse_constant=str))
    except RecursionError as error:
        raise Unreadable("The data nest too deeply to be a document. Flatten them.") from error


def _record(pairs: Iterable[tuple[str, object]]) -> Record:
    return Record(tuple((key, _value(member)) for key, member in pairs))


def _value(found: object) -> Value:
    if isinstance(found, list):
        return [_value(member) for member in cast("list[object]", found)]
    if isinstance(found, Record | str):
        return found
    return "" if found is None else "true" if found else "false"


def _written(value: Value, kind: Format, item: str) -> Content:
    outline = Outline()
    TreeWriter(outline).write(value, item)
    return Content(kind, title_of(value), outline.sections())
