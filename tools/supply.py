"""The bill of materials, and what is known against the locked packages: `python -m tools.supply [--index URL]`.

The bill (CycloneDX, by `cyclonedx-py`) of the installed environment goes to build/sbom.cdx.json. Vulnerabilities are
those that the package index tells of a release (its JSON API). Some mirrors tell of the newest release alone: a locked
one that is no longer the newest is then not looked at, and is named so. Prints one JSON object.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import httpx
from pip._internal.models.index import PyPI

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements.lock"
BILL = ROOT / "build" / "sbom.cdx.json"
MAKER = "cyclonedx-bom==7.5.0"
AT_ONCE = 8
SECONDS = 20.0
NOT_FOUND = 404


@dataclass(frozen=True, slots=True)
class Looked:
    """What the index says of one locked package."""

    package: str
    """Name and version, such as `requests==2.32.0`."""
    known: tuple[str, ...] = ()
    """Identifiers of its vulnerabilities that are not withdrawn."""
    not_looked_at: str = ""
    """Why nothing is known of it; empty where the index told."""


def main() -> None:
    """Write the bill, ask the index, print both."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--index", default=PyPI.pypi_url, help="address of an index's JSON API; pip's own unless told")
    index = parser.parse_args().index
    found = look(locked(LOCK.read_text(encoding="utf-8")), index)
    print(json.dumps({"bill": bill(), **summary(found)}, indent=1))


def locked(lock: str) -> list[tuple[str, str]]:
    """Names and versions of a lock file's packages."""
    return re.findall(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)", lock, flags=re.MULTILINE)


def look(packages: Iterable[tuple[str, str]], index: str) -> list[Looked]:
    """What the index tells of each package, in their order."""
    with httpx.Client(timeout=SECONDS, follow_redirects=True) as client, ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(partial(_looked, client, index), packages))


def _looked(client: httpx.Client, index: str, named: tuple[str, str]) -> Looked:
    name, version = named
    package = f"{name}=={version}"
    try:
        told = _told(client, f"{index}/{name}/{version}/json") or _told(client, f"{index}/{name}/json")
    except (httpx.HTTPError, ValueError) as error:
        return Looked(package, not_looked_at=type(error).__name__)
    if told is None:
        return Looked(package, not_looked_at="the index does not know it")
    if "vulnerabilities" not in told:
        return Looked(package, not_looked_at="the index tells of no vulnerabilities")
    if (newest := told["info"]["version"]) != version:
        return Looked(package, not_looked_at=f"the index tells of {newest} alone")
    return Looked(package, tuple(one["id"] for one in told["vulnerabilities"] if not one.get("withdrawn")))


def _told(client: httpx.Client, url: str) -> dict[str, Any] | None:
    answer = client.get(url)
    if answer.status_code == NOT_FOUND:
        return None
    return answer.raise_for_status().json()


def summary(found: list[Looked]) -> dict[str, Any]:
    """The figures, with the names behind them."""
    return {
        "packages": len(found),
        "looked_at": sum(not one.not_looked_at for one in found),
        "vulnerable": {one.package: list(one.known) for one in found if one.known},
        "not_looked_at": {one.package: one.not_looked_at for one in found if one.not_looked_at},
    }


def bill() -> dict[str, Any]:
    """Write the bill of this environment, and tell its format and size."""
    BILL.parent.mkdir(exist_ok=True)
    uv = Path(sys.executable).with_name("uv")
    command = [uv, "tool", "run", "--from", MAKER, "cyclonedx-py", "environment", sys.executable]
    command += ["--pyproject", ROOT / "pyproject.toml", "--output-format", "JSON", "--output-file", BILL]
    subprocess.run(command, check=True, stdout=sys.stderr)
    made = json.loads(BILL.read_text(encoding="utf-8"))
    unlicensed = [one["name"] for one in made["components"] if not one.get("licenses")]
    return {
        "format": f"CycloneDX {made['specVersion']}",
        "components": len(made["components"]),
        "no_licence": unlicensed,
    }


if __name__ == "__main__":
    main()
