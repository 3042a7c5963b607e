"""The embedded engine: an OpenAI-compatible server for one GGUF file, in a process of its own on loopback."""

from __future__ import annotations

import http.client
import secrets
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

from surefoot.serving.errors import EngineFailed
from surefoot.serving.models.engine_child import READY, EngineSpec
from surefoot.serving.models.engine_log import EngineLog
from surefoot.serving.models.openai_model import Endpoint

STOP_SECONDS = 2.0
"""Seconds that the process gets to end by itself before it is killed."""


LOOKS = 5
"""Looks in a row without an answer after which a living engine counts as hung."""


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """How the engine runs."""

    threads: int = 2
    """For reading prompts, which uses all cores well."""
    decode_threads: int | None = None
    """For generating; one less than `threads` unless set, since its threads wait for each other at every step:
    on a core that others use too, one more thread makes it several times slower."""
    context: int = 4096
    """Tokens that one request may have, prompt and answer."""
    parallel: int = 2
    batch: int = 256
    cache_mib: int = 256


class Engine:
    """One run of the engine. It dies with this process, however this process ends."""

    def __init__(
        self,
        model: Path,
        settings: EngineSettings | None = None,
        log: Path | None = None,
        alias: str = "local",
        adapters: Mapping[str, Path] | None = None,
    ) -> None:
        """adapters: GGUF files that were made for this model, by the names under which they are asked for."""
        self.model = model
        self.alias = alias
        self.adapters = dict(adapters or {})
        self.key = secrets.token_urlsafe(32)
        self._settings = settings or EngineSettings()
        self.log_path = log
        self._log = EngineLog(log)
        self._lock = threading.Lock()
        self._process: subprocess.Popen[str] | None = None
        self._address = threading.Event()
        self._url = ""

    @property
    def url(self) -> str:
        """The base URL of its API; raises EngineFailed before it is ready."""
        if not self._address.is_set():
            raise EngineFailed("The engine has no address yet: it is still loading. Ask again when it is ready.")
        return f"{self._url}/v1"

    @property
    def endpoint(self) -> Endpoint:
        """Where and how to call it; raises EngineFailed before it is ready."""
        return Endpoint(self.url, self.key, self.alias, tuple(self.adapters))

    @property
    def pid(self) -> int | None:
        """Its process, or None before the start."""
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Start loading and return at once; raises EngineFailed where a file cannot be a model or an adapter."""
        for file in (self.model, *self.adapters.values()):
            _require_gguf(file)
        with self._lock:
            if self._process:
                raise EngineFailed("This engine has been started before; make a new one for another run.")
            self._process = subprocess.Popen(
                [sys.executable, "-m", "surefoot.serving.models.engine_child"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
                start_new_session=True,
            )
            threading.Thread(target=self._read, args=(self._process.stdout,), name="engine-log", daemon=True).start()
            self._tell(self._process.stdin)

    def wait_ready(self, timeout: float = 120.0) -> None:
        """Wait until it answers; raises EngineFailed with its last lines where it dies, or takes longer."""
        deadline = time.monotonic() + timeout
        while not self._address.wait(0.1):
            if not self.alive():
                raise EngineFailed(self.obituary("while loading"))
            if time.monotonic() > deadline:
                raise EngineFailed(
                    f"The engine did not load {self.model.name} in {timeout:.0f} s. {self._log.ending()}"
                )

    def alive(self) -> bool:
        """Whether its process runs."""
        return self._process is not None and self._process.poll() is None

    def watch(self, stop: threading.Event, look_every: float = 5.0) -> None:
        """Wait until `stop` is set; raises EngineFailed when it dies, or lives and does not answer several looks."""
        misses = 0
        while misses < LOOKS:
            next_look = time.monotonic() + look_every
            while self.alive() and time.monotonic() < next_look:
                if stop.wait(min(0.2, look_every)):
                    return
            if not self.alive():
                raise EngineFailed(self.obituary("at work"))
            misses = 0 if self._answers(look_every) else misses + 1
        raise EngineFailed(f"The engine with {self.model.name} runs but does not answer. {self._log.ending()}")

    def stop(self) -> None:
        """End it, within five seconds always; may be repeated."""
        with self._lock:
            process = self._process
            if process is None:
                return
            process.terminate()
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(STOP_SECONDS)
            if process.stdin:
                process.stdin.close()

    def obituary(self, when: str) -> str:
        """What is known about its death, in words."""
        status = self._process.poll() if self._process else None
        how = f"exit status {status}"
        if status is not None and status < 0:
            how = f"signal {-status}" + (": the machine may have run out of memory" if status == -9 else "")
        return f"The engine with {self.model.name} died {when} ({how}). {self._log.ending()}"

    def _answers(self, timeout: float) -> bool:
        connection = http.client.HTTPConnection(urlsplit(self._url).netloc, timeout=timeout)
        try:
            connection.request("GET", "/health")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def _tell(self, stdin: IO[str] | None) -> None:
        """Write the first line; a child that is dead already will be noticed by whoever waits for it."""
        settings = self._settings
        spec = EngineSpec(
            model=str(self.model),
            alias=self.alias,
            key=self.key,
            context=settings.context,
            parallel=settings.parallel,
            threads=settings.threads,
            decode_threads=settings.decode_threads or max(1, settings.threads - 1),
            batch=settings.batch,
            cache_mib=settings.cache_mib,
            adapters=[str(path) for path in self.adapters.values()],
        )
        if stdin:
            try:
                stdin.write(f"{spec.to_json()}\n")
                stdin.flush()
            except BrokenPipeError:
                pass

    def _read(self, stdout: IO[str]) -> None:
        with stdout:
            for line in stdout:
                if line.startswith(READY):
                    self._url = line.removeprefix(READY).strip()
                    self._address.set()
                else:
                    self._log.add(line)


def _require_gguf(model: Path) -> None:
    """Raise EngineFailed where the file is missing or no GGUF file: the engine's own error says neither."""
    try:
        with model.open("rb") as file:
            magic = file.read(4)
    except OSError as error:
        raise EngineFailed(f"The model file {model} cannot be read ({error.strerror}). Fetch it again.") from error
    if magic != b"GGUF":
        raise EngineFailed(f"{model} is not a GGUF file: it begins with {magic!r}. Choose a .gguf file.")
