"""Why an answer is what it is can be read later, with the texts that the asker may see then."""

from __future__ import annotations

from typing import Any

import httpx
from fastapi import FastAPI

from surefoot.app.api.asker import asker
from surefoot.core.nouns import Asker
from surefoot.serving.access import CLOSED
from tests.app.test_answers_api import PADS, UNKNOWN, ask


def how(client: httpx.Client, answer: dict[str, Any]) -> dict[str, Any]:
    return dict(client.get(f"/answers/{answer['id']}").json()["how"])


def texts(told: dict[str, Any]) -> list[str]:
    return [row["quote"]["text"] for row in told["considered"]]


def test_a_kept_answer_tells_what_was_searched_found_left_out_and_decided(client: httpx.Client) -> None:
    answer = ask(client)
    assert answer["how"] is None  # it is long, and most readers never look
    told = how(client, answer)
    assert told["understood"]["searched"] == PADS
    assert [row["chunk_id"] for row in told["found"]] == [p["chunk_id"] for p in answer["evidence"]]
    cited = {row["quote"]["text"]: row["quote"]["number"] for row in told["considered"] if row["cited"]}
    assert cited == {c["quote"]: c["number"] for c in answer["citations"]}
    assert told["decision"]["chance"] >= told["decision"]["enough_from"]
    assert told["vanished"] == 0


def test_the_evidence_of_a_kept_conversation_is_complete_and_lists_do_not_carry_the_record(
    client: httpx.Client,
) -> None:
    answer = ask(client, conversation_id="new")
    kept = client.get(f"/conversations/{answer['conversation_id']}").json()["answers"][0]
    assert kept["evidence"] == answer["evidence"]
    assert kept["how"] is None


def test_what_was_deleted_since_vanishes_from_the_record(client: httpx.Client) -> None:
    answer = ask(client)
    before = how(client, answer)
    document = answer["citations"][0]["document_id"]
    client.delete(f"/documents/{document}")
    told = how(client, answer)
    assert document not in {row["document_id"] for row in told["found"]}
    assert all("3.2 mm" not in text for text in texts(told))
    gone = len(before["found"]) - len(told["found"]) + len(before["considered"]) - len(told["considered"])
    assert told["vanished"] == gone > 0


def test_who_may_no_longer_see_a_document_reads_nothing_of_it_in_the_record(client: httpx.Client, api: FastAPI) -> None:
    answer = ask(client)
    api.dependency_overrides[asker] = lambda: Asker("local", frozenset({"nobody"}))
    kept = client.get(f"/answers/{answer['id']}").json()
    assert (kept["answer"], kept["how"]) == (CLOSED, None)
    assert (kept["evidence"], kept["citations"], kept["question"]) == ([], [], answer["question"])


def test_what_came_nearest_to_a_question_without_answer_vanishes_with_its_document(client: httpx.Client) -> None:
    answer = ask(client, UNKNOWN)
    nearest = {passage["document_id"] for passage in answer["gap"]["nearest"]}
    assert nearest
    for document_id in nearest:
        client.delete(f"/documents/{document_id}")
    assert client.get(f"/answers/{answer['id']}").json()["gap"]["nearest"] == []
