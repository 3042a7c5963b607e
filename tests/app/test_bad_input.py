"""Whatever comes in, the answer says what happened and what to do, and nothing is lost; the guide says the same."""

from __future__ import annotations

import re
import socket
import sqlite3
import threading
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from tests.app.bad_inputs import FILES, PADS, REQUESTS, BadFile, BadRequest
from tests.app.running import server_process, until

ROOT = Path(__file__).parents[2]
GUIDE = ROOT / "docs" / "guides" / "bad-input.md"
GOOD = b"# Leave\n\nEverybody has 28 days of leave a year.\n"


@pytest.mark.parametrize("bad", REQUESTS, ids=lambda bad: bad.what)
def test_a_bad_request_is_refused_with_a_fitting_status_and_a_remedy(client: httpx.Client, bad: BadRequest) -> None:
    response = client.request(bad.method, bad.path, json=bad.body or None)
    assert response.status_code == bad.status, response.text
    error = response.json()["error"]
    assert error["code"] == bad.code
    assert bad.remedy in error["message"]
    assert error["type"] == "invalid_request_error"
    assert client.get("/conversations").json() == []


@pytest.mark.parametrize("bad", FILES, ids=lambda bad: bad.what)
def test_a_bad_file_is_rejected_with_its_reason_and_the_one_beside_it_is_read(
    client: httpx.Client, bad: BadFile
) -> None:
    sent = [("files", (bad.name, bad.made(), "text/plain")), ("files", ("leave.md", GOOD, "text/plain"))]
    response = client.post("/documents", data={"assistant": "desk"}, files=sent)
    assert response.status_code == 200, response.text
    rejected, read = response.json()["documents"]
    assert rejected["status"] == "rejected"
    assert bad.reason in rejected["reason"]
    assert rejected["reason"][-1] in ".?"
    assert read["status"] == "ingested"


def test_an_upload_that_is_cut_off_leaves_nothing_and_the_server_goes_on(client: httpx.Client) -> None:
    body = (
        b'--b\r\nContent-Disposition: form-data; name="assistant"\r\n\r\ncut\r\n--b\r\nContent-Disposition: form-data; '
    )
    body += b'name="files"; filename="cut.md"\r\n\r\n# Half of a te'
    place = urlsplit(str(client.base_url))
    with socket.create_connection((place.hostname or "", place.port or 0)) as connection:
        head = "POST /documents HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: multipart/form-data; boundary=b\r\n"
        connection.sendall(f"{head}Content-Length: 5000\r\n\r\n".encode() + body)
    assert client.get("/assistants/cut").status_code == 404
    sent = [("files", ("cut.md", GOOD, "text/plain"))]
    fed = client.post("/documents", data={"assistant": "cut"}, files=sent).json()["documents"]
    assert [row["status"] for row in fed] == ["ingested"]


def test_a_server_that_is_killed_while_it_reads_has_whole_documents_alone_at_its_next_start(
    tmp_path: Path, weights: Path
) -> None:
    data = tmp_path / "data"
    files = {f"paper-{n}.md": f"# Paper {n}\n\n" + f"Rule {n} of the house is kept. " * 400 for n in range(6)}
    sent = [("files", (name, text.encode(), "text/plain")) for name, text in files.items()]
    with server_process(data, weights, SUREFOOT_SIMULATOR="off") as server:
        url = server.wait_ready()

        def feed() -> None:
            with pytest.raises(httpx.TransportError):
                httpx.post(f"{url}/documents", data={"assistant": "desk"}, files=sent, timeout=300)

        feeding = threading.Thread(target=feed)
        feeding.start()
        until(lambda: _statuses(data) != [])
        server.process.kill()
        feeding.join()
    with server_process(data, weights, SUREFOOT_SIMULATOR="off") as server:
        until(lambda: (server.address() or {}).get("pid") == server.process.pid)
        url = server.wait_ready()
        until(lambda: httpx.get(f"{url}/status").json()["loading"] is None)
        listed = httpx.get(f"{url}/documents", params={"assistant": "desk"}).json()["documents"]
        assert {row["status"] for row in listed} <= {"ready"}
        fed = httpx.post(f"{url}/documents", data={"assistant": "desk"}, files=sent, timeout=300).json()["documents"]
        assert {row["status"] for row in fed} <= {"ingested", "unchanged"}
        listed = httpx.get(f"{url}/documents", params={"assistant": "desk"}).json()["documents"]
        assert sorted(row["path"] for row in listed) == sorted(files)


def _statuses(data: Path) -> list[str]:
    with sqlite3.connect(data / "surefoot.db", timeout=30) as looking:
        found = looking.execute("SELECT status FROM documentrow WHERE assistant = 'desk'").fetchall()
    looking.close()
    return [row[0] for row in found]


def test_a_server_refuses_the_data_of_a_newer_version_and_leaves_them_as_they_are(
    tmp_path: Path, weights: Path
) -> None:
    data = tmp_path / "data"
    data.mkdir()
    with sqlite3.connect(data / "surefoot.db") as made:
        made.execute("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
        made.execute("INSERT INTO alembic_version VALUES ('9999')")
    made.close()
    with server_process(data, weights) as server:
        _, said = server.process.communicate(timeout=120)
    assert server.process.returncode == 2
    assert "newer" in said
    assert "Traceback" not in said
    with sqlite3.connect(data / "surefoot.db") as kept:
        assert kept.execute("SELECT version_num FROM alembic_version").fetchall() == [("9999",)]
    kept.close()


def test_a_hostile_title_and_question_are_kept_as_text(client: httpx.Client) -> None:
    evil = 'a\r\nSet-Cookie: a=b\x1b[2J\u202e<img src=x onerror="alert(1)">'
    body = {"model": "garage", "messages": [{"role": "user", "content": f"{PADS} {evil}"}], "conversation_id": "new"}
    asked = client.post("/v1/chat/completions", json=body)
    assert "set-cookie" not in asked.headers
    conversation = asked.json()["surefoot"]["conversation_id"]
    client.patch(f"/conversations/{conversation}", json={"title": evil})
    kept = client.get(f"/conversations/{conversation}")
    assert kept.json()["answers"][0]["question"].startswith(PADS)
    assert "set-cookie" not in kept.headers


def test_the_guide_has_a_row_for_each_bad_input_and_names_tests_that_exist() -> None:
    guide = GUIDE.read_text(encoding="utf-8")
    for bad in (*REQUESTS, *FILES):
        assert bad.row() in guide
    tests = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    named = re.findall(r"`(test_\w+)`", guide)
    assert len(named) > 20
    for name in named:
        assert re.search(rf"def {name}\(", tests), name
