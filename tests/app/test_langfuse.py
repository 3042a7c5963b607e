"""The real server sends its answers' spans to Langfuse, and does not care when Langfuse hangs."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from tests.app import langfuse_double
from tests.app.running import ServerProcess, server_process, until

QUESTION = "How often is the parking brake of the Corvane 28 tested?"


@contextmanager
def traced(tmp_path: Path, weights: Path, double: langfuse_double.Langfuse) -> Generator[ServerProcess]:
    """The real server with this double as its Langfuse."""
    keys = {"LANGFUSE_HOST": double.url, "LANGFUSE_PUBLIC_KEY": "pk-1", "LANGFUSE_SECRET_KEY": "sk-1"}
    with server_process(tmp_path, weights, **keys) as server:
        server.wait_ready()
        yield server


def ask(url: str) -> dict[str, Any]:
    sent = {"model": "fleet", "messages": [{"role": "user", "content": QUESTION}], "quotes_only": True}
    return httpx.post(f"{url}/v1/chat/completions", json=sent, timeout=120).json()["surefoot"]


def test_the_spans_of_an_answer_arrive_at_langfuse(tmp_path: Path, weights: Path) -> None:
    with langfuse_double.langfuse() as double, traced(tmp_path, weights, double) as server:
        answer = ask(server.url)
        assert server.stop() == 0
    spans = {span.name: langfuse_double.attributes(span) for span in double.spans}
    assert {span.trace_id.hex() for span in double.spans} == {answer["trace_id"]}
    assert {"answer", "guard", "retrieval"} <= set(spans)
    assert spans["answer"]["gen_ai.operation.name"] == "invoke_agent"
    assert spans["answer"]["gen_ai.agent.name"] == "fleet"
    assert spans["answer"]["surefoot.release"] == answer["release"]
    assert {attributes["user.id"] for attributes in spans.values()} == {"local"}
    texts = [str(value) for attributes in spans.values() for value in attributes.values()]
    assert not [text for text in texts if "parking brake" in text], "spans hold ids, not texts"


def test_answers_are_complete_while_langfuse_hangs_and_the_server_still_stops(tmp_path: Path, weights: Path) -> None:
    with langfuse_double.langfuse("hang") as double, traced(tmp_path, weights, double) as server:
        first = ask(server.url)
        until(double.arrived.is_set)
        second = ask(server.url)  # complete, and its trace is here, while the first request still hangs
        trace = httpx.get(f"{server.url}/traces/{second['trace_id']}").json()
        assert len(trace["spans"]) >= 3
        assert first["id"] != second["id"]
        assert not double.release.is_set()
        assert server.stop() == 0
