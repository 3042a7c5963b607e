"""CSV files that the code has never seen: their columns' kinds, and questions about one that only a declaration explains."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from surefoot.app.desks import RecordDesks
from surefoot.core.readings import Cell
from surefoot.retrieval.records.asking.outcomes import Planned
from surefoot.retrieval.records.declared import RecordsDecl
from surefoot.retrieval.records.desk import RecordDesk
from surefoot.retrieval.records.errors import PlanInvalid, RecordsInvalid
from surefoot.retrieval.records.files import column_name, kind_of, read_csv
from surefoot.retrieval.records.plan import Grain, Plan
from surefoot.retrieval.records.semantic import Semantics
from surefoot.retrieval.records.store_duckdb import DuckDBRecords
from surefoot.retrieval.records.telemetry_tables import Kind
from tests.retrieval.records.small_fleet import NOW, STAFF
from tests.retrieval.records.times_table import found

WHOLE, NUMBER, TEXT, DATE, TIME, YES_NO = Kind.WHOLE, Kind.NUMBER, Kind.TEXT, Kind.DATE, Kind.TIME, Kind.YES_NO


def read(folder: Path, text: str | bytes, **declared: Kind) -> tuple[dict[str, Kind], dict[str, list[Cell]]]:
    path = folder / "table.csv"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read_csv(path, declared)


@pytest.mark.parametrize(
    ("texts", "kind"),
    [
        (["1", "-20", ""], WHOLE),
        (["1", "2.5"], NUMBER),
        (["1,200", "12"], WHOLE),
        (["1,200.5", "-3"], NUMBER),
        (["007", "010"], TEXT),
        (["12E4", "1_2"], TEXT),
        (["1,20"], TEXT),
        (["nan"], TEXT),
        (["2026-10-27", "2026-01-01"], DATE),
        (["2026-10-27", "2026-10-27T09:00:00"], TIME),
        (["27.10.2026"], TEXT),
        (["yes", "No", "n/a"], YES_NO),
        (["yes", "maybe"], TEXT),
        (["", "-", "null"], TEXT),
        ([], TEXT),
    ],
)
def test_a_column_is_of_the_narrowest_kind_that_all_its_values_fit(texts: list[str], kind: Kind) -> None:
    assert kind_of(texts) is kind


def test_values_are_read_by_their_kind(tmp_path: Path) -> None:
    text = (
        'Part No.,In stock,Unit price,Last count,Counted at,Fragile\nA42,"1,200",9.5,2026-10-27,2026-10-27T09:00,yes\n'
    )
    kinds, rows = read(tmp_path, text + "A43,-,,n/a,2026-10-27T09:00+02:00,no\n")
    assert list(kinds.values()) == [TEXT, WHOLE, NUMBER, DATE, TIME, YES_NO]
    assert rows["part_no"] == ["A42", "A43"]
    assert rows["in_stock"] == [1200, None]
    assert rows["unit_price"] == [9.5, None]
    assert rows["last_count"] == [date(2026, 10, 27), None]
    assert rows["counted_at"][0] == datetime(2026, 10, 27, 9, tzinfo=UTC)
    assert rows["fragile"] == [True, False]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_separator_is_seen(tmp_path: Path, separator: str) -> None:
    text = f"part{separator}count\nbolt{separator}3\nnut{separator}4\n"
    assert read(tmp_path, text)[1] == {"part": ["bolt", "nut"], "count": [3, 4]}


def test_a_byte_order_mark_and_empty_lines_are_no_part_of_the_table(tmp_path: Path) -> None:
    assert read(tmp_path, b"\xef\xbb\xbfpart,count\r\nbolt,3\r\n\r\n,\r\n")[1] == {"part": ["bolt"], "count": [3]}


def test_a_declared_kind_counts_for_more_than_what_values_look_like(tmp_path: Path) -> None:
    kinds, rows = read(tmp_path, "code,count\n12,3\n", code=TEXT)
    assert (kinds["code"], rows["code"]) == (TEXT, ["12"])


def test_a_line_that_is_too_short_has_no_value_at_its_end(tmp_path: Path) -> None:
    assert read(tmp_path, "part,count\nbolt,3\nnut\n")[1]["count"] == [3, None]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no line with the names of its columns"),
        (",,\n1,2,3\n", "no line with the names of its columns"),
        ("Part,part \n1,2\n", "two columns of one name: part, part"),
        (b"\x89PNG\r\n\x1a\n\xff\xfe", "cannot be read as CSV"),
        ("part,count\nbolt,3\n", "has no column 'price'. It has: part, count"),
    ],
)
def test_what_is_no_such_table_is_refused_with_what_is_wrong(tmp_path: Path, text: str | bytes, words: str) -> None:
    with pytest.raises(RecordsInvalid) as refused:
        read(tmp_path, text, **({"price": NUMBER} if text == "part,count\nbolt,3\n" else {}))
    assert words in str(refused.value)


def test_a_value_that_does_not_fit_its_declared_kind_is_named_with_its_column(tmp_path: Path) -> None:
    with pytest.raises(RecordsInvalid, match=r"table.csv: 'many' in column 'count' is no whole"):
        read(tmp_path, "part,count\nbolt,many\n", count=WHOLE)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RecordsInvalid, match="cannot be read as CSV"):
        read_csv(tmp_path / "none.csv", {})


def test_column_names_are_lower_case_words() -> None:
    assert column_name(" Unit-price (EUR) ") == "unit_price_eur"


TICKETS = """ticket;opened;team;channel;minutes;reopened
T-1;2026-10-20T09:00;Billing;phone;10;no
T-2;2026-10-20T11:00;Billing;email;30;yes
T-3;2026-10-21T10:00;Network;phone;45;no
T-4;2026-10-26T08:00;Network;chat;5;no
T-5;2026-10-27T08:30;Billing;phone;20;no
T-6;2026-10-27T10:00;Network;phone;25;yes
T-7;2026-10-27T15:00;Network;email;60;no
T-8;2026-10-28T09:00;Onboarding;chat;15;no
"""
DECLARED = """
zone: Europe/Berlin
subject: the tickets of the help desk
thing: team
tables:
  tickets: {file: tickets.csv, time: opened}
