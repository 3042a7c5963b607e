"""One server a data folder: it says where it listens, stops cleanly, and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import textwrap
from pathlib import Path

import httpx
import pytest

from tests.app.running import PATIENCE, environment, own_address, server_process, until


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_server_says_where_it_listens_and_ends_with_status_zero(tmp_path: Path, weights: Path, number: int) -> None:
    with server_process(tmp_path / "data", weights) as server:
        url = server.wait_listening()
        assert httpx.get(f"{url}/health").json() == {"status": "ok"}
        assert httpx.get(f"{url}/status").json()["engine"]["state"] == "none"
        address = server.address()
        assert address is not None
        assert address["pid"] == server.process.pid
        assert {"url", "pid", "token", "version", "started_at"} <= set(address)
        assert server.stop(number) == 0
        assert server.address() is None


def test_a_stop_in_the_middle_of_the_start_ends_it_too(tmp_path: Path, weights: Path) -> None:
    with server_process(tmp_path / "data", weights) as server:
        until(lambda: (tmp_path / "data" / "server.lock").exists() or server.process.poll() is not None)
        assert server.stop() == 0
        assert server.address() is None


def test_a_second_server_on_the_same_folder_says_who_holds_it_and_exits_three(tmp_path: Path, weights: Path) -> None:
    with server_process(tmp_path / "data", weights) as first:
        url = first.wait_listening()
        with server_process(tmp_path / "data", weights) as second:
            _, said = second.process.communicate(timeout=120)
        assert second.process.returncode == 3
        assert str(first.process.pid) in said
        assert url in said
        assert httpx.get(f"{url}/health").status_code == 200


def test_a_server_killed_in_the_middle_leaves_a_folder_that_the_next_one_takes(tmp_path: Path, weights: Path) -> None:
    with server_process(tmp_path / "data", weights) as killed:
        killed.wait_listening()
        killed.process.kill()
        killed.process.wait()
    with server_process(tmp_path / "data", weights) as server:
        until(lambda: (server.address() or {}).get("pid") == server.process.pid)
        assert server.stop() == 0


def test_a_taken_port_is_named_with_the_remedy(tmp_path: Path, weights: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        command = [sys.executable, "-m", "surefoot.app.serve", "--port", str(taken.getsockname()[1])]
        done = subprocess.run(command, env=environment(tmp_path, weights), check=False, capture_output=True, text=True)
    assert done.returncode == 2
    assert "SUREFOOT_PORT" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_wrong_setting_stops_the_start_with_its_reason_alone(tmp_path: Path, weights: Path) -> None:
    with server_process(tmp_path, weights, SUREFOOT_HOST="0.0.0.0") as server:
        _, said = server.process.communicate(timeout=120)
    assert server.process.returncode == 2
    assert "SUREFOOT_PUBLIC_URL" in said
    assert "Traceback" not in said


@pytest.mark.parametrize("settings", [{"SUREFOOT_HOST": "0.0.0.0"}, {}])
def test_nobody_elsewhere_reaches_a_server_without_accounts(
    settings: dict[str, str], tmp_path: Path, weights: Path
) -> None:
    public = {"SUREFOOT_PUBLIC_URL": "https://surefoot.example.org", **settings}
    with server_process(tmp_path, weights, **public) as server:
        _, said = server.process.communicate(timeout=120)
    assert server.process.returncode == 2
    assert "no accounts" in said
    assert "surefoot people first" in said
    assert "Traceback" not in said


def test_a_server_at_one_address_is_also_on_loopback_where_alone_its_token_holds(tmp_path: Path, weights: Path) -> None:
    own = own_address()
    settings = {
        "SUREFOOT_HOST": own,
        "SUREFOOT_PUBLIC_URL": f"http://{own}:1",
        "SUREFOOT_OIDC_ISSUER": "http://127.0.0.1:9",  # with a provider there are accounts
        "SUREFOOT_OIDC_CLIENT_ID": "surefoot",
        "SUREFOOT_OIDC_CLIENT_SECRET": "x",
        "SUREFOOT_OIDC_ROLES": '{"staff": ["reader"]}',
    }
    with server_process(tmp_path, weights, **settings) as server:
        here = server.wait_listening()
        port = here.rpartition(":")[2]
        assert here == f"http://127.0.0.1:{port}"
        token = {"Authorization": f"Bearer {(server.address() or {})['token']}"}
        assert httpx.get(f"http://{own}:{port}/health", timeout=PATIENCE).status_code == 200
        assert httpx.get(f"{here}/people", headers=token, timeout=PATIENCE).status_code == 200
        refused = httpx.get(f"http://{own}:{port}/people", headers=token, timeout=PATIENCE)
        assert (refused.status_code, refused.json()["error"]["code"]) == (401, "not_from_here")


PARENT = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-m", "surefoot.app.serve", "--port", "0", "--die-with-parent"])
print(child.pid, flush=True)
time.sleep(600)
"""


def test_a_server_ends_with_the_process_that_started_it(tmp_path: Path, weights: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(PARENT)],
        env=environment(tmp_path, weights),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        until((tmp_path / "server.json").exists)
        parent.kill()
    until(lambda: not _runs(pid))
    assert not (tmp_path / "server.json").exists()


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    stat = Path(f"/proc/{pid}/stat")
    return not (stat.exists() and ") Z " in stat.read_text(encoding="utf-8"))
