"""The language model comes in the background, comes back when it dies, and is never needed for an answer."""

from __future__ import annotations

import hashlib
import json
import os
import signal
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from surefoot.app.engine import EngineRoom
from surefoot.app.settings import Settings
from surefoot.app.wiring import build_encoder, build_weights
from surefoot.serving.models.adapters import adapters_for
from surefoot.serving.models.declared import ENCODER, MODELS
from surefoot.serving.models.engine import Engine
from surefoot.serving.models.weights import WeightStore
from tests.app.running import until
from tests.serving.models.tiny_adapter import write_tiny_adapter


def room_of(tmp_path: Path, weights: Path, **more: object) -> EngineRoom:
    settings = Settings.model_validate(
        {"data": tmp_path, "weights": weights, "hub_endpoint": "http://127.0.0.1:9", **more}
    )
    return EngineRoom(settings, WeightStore(settings.weights))


@pytest.fixture
def small_room(tmp_path: Path, weights: Path, small_model: Path) -> Iterator[EngineRoom]:
    room = room_of(tmp_path, weights, model="smollm2-135m")
    room.start()
    yield room
    assert room.stop(20)
    assert room.model() is None


def pid_of(room: EngineRoom) -> int:
    assert room._engine is not None
    assert room._engine.pid is not None
    return room._engine.pid


@pytest.mark.model
def test_an_engine_that_is_killed_comes_back_and_there_is_no_model_meanwhile(small_room: EngineRoom) -> None:
    until(lambda: small_room.status().state == "ready")
    model = small_room.model()
    assert model is not None
    assert model.name == "smollm2-135m"
    first = pid_of(small_room)
    os.kill(first, signal.SIGKILL)
    until(lambda: small_room.status().state == "failed")
    assert small_room.model() is None
    assert "signal 9" in (small_room.status().reason or "")
    until(lambda: small_room.status().state == "ready")
    assert pid_of(small_room) != first


@pytest.mark.model
def test_stopping_ends_the_engine(tmp_path: Path, weights: Path, small_model: Path) -> None:
    room = room_of(tmp_path, weights, model="smollm2-135m")
    room.start()
    until(lambda: room.status().state == "ready")
    pid = pid_of(room)
    assert room.stop(20)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_without_a_model_nothing_is_started(tmp_path: Path, weights: Path) -> None:
    room = room_of(tmp_path, weights, model="none")
    room.start()
    assert room.status().state == "none"
    assert room.model() is None
    assert room.stop(1)


def test_an_unknown_name_is_answered_with_the_known_ones(tmp_path: Path, weights: Path) -> None:
    room = room_of(tmp_path, weights, model="llama-9000")
    room.start()
    until(lambda: room.status().state == "failed")
    assert "qwen2.5-coder-1.5b-instruct" in (room.status().reason or "")
    assert "encoder" not in (room.status().reason or "")
    assert room.stop(20)


@pytest.mark.parametrize("name", ["missing.gguf", "text.gguf"])
def test_a_file_that_is_no_model_is_named(tmp_path: Path, weights: Path, name: str) -> None:
    (tmp_path / "text.gguf").write_text("not a model", encoding="utf-8")
    room = room_of(tmp_path, weights, model=str(tmp_path / name))
    room.start()
    until(lambda: room.status().state == "failed")
    assert name in (room.status().reason or "")
    assert room.stop(20)


def test_a_server_elsewhere_that_does_not_answer_is_said_so_and_answers_are_quotes(
    tmp_path: Path, weights: Path, free_port: int
) -> None:
    room = room_of(tmp_path, weights, engine_url=f"http://127.0.0.1:{free_port}/v1", engine_model="big")
    room.start()
    until(lambda: room.status().state == "failed")
    assert room.model() is None
    assert str(free_port) in (room.status().reason or "")
    assert room.stop(20)


def test_weights_come_from_the_folder_that_the_settings_name(tmp_path: Path, weights: Path) -> None:
    settings = Settings(data=tmp_path, weights=tmp_path / "empty", weights_from=weights / "sha256")
    store = build_weights(settings)

    store.fetch_model(ENCODER)
    assert store.minilm_folder().is_relative_to(tmp_path)


def test_an_encoder_that_was_fetched_can_be_read_at_once(tmp_path: Path, weights: Path) -> None:
    settings = Settings(data=tmp_path, weights=tmp_path / "empty", weights_from=weights / "sha256")
    store = build_weights(settings)

    store.fetch_model(ENCODER)
    assert len(build_encoder(settings, store).dense.encode(["ready"])[0]) == 384


@pytest.mark.model
def test_a_server_elsewhere_is_used_while_it_answers(tmp_path: Path, weights: Path, small_model: Path) -> None:
    server = Engine(small_model, alias="theirs")
    server.start()
    server.wait_ready()
    room = room_of(tmp_path, weights, engine_url=server.url, engine_key=server.key)
    room.start()
    until(lambda: room.status().state == "ready")
    model = room.model()
    assert model is not None
    assert model.name == "theirs"
    server.stop()
    until(lambda: room.status().state == "failed")
    assert room.model() is None
    assert room.stop(20)


@pytest.mark.model
@pytest.mark.parametrize("damaged", [False, True], ids=["whole", "damaged"])
def test_an_adapter_for_the_models_file_is_loaded_and_without_a_damaged_one_the_model_answers(
    tmp_path: Path, weights: Path, small_model: Path, monkeypatch: pytest.MonkeyPatch, damaged: bool
) -> None:
    folder = tmp_path / "adapters"
    folder.mkdir()
    held = write_tiny_adapter(folder / "confirm.gguf", 1.0).read_bytes()
    card = {"sha256": hashlib.sha256(held).hexdigest(), "model": MODELS["smollm2-135m"].file.sha256}
    (folder / "confirm.json").write_text(json.dumps(card), encoding="utf-8")
    if damaged:
        (folder / "confirm.gguf").write_bytes(held[:-1])
    monkeypatch.setattr("surefoot.app.engine.adapters_for", partial(adapters_for, folder=folder))
    room = room_of(tmp_path, weights, model="smollm2-135m")
    room.start()
    until(lambda: room.status().state == "ready")
    model = room.model()
    assert model is not None
    assert model.adapters == (() if damaged else (f"confirm@{card['sha256'][:8]}",))
    assert ("make adapter" in (room.status().reason or "")) is damaged
    assert room.stop(20)
