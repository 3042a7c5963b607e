"""Schemathesis asks the real server everything that its own description allows, and much that it does not.

By hand and for longer: SUREFOOT_DATA=/tmp/scratch python -m surefoot.app.serve, then `schemathesis run
http://127.0.0.1:8400/openapi.json --checks not_a_server_error,status_code_conformance,response_schema_conformance`.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.app.running import server_process

CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "unsupported_method",
    "use_after_free",
)
LONG_WORK = "^/(eval|editions)"
"""Paths at which an answer is minutes of work: cases that are played, an index that is built anew."""
MOST_SECONDS = 60
"""The whole run stops after that; with a fixed seed and few examples it takes less on an idle machine."""


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory, weights: Path) -> Iterator[str]:
    data = tmp_path_factory.mktemp("described") / "data"
    with server_process(data, weights, SUREFOOT_SIMULATOR="off") as server:
        yield server.wait_ready()


def test_every_error_has_its_form_in_the_description(url: str) -> None:
    described = httpx.get(f"{url}/openapi.json").json()
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            for status in ("4XX", "503", "507"):
                schema = operation["responses"][status]["content"]["application/json"]["schema"]
                assert schema == {"$ref": "#/components/schemas/ErrorForm"}, f"{method} {path} {status}"
            assert "500" not in operation["responses"]


@pytest.mark.timeout(600)
def test_what_the_description_allows_and_much_that_it_does_not_is_answered_as_described(
    url: str, tmp_path: Path
) -> None:
    command = [
        Path(sys.executable).with_name("schemathesis"), "run", f"{url}/openapi.json", "--checks", ",".join(CHECKS),
        "--phases", "coverage,fuzzing", "--max-examples", "1", "--seed", "20261127", "--no-shrink",
        "--continue-on-failure", "--max-time", str(MOST_SECONDS), "--request-timeout", "60", "--no-color",
        "--exclude-path-regex", LONG_WORK, "--warnings", "off", "--suppress-health-check", "all",
    ]  # fmt: skip
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout[-20_000:]
    assert " failed" not in run.stdout
    assert httpx.get(f"{url}/health").status_code == 200
