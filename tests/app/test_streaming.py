"""An answer streams as it is made, and the model stops when the reader leaves."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
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

PADS = "When are the pads of the van replaced?"
LONG = " ".join(["The pads of the van are replaced below 3.2 mm [1]."] * 200)


@dataclass(frozen=True)
class Live:
    """A served app whose model writes slowly and much."""

    app: App
    model: ScriptedModel
    url: str


@pytest.fixture
def live(tmp_path: Path, weights: Path, shipped: Path) -> Iterator[Live]:
    settings = Settings(data=tmp_path / "data", weights=weights, model="none")
    model = ScriptedModel(LONG, logprobs={"yes": -0.01, "no": -5.0}, seconds_per_token=0.02)
    app = build(settings, shipped, ScriptedRoom(settings, model))
    app.library.loader.start()
    until(lambda: app.library.loader.loading is None)
    with listening(guarded(create_api(app), app)) as url:
        yield Live(app, model, url)
    assert app.stop(60)


def body(**more: Any) -> dict[str, Any]:
    return {"model": "garage", "messages": [{"role": "user", "content": PADS}], "stream": True, **more}


def events(lines: Iterator[str]) -> Iterator[dict[str, Any]]:
    for line in lines:
        if line.startswith("data: ") and line != "data: [DONE]":
            yield json.loads(line.removeprefix("data: "))


def stands_still(model: ScriptedModel) -> bool:
    """Whether no token is generated during ten tokens' time."""
    before = model.tokens_generated
    threading.Event().wait(0.2)
    return model.tokens_generated == before


def test_evidence_comes_before_text_and_the_answer_last(live: Live) -> None:
    with httpx.stream("POST", f"{live.url}/v1/chat/completions", json=body(quotes_only=True), timeout=60) as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        chunks = list(events(response.iter_lines()))
    kinds = [chunk["surefoot"]["event"] for chunk in chunks]
    assert kinds[0] == "evidence_found"
    assert kinds[-1] == "answer_ready"
    answer = chunks[-1]["surefoot"]["answer"]
    assert "".join(chunk["choices"][0]["delta"].get("content", "") for chunk in chunks) == answer["answer"]
    assert answer["evidence"] == chunks[0]["surefoot"]["passages"]
    assert chunks[-1]["choices"][0]["finish_reason"] == "stop"
    assert len(chunks[-1]["choices"][0]["delta"]["annotations"]) == len(answer["citations"])


def test_the_model_stops_when_the_reader_of_a_stream_leaves(live: Live) -> None:
    with httpx.stream("POST", f"{live.url}/v1/chat/completions", json=body(), timeout=60) as response:
        for _ in events(response.iter_lines()):
            if live.model.tokens_generated > 5:
                break
    until(lambda: stands_still(live.model))
    assert live.model.tokens_generated < 1000


def test_the_model_stops_when_the_reader_leaves_while_nothing_is_sent(live: Live) -> None:
    with httpx.Client(base_url=live.url, timeout=60) as client, ThreadPoolExecutor(1) as pool:
        asked = pool.submit(client.post, "/v1/chat/completions", json=body(stream=False))
        until(lambda: live.model.tokens_generated > 5)
        client.close()
        with pytest.raises((httpx.HTTPError, RuntimeError)):
            asked.result(60)
    until(lambda: stands_still(live.model))
    assert live.model.tokens_generated < 1000


def test_many_readers_at_once_each_get_their_own_answer(live: Live) -> None:
    def ask(number: int) -> str:
        question = PADS if number % 2 else "How often is the brake fluid changed?"
        sent = body(stream=False, quotes_only=True, messages=[{"role": "user", "content": question}])
        answer = httpx.post(f"{live.url}/v1/chat/completions", json=sent, timeout=60).json()["surefoot"]
        assert answer["question"] == question
        return answer["id"]

    with ThreadPoolExecutor(8) as pool:
        ids = list(pool.map(ask, range(16)))
    assert len(set(ids)) == 16
