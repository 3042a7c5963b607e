"""The pages speak the reader's words: states, days, sizes."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import get_args

import pytest

from surefoot.app.client.forms import AnswerForm, AssistantForm, OutcomeName, SupportName, TimingsForm, UsageForm
from surefoot.app.pages import words
from surefoot.app.pages.markup import said

PAGES = Path(words.__file__).parent
TODAY = date(2026, 3, 12)


def answer(outcome: OutcomeName, support: SupportName) -> AnswerForm:
    return AnswerForm(
        id="a", assistant="x", question="q", answer="", outcome=outcome, support=support, citations=[], release="r",
        model=None, usage=UsageForm(), timings_ms=TimingsForm(evidence=1, first_text=None, total=2), trace_id="t",
    )  # fmt: skip


@pytest.mark.parametrize("outcome", [one for one in get_args(OutcomeName) if one != "small_talk"])
@pytest.mark.parametrize("support", get_args(SupportName))
def test_every_state_of_an_answer_has_a_word_and_a_sign_beside_its_colour(outcome: OutcomeName, support: SupportName):
    verdict = words.verdict(answer(outcome, support))
    assert verdict.word
    assert verdict.icon


def test_what_one_glance_must_tell_apart_is_told_apart():
    states: list[tuple[OutcomeName, SupportName]] = [
        ("answered", "full"),
        ("answered", "partial"),
        ("answered", "conflict"),
        ("not_found", "none"),
    ]
    quoted = answer("quoted", "partial")
    seen = [*(words.verdict(answer(*state)) for state in states), words.verdict(quoted)]
    seen += [words.verdict(quoted.model_copy(update={flag: True})) for flag in ("probable", "instruction")]
    assert len({one.word for one in seen}) == len(seen)
    assert [one.tone for one in seen if one.word in {"Probably", "Standing instruction"}] == ["warn", "none"]


@pytest.mark.parametrize(
    ("ago", "name"),
    [(0, "Today"), (1, "Yesterday"), (3, "Monday"), (20, "20 February"), (400, "5 February 2025")],
)
def test_days_are_named_as_people_name_them(ago: int, name: str):
    moment = datetime(2026, 3, 12, 12, tzinfo=UTC).astimezone() - timedelta(days=ago)
    assert words.day(moment, TODAY) == name


def test_an_assistant_says_how_much_it_knows_and_how_fresh_it_is():
    form = AssistantForm(
        name="a", title="A", summary="", greeting="", owner="", examples=[], private=False, documents=1,
        newest=datetime.now(UTC),
    )  # fmt: skip
    assert words.freshness(form) == "1 document, newest today"
    assert words.freshness(form.model_copy(update={"documents": 0})) == "No documents yet"
    assert words.freshness(form.model_copy(update={"documents": 1200, "newest": None})) == "1,200 documents"


@pytest.mark.parametrize(
    ("number", "said"), [(12, "12 bytes"), (2_300, "2 kB"), (4_560_000, "4.6 MB"), (1_117_000_000, "1,117 MB")]
)
def test_sizes_are_said_in_the_unit_that_people_use(number: int, said: str):
    assert words.size(number) == said


def test_the_pages_use_no_word_of_the_workshop():
    shown = "\n".join(path.read_text() for path in PAGES.glob("*.py"))
    strings = [line for line in shown.splitlines() if '"' in line or "'" in line]
    for word in ("embedding", "adapter", "token budget", "yaml"):
        assert not [line for line in strings if word in line.lower()], word


def test_commands_in_messages_of_the_server_are_set_apart_and_never_shown_with_their_marks():
    bare = re.compile(r"escape\((error\.message|message|\w+\.(reason|trouble))\)")
    assert [path.name for path in PAGES.glob("*.py") if bare.search(path.read_text(encoding="utf-8"))] == []
    assert said("Run `surefoot up` <b>") == 'Run <code class="sf-code">surefoot up</code> &lt;b&gt;'
