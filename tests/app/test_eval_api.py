"""Cases are played with a line for each, and the search is measured over marked questions."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from surefoot.app.api.application import create_api, guarded
from surefoot.app.parts import App
from surefoot.app.settings import Settings
from surefoot.app.wiring import build
from surefoot.serving.models.scripted import ScriptedModel
from tests.app.running import ScriptedRoom, listening, until

CASES: list[dict[str, Any]] = [
    {
        "id": "pads",
        "question": "When are the pads of the van replaced?",
        "answer": "Below 3.2 mm.",
        "facts": [["3.2 mm"]],
        "evidence": [{"document": "brakes.md", "quote": "The pads of the van are replaced below 3.2 mm."}],
        "category": "simple",
        "outcome": "answered",
        "split": "dev",
    },
    {
        "id": "pizza",
        "question": "How do I bake a pizza?",
        "answer": None,
        "facts": [],
        "evidence": [],
        "category": "off_topic",
        "outcome": "off_topic",
        "split": "test",
    },
]


@pytest.fixture
def cases(shipped: Path) -> None:
    lines = "\n".join(json.dumps(case) for case in CASES)
    (shipped / "garage" / "cases.jsonl").write_text(lines, encoding="utf-8")


def run(client: httpx.Client, **body: Any) -> list[dict[str, Any]]:
    response = client.post("/eval/run", json={"assistant": "garage", **body})
    assert response.status_code == 200, response.text
    return [json.loads(line) for line in response.text.splitlines()]


@pytest.mark.usefixtures("cases")
def test_cases_are_played_with_quotes_where_there_is_no_model(client: httpx.Client) -> None:
    lines = run(client)
    assert [(line["done"], line["total"]) for line in lines[:-1]] == [(1, 2), (2, 2)]
    scores = {row["category"]: row for row in lines[-1]["result"]["scores"]}
    assert {row["mode"] for row in scores.values()} == {"quotes"}
    assert scores["simple"]["right"] == scores["simple"]["cited"] == scores["simple"]["answered"] == 1
    assert scores["all"]["cases"] == 2
    measures = scores["all"]["measures"]
    assert measures["documents_found"]["value"] == measures["grounded"]["value"] == measures["auroc"]["value"] == 1
    assert measures["refused"]["n"] == 1
    assert lines[-1]["result"]["comparison"] == []
    assert lines[-1]["result"]["report"] == ""
    played = {row["case"]: row for row in lines[-1]["result"]["cases"]}
    assert played["pads"]["chance"] > played["pizza"]["chance"]
    assert len(run(client, split="dev")) == 2
    assert client.post("/eval/run", json={"assistant": "garage", "mode": "model"}).status_code == 503


@pytest.mark.usefixtures("cases")
def test_a_split_without_cases_is_named(client: httpx.Client, shipped: Path) -> None:
    (shipped / "garage" / "cases.jsonl").write_text(json.dumps(CASES[0]), encoding="utf-8")
    response = client.post("/eval/run", json={"assistant": "garage", "split": "test"})
    assert (response.status_code, response.json()["error"]["code"]) == (404, "no_cases")


@pytest.mark.usefixtures("cases")
def test_a_follow_up_is_asked_with_what_was_said_before(client: httpx.Client, shipped: Path) -> None:
    case = {**CASES[0], "question": "And for the van?", "category": "follow_up"}
    rows = [{**case, "history": [["user", "When are brake pads replaced?"]]}, {**case, "id": "alone"}]
    (shipped / "garage" / "cases.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    chances = {row["case"]: row["chance"] for row in run(client)[-1]["result"]["cases"]}
    assert chances["pads"] > chances["alone"]


def test_an_assistant_without_cases_is_named(client: httpx.Client) -> None:
    response = client.post("/eval/run", json={"assistant": "garage"})
    assert (response.status_code, response.json()["error"]["code"]) == (404, "no_cases")


@pytest.fixture
def with_model(tmp_path: Path, weights: Path, shipped: Path, cases: None) -> Iterator[App]:
    settings = Settings(data=tmp_path / "data", weights=weights, model="none")
    model = ScriptedModel("The pads of the van are replaced below 3.2 mm [1].", logprobs={"yes": -0.01, "no": -5.0})
    app = build(settings, shipped, ScriptedRoom(settings, model))
    app.library.loader.start()
    until(lambda: app.library.loader.loading is None)
    yield app
    assert app.stop(60)


def test_what_was_measured_of_a_model_is_kept(with_model: App) -> None:
    with (
        listening(guarded(create_api(with_model), with_model)) as url,
        httpx.Client(base_url=url, timeout=60) as client,
    ):
        lines = run(client, report=True)
    rows = lines[-1]["result"]["scores"]
    assert {row["mode"] for row in rows} == {"quotes", "model"}
    measured = with_model.records.measurements.of(with_model.assistants.get("garage"), "scripted")
    assert measured is not None
    assert measured.cases == 2
    right = {row["mode"]: row["right"] for row in rows if row["category"] == "all"}
    assert (measured.right_quotes, measured.right_model) == (right["quotes"], right["model"])
    result = lines[-1]["result"]
    assert result["model"] == "scripted"
    assert {row["measure"] for row in result["comparison"]} >= {"correct", "grounded", "total_ms"}
    assert {curve["mode"] for curve in result["curves"]} == {"quotes", "model"}
    assert result["report"].startswith("<!doctype html>")


def test_the_search_is_measured_over_marked_questions(client: httpx.Client, app: App) -> None:
    corpus = [
        {"id": "a", "title": "Brakes", "text": "Pads are replaced below 3.2 mm."},
        {"id": "b", "title": "Tea", "text": "Green tea is brewed at 80 degrees."},
    ]
    questions = [{"id": "q", "question": "When are pads replaced?", "relevant": ["a"]}]

    def sent(*rows: dict[str, Any]) -> bytes:
        return "\n".join(json.dumps(row) for row in rows).encode()

    files = {"corpus": ("corpus.jsonl", sent(*corpus)), "questions": ("questions.jsonl", sent(*questions))}
    scores = client.post("/eval/retrieval", files=files).json()
    assert scores["questions"] == 1
    assert scores["ndcg@10"] == scores["recall@10"] == scores["recall@1"] == 1.0
    assert list(app.scratch.iterdir()) == []
    again = client.post("/eval/retrieval", files=files, data={"encoder": "all-MiniLM-L6-v2-int8"}).json()
    assert again["recall@10"] == scores["recall@10"]
    unknown = client.post("/eval/retrieval", files=files, data={"encoder": "unheard-of"})
    assert (unknown.status_code, "no encoder 'unheard-of'" in unknown.text) == (422, True)
    broken = client.post("/eval/retrieval", files={**files, "corpus": ("corpus.jsonl", b"{")})
    assert broken.status_code == 422
    assert "line 1" in broken.json()["error"]["message"]
