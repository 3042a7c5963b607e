"""Keeps the embedded engine running: fetches its model, starts it, and starts it again when it dies or hangs."""

from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal
from urllib.parse import urlsplit

from surefoot.serving.errors import EngineFailed, FetchStopped, ServingError, WeightsError
from surefoot.serving.models.engine import Engine
from surefoot.serving.models.openai_model import Endpoint
from surefoot.serving.models.progress import Progress, ReportProgress
from surefoot.serving.models.weights import Fetched

EngineState = Literal["none", "downloading", "loading", "ready", "failed"]


@dataclass(frozen=True, slots=True)
class EngineStatus:
    """Where the engine stands."""

    state: EngineState
    model: str | None
    stage: str
    """In words, for people."""
    bytes_done: int = 0
    bytes_total: int = 0
    reason: str | None = None
    """Why it is not as it should be: why it failed, or why another model stands in."""


@dataclass(frozen=True, slots=True)
class RestartPolicy:
    """How long to wait and how often to try; seconds."""

    restarts: int = 5
    """In a row, before the engine is given up."""
    first_wait: float = 1.0
    """Doubles each time."""
    longest_wait: float = 30.0
    steady_after: float = 300.0
    """An engine that ran this long starts the count anew."""
    fetch_again_after: float = 60.0
    """Between two attempts to fetch weights, which are never given up; doubles up to an hour."""
    look_every: float = 2.0
    """Between two looks at a running engine."""
    load_within: float = 300.0


MISSES = 5
"""Looks in a row without an answer after which a living engine counts as hung."""
LONGEST_FETCH_WAIT = 3600.0


class EngineKeeper:
    """A thread that does what is needed so that `endpoint` gives an engine; `status` says where it stands.

    `prepare` brings the model's file, and `cancel` ends that early; `build` makes an engine that is not started yet.
    """

    def __init__(
        self,
        prepare: Callable[[ReportProgress], Fetched],
        build: Callable[[Fetched], Engine],
        policy: RestartPolicy | None = None,
        cancel: Callable[[], None] | None = None,
    ) -> None:
        self._prepare = prepare
        self._build = build
        self._policy = policy or RestartPolicy()
        self._cancel = cancel
        self._lock = threading.Lock()
        self._status = EngineStatus("loading", None, "starting")
        self._endpoint: Endpoint | None = None
        self._engine: Engine | None = None
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="engine-keeper", daemon=True)
        self._failures = 0

    def start(self) -> None:
        """Begin, and return at once."""
        self._thread.start()

    def stop(self) -> None:
        """End the fetch, the engine and the thread."""
        self._stop.set()
        if self._cancel:
            self._cancel()
        if self._thread.is_alive():
            self._thread.join(10.0)
        self._end_engine()

    def status(self) -> EngineStatus:
        """Where the engine stands now."""
        with self._lock:
            return self._status

    def endpoint(self) -> Endpoint | None:
        """Where the engine answers, or None while it does not."""
        with self._lock:
            return self._endpoint

    def _run(self) -> None:
        try:
            while not self._stop.is_set() and self._once():
                pass
        except Exception as error:  # noqa: BLE001 (the thread's border: nobody else could tell that it has ended)
            self._fail("given up", error)
        finally:
            self._end_engine()

    def _once(self) -> bool:
        """Fetch, load, watch until something goes wrong; returns whether to try again."""
        try:
            self._set(EngineStatus("downloading", self.status().model, "looking for the model's weights"))
            fetched = self._prepare(self._report)
            self._keep_running(fetched)
        except FetchStopped:
            return False
        except WeightsError as error:
            return self._wait_to_fetch_again(error)
        except (EngineFailed, OSError) as error:
            return self._wait_to_restart(error)
        return True

    def _keep_running(self, fetched: Fetched) -> None:
        """Run one engine until it is told to stop; raises EngineFailed when it ends otherwise."""
        self._set(EngineStatus("loading", fetched.model, "loading the model", reason=fetched.note))
        engine = self._build(fetched)
        self._engine = engine
        try:
            engine.start()
            self._wait_ready(engine)
            self._set(EngineStatus("ready", fetched.model, "ready", reason=fetched.note), engine.endpoint)
            self._watch(engine)
        finally:
            self._end_engine()

    def _wait_ready(self, engine: Engine) -> None:
        deadline = time.monotonic() + self._policy.load_within
        while not self._stop.is_set():
            try:
                engine.wait_ready(self._policy.look_every)
            except EngineFailed:
                if not engine.alive() or time.monotonic() > deadline:
                    raise
            else:
                return

    def _watch(self, engine: Engine) -> None:
        began = time.monotonic()
        misses = 0
        while not self._stop.wait(self._policy.look_every):
            if time.monotonic() - began > self._policy.steady_after:
                self._failures = 0
            if not engine.alive():
                raise EngineFailed(engine.obituary("while it served"))
            misses = 0 if _answers(engine.endpoint) else misses + 1
            if misses >= MISSES:
                raise EngineFailed("The engine runs but does not answer.")

    def _wait_to_restart(self, error: ServingError | OSError) -> bool:
        self._failures += 1
        policy = self._policy
        if self._failures > policy.restarts:
            stage = f"given up after {policy.restarts} restarts; answers are quotes until the server is started again"
            self._fail(stage, error)
            return False
        wait = min(policy.first_wait * 2 ** (self._failures - 1), policy.longest_wait)
        self._fail(f"restarting in {wait:.0f} s", error)
        self._stop.wait(wait)
        return True

    def _wait_to_fetch_again(self, error: WeightsError) -> bool:
        self._failures += 1
        wait = min(self._policy.fetch_again_after * 2 ** (self._failures - 1), LONGEST_FETCH_WAIT)
        self._fail(f"fetching the weights again in {wait:.0f} s", error)
        self._stop.wait(wait)
        return True

    def _report(self, progress: Progress) -> None:
        stage = f"{progress.name}: {progress.stage}"
        self._set(EngineStatus("downloading", progress.name, stage, progress.bytes_done, progress.bytes_total))

    def _fail(self, stage: str, error: Exception) -> None:
        self._set(replace(self.status(), state="failed", stage=stage, reason=str(error)))

    def _set(self, status: EngineStatus, endpoint: Endpoint | None = None) -> None:
        with self._lock:
            self._status = status
            self._endpoint = endpoint

    def _end_engine(self) -> None:
        engine, self._engine = self._engine, None
        with self._lock:
            self._endpoint = None
        if engine:
            engine.stop()


def _answers(endpoint: Endpoint) -> bool:
    address = urlsplit(endpoint.url).netloc
    connection = http.client.HTTPConnection(address, timeout=5)
    try:
        connection.request("GET", "/health")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
