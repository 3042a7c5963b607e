"""Sets up the product over the folders of assistants, in this process, so that a tool can play cases on it."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from surefoot.app.engine import EngineRoom
from surefoot.app.parts import App
from surefoot.app.settings import Settings, load_settings
from surefoot.app.wiring import build, build_weights
from surefoot.eval.judging import Judge
from surefoot.serving.models.chat_model import ChatModel

STOP_SECONDS = 60.0
MODEL_SECONDS = 3600.0
POLL_SECONDS = 0.2


Room = Callable[[Settings], EngineRoom]


class StageFailed(Exception):
    """The product could not be set up; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Stage:
    """The product, ready to be asked."""

    app: App
    encoder_folder: Path
    """Where the encoder's files lie."""

    @property
    def judge(self) -> Judge:
        """Judges answers of this product."""
        return Judge(self.path_of, self.app.service.grounding)

    def path_of(self, document_id: str) -> str:
        """A document's path by its id."""
        entry = self.app.library.catalogue.get(document_id)
        return entry.path if entry else ""

    def model(self) -> ChatModel:
        """The language model. Raises StageFailed where there is none."""
        model = self.app.engine.model()
        if model is None:
            raise StageFailed(f"No language model is ready: {self.app.engine.status().stage}. Name one with --model.")
        return model


@contextmanager
def staged(folders: Sequence[Path], work: Path, model: str, engine: Room | None = None) -> Generator[Stage]:
    """Copies of the folders as shipped assistants, with all their documents read; `model` as SUREFOOT_MODEL takes it.

    What is read is kept below `work`, so that the next stage there is set up quickly. A model on another server
    (SUREFOOT_ENGINE_URL) goes before `model`, save for "none". Tests give an `engine` with a scripted model.
    """
    shipped = work / "shipped"
    for folder in folders:
        if not (folder / "assistant.yaml").is_file():
            raise StageFailed(f"{folder} is no assistant's folder: it has no assistant.yaml.")
        target = shipped / folder.name
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(folder, target)
    without = {"engine_url": None} if model == "none" else {}
    settings = load_settings().model_copy(update={"data": work / "data", "model": model, **without})
    app = build(settings, shipped, engine(settings) if engine else None)
    app.start()
    try:
        _wait(app, model)
        yield Stage(app, build_weights(settings).encoder_folder)
    finally:
        if not app.stop(STOP_SECONDS):
            print("A part of the product does not end.", file=sys.stderr)


def _wait(app: App, model: str) -> None:
    """Until the documents are read and the model is there. Raises StageFailed."""
    said = ""
    while (loading := app.library.loader.loading) is not None:
        words = loading.split(":")[0]
        if words != said:
            print(words, file=sys.stderr)
            said = words
        time.sleep(POLL_SECONDS)
    if reasons := app.library.loader.reasons():
        raise StageFailed("; ".join(reasons))
    deadline = time.monotonic() + MODEL_SECONDS
    while model != "none" and app.engine.model() is None:
        status = app.engine.status()
        if status.state == "failed" or time.monotonic() > deadline:
            raise StageFailed(f"The model {model} is not ready: {status.reason or status.stage}")
        time.sleep(POLL_SECONDS)
