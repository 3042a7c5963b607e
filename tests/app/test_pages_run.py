"""The pages' script, run without a browser: what it draws and what it sends to the server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from surefoot.app.pages import frame
from tests.end_to_end import stand_in_words as words
from tests.end_to_end.stand_in import Stand, standing

MAIN = Path(frame.__file__).with_name("main.py")
SECONDS = 60


@pytest.fixture
def stand(tmp_path: Path, free_port: int) -> Iterator[Stand]:
    with standing(tmp_path, Stand(), free_port) as one:
        yield one


def opened(data: Path, **query: str) -> AppTest:
    """The page at an address, for the server of a data folder."""
    app = AppTest.from_file(str(MAIN), default_timeout=SECONDS)
    app.session_state["data_folder"] = str(data)
    for name, value in query.items():
        app.query_params[name] = value
    return app.run()


def html(app: AppTest) -> str:
    assert not app.exception
    return "\n".join(element.proto.body for element in app.get("html"))


def ask(app: AppTest, question: str) -> AppTest:
    return app.chat_input[0].set_value(question).run()


def test_a_question_is_answered_with_its_evidence_and_gets_an_address(stand: Stand, tmp_path: Path):
    app = ask(opened(tmp_path, assistant="fleet"), "At what thickness do pads need replacing?")
    assert "thinner than 3 mm" in html(app)
    assert "Workshop manual Corvane 35" in html(app)
    assert next(iter(stand.conversations)) in str(app.query_params["conversation"])


def test_a_click_that_brings_an_address_from_before_stays_where_it_is(stand: Stand, tmp_path: Path):
    app = ask(opened(tmp_path, assistant="fleet"), "At what thickness do pads need replacing?")
    conversation = str(app.query_params["conversation"])
    app.query_params.clear()
    app.query_params["assistant"] = "fleet"
    assert "thinner than 3 mm" in html(ask(app, "And how often?"))
    assert app.query_params == {"conversation": conversation}
    assert list(stand.conversations) == [conversation]


def test_an_address_that_names_nothing_is_said_and_leads_to_a_new_conversation(stand: Stand, tmp_path: Path):
    app = opened(tmp_path, conversation="gone", source="0.1")
    assert "not there any more" in html(app)
    assert "Hello, this is the fleet desk." in html(app)
    assert "conversation" not in app.query_params
    app = opened(tmp_path, view="library", document="gone")
    assert "This document is not here" in html(app)


@pytest.mark.parametrize("source", ["0.99", "9.1", "x", "0.e99", "0.", "<script>"])
def test_an_address_of_a_source_that_is_not_there_opens_nothing(stand: Stand, tmp_path: Path, source: str):
    ask(opened(tmp_path, assistant="fleet"), "pads?")
    conversation = next(iter(stand.conversations))
    assert 'class="sf-panel-title"' not in html(opened(tmp_path, conversation=conversation, source=source))
    assert 'class="sf-panel-title"' in html(opened(tmp_path, conversation=conversation, source="0.2"))


def test_the_conversation_with_a_deleted_assistant_can_be_read_and_not_continued(stand: Stand, tmp_path: Path):
    ask(opened(tmp_path, assistant="fleet"), "pads?")
    conversation = next(iter(stand.conversations))
    stand.assistants = [a for a in stand.assistants if a["name"] != "fleet"]
    app = opened(tmp_path, conversation=conversation)
    assert "thinner than 3 mm" in html(app)
    assert "it can be read, not continued" in html(app)
    assert not app.chat_input


def test_a_private_assistant_is_deleted_after_it_was_said_what_that_means(stand: Stand, tmp_path: Path):
    stand.assistants.append(words.private_assistant("mine", "Mine"))
    stand.documents["mine"] = [words.document("ab" * 16, "A note")]
    app = opened(tmp_path, view="library", assistant="mine")
    assert "Mine and its 1 document are removed from this machine." in html(app)
    app.button(key="delete-assistant").click().run()
    assert "Mine" not in [a["title"] for a in stand.assistants]
    assert not app.exception


def test_reasons_and_words_of_a_thumb_are_sent_as_they_are_given(stand: Stand, tmp_path: Path):
    app = ask(opened(tmp_path, assistant="fleet"), "pads?")
    answer = next(iter(stand.answers.values()))
    answer["feedback"] = {"answer_id": answer["id"], "rating": "down", "reasons": [], "text": ""}
    app = app.run()
    app.get("button_group")[0].set_value(["outdated", "wrong"]).run()  # pyright: ignore[reportAttributeAccessIssue]  AppTest gives a ButtonGroup
    assert set(answer["feedback"]["reasons"]) == {"outdated", "wrong"}
    app.text_input(key=f"words-{answer['id']}").set_value("It is 2 mm.").run()
    assert answer["feedback"]["text"] == "It is 2 mm."
    assert set(answer["feedback"]["reasons"]) == {"outdated", "wrong"}


def test_without_a_server_the_page_says_what_to_do(tmp_path: Path):
    app = opened(tmp_path)
    assert "Surefoot cannot be reached" in html(app)
    assert "surefoot up" in html(app)
    assert app.button(key="again").label == "Try again"


def test_a_server_that_goes_away_between_two_clicks_is_no_stack_trace(tmp_path: Path, free_port: int):
    with standing(tmp_path, Stand(), free_port):
        app = opened(tmp_path, assistant="fleet")
    assert "cannot be reached" in html(ask(app, "pads?"))
