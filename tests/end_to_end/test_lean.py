"""A server and its pages that were used have loaded nothing that they do not use."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from surefoot.app.bench.running import running
from surefoot.app.bench.visiting import PAGES, visit
from surefoot.app.client.events import Ask
from tests.app.running import until

WEIGHTY = ("pandas", "spacy", "thinc", "PIL", "llama_index", "lxml", "grpc", "torch", "scipy")
"""Packages with parts that the system loads, so that it tells of them."""
LEAN = """
import json, sys
from surefoot.app.lean import be_lean
be_lean()
import numpy as np, pyarrow as pa
table = pa.table({"a": pa.array(np.array([1.0, 2.0]))})
before = "pandas" in sys.modules
print(json.dumps({"before": before, "frame": table.to_pandas()["a"].tolist(), "pool": pa.default_memory_pool().backend_name}))
"""


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="the system does not tell what a process has loaded")
def test_a_server_and_pages_that_were_used_have_loaded_nothing_that_they_do_not_use(
    tmp_path: Path, weights: Path
) -> None:
    settings = {"SUREFOOT_WEIGHTS": str(weights), "SUREFOOT_MODEL": "none", "SUREFOOT_SIMULATOR_DAYS": "1"}
    with running(tmp_path, settings) as product:
        url = product.wait_for_pages()
        with product.wait_for_server().client() as client:
            until(lambda: client.ready().ready and client.telemetry.status().simulation.sent > 0)
            for question in ("When is the belt of a Corvane 28 replaced?", "How far did V-104 drive today?"):
                assert list(client.ask(Ask(question, "fleet")))
        for query in PAGES:
            assert len(visit(url, query)) > 10_000  # bytes: a page, and no word of trouble
        processes = product.processes()
        assert {"onnxruntime", "pyarrow", "duckdb"} <= _loaded(processes["API"])
        assert _loaded(processes["API"]).isdisjoint({*WEIGHTY, "streamlit"})
        assert _loaded(processes["pages"]).isdisjoint({*WEIGHTY, "pyarrow", "onnxruntime", "duckdb"} - {"PIL"})


def test_pandas_is_left_out_until_somebody_asks_for_it() -> None:
    run = subprocess.run([sys.executable, "-c", LEAN], capture_output=True, text=True, check=True)
    assert json.loads(run.stdout) == {"before": False, "frame": [1.0, 2.0], "pool": "system"}


def _loaded(process: int) -> set[str]:
    """The packages of which a process has loaded compiled parts."""
    lines = Path(f"/proc/{process}/maps").read_text(encoding="utf-8").splitlines()
    places = [line.split("site-packages/", 1)[1] for line in lines if "site-packages/" in line and ".so" in line]
    return {part for place in places for part in (place.split("/")[0].split(".")[0].lstrip("_"),)}
