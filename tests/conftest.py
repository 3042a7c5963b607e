"""What all tests share: where the weights lie, free ports, and the rule that a required part may not be missing."""

from __future__ import annotations

import os
import signal
import socket
from pathlib import Path
from typing import NoReturn

import pytest

signal.signal(signal.SIGINT, signal.default_int_handler)
"""Ctrl-C reaches what the tests start, also where whoever started the tests had it ignored (`&` in a script does)."""
REQUIRE_ALL = os.environ.get("SUREFOOT_REQUIRE") == "all"
MINILM = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
SMOLLM2 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"


def missing(what: str) -> NoReturn:
    """Skip the test and name what is missing; under SUREFOOT_REQUIRE=all fail instead."""
    if REQUIRE_ALL:
        pytest.fail(f"SUREFOOT_REQUIRE=all, and this is missing: {what}")
    pytest.skip(what)


def weight_store() -> Path:
    """The folder of the weight store."""
    return Path(os.environ.get("SUREFOOT_WEIGHTS", Path.home() / ".cache" / "surefoot" / "weights"))


@pytest.fixture(scope="session")
def weights() -> Path:
    """The weight store with the encoder's files in it."""
    store = weight_store()
    if not (store / "sha256" / MINILM).exists():
        missing("the encoder's weights: run `surefoot weights fetch encoder`")
    return store


@pytest.fixture(scope="session")
def small_model(weights: Path) -> Path:
    """SmolLM2-135M: for plumbing only, its answers are poor."""
    path = weights / "sha256" / SMOLLM2
    if not path.exists():
        missing("the weights of SmolLM2-135M: run `surefoot weights fetch smollm2-135m`")
    return path


@pytest.fixture
def free_port() -> int:
    """A port on loopback that nobody uses."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])
