"""OpenAI's official client works unchanged against the real server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import openai
import pytest

from tests.app.running import server_process

PADS = "When are the pads of the van replaced?"
BRAKES = b"# Brakes\n\nThe pads of the van are replaced below 3.2 mm. The brake fluid is changed every 24 months.\n"


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory, weights: Path) -> Iterator[str]:
    """The real server with one document in a private assistant."""
    with server_process(tmp_path_factory.mktemp("data"), weights) as server:
        url = server.wait_ready()
        sent = {"files": ("brakes.md", BRAKES)}
        fed = httpx.post(f"{url}/documents", data={"assistant": "vans"}, files=sent, timeout=120)
        assert fed.json()["documents"][0]["status"] == "ingested"
        yield url
        assert server.stop() == 0


@pytest.fixture
def client(url: str) -> openai.OpenAI:
    return openai.OpenAI(base_url=f"{url}/v1", api_key="any", max_retries=0)


def test_assistants_are_listed_as_models(client: openai.OpenAI) -> None:
    assert {"fleet", "support", "compliance", "vans"} <= {model.id for model in client.models.list()}
    assert client.models.retrieve("vans").owned_by


def test_a_completion_carries_citations_as_annotations(client: openai.OpenAI, url: str) -> None:
    completion = client.chat.completions.create(model="vans", messages=[{"role": "user", "content": PADS}])
    message = completion.choices[0].message
    assert message.content is not None
    assert "3.2 mm" in message.content
    assert completion.choices[0].finish_reason == "stop"
    assert completion.usage is not None
    assert message.annotations
    cited = message.annotations[0].url_citation
    assert 0 <= cited.start_index < cited.end_index <= len(message.content)
    assert cited.url.startswith(f"{url}/documents/")
    assert httpx.get(cited.url).json()["title"] == cited.title


def test_a_stream_adds_up_to_the_answer_and_ends_with_its_usage(client: openai.OpenAI) -> None:
    stream = client.chat.completions.create(
        model="vans",
        messages=[{"role": "user", "content": PADS}],
        stream=True,
        stream_options={"include_usage": True},
    )
    chunks = list(stream)
    text = "".join(choice.delta.content or "" for chunk in chunks for choice in chunk.choices)
    assert "3.2 mm" in text
    assert [choice.finish_reason for chunk in chunks for choice in chunk.choices][-1] == "stop"
    assert chunks[-1].choices == []
    assert chunks[-1].usage is not None
    assert [chunk.usage for chunk in chunks[:-1]] == [None] * (len(chunks) - 1)


def test_message_parts_and_settings_that_mean_nothing_here_are_accepted(client: openai.OpenAI) -> None:
    completion = client.chat.completions.create(
        model="vans",
        messages=[
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": [{"type": "text", "text": PADS}]},
        ],
        temperature=0.2,
        max_tokens=50,
        seed=1,
    )
    assert completion.choices[0].message.content


def test_an_unknown_model_is_a_not_found_error_with_the_names_of_those_that_exist(client: openai.OpenAI) -> None:
    with pytest.raises(openai.NotFoundError, match="fleet"):
        client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": PADS}])


def test_the_steps_of_an_answer_can_be_read_right_after_it(client: openai.OpenAI, url: str) -> None:
    completion = client.chat.completions.create(model="vans", messages=[{"role": "user", "content": PADS}])
    answer = completion.model_dump()["surefoot"]
    trace = httpx.get(f"{url}/traces/{answer['trace_id']}").json()
    spans = {span["name"]: span for span in trace["spans"]}
    assert {"answer", "guard", "retrieval"} <= set(spans)
    assert spans["answer"]["attributes"]["surefoot.answer.id"] == answer["id"]
    assert spans["retrieval"]["parent_id"] == spans["answer"]["span_id"]
    assert spans["retrieval"]["attributes"]["surefoot.evidence.ids"]
