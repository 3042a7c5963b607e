"""A form is made from any source's schema, what is typed is checked, and schedules are said in words."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surefoot.app.client.source_forms import SourceForm
from surefoot.app.jobs.schedule import after
from surefoot.app.pages import source_form_schedule, sources_card, sources_words
from surefoot.app.pages.source_form_fields import Field, FieldInvalid, by_field, fields, taken
from surefoot.app.pages.sources_cron import NotUnderstood, times
from surefoot.ingestion.errors import SourceInvalid
from surefoot.ingestion.sources.declared import kinds, parse, schema
from tests.app.test_pages_markup import Tags
from tests.end_to_end.stand_in_knowledge import source

NOW = datetime(2026, 11, 24, 13, 0, tzinfo=UTC)  # a Tuesday


def field(kind: str, name: str) -> Field:
    return next(one for one in fields(schema(kind)) if one.name == name)


@pytest.mark.parametrize("kind", [info.kind for info in kinds()])
def test_every_kind_becomes_a_form_whose_defaults_the_server_takes(kind: str):
    form = fields(schema(kind))
    assert all(one.title and one.shape for one in form)
    assert "kind" not in {one.name for one in form}
    given_ = {
        "folder": {"path": "/srv/manuals"},
        "web": {"start": ["https://www.example.com/"]},
        "bucket": {"bucket": "manuals"},
        "query": {"url_secret": "SUREFOOT_SECRET_DB", "statement": "SELECT 1 AS id", "key": ["id"]},
        "git": {"url": "https://git.example.com/docs.git"},
        "hub": {"reader": "llama_index.readers.json.JSONReader"},
    }[kind]
    required = {one.name for one in form if one.required}
    assert required == set(given_)
    values = {one.name: given_.get(one.name, one.default) for one in form}
    assert parse(kind, {name: value for name, value in values.items() if value is not None})


def test_each_setting_gets_the_widget_that_fits_it():
    shapes = {(kind, one.name): one.shape for kind in ("query", "hub", "web", "git") for one in fields(schema(kind))}
    assert shapes["query", "statement"] == "area"
    assert shapes["query", "layout"] == "choice"
    assert shapes["query", "key"] == "list"
    assert shapes["hub", "init"] == "json"
    assert shapes["web", "pause"] == "number"
    assert shapes["web", "sitemap"] == "toggle"
    assert shapes["web", "authorization_secret"] == shapes["git", "token_secret"] == "secret"
    assert shapes["git", "branch"] == "text"


def test_what_is_typed_becomes_the_setting_or_a_fault_that_says_what_to_do():
    assert taken(field("folder", "include"), " *.pdf \n\n manuals/** ") == ["*.pdf", "manuals/**"]
    assert taken(field("hub", "init"), '{"clean": true}') == {"clean": True}
    assert taken(field("git", "token_secret"), "  ") is None
    assert taken(field("git", "token_secret"), "SUREFOOT_SECRET_GIT") == "SUREFOOT_SECRET_GIT"
    for one, typed, said in (
        (field("git", "token_secret"), "ghp_123", "begins with SUREFOOT_SECRET_"),
        (field("folder", "path"), " ", "Folder is needed."),
        (field("hub", "init"), "{clean: true}", "This is no JSON"),
        (field("hub", "init"), "[1]", 'in the form {"key": "value"}'),
    ):
        with pytest.raises(FieldInvalid, match=said):
            taken(one, typed)


@given(st.text())
def test_no_text_breaks_a_field(text: str):
    for one in (field("hub", "init"), field("folder", "include"), field("git", "token_secret"), field("git", "url")):
        with suppress(FieldInvalid):
            taken(one, text)


def test_the_server_s_faults_stand_beside_the_fields_that_they_name():
    with pytest.raises(SourceInvalid) as fault:
        parse("web", {"start": [], "pages": 0, "authorization_secret": "x"})
    found, rest = by_field(str(fault.value), [one.name for one in fields(schema("web"))])
    assert set(found) == {"start", "pages", "authorization_secret"}
    assert found["pages"].startswith("Input should be greater than")
    assert rest == ""
    assert by_field("'schedule' must be five cron fields.", ["schedule"]) == (
        {"schedule": "Must be five cron fields."},
        "",
    )
    assert by_field("The share is away; look at it.", ["path"]) == ({}, "The share is away; look at it.")


@pytest.mark.parametrize(
    ("cron", "said"),
    [
        (None, "when asked"),
        ("0 * * * *", "every hour"),
        ("15 * * * *", "every hour at minute 15"),
        ("*/10 * * * *", "every 10 minutes"),
        ("0 2 * * *", "every day at 02:00 UTC"),
        ("30 6 * * 1-5", "Monday to Friday at 06:30 UTC"),
        ("0 2 * * 7", "every Sunday at 02:00 UTC"),
        ("0 2 1 * *", "at the times 0 2 1 * * (UTC)"),
        ("0 2,14 * * *", "at the times 0 2,14 * * * (UTC)"),
    ],
)
def test_a_schedule_is_said_in_words(cron: str | None, said: str):
    assert sources_words.schedule(cron) == said


def test_the_next_times_are_said_and_wrong_expressions_are_refused():
    assert sources_words.next_times("0 2 * * *", 3, NOW) == ["tomorrow 02:00", "Thursday 02:00", "Friday 02:00"]
    assert sources_words.next_times("0 15 24 11 *", 1, NOW) == ["today 15:00"]
    assert sources_words.next_times("0 0 30 2 *", 1, NOW) == []
    for wrong in ("", "nonsense", "* * * *", "99 * * * *", "5-1 * * * *", "*/0 * * * *", "0 * * * * *", "x * * * *"):
        with pytest.raises(NotUnderstood):
            sources_words.next_times(wrong, 1, NOW)
    with pytest.raises(FieldInvalid):
        source_form_schedule.taken("* * *")
    assert source_form_schedule.taken("  0  2 * * * ") == "0 2 * * *"
    assert source_form_schedule.taken(None) is None


_PLAIN = [st.integers(low, high).map(str) for low, high in ((0, 59), (0, 23), (1, 28), (1, 12), (0, 7))]
_RANGED = [
    st.sampled_from(some) for some in (["*/7", "3,9", "10-40/15"], ["*", "6-9"], ["*", "*/10"], ["jan-jun"], ["1-5"])
]


@given(st.tuples(*(st.just("*") | plain | ranged for plain, ranged in zip(_PLAIN, _RANGED, strict=True))))
def test_the_next_times_are_those_at_which_the_server_runs_it(words: tuple[str, ...]):
    cron, moment = " ".join(words), NOW
    for found in times(cron, NOW, 3):
        assert found == after(cron, moment)
        moment = found


def test_how_long_ago_something_is_is_said_in_words():
    assert sources_words.ago(None) == "never"
    assert sources_words.ago(NOW, NOW) == "just now"
    assert sources_words.ago(NOW.replace(hour=12, minute=30), NOW) == "30 minutes ago"
    assert sources_words.ago(NOW.replace(hour=9), NOW) == "4 hours ago"


@pytest.mark.parametrize(
    ("kind", "settings", "said"),
    [
        ("folder", {"path": "/srv/manuals"}, "/srv/manuals"),
        ("web", {"start": ["https://a.example/", "https://b.example/"]}, "https://a.example/ and 1 more address"),
        ("bucket", {"bucket": "docs", "prefix": "manuals/"}, "docs/manuals"),
        ("git", {"url": "https://git.example/x.git", "branch": "main"}, "https://git.example/x.git, main"),
        ("query", {"statement": "SELECT id\n  FROM notes"}, "SELECT id FROM notes"),
        ("other", {}, ""),
    ],
)
def test_a_card_says_what_its_source_reads(kind: str, settings: dict[str, Any], said: str):
    form = SourceForm.model_validate(source("s", "S", kind=kind, settings=settings))
    assert sources_words.reads(form) == said


@given(st.text(), st.text(), st.text())
def test_nothing_that_a_source_says_becomes_markup(name: str, path: str, trouble: str):
    form = SourceForm.model_validate(
        source(
            "s", f"<img src=x>{name}", settings={"path": f"<script>{path}"}, health="trouble", trouble=f"<b>{trouble}"
        )
    )
    tags = Tags(sources_card.facts(form, "", "1") + sources_card.buttons(form, "1"))
    assert tags.names <= {"section", "div", "h2", "span", "p", "dl", "dt", "dd", "a", "button", "code"}
