"""The house checker as an installation has it: there from the start, and without it nothing is called supported."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from surefoot.app import wiring
from surefoot.app.api.application import create_api
from surefoot.app.api.health import UNCHECKED
from surefoot.app.client.forms import EngineStatus, Status
from surefoot.app.doctor import stores
from surefoot.app.pages.status_line import line
from surefoot.app.parts import App
from surefoot.app.settings import Settings
from surefoot.retrieval.checker import FOLDER, MODEL
from tests.app.running import until

ASKED = {"model": "garage", "messages": [{"role": "user", "content": "When are the pads of the van replaced?"}]}


@pytest.fixture
def damaged(tmp_path: Path) -> Path:
    """A checker of which one byte is another one."""
    folder = shutil.copytree(FOLDER, tmp_path / "checker")
    model = bytearray((folder / MODEL).read_bytes())
    model[len(model) // 2] ^= 1
    (folder / MODEL).write_bytes(model)
    return folder


@pytest.fixture
def unchecked(
    tmp_path: Path, weights: Path, shipped: Path, damaged: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[App]:
    """All parts of an installation whose checker is damaged."""
    monkeypatch.setattr(wiring, "build_checker", partial(wiring.build_checker, folder=damaged))
    app = wiring.build(Settings(data=tmp_path / "data", weights=weights, model="none"), shipped)
    app.library.loader.start()
    until(lambda: app.library.loader.loading is None)
    yield app
    assert app.stop(60)


def test_an_answer_says_what_the_checker_made_of_its_first_sentence(app: App) -> None:
    assert app.library.checker is not None
    with TestClient(create_api(app)) as client:
        given = client.post("/v1/chat/completions", json=ASKED).json()["surefoot"]
        assert client.get("/status").json()["unchecked"] is None
        assert client.get("/ready").json().get("notes", []) == []
        how = client.get(f"/answers/{given['id']}").json()["how"]
    assert 0 < how["decision"]["features"]["first"] < 1


def test_without_its_weights_questions_are_answered_and_nothing_is_called_supported(unchecked: App) -> None:
    with TestClient(create_api(unchecked)) as client:
        given = client.post("/v1/chat/completions", json=ASKED).json()["surefoot"]
        assert "3.2 mm" in given["answer"]
        assert given["support"] == "partial"
        ready = client.get("/ready")
        assert (ready.status_code, ready.json()["notes"]) == (200, [UNCHECKED])
        assert client.get("/status").json()["unchecked"] == UNCHECKED


def test_the_doctor_names_a_damaged_checker_with_its_remedy(
    tmp_path: Path, weights: Path, damaged: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(data=tmp_path / "data", weights=weights)
    (well,) = stores.check_checker(settings)
    assert well.state == "ok"
    monkeypatch.setattr(stores, "build_checker", partial(wiring.build_checker, folder=damaged))
    (found,) = stores.check_checker(settings)
    assert found.state == "fail"
    assert "no answer is called supported" in found.detail
    assert "make checker" in found.remedy


def test_the_line_that_says_so_stands_beside_what_is_coming() -> None:
    engine = EngineStatus(state="loading", model="m", stage="")
    status = Status(version="1", engine=engine, assistants=1, documents=1, unchecked=UNCHECKED)
    assert "The checker cannot be used" in line(status)
    assert "the language model is starting" in line(status)
    ready = status.model_copy(update={"engine": EngineStatus(state="ready", model="m", stage=""), "unchecked": None})
    assert line(ready) == ""
