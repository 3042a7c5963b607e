"""The engine is killed while it writes an answer: the reader gets the quotes, and the next question is answered."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path

import httpx
import pytest

from surefoot.app.api.application import create_api, guarded
from surefoot.app.settings import Settings
from surefoot.app.wiring import build
from tests.app.running import listening, until

PADS = "When are the pads of the van replaced?"


@pytest.mark.model
def test_an_engine_that_is_killed_in_the_middle_of_an_answer_leaves_the_quotes(
    tmp_path: Path, weights: Path, small_model: Path, shipped: Path
) -> None:
    settings = Settings(
        data=tmp_path / "data", weights=weights, model="smollm2-135m", hub_endpoint="http://127.0.0.1:9"
    )
    app = build(settings, shipped)
    app.library.loader.start()
    app.engine.start()
    until(lambda: app.library.loader.loading is None and app.engine.status().state == "ready")
    body = {"model": "garage", "messages": [{"role": "user", "content": PADS}], "stream": True, "fresh": True}
    with listening(guarded(create_api(app), app)) as url:
        killed, events = False, list[dict[str, object]]()
        with httpx.stream("POST", f"{url}/v1/chat/completions", json=body, timeout=120) as response:
            for line in response.iter_lines():
                if line.startswith("data: {"):
                    events.append(json.loads(line.removeprefix("data: "))["surefoot"])
                if not killed:  # the evidence is shown, the model is about to write
                    assert app.engine._engine is not None
                    assert app.engine._engine.pid is not None
                    os.kill(app.engine._engine.pid, signal.SIGKILL)
                    killed = True
        assert events[-1]["event"] == "answer_ready"
        assert "3.2 mm" in json.dumps(events[-1])
        asked = httpx.post(f"{url}/v1/chat/completions", json={**body, "stream": False}, timeout=120)
        assert asked.status_code == 200
        assert "3.2 mm" in asked.json()["choices"][0]["message"]["content"]
    assert app.stop(60)
