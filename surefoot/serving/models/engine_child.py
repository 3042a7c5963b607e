"""The engine's process: serves one model on loopback until its parent is gone.

Started by `engine.Engine`. The first line on stdin is an `EngineSpec` as JSON, so that the key stands in no process
list; the pipe then stays open, and its end is the sign that the parent has died.
"""

from __future__ import annotations

import fcntl
import json
import os
import select
import sys
from dataclasses import asdict, dataclass
from typing import Any

READY = "surefoot-engine-ready "
"""Begins the line on stdout that names the address."""


@dataclass(frozen=True, slots=True)
class EngineSpec:
    """What the engine is told."""

    model: str
    """Path of a GGUF file."""
    alias: str
    key: str
    context: int
    """Tokens of prompt and answer that one request may have; memory is set aside for `parallel` of them."""
    parallel: int
    threads: int
    decode_threads: int
    batch: int
    """Prompt tokens that are read in one go; while it lasts, the other streams wait."""
    cache_mib: int
    """Memory for the prefixes of earlier prompts."""
    adapters: list[str]
    """Paths of GGUF files of adapters; a request names those that take part in it by their places here."""

    def to_json(self) -> str:
        """As one line."""
        return json.dumps(asdict(self))


def main() -> None:
    """Serve until stdin ends."""
    spec = EngineSpec(**json.loads(sys.stdin.buffer.readline()))
    end_with_parent()
    try:
        address = serve(spec)
    except RuntimeError as error:
        sys.exit(f"The model was not loaded: {error}")
    print(f"{READY}{address}", flush=True)  # noqa: T201 (the parent reads it)
    sys.stdin.buffer.read()
    # The server's own end hangs, so the process ends without it.
    os._exit(0)


def end_with_parent() -> None:
    """Have the kernel end this process when stdin's other end closes, also while a library is busy loading.

    PR_SET_PDEATHSIG would watch the thread that started this process, and end it with that thread.
    """
    stdin = sys.stdin.fileno()
    if sys.platform == "linux":
        fcntl.fcntl(stdin, fcntl.F_SETOWN, os.getpid())
        fcntl.fcntl(stdin, fcntl.F_SETFL, fcntl.fcntl(stdin, fcntl.F_GETFL) | os.O_ASYNC)
    # It may have closed before the kernel was asked.
    if select.select([stdin], [], [], 0)[0]:
        os._exit(0)


def serve(spec: EngineSpec) -> str:
    """Load the model and start the server in this process; returns its address. Raises RuntimeError."""
    import xllamacpp

    llama: Any = xllamacpp  # it comes without types
    params = llama.CommonParams()
    params.model.path = spec.model
    params.model_alias = {spec.alias}
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.api_keys = [spec.key]
    params.n_parallel, params.kv_unified, params.kv_unified_per_slot = spec.parallel, True, spec.context
    # With less, requests that each fit would fail together.
    params.n_ctx = spec.context * spec.parallel
    params.n_batch = params.n_ubatch = spec.batch
    params.cpuparams.n_threads, params.cpuparams_batch.n_threads = spec.decode_threads, spec.threads
    params.cache_ram_mib = spec.cache_mib
    params.n_gpu_layers = 0
    params.offline, params.ui, params.endpoint_slots, params.endpoint_metrics = True, False, False, True
    params.verbosity = 2
    params.lora_adapters, params.lora_init_without_apply = [_adapter(llama, path) for path in spec.adapters], True
    server = llama.Server(params)
    _KEPT.append(server)
    return str(server.listening_address)


def _adapter(llama: Any, path: str) -> Any:
    """An adapter that takes part in no request unless the request says so."""
    told = llama.CommonAdapterLoraInfo()
    told.path, told.scale = path, 0.0
    return told


_KEPT: list[object] = []
"""Servers that must outlive their function: deleting one hangs."""

if __name__ == "__main__":
    main()
