"""Alerts on the page: how urgent in a word, why, on which reading, and whose turn it is; nothing of theirs is markup."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from surefoot.app.client.alert_forms import AlertForm, AlertList, EvaluationForm
from surefoot.app.pages import alerts
from tests.app.test_pages_markup import HOSTILE, Tags

NOW = datetime(2026, 11, 25, 11, 0, tzinfo=UTC)
READING: dict[str, Any] = {
    "metric": "level",
    "title": "charge",
    "value": 12.3,
    "unit": "%",
    "limit": "under 15 %",
    "told": "charge by vehicle",
    "as_of": NOW - timedelta(minutes=1),
    "source": "Guide, section 3",
    "zone": "Europe/Berlin",
}


def an_alert(number: int = 1, *, reading: dict[str, Any] | None = None, **said: Any) -> AlertForm:
    plain = {
        "id": f"a{number}",
        "assistant": "fleet",
        "rule": "charge_low",
        "title": "Battery low",
        "severity": "critical",
        "state": "open",
        "text": f"The battery of V-{number} is low.",
        "thing": f"V-{number}",
        "reading": READING | (reading or {}),
        "opened_at": NOW - timedelta(minutes=4),
        "seen_at": NOW,
    }
    return AlertForm.model_validate(plain | said)


def a_list(*found: AlertForm, **said: Any) -> AlertList:
    told = EvaluationForm.model_validate({"every_seconds": 30, "begun_at": NOW, "evaluated_at": NOW} | said)
    return AlertList(alerts=list(found), open=len(found), evaluation=told)


def test_an_alert_shows_its_urgency_in_a_word_its_rule_and_its_reading():
    seen = Tags(alerts.draw(a_list(an_alert()), now=NOW)).text
    for words in (
        "1 open alert",
        "Critical",
        "The battery of V-1 is low.",
        "Rule “Battery low” (Guide, section 3)",
        "opened 4 minutes ago",
        "Reading: 12 %",
        "limit: under 15 %",
        "charge by vehicle",
        "as of 25 November 2026, 11:59:00",
        "Acknowledge …",
    ):
        assert words in seen


def test_simulated_data_say_so():
    assert "Simulated data" not in alerts.card(an_alert(), NOW)
    assert "Simulated data" in alerts.card(an_alert(reading={"simulated": True}), NOW)


def test_an_acknowledged_alert_says_who_takes_care_and_has_no_button():
    card = alerts.card(an_alert(acknowledged_at=NOW, acknowledged_by="ann", note="On it."), NOW)
    assert "ann takes care of it" in card
    assert "On it." in card
    assert "<button" not in card


def test_an_alert_whose_conditions_hold_no_longer_says_so_until_it_ends():
    assert "no longer so, first seen 2 minutes ago" in alerts.card(an_alert(unheld_at=NOW - timedelta(minutes=2)), NOW)


def test_of_one_vehicle_only_its_own_alerts_are_shown():
    found = a_list(an_alert(1), an_alert(2, rule="charge_very_low"))
    assert "V-2 is low" in Tags(alerts.draw(found, now=NOW)).text
    assert "V-2 is low" not in alerts.draw(found, "V-1", NOW)
    assert "No rule speaks up of V-3." in alerts.draw(found, "V-3", NOW)


def test_what_is_not_evaluated_is_said_and_not_called_calm():
    drawn = alerts.draw(a_list(trouble="The store is away.", since=NOW), now=NOW)
    assert "The store is away." in drawn
    assert "No rule speaks up" not in drawn
    assert "No open alerts" not in drawn
    problem = {"assistant": "fleet", "rule": "r", "text": "There is no metric 'x'."}
    drawn = alerts.draw(a_list(problems=[problem]), now=NOW)
    assert "The rule “r” of fleet cannot be used: There is no metric" in Tags(drawn).text


def test_alerts_of_a_rule_are_one_with_a_count_until_it_is_opened():
    many = a_list(*(an_alert(n) for n in range(60)), an_alert(99, rule="silent", text="V-99 is silent."))
    drawn = alerts.draw(many, now=NOW)
    seen = Tags(drawn).text
    assert "61 open alerts" in seen
    assert (drawn.count("is low."), drawn.count("is silent.")) == (1, 1)
    assert "59 more alerts of this rule of V-1, V-10, V-11 …" in seen
    opened = alerts.draw(many, now=NOW, opened="fleet/charge_low")
    assert opened.count("is low.") == alerts.SHOWN
    assert "10 more alerts not shown" in Tags(opened).text


def test_an_alert_leads_to_its_vehicle_but_not_on_the_vehicles_own_page():
    assert 'href="/?view=fleet&amp;vehicle=V-1"' in alerts.draw(a_list(an_alert()), now=NOW)
    assert "href=" not in alerts.draw(a_list(an_alert()), "V-1", NOW)
    assert "href=" in alerts.card(an_alert(text="The battery is low."), NOW)


def test_no_text_of_an_alert_becomes_an_element_of_its_own():
    own = Tags(alerts.draw(a_list(an_alert(acknowledged_at=NOW)), now=NOW)).names
    told = {"told": HOSTILE, "source": HOSTILE, "limit": HOSTILE, "unit": HOSTILE}
    hostile = an_alert(text=HOSTILE, title=HOSTILE, note=HOSTILE, reading=told, acknowledged_at=NOW)
    assert Tags(alerts.draw(a_list(hostile), now=NOW)).names <= own
