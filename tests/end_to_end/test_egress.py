"""Nothing leaves the machine: the whole product is used in a network from which every packet is seen."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import missing
from tests.end_to_end.browsing import PROGRAMS, ROOT
from tests.end_to_end.egress_stage import TUN

pytestmark = [pytest.mark.browser, pytest.mark.timeout(1500)]
NAMESPACES = ["unshare", "--user", "--map-root-user", "--net", "--mount"]
OF_BUILDS = ("CI", "GITHUB_ACTIONS", "TF_BUILD", "BUILD_BUILDID", "JENKINS_URL", "CODEBUILD_BUILD_ID", "TRAVIS")
"""Variables by which libraries know that no person is there, and then tell less."""


@pytest.mark.usefixtures("small_model")
def test_no_packet_leaves_the_machine_while_the_whole_product_is_used(tmp_path: Path, weights: Path) -> None:
    program = next(filter(None, map(shutil.which, PROGRAMS)), None) or missing("a Chromium browser (Debian: chromium)")
    if (
        not Path(TUN).exists()
        or subprocess.run([*NAMESPACES, "ip", "link"], check=False, capture_output=True).returncode
    ):
        missing("a system that lets a process have a network of its own (unshare --user --net, ip, /dev/net/tun)")
    home = tmp_path / "home"
    home.mkdir()
    env = {name: value for name, value in os.environ.items() if name not in OF_BUILDS}
    env |= {"HOME": str(home), "CHROMIUM": program, "SUREFOOT_WEIGHTS": str(weights)}
    stage = [sys.executable, "-m", "tests.end_to_end.egress_stage", tmp_path / "data", weights, tmp_path / "out"]
    run = subprocess.run([*NAMESPACES, *stage], env=env, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    told = json.loads((tmp_path / "out").read_text())
    assert told["control"], "a look-up of a foreign name was not seen"
    assert len(told["done"]) >= 20
    assert [one for one in told["done"] if one.startswith("surefoot") and ": 0 " not in one] == []
    assert told["product"] == []
    assert told["elsewhere"] == [], "the pages made the browser ask somebody else"
    kept = [str(path.relative_to(home)) for path in home.rglob("*") if path.is_file()]
    assert [path for path in kept if "icrosoft" in path or "onnxruntime" in path] == []