dimensions:
  team: {title: team, words: [group, desk], column: team}
  channel: {title: channel, words: [medium], column: channel}
metrics:
  tickets: {title: tickets, words: [cases, requests], table: tickets, count: true, unit: tickets, worse: high}
  reopened: {title: reopened tickets, words: [reopened], table: tickets, count: true, where: {reopened: true}, unit: tickets}
  handling: {title: handling time, words: [time spent, how long], table: tickets, sum: minutes, unit: min, worse: high}
  average_handling:
    {title: average handling time, words: [mean handling time], table: tickets, mean: minutes, unit: min, decimals: 1}
listings:
  ticket_list: {title: list of tickets, words: [tickets], table: tickets, columns: {ticket: ticket, team: team}}
"""


@pytest.fixture
def help_desk(tmp_path: Path) -> Iterator[RecordDesk]:
    """A desk over tickets, which nothing but the declaration knows of."""
    folder = tmp_path / "help-desk"
    folder.mkdir()
    (folder / "tickets.csv").write_text(TICKETS, encoding="utf-8")
    (folder / "records.yaml").write_text(DECLARED, encoding="utf-8")
    store = DuckDBRecords(tmp_path / "records.duckdb")
    store.prepare()
    desks = RecordDesks(store, lambda _: folder, lambda _: None)
    desk = desks.desk("help-desk")
    assert desk is not None, desks.problems
    yield desk
    store.close()


RIGHT: list[tuple[str, float | list[tuple[Cell, ...]]]] = [
    ("How many tickets did we have yesterday?", 3),
    ("How many tickets did Billing have last week?", 2),
    ("Tickets per team yesterday", [("Billing", 1.0), ("Network", 2.0)]),
    ("Which team had the most tickets this week?", [("Network", 3.0)]),
    ("Average handling time of Network yesterday", 42.5),
    ("Total handling time last week", 85),
    ("How many reopened tickets did Network have yesterday?", 1),
    ("Tickets by phone yesterday", 2),
    ("Which teams had more than 2 tickets this week?", [("Network", 3.0)]),
    ("Tickets without email yesterday", 2),
]


def told(desk: RecordDesk, question: str) -> float | list[tuple[Cell, ...]] | None:
    asked = desk.ask(question, STAFF, NOW)
    if not isinstance(asked, Planned):
        return None
    reading = desk.read(asked.plan, STAFF, NOW)
    return sorted(reading.rows, key=str) if asked.plan.by else reading.value


def test_at_least_nine_of_ten_questions_about_an_unseen_table_are_exactly_right(help_desk: RecordDesk) -> None:
    answers = [(question, told(help_desk, question)) for question, _ in RIGHT]
    wrong = [(got, right) for got, right in zip(answers, RIGHT, strict=True) if got != right]
    assert len(RIGHT) - len(wrong) >= 9, wrong


def test_what_the_table_does_not_tell_is_no_plan(help_desk: RecordDesk) -> None:
    for question in ("Tickets of Billing yesterday from Berlin", "How happy were the callers yesterday?"):
        assert not isinstance(help_desk.ask(question, STAFF, NOW), Planned)


def test_a_changed_file_is_read_anew(tmp_path: Path, help_desk: RecordDesk) -> None:
    assert told(help_desk, "How many tickets did Billing have yesterday?") == 1
    folder = tmp_path / "help-desk"
    store = DuckDBRecords(tmp_path / "other.duckdb")
    store.prepare()
    desks = RecordDesks(store, lambda _: folder, lambda _: None)
    first = desks.desk("help-desk")
    assert desks.desk("help-desk") is first
    (folder / "tickets.csv").write_text(TICKETS + "T-9;2026-10-27T16:00;Billing;phone;20;no\n", encoding="utf-8")
    changed = desks.desk("help-desk")
    assert changed is not None
    assert told(changed, "How many tickets did Billing have yesterday?") == 2
    store.close()


def test_days_without_hours_are_told_by_day_and_week_and_not_by_hour(tmp_path: Path) -> None:
    days = "\n".join(line[:14] + line[20:] if line.startswith("T-") else line for line in TICKETS.splitlines())
    (tmp_path / "tickets.csv").write_text(days, encoding="utf-8")
    (tmp_path / "records.yaml").write_text(DECLARED, encoding="utf-8")
    store = DuckDBRecords(tmp_path / "records.duckdb")
    store.prepare()
    desk = RecordDesks(store, lambda _: tmp_path, lambda _: None).desk("help-desk")
    assert desk is not None
    week = found("last week", NOW.isoformat())
    assert week.period is not None

    def told(grain: Grain) -> list[Cell]:
        reading = desk.read(Plan(("tickets",), grain=grain, period=week.period), STAFF, NOW)
        return [row[-1] for row in reading.rows]

    assert told(Grain.DAY) == [None, 2.0, 1.0, None, None, None, None]
    assert told(Grain.WEEK) == [3.0]
    with pytest.raises(PlanInvalid, match="of days, not of hours"):
        told(Grain.HOUR)
    store.close()


def test_a_wrong_file_leaves_no_desk_and_says_why(tmp_path: Path) -> None:
    (tmp_path / "records.yaml").write_text(DECLARED, encoding="utf-8")
    store = DuckDBRecords(tmp_path / "records.duckdb")
    store.prepare()
    desks = RecordDesks(store, lambda _: tmp_path, lambda _: None)
    assert desks.desk("help-desk") is None
    assert desks.problems["help-desk"] == "'tickets.csv' is no file in the assistant's folder."
    store.close()


def test_a_file_outside_of_the_folder_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "inside"
    folder.mkdir()
    (tmp_path / "tickets.csv").write_text(TICKETS, encoding="utf-8")
    (folder / "records.yaml").write_text(DECLARED.replace("tickets.csv", "../tickets.csv"), encoding="utf-8")
    store = DuckDBRecords(tmp_path / "records.duckdb")
    store.prepare()
    desks = RecordDesks(store, lambda _: folder, lambda _: None)
    assert desks.desk("help-desk") is None
    assert "is no file in the assistant's folder" in desks.problems["help-desk"]
    store.close()


def test_desks_are_made_before_somebody_asks_and_a_broken_one_stops_no_other(tmp_path: Path) -> None:
    folders = {name: tmp_path / name for name in ("broken", "help-desk", "without")}
    for folder in folders.values():
        folder.mkdir()
    (folders["broken"] / "records.yaml").write_text("tables: [", encoding="utf-8")
    (folders["help-desk"] / "records.yaml").write_text(DECLARED, encoding="utf-8")
    (folders["help-desk"] / "tickets.csv").write_text(TICKETS, encoding="utf-8")
    store = DuckDBRecords(tmp_path / "records.duckdb")
    store.prepare()
    RecordDesks(store, folders.get, lambda _: None).prepare(["nowhere", *folders])
    assert "team" in store.columns_of("help_desk_tickets")
    store.close()


@pytest.mark.parametrize(
    ("says", "words"),
    [
        ("{who} sold {amount}", "'{who} sold {amount}' names 'amount', which is not known"),
        ("{who} sold {value", "'{who} sold {value' cannot be read"),
    ],
)
def test_a_sentence_that_cannot_be_filled_in_is_refused(says: str, words: str) -> None:
    spoken = {"en": {"says": {"price": says}}}
    declared = RecordsDecl.model_validate(
        {"zone": "UTC", "tables": {}, "dimensions": {}, "metrics": {}, "spoken": spoken}
    )
    with pytest.raises(RecordsInvalid) as refused:
        Semantics(declared, Path())
    assert f"In the language 'en', {words}" in str(refused.value)
