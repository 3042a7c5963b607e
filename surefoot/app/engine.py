"""Brings the language model in the background: fetches its weights, starts the engine, watches it, starts it again."""

from __future__ import annotations

import asyncio
import logging
import math
import threading
import time
from dataclasses import replace
from pathlib import Path

from surefoot.app.client.forms import EngineStatus
from surefoot.app.settings import Settings
from surefoot.core.errors import SurefootError, safe_words
from surefoot.serving.errors import AdapterUnusable, EngineFailed, FetchStopped, WeightsUnavailable
from surefoot.serving.models.adapters import adapters_for
from surefoot.serving.models.chat_model import ChatModel
from surefoot.serving.models.declared import ENCODER, MODELS
from surefoot.serving.models.engine import Engine, EngineSettings
from surefoot.serving.models.memory import available_memory, choose_model
from surefoot.serving.models.openai_model import Endpoint, OpenAIModel
from surefoot.serving.models.progress import Progress
from surefoot.serving.models.weights import Fetched, WeightStore

logger = logging.getLogger(__name__)

NONE = "none"
AUTO = "auto"
PROBE_SECONDS = 10.0
EMBEDDED_RETRY_SECONDS = (2.0, 10.0, 60.0)
"""Pause after the first failure, the second, and all others."""
REMOTE_RETRY_SECONDS = (2.0, 5.0)
PROVEN_SECONDS = 60.0
"""A model that was ready for so long begins anew with the first pause."""
EVIDENCE_MODE = EngineStatus(state="none", model=None, stage="Answers are quotes from the documents")


class EngineRoom:
    """The language model's whereabouts; until it is ready there is none, and answers are quotes."""

    def __init__(self, settings: Settings, weights: WeightStore) -> None:
        self._settings = settings
        self._weights = weights
        self._stopping = threading.Event()
        self._status = EVIDENCE_MODE
        self._engine: Engine | None = None
        self._model: ChatModel | None = None
        self._note: str | None = None
        self._ready_at = math.inf
        self._thread = threading.Thread(target=self._run, name="engine", daemon=True)

    def start(self) -> None:
        """Begin; returns at once."""
        if self._settings.engine_url is not None or self._settings.model != NONE:
            self._thread.start()

    def model(self) -> ChatModel | None:
        """The model if it can be asked now."""
        model = self._model
        return model if model is not None and model.ready() else None

    def status(self) -> EngineStatus:
        """Where it stands."""
        return self._status

    def stop(self, seconds: float) -> bool:
        """End the download and the engine; False where that took longer."""
        self._stopping.set()
        self._weights.stop()
        self._model = None
        if self._engine is not None:
            self._engine.stop()  # also while it loads
        if self._thread.is_alive():
            self._thread.join(max(0.0, seconds))
        return not self._thread.is_alive()

    def _run(self) -> None:
        url = self._settings.engine_url
        pauses = EMBEDDED_RETRY_SECONDS if url is None else REMOTE_RETRY_SECONDS
        attempt = -1
        while not self._stopping.is_set():
            try:
                if url is None:
                    self._run_embedded()
                else:
                    self._watch_remote(url)
            except FetchStopped:
                break
            except SurefootError as error:
                self._failed(str(error))
            except Exception as error:  # the border of a thread: the product works without a model
                logger.exception("The language model could not be brought.")
                self._failed(f"The language model could not be started: {safe_words(error)}")
            attempt = 0 if time.monotonic() - self._ready_at > PROVEN_SECONDS else attempt + 1
            self._ready_at = math.inf
            self._stopping.wait(pauses[min(attempt, len(pauses) - 1)])

    def _watch_remote(self, url: str) -> None:
        """Ask a server every few seconds whether it serves the model; raises when it does not."""
        key = self._settings.engine_key
        endpoint = Endpoint(url, key.get_secret_value() if key else "", self._settings.engine_model)
        while not self._stopping.is_set():
            name = asyncio.run(OpenAIModel(endpoint).probe())
            if self._model is None:
                self._ready(OpenAIModel(replace(endpoint, model=name)), f"Text comes from {url}")
            self._stopping.wait(PROBE_SECONDS)

    def _run_embedded(self) -> None:
        """Fetch, start, and watch until it dies; raises with the reason when it does."""
        fetched = self._fetched()
        self._note = fetched.note
        self._set("loading", fetched.model, "The language model is being loaded")
        threads = EngineSettings(threads=self._settings.threads)
        log = self._settings.data / "logs" / "engine.log"
        engine = Engine(fetched.path, threads, log, fetched.model, self._adapters(fetched.path))
        self._engine = engine
        try:
            engine.start()
            engine.wait_ready()
            self._ready(OpenAIModel(engine.endpoint), "The language model is ready")
            engine.watch(self._stopping)
        finally:
            engine.stop()

    def _adapters(self, model: Path) -> dict[str, Path]:
        """By their tags, those made for this file, whose name is its hash; without them the model works too."""
        try:
            found = adapters_for(model.name)
            for adapter in found:
                adapter.verify()
        except AdapterUnusable as error:
            logger.warning("%s", error)
            self._note = str(error)
            return {}
        return {adapter.tag: adapter.path for adapter in found}

    def _fetched(self) -> Fetched:
        name = self._settings.model
        if name.endswith(".gguf"):
            path = Path(name).expanduser().absolute()
            return Fetched(path.stem, path)
        if name == AUTO:
            choice = choose_model(available_memory())
            if choice.name is None:
                raise EngineFailed(choice.reason)
            name = choice.name
        if name not in MODELS or MODELS[name] is ENCODER:
            known = ", ".join(model for model in MODELS if MODELS[model] is not ENCODER)
            raise WeightsUnavailable(f"There is no model named '{name}'. Set SUREFOOT_MODEL to one of: {known}.")
        self._set("downloading", name, "The language model is being fetched", MODELS[name].size)
        return self._weights.fetch_generator(name, self._tell)

    def _tell(self, progress: Progress) -> None:
        self._status = EngineStatus(
            state="downloading",
            model=progress.name,
            stage=f"The language model is being fetched: {progress.stage}",
            bytes_done=progress.bytes_done,
            bytes_total=progress.bytes_total,
        )

    def _set(self, state: str, model: str, stage: str, total: int = 0) -> None:
        row = {"state": state, "model": model, "stage": stage, "bytes_total": total, "reason": self._note}
        self._status = EngineStatus.model_validate(row)

    def _ready(self, model: ChatModel, stage: str) -> None:
        self._set("ready", model.name, stage)
        self._model = model
        self._ready_at = time.monotonic()

    def _failed(self, reason: str) -> None:
        self._model = None
        if self._stopping.is_set():
            return
        if reason != self._status.reason:
            logger.warning("The language model is not there: %s", reason)
        stage = "Answers are quotes; the language model will be tried again"
        self._status = EngineStatus(state="failed", model=self._status.model, stage=stage, reason=reason)
