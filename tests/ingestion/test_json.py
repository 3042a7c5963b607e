"""JSON documents and files with one value a line."""

from __future__ import annotations

import json

import pytest

from surefoot.ingestion.errors import Unreadable
from surefoot.ingestion.limits import ReadLimits
from surefoot.ingestion.readers.read import read
from surefoot.ingestion.results import Content
from tests.ingestion.made_files import texts, whole


def read_json(value: object, name: str = "a.json") -> Content:
    return read((value if isinstance(value, str) else json.dumps(value)).encode(), name, ReadLimits())


def test_keys_are_labels_and_headings() -> None:
    content = read_json(
        {"name": "Van", "limits": {"speed": {"value": 62, "unit": "mph"}, "tags": ["a", "b"]}, "ok": True}
    )
    assert content.title == "Van"
    assert texts(content) == [
        ((), "name: Van\nok: true"),
        (("limits",), "tags: a, b"),
        (("limits", "speed"), "value: 62\nunit: mph"),
    ]


def test_records_of_one_kind_are_a_table_and_numbers_stay_as_they_are_written() -> None:
    assert texts(read_json('[{"id": 1, "euro": 24.90}, {"id": 2, "euro": 1e400, "note": null}, {"id": 3}]')) == [
        ((), "| id | euro |\n| - | - |\n| 1 | 24.90 |\n| 2 | 1e400 |\n| 3 |  |")
    ]


def test_records_that_hold_records_stand_under_their_names() -> None:
    content = read_json({"parts": [{"title": "Wheel", "of": {"n": 4}}, {"of": {"n": 1}}, "spare"]})
    assert texts(content) == [
        (("parts",), ""),
        (("parts", "Wheel"), "title: Wheel"),
        (("parts", "Wheel", "of"), "n: 4"),
        (("parts", "parts 2"), ""),
        (("parts", "parts 2", "of"), "n: 1\n\n- spare"),
    ]


def test_a_long_list_of_words_is_a_list() -> None:
    content = read_json({"rules": [f"Rule {n} is to be followed by all drivers." for n in range(9)]})
    assert texts(content)[0][1].startswith("- Rule 0 is to be followed by all drivers.\n- Rule 1")


def test_what_lies_deep_is_labelled_with_its_path() -> None:
    value: object = "found"
    for key in "ihgfedcba":
        value = {key: value}
    assert texts(read_json(value))[-1] == (("a", "b", "c", "d", "e"), "f.g.h.i: found")


def test_a_name_that_comes_twice_keeps_both_values() -> None:
    assert texts(read_json('{"a": 1, "a": 2}')) == [((), "a: 1\na: 2")]


def test_lines_of_one_kind_are_a_table_and_others_stand_one_by_one() -> None:
    assert texts(read_json('{"a": 1}\n\n{"a": 2}\n', "a.jsonl")) == [((), "| a |\n| - |\n| 1 |\n| 2 |")]
    content = read_json('{"name": "A", "of": {"x": 1}}\n{"of": {"x": 2}}\n"words"', "a.ndjson")
    assert [path for path, _ in texts(content)] == [("A",), ("A", "of"), ("Row 2",), ("Row 2", "of")]
    assert content.media_type == "application/x-ndjson"
    assert read_json('{"a": 1}\n{"a": 2}').media_type == "application/x-ndjson"  # by content, whatever its name


@pytest.mark.parametrize(
    ("text", "name", "reason"),
    [
        ('{"a": 1,}', "a.json", "no valid JSON: .*line 1"),
        ('{"a": 1}\n{"a"', "a.jsonl", "Line 2 is no valid JSON"),
        ("[" * 100_000, "a.json", "deep"),
        ('{"a":' * 5_000 + "1" + "}" * 5_000, "a.json", "deep"),
        ("[" * 700 + "1" + "]" * 700, "a.json", "deep"),
        ('{"a":' * 150 + "1" + "}" * 150, "a.jsonl", "deep"),
        ("", "a.json", "empty"),
        (" \n", "a.json", "no text"),
        (" \n", "a.jsonl", "no text"),
        ("{}", "a.json", "no text"),
        ("[[], {}, null]", "a.json", "no text"),
    ],
)
def test_broken_deep_and_empty_json_is_refused_with_the_reason(text: str, name: str, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        read_json(text, name)


def test_huge_numbers_and_odd_characters_are_kept_as_text() -> None:
    assert "9" * 5000 in whole(read_json('{"n": ' + "9" * 5000 + "}"))
    assert whole(read_json('{"n": NaN, "s": "\\ud83d\\ude00 \\ud800"}')).strip() == "n: NaN\ns: 😀 \ufffd"
