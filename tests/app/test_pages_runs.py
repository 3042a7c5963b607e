"""Runs are told truthfully: states, bars, reasons and the one button that helps; nothing of theirs becomes markup."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surefoot.app.client.run_forms import FailureGroup, RunForm, RunItemForm
from surefoot.app.pages import runs_failures, runs_items, runs_pager, runs_words
from tests.app.test_pages_markup import Tags
from tests.app.test_pages_run import html, opened
from tests.end_to_end.stand_in import Stand, standing
from tests.end_to_end.stand_in_knowledge import item, run, source


@pytest.fixture
def stand(tmp_path: Path, free_port: int) -> Iterator[Stand]:
    with standing(tmp_path, Stand(), free_port) as one:
        yield one


def form(**more: object) -> RunForm:
    return RunForm.model_validate(run("r", source("s", "Manuals"), **more))


def test_a_finished_run_with_failures_is_not_simply_good():
    assert runs_words.verdict(form(state="finished", counts={"ingested": 9})).tone == "good"
    found = runs_words.verdict(form(state="finished", counts={"ingested": 9, "failed": 1, "rejected": 2}))
    assert (found.tone, found.more) == ("warn", "3 could not be read")
    assert runs_words.verdict(form(state="failed")).tone == "bad"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (None, "—"),
        (0.04, "40 ms"),
        (4.21, "4.2 s"),
        (12, "12 s"),
        (60, "1 min"),
        (200, "3 min 20 s"),
        (7500, "2 h 5 min"),
    ],
)
def test_durations_are_said_in_the_unit_that_people_use(seconds: float | None, said: str):
    assert runs_words.duration(seconds) == said


def test_a_bar_a_stage_shows_how_many_have_passed_it():
    bars = runs_words.stage_bars(form(total=10, unchanged=5, stages={"read": 5, "profile": 2}))
    assert bars.count('role="progressbar"') == 8
    assert 'aria-label="Listed" aria-valuemin="0" aria-valuemax="100" aria-valuenow="100"' in bars
    assert 'aria-label="Read" aria-valuemin="0" aria-valuemax="100" aria-valuenow="50"' in bars
    assert 'aria-label="Index" aria-valuemin="0" aria-valuemax="100" aria-valuenow="0"' in bars


def test_seconds_by_stage_stand_there_when_the_run_has_ended():
    report = {"seconds": {"encode": 96.4}}
    assert "1 min 36 s" not in runs_words.stage_bars(form(report=report))
    assert "1 min 36 s" in runs_words.stage_bars(form(state="finished", report=report))


def test_a_group_of_failures_has_its_remedy_once_the_run_has_ended():
    groups = [FailureGroup(reason="It is short.", remedy="accept", count=9, examples=["a", "b", "c", "d"])]
    assert "Accept 9" in runs_failures.draw(groups, ended=True)
    assert "and 6 more documents" in runs_failures.draw(groups, ended=True)
    assert "<button" not in runs_failures.draw(groups, ended=False)
    unknown = [FailureGroup(reason="It is a bug.", remedy=None, count=1, examples=["a"])]
    assert "<button" not in runs_failures.draw(unknown, ended=True)
    assert runs_failures.draw([], ended=True) == ""


def test_the_pager_says_which_rows_stand_there_and_leads_to_the_others():
    assert runs_pager.draw("runs", "items", (1, 100, 100), run="r") == ""
    line = runs_pager.draw("runs", "items", (2, 250, 100), run="r", status="failed")
    assert "101–200 of 250" in line
    assert 'href="/?view=runs&amp;run=r&amp;status=failed&amp;page=3"' in line
    assert "301" not in runs_pager.draw("runs", "items", (9, 250, 100), run="r")


@given(st.text(), st.text())
def test_nothing_that_a_document_says_becomes_markup(path: str, reason: str):
    row = RunItemForm.model_validate(item(f"<script>{path}", reason=f"<img src=x>{reason}", status="failed"))
    group = FailureGroup(reason=f"<b onclick=x>{reason}", remedy="retry", count=1, examples=[f"<i>{path}"])
    tags = Tags(runs_items.row(row) + runs_failures.draw([group], ended=True))
    assert tags.names <= {"tr", "td", "a", "span", "section", "h2", "div", "p", "b", "button", "code"}
    assert "onclick" not in tags.attributes
    assert "src" not in tags.attributes


def test_a_run_that_is_over_shows_what_the_monitor_says(stand: Stand, tmp_path: Path):
    alarm = {"code": "drift", "message": "Half of it is new.", "remedy": "Look at the source."}
    drift = {"score": 0.5, "p_value": 0.002, "came": ["tea"], "went": []}
    moved = "50% of the collection is new and unlike the rest (p = 0.002)."
    stand.knowledge.runs = [run("r", state="finished", report={"monitor": {"alarms": [alarm], "drift": drift}})]
    said = html(opened(tmp_path, view="runs", run="r"))
    assert "Half of it is new." in said
    assert moved in said
    assert "tea" not in said  # the alarm names the words
    stand.knowledge.runs = [run("r", state="finished", report={"monitor": {"drift": drift}})]
    assert f"{moved} More common now: tea." in html(opened(tmp_path, view="runs", run="r"))


@pytest.mark.parametrize(
    "query", [{"page": "99"}, {"page": "x"}, {"page": "-1"}, {"status": "<b>"}, {"status": "kept"}]
)
def test_an_odd_address_of_a_run_is_no_failure(stand: Stand, tmp_path: Path, query: dict[str, str]):
    stand.knowledge.runs = [run("r", state="finished", total=3, counts={"ingested": 3})]
    stand.knowledge.items["r"] = [item(f"{n}.md") for n in range(3)]
    assert "Documents" in html(opened(tmp_path, view="runs", run="r", **query))
