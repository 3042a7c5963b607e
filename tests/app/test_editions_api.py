"""Editions over HTTP: built, compared, switched and rolled back while answers go on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from surefoot.app.client.edition_forms import EditionForm, NewEdition
from surefoot.app.client.editions import EditionsClient
from surefoot.app.client.errors import ClientError
from surefoot.app.client.http import Client
from surefoot.app.parts import App
from surefoot.core.nouns import Asker
from surefoot.ingestion.results import SourceFile
from tests.app.running import until

CASES = (
    '{"id": "pads", "question": "When are the pads of the van replaced?", "answer": "Below 3.2 mm.", '
    '"facts": [["3.2 mm"]], "evidence": [{"document": "brakes.md", "quote": "The pads of the van are replaced below '
    '3.2 mm."}], "category": "simple", "outcome": "answered", "split": "dev"}\n'
    '{"id": "moon", "question": "How far is the moon?", "answer": null, "facts": [], "evidence": [], '
    '"category": "off_topic", "outcome": "off_topic", "split": "dev"}\n'
)
QUESTION = "When are the pads of the van replaced?"


@pytest.fixture
def made(app: App, client: httpx.Client) -> Iterator[Client]:
    """The typed client of a server that builds editions."""
    app.library.keeper.start()
    with Client(str(client.base_url)) as typed:
        yield typed


def build(client: Client, name: str, chunk_tokens: int = 60) -> EditionForm:
    client.editions.build(NewEdition(name=name, chunk_tokens=chunk_tokens))
    until(lambda: client.editions.get(name).state != "building" or client.editions.get(name).trouble)
    return client.editions.get(name)


def answer(client: httpx.Client) -> dict[str, Any]:
    body = {"model": "garage", "messages": [{"role": "user", "content": QUESTION}]}
    response = client.post("/v1/chat/completions", json=body)
    assert response.status_code == 200, response.text
    return response.json()["surefoot"]


def quotes(told: dict[str, Any]) -> list[str]:
    return [citation["quote"] for citation in told["citations"]]


def test_the_first_edition_and_the_encoders_are_listed(made: Client) -> None:
    found = made.editions.list()
    assert [(e.name, e.state, e.encoder, e.chunk_tokens) for e in found.editions] == [
        ("first", "live", "all-MiniLM-L6-v2-int8", 190)
    ]
    assert [encoder.name for encoder in found.encoders] == ["all-MiniLM-L6-v2-int8", "multilingual-e5-small-q4"]


def test_an_edition_is_built_compared_switched_and_rolled_back(app: App, made: Client, client: httpx.Client) -> None:
    (app.assistants.get("garage").folder / "cases.jsonl").write_text(CASES, encoding="utf-8")
    before = answer(client)
    assert build(made, "small").built == 2
    compared = made.editions.compare("small").comparison
    assert compared is not None
    assert compared.against == "first"
    measures = {one.measure: (one.cases, one.live, one.other) for one in compared.assistants[0].differences}
    assert measures == {"recall@10": (1, 1, 1), "recall@3": (1, 1, 1), "mrr": (1, 1, 1), "right": (2, 1, 1)}
    assert made.editions.get("small").comparison == compared
    assert made.editions.switch("small").state == "live"
    after = answer(client)
    assert quotes(after) == quotes(before) != []
    assert after["release"] != before["release"]
    assert made.editions.rollback().name == "first"
    assert answer(client)["release"] == before["release"]


def test_the_document_page_shows_the_chunks_of_the_live_edition(app: App, made: Client) -> None:
    text = "# Long\n\n" + "\n\n".join(f"Van {n} has its gear in box {n}." for n in range(60))
    fed = app.library.pipeline.ingest(
        SourceFile("long.md", text.encode()), "garage", Asker("ann", frozenset()), frozenset({"everyone"})
    )
    document_id = str(getattr(fed, "document_id", ""))
    before = len(made.document(document_id).chunk_list)
    build(made, "small")
    made.editions.switch("small")
    assert len(made.document(document_id).chunk_list) > before


Act = Callable[[EditionsClient], object]
REFUSED: list[tuple[Act, int, str]] = [
    (lambda editions: editions.get("nobody"), 404, "edition_unknown"),
    (lambda editions: editions.switch("nobody"), 404, "edition_unknown"),
    (lambda editions: editions.compare("first"), 409, "edition_busy"),
    (lambda editions: editions.rollback(), 409, "edition_busy"),
    (lambda editions: editions.drop("first"), 409, "edition_busy"),
    (lambda editions: editions.build(NewEdition(name="../x")), 422, "edition_invalid"),
    (lambda editions: editions.build(NewEdition(name="x", chunk_tokens=5)), 422, "edition_invalid"),
    (lambda editions: editions.build(NewEdition(name="x", encoder="y")), 422, "unknown_encoder"),
]


@pytest.mark.parametrize(("act", "status", "code"), REFUSED)
def test_what_cannot_be_done_is_said_in_words(made: Client, act: Act, status: int, code: str) -> None:
    with pytest.raises(ClientError) as refused:
        act(made.editions)
    assert (refused.value.status, refused.value.code) == (status, code)
    assert refused.value.message


def test_a_dropped_edition_is_gone(made: Client) -> None:
    build(made, "small")
    assert made.editions.drop("small").name == "small"
    assert [edition.name for edition in made.editions.list().editions] == ["first"]
