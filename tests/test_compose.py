"""docker-compose.yml, checked without a daemon: pinned images, health checks, settings that exist, nothing published."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from surefoot.app.settings import known_variables
from tests.app.running import until
from tests.conftest import missing
from tests.ingestion.telemetry.broker import program

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load(TEXT)
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
EXAMPLE = (ROOT / ".env.example").read_text(encoding="utf-8")
VARIABLES = frozenset(re.findall(r"(?<!\$)\$\{([A-Z_]+)", TEXT))
PRODUCT = ("api", "pages")
PLAIN = {"gate", "api", "pages", "postgres", "qdrant"}
"""What runs without any profile."""
LANGFUSE = ("langfuse-web", "langfuse-worker", "langfuse-postgres", "clickhouse", "redis", "minio")


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_has_a_pinned_image_a_health_check_and_bounded_logs(name: str) -> None:
    service = SERVICES[name]
    tag = service["image"].rpartition(":")[2]
    assert re.search(r"\d+\.\d+|RELEASE\.\d", tag), f"{service['image']} is not pinned"
    assert "latest" not in tag
    assert service["healthcheck"]["test"]
    assert service["restart"] == "unless-stopped"
    assert service["logging"]["options"]["max-size"]


@pytest.mark.parametrize("name", SERVICES)
def test_nothing_is_published_but_on_loopback(name: str) -> None:
    assert all(port.startswith("127.0.0.1:") for port in SERVICES[name].get("ports", []))


def test_api_and_pages_are_reached_through_the_gate_alone() -> None:
    for name in PRODUCT:
        assert SERVICES[name]["network_mode"] == "service:gate"
        assert "ports" not in SERVICES[name]
        assert SERVICES[name]["cap_drop"] == ["ALL"]
    gate = (ROOT / "deploy" / "gate.conf").read_text(encoding="utf-8")
    assert "proxy_pass http://127.0.0.1:8400;" in gate
    assert "proxy_pass http://127.0.0.1:8401;" in gate


def test_every_setting_of_the_product_exists() -> None:
    for name in PRODUCT:
        given = SERVICES[name]["environment"]
        unknown = [
            each for each in given if each.startswith(("SUREFOOT_", "LANGFUSE_")) and each not in known_variables()
        ]
        assert unknown == []
    assert SERVICES["api"]["environment"]["SUREFOOT_HOST"] == "127.0.0.1"


def test_the_production_parts_are_the_ones_that_the_api_is_told_of() -> None:
    given = SERVICES["api"]["environment"]
    for setting, service in (("SUREFOOT_DATABASE_URL", "postgres"), ("SUREFOOT_QDRANT_URL", "qdrant")):
        assert service in given[setting]
        assert service in SERVICES
    for variable, address, service in (
        ("ENGINE_URL", "http://vllm:8000/v1", "vllm"),
        ("MQTT_URL", "mqtt://surefoot:<MQTT_PASSWORD>@broker:1883", "broker"),
    ):
        assert given[f"SUREFOOT_{variable}"] == f"${{{variable}:-}}"
        assert address in EXAMPLE
        assert service in SERVICES


def test_a_machine_without_a_gpu_is_asked_for_none(tmp_path: Path) -> None:
    plain = json.loads(_compose(tmp_path, True, form="json").stdout)["services"]
    assert set(plain) == PLAIN
    assert not any("devices" in json.dumps(service) for service in plain.values())
    with_gpu = json.loads(_compose(tmp_path, True, "--profile", "gpu", form="json").stdout)["services"]
    assert set(with_gpu) == PLAIN | {"vllm"}
    (gpu,) = with_gpu["vllm"]["deploy"]["resources"]["reservations"]["devices"]
    assert (gpu["count"], gpu["capabilities"]) == (1, ["gpu"])


def test_every_setting_and_every_sources_secret_reaches_the_api_and_nobody_else(tmp_path: Path) -> None:
    fixed = {name for name in SERVICES["api"]["environment"] if name in known_variables()}
    given = {name: f"set-{name}" for name in known_variables() - fixed} | {"SUREFOOT_SECRET_SALES": "set-secret"}
    lines = [f"{name}={value}" for name, value in given.items()] + ["SUREFOOT_HOST=0.0.0.0"]
    (tmp_path / "surefoot.env").write_text("\n".join(lines))
    services = json.loads(_compose(tmp_path, True, form="json").stdout)["services"]
    reached = services["api"]["environment"]
    assert {name: reached.get(name) for name in given} == given
    assert reached["SUREFOOT_HOST"] == "127.0.0.1"
    others = json.dumps({name: service for name, service in services.items() if name != "api"})
    assert "set-" not in others


def test_langfuse_is_started_by_its_profile_alone() -> None:
    assert {name for name in SERVICES if SERVICES[name].get("profiles") == ["langfuse"]} == set(LANGFUSE)
    assert SERVICES["clickhouse"]["image"].endswith(":25.12")
    for name in ("langfuse-web", "langfuse-worker"):
        major, minor, _ = SERVICES[name]["image"].rpartition(":")[2].split(".")
        assert (int(major), int(minor)) >= (4, 59)


def test_every_volume_is_a_named_one_that_is_declared() -> None:
    used = {volume.partition(":")[0] for service in SERVICES.values() for volume in service.get("volumes", [])}
    files = {volume for volume in used if volume.startswith("./")}
    assert all((ROOT / file).exists() for file in files)
    assert used - files == set(COMPOSE["volumes"])


def test_no_secret_stands_in_the_file() -> None:
    secret = re.compile(r"(PASSWORD|SECRET|KEY|SALT|AUTH|TOKEN)$")
    for name, service in SERVICES.items():
        for variable, value in (service.get("environment") or {}).items():
            if secret.search(variable):
                assert re.fullmatch(r"\$\{[A-Z_]+(:\?.+|:-)\}", str(value)), f"{name}: {variable}={value}"


def test_the_example_lists_exactly_the_variables_of_the_file() -> None:
    listed = re.findall(r"^([A-Z_]+)=", EXAMPLE, flags=re.MULTILINE)
    assert sorted(listed) == sorted(VARIABLES)


def test_the_image_runs_as_a_user_without_rights_on_a_pinned_base() -> None:
    dockerfile = (ROOT / "deploy" / "Dockerfile").read_text(encoding="utf-8")
    bases = re.findall(r"^FROM (\S+)", dockerfile, flags=re.MULTILINE)
    assert all(re.fullmatch(r"python:3\.\d+\.\d+-slim-[a-z]+", base) for base in bases)
    assert re.findall(r"^USER (\S+)", dockerfile, flags=re.MULTILINE)[-1] == "10001"
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", dockerfile, flags=re.MULTILINE)
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    for path in " ".join(copied).split():
        assert (ROOT / path).exists()
        assert f"!{path}" in ignored


def _compose(tmp_path: Path, filled: bool, *more: str, form: str = "") -> subprocess.CompletedProcess[str]:
    program = shutil.which("docker-compose") or missing("docker-compose, which checks the file without a daemon")
    settings = re.sub(r"^([A-Z_]+)=$", r"\1=x" if filled else r"\1=", EXAMPLE, flags=re.MULTILINE)
    (tmp_path / "env").write_text(settings)
    command = [program, "--env-file", tmp_path / "env", "-f", ROOT / "docker-compose.yml"]
    command += ["--project-directory", tmp_path, *more, "config", *(["--format", form] if form else ["--quiet"])]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


@pytest.mark.parametrize("profile", [(), ("--profile", "langfuse"), ("--profile", "gpu"), ("--profile", "mqtt")])
def test_compose_accepts_the_file(tmp_path: Path, profile: tuple[str, ...]) -> None:
    checked = _compose(tmp_path, True, *profile)
    assert (checked.returncode, checked.stderr) == (0, "")


def test_compose_refuses_to_start_without_secrets(tmp_path: Path) -> None:
    checked = _compose(tmp_path, False)
    assert checked.returncode != 0
    assert "set it in .env" in checked.stderr


@pytest.fixture
def broker(tmp_path: Path, free_port: int) -> Iterator[int]:
    """The broker as docker-compose.yml starts it, in a folder and on a port of its own; gives the port."""
    places = re.compile(r"/mosquitto/config|/mosquitto/data|/tmp(?=/passwords)")
    for file in (ROOT / "deploy" / "broker").iterdir():
        text = places.sub(str(tmp_path), file.read_text(encoding="utf-8"))
        text = text.replace("listener 1883", f"listener {free_port} 127.0.0.1")
        if file.suffix == ".conf" and os.geteuid() == 0:
            text += "user root\n"  # it would become another user, who may not read this folder
        (tmp_path / file.name).write_text(text, encoding="utf-8")
    path = ":".join(sorted({str(Path(program(name)).parent) for name in ("mosquitto", "mosquitto_passwd")}))
    env = {"MQTT_PASSWORD": "of the product", "MQTT_VEHICLES_PASSWORD": "of vehicles", "PATH": path}
    process = subprocess.Popen([shutil.which("sh") or "sh", tmp_path / "start.sh"], env=env, stderr=subprocess.DEVNULL)
    try:
        until(lambda: _sends(free_port, "vehicles", "of vehicles"))
        yield free_port
    finally:
        process.kill()
        process.wait()


def _sends(port: int, *signed_in: str) -> bool:
    """Whether the broker takes a message from somebody."""
    named = ["-u", signed_in[0], "-P", signed_in[1]] if signed_in else []
    command = [program("mosquitto_pub"), "-p", str(port), *named, "-t", "surefoot/v1/samples", "-m", "sent", "-q", "1"]
    return subprocess.run(command, check=False, capture_output=True, timeout=20).returncode == 0


def _hears(port: int, name: str, password: str) -> list[str]:
    """The first thing that somebody hears of vehicles, within four seconds in which one sends."""
    command = [program("mosquitto_sub"), "-p", str(port), "-u", name, "-P", password, "-t", "surefoot/#", "-W", "4"]
    with subprocess.Popen([*command, "-C", "1"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as heard:
        until(lambda: _sends(port, "vehicles", "of vehicles") and heard.poll() is not None, seconds=30)
        assert heard.stdout is not None
        return heard.stdout.read().split()


def test_vehicles_send_to_the_broker_the_product_hears_them_and_nobody_else_does_either(broker: int) -> None:
    assert _hears(broker, "surefoot", "of the product") == ["sent"]
    assert _hears(broker, "vehicles", "of vehicles") == []
    assert not _sends(broker)
    assert not _sends(broker, "vehicles", "wrong")


def test_the_broker_does_not_start_without_passwords(tmp_path: Path) -> None:
    run = subprocess.run(
        [shutil.which("sh") or "sh", ROOT / "deploy" / "broker" / "start.sh"],
        env={"MQTT_PASSWORD": "", "MQTT_VEHICLES_PASSWORD": ""},
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    assert run.returncode != 0
    assert "set it in .env" in run.stderr
