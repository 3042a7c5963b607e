"""docker-compose.yml, checked without a daemon: pinned images, health checks, settings that exist, nothing published."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from surefoot.app.settings import known_variables
from tests.conftest import missing

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load(TEXT)
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
EXAMPLE = (ROOT / ".env.example").read_text(encoding="utf-8")
VARIABLES = frozenset(re.findall(r"\$\{([A-Z_]+)", TEXT))
PRODUCT = ("api", "pages")
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
    for setting, service in (
        ("SUREFOOT_DATABASE_URL", "postgres"),
        ("SUREFOOT_QDRANT_URL", "qdrant"),
        ("SUREFOOT_ENGINE_URL", "vllm"),
    ):
        assert service in given[setting]
        assert service in SERVICES
    (gpu,) = SERVICES["vllm"]["deploy"]["resources"]["reservations"]["devices"]
    assert (gpu["count"], gpu["capabilities"]) == (1, ["gpu"])


def test_langfuse_is_started_by_its_profile_alone() -> None:
    assert {name for name in SERVICES if "profiles" in SERVICES[name]} == set(LANGFUSE)
    assert SERVICES["clickhouse"]["image"].endswith(":25.12")
    for name in ("langfuse-web", "langfuse-worker"):
        major, minor, _ = SERVICES[name]["image"].rpartition(":")[2].split(".")
        assert (int(major), int(minor)) >= (4, 59)


def test_every_volume_is_a_named_one_that_is_declared() -> None:
    used = {volume.partition(":")[0] for service in SERVICES.values() for volume in service.get("volumes", [])}
    assert used - {"./deploy/gate.conf"} == set(COMPOSE["volumes"])


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


def _compose(tmp_path: Path, filled: bool, *more: str) -> subprocess.CompletedProcess[str]:
    program = shutil.which("docker-compose") or missing("docker-compose, which checks the file without a daemon")
    settings = re.sub(r"^([A-Z_]+)=$", r"\1=x" if filled else r"\1=", EXAMPLE, flags=re.MULTILINE)
    (tmp_path / "env").write_text(settings)
    command = [program, "--env-file", tmp_path / "env", "-f", ROOT / "docker-compose.yml", *more, "config", "--quiet"]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


@pytest.mark.parametrize("profile", [(), ("--profile", "langfuse")])
def test_compose_accepts_the_file(tmp_path: Path, profile: tuple[str, ...]) -> None:
    checked = _compose(tmp_path, True, *profile)
    assert (checked.returncode, checked.stderr) == (0, "")


def test_compose_refuses_to_start_without_secrets(tmp_path: Path) -> None:
    checked = _compose(tmp_path, False)
    assert checked.returncode != 0
    assert "set it in .env" in checked.stderr
