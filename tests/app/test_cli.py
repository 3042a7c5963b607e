"""The command line: what it prints, for people and for programs, and how it fails."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from surefoot.app.cli.output import clean
from tests.app.command import every_command, surefoot

HEAVY = ("httpx", "llama_index", "numpy", "openai", "pydantic", "qdrant_client", "rich", "sqlmodel", "streamlit")


def test_help_imports_nothing_heavy() -> None:
    code = f"from surefoot.app.cli import run; run(['--help']); import sys; print(*({HEAVY!r} & sys.modules.keys()))"
    code = code.replace(repr(HEAVY), repr(set(HEAVY)))
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert "Commands:" in shown
    assert shown.splitlines()[-1] == ""


@pytest.mark.parametrize("command", every_command(), ids=" ".join)
def test_every_command_explains_itself_and_offers_json(command: tuple[str, ...], tmp_path: Path) -> None:
    shown = surefoot(tmp_path, *command, "--help")
    assert shown.status == 0
    assert "--json" in shown.out
    assert "Options:" in shown.out


@pytest.mark.parametrize(
    "typed",
    [
        ("ask",),
        ("nonsense",),
        ("search", "x", "--assistant", "a", "-k", "0"),
        ("ingest", "/nowhere", "--assistant", "a"),
    ],
    ids=" ".join,
)
def test_a_mistyped_command_exits_2_with_one_json_error(typed: tuple[str, ...], tmp_path: Path) -> None:
    shown = surefoot(tmp_path, *typed, "--json")
    assert shown.status == 2
    error = shown.json()["error"]
    assert error["code"] == "usage"
    assert error["message"] in shown.err


def test_a_mistyped_command_without_json_prints_nothing_on_stdout(tmp_path: Path) -> None:
    shown = surefoot(tmp_path, "ask")
    assert (shown.status, shown.out) == (2, "")
    assert "QUESTION" in shown.err


def test_a_setting_that_cannot_be_used_is_one_json_error_that_says_what_to_do(tmp_path: Path) -> None:
    shown = surefoot(tmp_path, "assistants", "list", "--json", SUREFOOT_HOST="0.0.0.0")
    assert shown.status == 1
    assert "SUREFOOT_HOST" in shown.json()["error"]["message"]


def test_a_data_folder_that_cannot_be_made_is_one_json_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    shown = surefoot(tmp_path / "file", "assistants", "list", "--json")
    assert shown.status == 1
    assert "SUREFOOT_DATA" in shown.json()["error"]["message"]


def test_unknown_weights_name_those_that_there_are(tmp_path: Path) -> None:
    shown = surefoot(tmp_path, "weights", "fetch", "nonsense", "--json")
    assert shown.status == 2
    assert "encoder" in shown.json()["error"]["message"]


def test_the_weights_are_listed(tmp_path: Path) -> None:
    listed = surefoot(tmp_path, "weights", "list", "--json", SUREFOOT_WEIGHTS=str(tmp_path)).json()["weights"]
    assert {"encoder", "smollm2-135m"} <= {row["name"] for row in listed}
    assert not any(row["here"] for row in listed)


def test_the_doctor_tells_of_damaged_weights_with_a_remedy(tmp_path: Path) -> None:
    listed = surefoot(tmp_path, "weights", "list", "--json").json()["weights"]
    assert listed
    from surefoot.serving.models.declared import MODELS

    smallest = MODELS["smollm2-135m"].file
    (tmp_path / "sha256").mkdir()
    (tmp_path / "sha256" / smallest.sha256).write_bytes(b"not the model")
    shown = surefoot(tmp_path / "data", "doctor", "--json", SUREFOOT_WEIGHTS=str(tmp_path), SUREFOOT_MODEL="none")
    checks = {check["name"]: check for check in shown.json()["checks"]}
    assert shown.status == 1
    assert checks["weights smollm2-135m"]["state"] == "fail"
    assert "surefoot weights fetch" in checks["weights smollm2-135m"]["remedy"]
    assert checks["weights encoder"]["state"] == "warn"
    assert {check["state"] for check in checks.values()} <= {"ok", "warn", "fail"}
    assert all(check["remedy"] for check in checks.values() if check["state"] != "ok")


def test_the_doctor_says_what_will_run_here(tmp_path: Path, weights: Path) -> None:
    settings = {"SUREFOOT_WEIGHTS": str(weights), "SUREFOOT_MODEL": "smollm2-135m"}
    before = {check["name"]: check for check in surefoot(tmp_path, "doctor", "--json", **settings).json()["checks"]}
    assert "none" in before["accounts"]["detail"]
    assert "tokens/s" in before["answers"]["detail"]
    assert "chunks/s" in before["speed"]["detail"]
    surefoot(tmp_path, "people", "list", **settings)  # makes the database
    after = {check["name"]: check for check in surefoot(tmp_path, "doctor", "--json", **settings).json()["checks"]}
    assert after["audit trail"]["detail"].startswith("whole, ")
    quotes = surefoot(tmp_path, "doctor", "--json", SUREFOOT_MODEL="none").json()["checks"]
    assert "quotes alone" in {check["name"]: check for check in quotes}["answers"]["detail"]


def test_the_doctor_reports_wrong_settings_and_goes_on(tmp_path: Path) -> None:
    shown = surefoot(tmp_path, "doctor", "--json", SUREFOOT_PORT="many")
    checks = {check["name"]: check for check in shown.json()["checks"]}
    assert checks["settings"]["state"] == "fail"
    assert "SUREFOOT_PORT" in checks["settings"]["detail"]
    assert checks["qdrant-edge-py"]["state"] == "ok"


def test_the_doctor_names_a_broker_that_is_away_and_not_its_password(tmp_path: Path) -> None:
    shown = surefoot(tmp_path, "doctor", "--json", SUREFOOT_MQTT_URL="mqtt://van:secret@127.0.0.1:9")
    checks = {check["name"]: check for check in shown.json()["checks"]}
    assert checks["MQTT broker"]["state"] == "fail"
    assert checks["MQTT broker"]["detail"].startswith("mqtt://127.0.0.1:9: ")
    assert "secret" not in shown.out


def test_a_document_cannot_steer_the_terminal() -> None:
    assert clean("a\x1b]0;title\x07\x1b[2Jb\x9bc\r\n\td") == "a]0;title[2Jbc\n\td"


def test_a_reader_that_leaves_early_is_no_failure_to_report(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "from surefoot.app.cli import main; main()", "weights", "list"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.stderr is not None
        told = process.stderr.read().decode()
    assert "Traceback" not in told
    assert "BrokenPipe" not in told


def test_the_version_is_printed(tmp_path: Path) -> None:
    assert surefoot(tmp_path, "--version").out.startswith("surefoot ")


def test_json_is_one_document_even_when_it_holds_other_scripts(tmp_path: Path) -> None:
    shown = surefoot(tmp_path, "weights", "fetch", "gewichte-größe-重み", "--json")
    assert "gewichte-größe-重み" in json.loads(shown.out)["error"]["message"]
