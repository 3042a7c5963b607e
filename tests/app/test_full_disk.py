"""A real server on a real disk that is full or cannot be written: it says so, lives on, and has lost nothing."""

from __future__ import annotations

from pathlib import Path

import httpx

from tests.app.disks import server_on_own_disk
from tests.app.running import until

BELT = "When is the belt of a Corvane 28 replaced?"
SAMPLES = b"time,odometer_km\n2026-11-26T10:00:00Z,5\n"


def leave(days: int) -> list[tuple[str, tuple[str, bytes, str]]]:
    text = f"# Leave\n\nEverybody has {days} days of leave.\n"
    return [("files", (f"leave-{days}.md", text.encode(), "text/plain"))]


def test_a_full_disk_is_a_507_and_all_goes_on_once_there_is_room(tmp_path: Path, weights: Path) -> None:
    with server_on_own_disk(tmp_path / "disk", weights, 200) as own, httpx.Client(timeout=120) as client:
        client.base_url = own.server.wait_ready()
        until(lambda: client.get("/status").json()["loading"] is None)
        fed = client.post("/documents", data={"assistant": "desk"}, files=leave(28)).json()["documents"]
        assert fed[0]["status"] == "ingested"
        before = client.get("/documents", params={"assistant": "desk"}).json()
        own.fill()
        refused = [
            client.post("/documents", data={"assistant": "desk"}, files=leave(29)),
            client.post("/assistants", json={"title": "Office"}),
            client.post("/telemetry/replay", data={"vehicle": "V-1"}, files={"file": ("a.csv", SAMPLES, "text/csv")}),
        ]
        for response in refused:
            assert response.status_code == 507, response.text
            assert "Free some space" in response.json()["error"]["message"]
        asked = [_ask(client) for _ in range(5)]
        assert {response.status_code for response in asked} <= {200, 507}
        assert client.get("/documents", params={"assistant": "desk"}).json() == before
        assert "office" not in {row["name"] for row in client.get("/assistants").json()}
        own.free()
        assert _ask(client).status_code == 200
        fed = client.post("/documents", data={"assistant": "desk"}, files=leave(29)).json()["documents"]
        assert fed[0]["status"] == "ingested"
        found = client.post("/search", json={"query": "days of leave", "assistant": "desk", "k": 5}).json()
        assert {"28", "29"} <= {word for passage in found["passages"] for word in passage["text"].split()}
        assert own.server.stop() == 0


def test_a_start_on_a_full_disk_says_what_is_missing(tmp_path: Path, weights: Path) -> None:
    fill = 'dd if=/dev/zero of="$mount/fill" bs=64k 2>/dev/null; true'
    with server_on_own_disk(tmp_path / "disk", weights, 20, fill) as own:
        _, said = own.server.process.communicate(timeout=120)
    assert own.server.process.returncode == 2
    assert "Traceback" not in said
    assert "Free some space" in said


def test_a_start_with_little_room_says_how_much_is_needed(tmp_path: Path, weights: Path) -> None:
    with server_on_own_disk(tmp_path / "disk", weights, 30) as own:
        _, said = own.server.process.communicate(timeout=120)
    assert own.server.process.returncode == 2
    assert "MB are needed" in said
    assert "Traceback" not in said


def test_a_start_on_a_disk_that_cannot_be_written_names_the_folder(tmp_path: Path, weights: Path) -> None:
    with server_on_own_disk(tmp_path / "disk", weights, 20, 'mount -o remount,ro "$mount"') as own:
        _, said = own.server.process.communicate(timeout=120)
    assert own.server.process.returncode == 2
    assert "Read-only file system" in said
    assert "SUREFOOT_DATA" in said
    assert "Traceback" not in said


def _ask(client: httpx.Client) -> httpx.Response:
    body = {"model": "fleet", "messages": [{"role": "user", "content": BELT}], "fresh": True, "conversation_id": "new"}
    return client.post("/v1/chat/completions", json=body)
