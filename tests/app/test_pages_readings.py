"""Readings on the pages: figures, ages, rows and files of them say what was read, and nothing of theirs is carried out."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from surefoot.app.cli import asking
from surefoot.app.client.forms import AnswerForm, AssistantForm, CitationForm, LiveForm, TimingsForm, UsageForm
from surefoot.app.client.reading_forms import ColumnForm, PeriodForm, ReadingForm, UnknownForm
from surefoot.app.pages import (
    record_card,
    record_chart,
    record_csv,
    record_follow,
    record_map,
    record_panel,
    record_words,
    turn,
    words,
)
from surefoot.app.pages.turn import Shown
from tests.app.test_pages_markup import HOSTILE, Tags

NOW = datetime(2026, 6, 15, 12, 5, 7, tzinfo=UTC)
MIDNIGHT = datetime(2026, 6, 14, 22, tzinfo=UTC)
VEHICLE = ColumnForm(name="vehicle", title="vehicle")
DISTANCE = ColumnForm(name="distance", title="distance", unit="km", decimals=1)
PERIOD = ["period from", "period to"]
SPAN = ["2026-06-15T00:00:00+02:00", "2026-06-16T00:00:00+02:00"]
KINDS = {"section", "p", "b", "span", "a", "div", "table", "thead", "tbody", "tr", "th", "td", "details", "summary"}


def reading(**more: Any) -> ReadingForm:
    """A reading of distances by vehicle, with what a test changes."""
    held: dict[str, Any] = {
        "id": "r1", "metric": "distance", "title": "distance", "value": None, "unit": "km", "filters": {},
        "period": PeriodForm(start=MIDNIGHT, end=MIDNIGHT + timedelta(days=1)), "as_of": NOW, "decimals": 1,
        "told": "distance by vehicle, today", "columns": [VEHICLE, DISTANCE], "drawn": "bars", "zone": "Europe/Berlin",
        "rows": [{"vehicle": "V-101", "distance": 12.34}, {"vehicle": "V-102", "distance": 5.0}],
    }  # fmt: skip
    return ReadingForm.model_validate(held | more)


def citation(**more: Any) -> CitationForm:
    held: dict[str, Any] = {
        "start": 0, "end": 9, "document_id": "", "title": "distance", "page": None, "quote": "distance, today",
        "score": 1.0, "chunk_id": "", "number": 1, "reading": "r1",
    }  # fmt: skip
    return CitationForm.model_validate(held | more)


def answer(*readings: ReadingForm, outcome: str = "answered", support: str = "full") -> AnswerForm:
    return AnswerForm.model_validate(
        {
            "id": "a", "assistant": "fleet", "question": "How far?", "answer": "Distance: 12.3 km. [1]",
            "outcome": outcome, "support": support, "citations": [citation()], "release": "r", "model": None,
            "usage": UsageForm(), "timings_ms": TimingsForm(evidence=1, first_text=1, total=2), "trace_id": "t",
            "readings": list(readings),
        }
    )  # fmt: skip


def plain(html: str) -> str:
    return " ".join(Tags(html).text.replace("\u00a0", " ").split())


def rows_of(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.removeprefix(record_csv.MARK))))


def test_one_number_stands_large_with_its_unit_and_its_plan():
    shown = plain(record_card.head(reading(value=1234.56, drawn="number"), [citation()]))
    assert shown.startswith("1,234.6 km1 Distance by vehicle, today")


def test_a_terminal_tells_figures_that_are_partial_from_quotes_that_are_not_sure():
    assert asking.why(answer(reading(), support="partial")) == "partly supported: the records do not cover all of it"
    quoted = answer(support="partial")
    assert asking.why(quoted) == "not sure: read the passages"
    assert asking.why(quoted.model_copy(update={"probable": True})) == "what stands first probably answers: read it"
    told = asking.why(quoted.model_copy(update={"instruction": True}))
    assert told == "what the documents tell to do where a message sounds like this one"
    assert asking.why(answer(reading())) == "supported by the records"


def test_one_of_something_is_said_in_the_singular_and_minus_nothing_is_nothing():
    assert record_words.figure(1, "trips") == "1\u00a0trip"
    assert record_words.figure(2, "trips") == "2\u00a0trips"
    assert record_words.figure(-1e-11, "km", 1) == "0.0\u00a0km"
    assert record_words.figure(None, "km") == "–"


def test_a_fresh_reading_says_its_age_and_an_old_one_says_that_it_is_old():
    fresh = record_card.as_of(datetime.now(UTC) - timedelta(seconds=3), "UTC")
    old = record_card.as_of(datetime.now(UTC) - timedelta(hours=3), "UTC")
    assert "sf-warn" not in fresh
    assert re.search(r"as of .*, [3-9] s ago", plain(fresh))
    assert "sf-warn" in old
    assert "Old:" in plain(old)
    assert "3 h ago" in plain(old)
    assert "Nothing was ever heard" in plain(record_card.as_of(None, "UTC"))


def test_the_time_of_a_reading_is_told_in_its_zone():
    told = record_words.moment(datetime(2020, 6, 15, 12, 5, 7, tzinfo=UTC), record_words.zone_of("Europe/Berlin"))
    assert told == "Mon 15 June 2020, 14:05:07"


def test_a_step_of_an_hour_names_the_hour_at_midnight_too_and_a_day_is_its_name_alone():
    for title, said in (("hour", "Mon 15 June 2020, 00:00"), ("day", "Mon 15 June 2020")):
        time = ColumnForm(name="time", title=title)
        shown = record_words.cell(datetime(2020, 6, 14, 22, tzinfo=UTC), time, record_words.zone_of("Europe/Berlin"))
        assert shown == said
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    shown = record_words.cell(today, ColumnForm(name="time", title="day"), UTC)
    assert shown == f"{today:%a} {today.day} {today:%B}", "a day is no clock time"


def test_long_words_of_a_table_may_be_broken_into_lines_and_figures_may_not():
    place = ColumnForm(name="to", title="to")
    rows = [{"vehicle": "V-1", "to": "Brightway Fuel Crossmoor", "distance": 1.0}]
    shown = record_card.table(reading(columns=[VEHICLE, place, DISTANCE], rows=rows))
    assert re.search(r'<td class="sf-words"[^>]*>Brightway Fuel Crossmoor</td>', shown)
    assert re.search(r'<td class="sf-right"[^>]*>1.0', shown)


def test_simulated_data_says_so_and_other_data_does_not():
    assert "Simulated data" in plain(record_card.head(reading(simulated=True)))
    assert "Simulated" not in plain(record_card.head(reading()))


def test_that_a_reading_is_not_complete_yet_is_said_with_the_reason() -> None:
    why = "What 2 vehicles sent is kept, and facts are still being derived from it."
    assert f"Not complete yet. {why}" in plain(record_card.head(reading(incomplete=why)))
    assert "complete" not in plain(record_card.head(reading()))


def test_what_was_not_heard_is_said():
    told = plain(record_card.head(reading(unknown=UnknownForm(things=3, seconds=7800))))
    assert "Nothing was heard of 3 vehicles for 2 h 10 min together" in told
    assert "Nothing was heard" not in plain(record_card.head(reading(unknown=UnknownForm(things=0, seconds=0))))


def test_a_comparison_says_how_much_more_or_less():
    grown = reading(value=110.0, before=100.0, before_told="yesterday", drawn="number")
    assert record_words.changed(grown).replace("\u00a0", " ") == "10.0 km more, 10%, than yesterday (100.0 km)"
    assert "less" in record_words.changed(reading(value=90.0, before=100.0, before_told="yesterday"))
    assert "As much as yesterday" in record_words.changed(reading(value=1.0, before=1.0, before_told="yesterday"))
    assert "No reading for yesterday" in record_words.changed(reading(value=1.0, before_told="yesterday"))


def test_a_table_offers_all_of_its_rows_where_it_has_more_than_ten():
    some = [{"vehicle": f"V-{n}", "distance": float(n)} for n in range(57)]
    assert "All 57 rows" in plain(record_card.table(reading(rows=some, total=57)))
    assert "The first 57 of 900 rows" in plain(record_card.table(reading(rows=some, total=900)))
    assert "rows" not in plain(record_card.table(reading(rows=some[:10], total=10)))


def test_a_vehicle_leads_to_its_page_and_a_column_for_the_map_alone_is_not_shown():
    hidden = ColumnForm(name="latitude", title="")
    html = record_card.table(reading(columns=[VEHICLE, DISTANCE, hidden], rows=[{"vehicle": "V-1", "latitude": 52.5}]))
    assert 'href="/?view=fleet&amp;vehicle=V-1"' in html
    assert "52.5" not in html


@given(text=st.text(max_size=60))
def test_no_text_of_a_reading_becomes_an_element_of_its_own(text: str):
    hostile = reading(
        told=text, title=text, definition=text, source=text, before_told=text, unit=text, value=1.0,
        columns=[ColumnForm(name="vehicle", title=f"{text}."), ColumnForm(name="b", title="x")],
        rows=[{"vehicle": text, "b": HOSTILE}, {"vehicle": HOSTILE, "b": text}],
    )  # fmt: skip
    for html in (record_card.head(hostile), record_card.table(hostile), record_card.counted(hostile)):
        tags = Tags(html)
        assert tags.names <= KINDS
        assert not {"src", "onerror", "style"} & tags.attributes


def test_the_file_holds_all_rows_with_units_and_local_times():
    time = ColumnForm(name="time", title="hour")
    held = reading(
        columns=[time, VEHICLE, DISTANCE],
        rows=[{"time": "2026-06-15T12:00:00Z", "vehicle": 'A "quoted", name', "distance": -1.5}],
    )
    assert rows_of(record_csv.written(held)) == [
        ["hour", "vehicle", "distance (km)", *PERIOD],
        ["2026-06-15T14:00:00+02:00", 'A "quoted", name', "-1.5", *SPAN],
    ]


def test_numbers_in_the_file_are_those_on_the_page_and_made_up_ones_say_so():
    latitude = ColumnForm(name="latitude", title="")
    held = reading(
        columns=[VEHICLE, DISTANCE, latitude],
        rows=[{"vehicle": "V-1", "distance": 12.345678901, "latitude": 52.123456789}],
        simulated=True,
    )
    assert rows_of(record_csv.written(held)) == [
        ["vehicle", "distance (km)", "latitude", *PERIOD, "simulated"],
        ["V-1", "12.3", "52.123457", *SPAN, "yes"],
    ]


def test_a_cell_that_a_spreadsheet_would_carry_out_is_made_harmless():
    for text in ("=1+1", "+1", "-1", "@SUM(A1)", " =1", "\t=1", "\uff1d1"):
        assert record_csv.harmless(text) == f"'{text}"
    assert record_csv.harmless("V-104") == "V-104"
    held = reading(columns=[VEHICLE], rows=[{"vehicle": '=HYPERLINK("http://example.com")'}])
    assert rows_of(record_csv.written(held))[1] == ['\'=HYPERLINK("http://example.com")', *SPAN]


def test_the_routes_column_is_no_column_of_the_file():
    route = ColumnForm(name="route", title="")
    held = reading(columns=[VEHICLE, route], rows=[{"vehicle": "V-1", "route": "_p~iF~ps|U"}], drawn="route")
    assert rows_of(record_csv.written(held)) == [["vehicle", *PERIOD], ["V-1", *SPAN]]


def test_bars_are_drawn_in_the_order_of_the_rows():
    spec = record_chart.chart(reading()).to_dict()
    assert [row["name"] for row in spec["data"]["values"]] == ["V-101", "V-102"]
    assert spec["layer"][0]["encoding"]["y"]["sort"] is None
    assert "table below" in spec["description"]


def test_a_group_without_a_figure_is_named_and_shifts_no_label():
    rows = [{"vehicle": f"V-{n}", "distance": None if n == 2 else 10.0 - n} for n in range(8)]
    spec = record_chart.chart(reading(rows=rows)).to_dict()
    drawn = [(row["name"], row["shown"].replace("\u00a0", " ")) for row in spec["data"]["values"]]
    assert drawn == [(f"V-{n}", f"{10.0 - n} km") for n in range(8) if n != 2]
    assert "round(datum.index" in str(spec), "an index of seven is no whole number by itself"
    assert record_chart.left_out(reading(rows=rows)) == "There is no figure for V-2."


def test_a_picture_takes_title_period_and_source_with_it():
    spec = record_chart.chart(reading(source="The odometers.", simulated=True)).to_dict()
    first, *lines = spec["title"]["text"]
    assert first == "Distance by vehicle"
    below = " ".join(lines)
    assert below == "2026-06-15 00:00 to 2026-06-16 00:00 (Europe/Berlin) Source: The odometers Simulated data"
    assert all(len(line) <= 46 for line in lines)
    told = plain(record_card.headed(reading(drawn="points", period=PeriodForm())))
    assert told == "Distance · As of 2026-06-15 14:05 (Europe/Berlin)"


def test_a_gap_in_a_line_stays_a_gap_and_times_are_those_of_the_fleet():
    time = ColumnForm(name="time", title="hour")
    rows = [{"time": f"2026-06-15T1{n}:00:00Z", "distance": None if n == 1 else 1.0} for n in range(3)]
    spec = record_chart.chart(reading(columns=[time, DISTANCE], rows=rows, drawn="line")).to_dict()
    assert [row["value"] for row in spec["data"]["values"]] == [1.0, None, 1.0]
    assert spec["data"]["values"][0]["time"] == "2026-06-15T12:00:00"
    assert spec["mark"]["invalid"] == "break-paths-show-domains"


def test_a_chart_says_what_it_leaves_out():
    many = [{"vehicle": f"V-{n}", "distance": float(n)} for n in range(40)]
    assert "first 25 of 40" in record_chart.left_out(reading(rows=many))
    assert len(record_chart.chart(reading(rows=many)).to_dict()["data"]["values"]) == record_chart.BARS
    assert not record_chart.left_out(reading())


def test_a_reading_without_figures_is_not_drawn_as_a_chart():
    assert record_chart.draws(reading())
    assert not record_chart.draws(reading(rows=[]))
    assert not record_chart.draws(reading(rows=[{"vehicle": "V-1", "distance": None}] * 3))
    assert not record_chart.draws(reading(drawn="table"))


def test_only_what_has_a_position_stands_on_a_map():
    columns = [VEHICLE, ColumnForm(name="latitude", title=""), ColumnForm(name="longitude", title="")]
    there = {"vehicle": "V-1", "latitude": 52.5, "longitude": 13.4}
    assert record_map.draws(reading(columns=columns, rows=[there], drawn="points"))
    lost = [{**there, "latitude": None}]
    assert not record_map.draws(reading(columns=columns, rows=lost, drawn="points"))
    assert not record_map.draws(reading(columns=columns, rows=[{"vehicle": "V-1", "route": ""}], drawn="route"))


def test_a_chip_of_a_reading_opens_the_reading_and_no_document():
    shown = turn.kept(answer(reading()), 0)
    opened = record_panel.opened("0.1", [shown])
    assert opened is not None
    assert opened.reading.id == "r1"
    assert shown.passages == []
    assert record_panel.opened("0.2", [shown]) is None
    assert record_panel.opened("1.1", [shown]) is None


def test_while_the_answer_comes_it_is_said_that_the_records_are_looked_through():
    live = assistant(LiveForm(newest=NOW, zone="Europe/Berlin"))
    assert words.knows(live) == "the live records and 11 documents"
    assert words.knows(assistant(None)) == "11 documents"
    assert words.live(live).endswith("14:05")
    assert words.live(assistant(None)) == ""


def test_the_verdict_on_readings_speaks_of_readings():
    assert words.verdict(answer(reading())).more == "Each figure stands in the reading above."
    assert "nothing was heard" in words.verdict(answer(reading(), support="partial")).more
    assert "no rows" in words.verdict(answer(reading(rows=[]), outcome="not_found", support="none")).more


def test_what_is_offered_next_fits_the_plan():
    assert record_follow.offered(answer(reading())) == ["And by driver?", "And per hour?", "And yesterday?"]
    one = reading(filters={"vehicle": ["V-1"], "driver": ["D-1"]}, columns=[DISTANCE], drawn="number")
    assert "And by depot?" not in record_follow.offered(answer(one))
    past = reading(period=PeriodForm(start=MIDNIGHT - timedelta(days=9), end=MIDNIGHT - timedelta(days=8)))
    assert "And yesterday?" not in record_follow.offered(answer(past))
    assert record_follow.offered(answer(reading(drawn="route"))) == []
    assert record_follow.offered(answer(reading(), outcome="not_found")) == []


def test_what_looks_like_a_time_in_rows_becomes_one_and_other_text_stays():
    rows = [{"a": "2026-06-15T12:00:00.5Z", "b": "2026-06-15", "c": "2026-13-45", "d": "V-104", "e": None}]
    held = ReadingForm.model_validate_json(reading(rows=rows).model_dump_json()).rows[0]
    assert held["a"] == datetime(2026, 6, 15, 12, 0, 0, 500000, tzinfo=UTC)
    assert str(held["b"]) == "2026-06-15"
    assert (held["c"], held["d"], held["e"]) == ("2026-13-45", "V-104", None)


def assistant(live: LiveForm | None) -> AssistantForm:
    return AssistantForm(
        name="fleet", title="Fleet desk", summary="", greeting="", owner="", examples=[], private=False, documents=11,
        live=live,
    )  # fmt: skip


def test_a_turn_on_its_way_has_its_readings():
    assert Shown(0, "q", None, readings=[reading()]).readings[0].metric == "distance"
