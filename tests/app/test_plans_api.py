"""Plans say what a question asks of records; asked, it is answered from readings, which the kept answer holds."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

import surefoot.app
from surefoot.app.parts import App
from surefoot.app.settings import Settings
from surefoot.app.wiring import build
from tests.app.running import until

RECORDS = Path(surefoot.app.__file__).parent / "assistants" / "fleet" / "records.yaml"
NO_RECORDS = (
    "name: plain\ntitle: Plain\nsummary: Has no records.\ngreeting: Ask.\nowner: Nobody\nexamples:\n  - Why is that?\n"
)
HOW_FAR = "How many kilometres did V-1 drive in the last 3 hours?"
PADS = "When are the pads of the van replaced?"


@pytest.fixture
def app(tmp_path: Path, weights: Path, shipped: Path) -> Iterator[App]:
    """All parts, with an assistant that has documents and records, and one that has no records."""
    (shipped / "garage" / "records.yaml").write_bytes(RECORDS.read_bytes())
    (shipped / "plain").mkdir()
    (shipped / "plain" / "assistant.yaml").write_text(NO_RECORDS, encoding="utf-8")
    settings = Settings(
        data=tmp_path / "data", weights=weights, model="none", simulator="off", timezone="Europe/Berlin"
    )
    app = build(settings, shipped)
    app.library.loader.start()
    until(lambda: app.library.loader.loading is None)
    app.telemetry.start()
    yield app
    assert app.stop(60)


@pytest.fixture
def driven(app: App, client: httpx.Client) -> datetime:
    """V-1 drives at 36 km/h since an hour, a sample every 10 s; gives the newest moment."""
    end = datetime.now(UTC).replace(microsecond=0)
    begun = end - timedelta(hours=1)
    way = [
        {
            "vehicle": "V-1",
            "time": (begun + timedelta(seconds=10 * n)).isoformat(),
            "speed_kmh": 36.0,
            "engine_on": True,
            "odometer_km": 100 + n * 0.1,
            "driver": "D-1",
        }
        for n in range(361)
    ]
    assert client.post("/telemetry/samples", json=way).json()["kept"] == 361
    assert app.telemetry.passes.drained(60)
    return end


def planned(client: httpx.Client, question: str, assistant: str = "garage") -> dict[str, Any]:
    answer = client.post("/plans", json={"question": question, "assistant": assistant})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def asked(client: httpx.Client, question: str, **more: Any) -> dict[str, Any]:
    body = {"model": "garage", "messages": [{"role": "user", "content": question}], **more}
    answer = client.post("/v1/chat/completions", json=body)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


@pytest.mark.usefixtures("driven")
def test_a_plan_names_metric_filter_and_period_and_is_told_in_words(client: httpx.Client) -> None:
    found = planned(client, HOW_FAR)
    assert (found["outcome"], found["by"], found["assistant"], found["question"]) == (
        "planned",
        "rules",
        "garage",
        HOW_FAR,
    )
    plan = found["plan"]
    assert plan["metrics"] == ["distance"]
    assert plan["filters"] == [{"dimension": "vehicle", "values": ["V-1"], "exclude": False}]
    start, end = (datetime.fromisoformat(plan["period"][name]) for name in ("start", "end"))
    assert end - start == timedelta(hours=3)
    assert "V-1" in found["told"]
    assert found["milliseconds"] > 0


def test_a_question_without_a_time_says_which_one_was_taken(client: httpx.Client) -> None:
    found = planned(client, "What is the total distance?")
    assert found["outcome"] == "planned"
    assert found["assumed"]


def test_what_is_for_the_documents_has_no_plan(client: httpx.Client) -> None:
    found = planned(client, PADS)
    assert (found["outcome"], found["by"], found["plan"]) == ("documents", None, None)


def test_what_is_not_clear_is_asked_back_with_choices(client: httpx.Client) -> None:
    found = planned(client, "How many kilometres did V-999 drive yesterday?")
    assert found["outcome"] in {"unclear", "half"}
    assert found["plan"] is None
    assert "V-999" in found["text"]
    assert found["reason"]


def test_a_question_with_a_limit_of_the_documents_is_said_to_be_one(client: httpx.Client) -> None:
    found = planned(client, "Which vehicles idled more today than the policy allows?")
    assert found["outcome"] == "with_limit"
    assert found["plan"]["metrics"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"question": HOW_FAR, "assistant": "plain"}, 422),
        ({"question": HOW_FAR, "assistant": "nobody"}, 404),
        ({"question": " ", "assistant": "garage"}, 422),
        ({"question": "x" * 10_001, "assistant": "garage"}, 422),
        ({"assistant": "garage"}, 422),
    ],
    ids=["no records", "no assistant", "no words", "too long", "no question"],
)
def test_what_cannot_be_planned_is_refused_in_the_error_form(
    client: httpx.Client, body: dict[str, str], status: int
) -> None:
    answer = client.post("/plans", json=body)
    assert answer.status_code == status
    assert answer.json()["error"]["message"]


def test_an_assistant_without_records_says_how_to_get_them(client: httpx.Client) -> None:
    answer = client.post("/plans", json={"question": HOW_FAR, "assistant": "plain"})
    assert answer.json()["error"]["code"] == "no_records"
    assert "records.yaml" in answer.json()["error"]["message"]


def test_a_declaration_that_leads_nowhere_is_named(client: httpx.Client, shipped: Path) -> None:
    (shipped / "garage" / "records.yaml").write_text("zone: Europe/Berlin\nstore: nowhere\n", encoding="utf-8")
    answer = client.post("/plans", json={"question": HOW_FAR, "assistant": "garage"})
    assert answer.status_code == 422
    assert "has no records to ask: " in answer.json()["error"]["message"]


def test_an_answer_stands_on_a_reading_and_its_annotation_leads_to_the_kept_answer(
    client: httpx.Client, driven: datetime
) -> None:
    whole = asked(client, HOW_FAR)
    answer = whole["surefoot"]
    assert answer["outcome"] == "answered"
    (reading,) = answer["readings"]
    assert reading["metric"] == "distance"
    assert reading["value"] == pytest.approx(36.0, abs=0.2)
    assert reading["unit"] == "km"
    assert reading["filters"] == {"vehicle": ["V-1"]}
    assert datetime.fromisoformat(reading["as_of"]) == driven
    (citation,) = answer["citations"]
    assert citation["reading"] == reading["id"]

    message = whole["choices"][0]["message"]
    (mark,) = (annotation["url_citation"] for annotation in message["annotations"])
    assert "36.0 km" in message["content"][mark["start_index"] : mark["end_index"]]
    assert urlsplit(mark["url"]).path == f"/answers/{answer['id']}"
    kept = client.get(mark["url"])
    assert kept.status_code == 200, kept.text
    assert kept.json()["readings"] == answer["readings"]
    assert kept.json()["citations"][0]["reading"] == reading["id"]


@pytest.mark.usefixtures("driven")
def test_a_streamed_answer_shows_its_readings_first_and_marks_them_alike(client: httpx.Client) -> None:
    body = {"model": "garage", "stream": True, "messages": [{"role": "user", "content": HOW_FAR}]}
    with client.stream("POST", "/v1/chat/completions", json=body) as answer:
        lines = [line.removeprefix("data: ") for line in answer.iter_lines() if line.startswith("data: {")]
    chunks = [json.loads(line) for line in lines]
    told = [chunk["surefoot"] for chunk in chunks if chunk.get("surefoot")]
    assert told[0]["event"] == "evidence_found"
    assert [reading["metric"] for reading in told[0]["readings"]] == ["distance"]
    assert told[-1]["answer"]["readings"] == told[0]["readings"]
    marks = chunks[-1]["choices"][0]["delta"]["annotations"]
    assert [urlsplit(mark["url_citation"]["url"]).path for mark in marks] == [f"/answers/{told[-1]['answer']['id']}"]


def test_an_annotation_of_a_document_still_leads_to_the_document(client: httpx.Client) -> None:
    whole = asked(client, PADS)
    citations = whole["surefoot"]["citations"]
    marks = whole["choices"][0]["message"]["annotations"]
    assert citations
    assert [urlsplit(mark["url_citation"]["url"]).path for mark in marks] == [
        f"/documents/{citation['document_id']}" for citation in citations
    ]
