"""An adapter changes what a model says where it is asked for, and nowhere else; the shipped one is that of its card."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from surefoot.serving.errors import AdapterUnusable, EngineFailed
from surefoot.serving.models.adapters import adapters_for
from surefoot.serving.models.chat_model import ChatModel, GenerateOptions
from surefoot.serving.models.declared import MODELS
from surefoot.serving.models.engine import Engine
from surefoot.serving.models.openai_model import Endpoint, OpenAIModel
from surefoot.serving.probing import CONFIRM
from tests.serving.models.openai_double import DONE, Double, chunk
from tests.serving.models.reading import ASKED, read
from tests.serving.models.tiny_adapter import write_tiny_adapter

REFERENCE = MODELS["qwen2.5-coder-1.5b-instruct"].file.sha256
WORDS = ("The", "I", "Hello", "It", "Yes")


async def said(model: ChatModel) -> dict[str, float]:
    return await model.first_token_logprobs(ASKED, WORDS)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder as `make adapter` leaves it, with an adapter for the reference model."""
    file = write_tiny_adapter(tmp_path / "confirm.gguf", 1.0)
    card = {"sha256": hashlib.sha256(file.read_bytes()).hexdigest(), "model": REFERENCE}
    (tmp_path / "confirm.json").write_text(json.dumps(card), encoding="utf-8")
    return tmp_path


def test_an_adapter_is_that_of_its_card_and_for_the_model_that_it_was_trained_for(folder: Path) -> None:
    (adapter,) = adapters_for(REFERENCE, folder)
    adapter.verify()
    assert adapter.tag == f"{CONFIRM}@{adapter.sha256[:8]}"
    assert adapters_for(MODELS["smollm2-135m"].file.sha256, folder) == ()
    assert adapters_for("my-model.gguf", folder) == ()
    assert adapters_for(REFERENCE, folder / "nowhere") == ()


def test_a_damaged_one_and_a_missing_one_are_refused_with_the_remedy(folder: Path) -> None:
    (adapter,) = adapters_for(REFERENCE, folder)
    held = bytearray(adapter.path.read_bytes())
    held[len(held) // 2] ^= 1
    adapter.path.write_bytes(held)
    with pytest.raises(AdapterUnusable, match=r"not that of its card.*make adapter"):
        adapter.verify()
    adapter.path.unlink()
    with pytest.raises(AdapterUnusable, match=r"cannot be read.*make adapter"):
        adapter.verify()


@pytest.mark.parametrize("text", ["", "{}", "[]", "not JSON"])
def test_a_card_that_is_none_is_refused_with_the_remedy(folder: Path, text: str) -> None:
    (folder / "confirm.json").write_text(text, encoding="utf-8")
    with pytest.raises(AdapterUnusable, match=r"card.*make adapter"):
        adapters_for(REFERENCE, folder)


@pytest.mark.model
async def test_it_takes_part_where_it_is_asked_for_and_nowhere_else(small_model: Path, tmp_path: Path) -> None:
    engine = Engine(small_model, adapters={"other@1": write_tiny_adapter(tmp_path / "tiny.gguf", 1.0)})
    engine.start()
    try:
        engine.wait_ready()
        model = OpenAIModel(engine.endpoint)
        adapted = model.adapted("other")
        assert adapted is not None
        assert model.adapters == ("other@1",)
        assert model.adapted(CONFIRM) is None
        before, moved, after = await said(model), await said(adapted), await said(model)
        assert moved != pytest.approx(before, abs=0.1)
        assert after == pytest.approx(before, abs=0.01)
        plain = await read(model, GenerateOptions(8))
        assert [token.text for token in await read(model, GenerateOptions(8))] == [token.text for token in plain]
        assert [token.text for token in await read(adapted, GenerateOptions(8))] != [token.text for token in plain]
    finally:
        engine.stop()


def test_a_file_that_is_no_adapter_is_refused_before_the_start(small_model: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.gguf"
    page.write_text("<html>", encoding="utf-8")
    with pytest.raises(EngineFailed, match="not a GGUF file"):
        Engine(small_model, adapters={"other@1": page}).start()


async def test_each_request_says_which_takes_part(double: Double) -> None:
    double.body = chunk("hi", "stop") + DONE
    model = OpenAIModel(Endpoint(double.url, model="m", adapters=("one@1", "two@2")))
    two = model.adapted("two")
    assert two is not None
    await read(model)
    await read(two)
    none, second = (
        [{"id": 0, "scale": 0.0}, {"id": 1, "scale": 0.0}],
        [{"id": 0, "scale": 0.0}, {"id": 1, "scale": 1.0}],
    )
    assert [asked["lora"] for asked in double.asked] == [none, second]
