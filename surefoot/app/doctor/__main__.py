"""Prints one JSON line for each finding, as soon as it is made: `python -m surefoot.app.doctor [--repair]`."""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Iterator
from functools import partial

from surefoot.app.doctor.findings import Check, Finding, findings
from surefoot.app.doctor.machine import check_disk, check_memory, check_native, check_programs, check_python
from surefoot.app.doctor.network import check_hub, check_ports, check_servers
from surefoot.app.doctor.repair import repair
from surefoot.app.doctor.running import check_accounts, check_answers, check_speed
from surefoot.app.doctor.stores import (
    check_checker,
    check_database,
    check_index,
    check_installation,
    check_server,
    check_weights,
)
from surefoot.app.errors import SettingsInvalid
from surefoot.app.settings import Settings, load_settings, unknown_variables


def check_all(*, repairing: bool = False) -> Iterator[Finding]:
    """Run every check, after a repair where it is asked for; with wrong settings, only those that need none."""
    yield from findings("Python", check_python)
    try:
        settings = load_settings()
    except SettingsInvalid as error:
        yield Finding("settings", "fail", str(error), "Correct or unset these variables.")
    else:
        yield from _check_settings()
        if repairing:
            yield from findings("repair", partial(repair, settings))
        for name, check in _checks(settings):
            yield from findings(name, check)
    yield from findings("programs", check_programs)
    yield from findings("native parts", check_native)


def _check_settings() -> Iterator[Finding]:
    unknown = unknown_variables()
    for name, meant in unknown.items():
        yield Finding("settings", "warn", f"nothing reads {name}", f"Did you mean {meant}?" if meant else "Unset it.")
    if not unknown:
        yield Finding("settings", "ok", "all can be used")


def _checks(settings: Settings) -> list[tuple[str, Check]]:
    return [
        ("disk", partial(check_disk, settings)),
        ("memory", partial(check_memory, settings)),
        ("server", partial(check_server, settings)),
        ("ports", partial(check_ports, settings)),
        ("database", partial(check_database, settings)),
        ("installation", partial(check_installation, settings)),
        ("index", partial(check_index, settings)),
        ("accounts", partial(check_accounts, settings)),
        ("weights", partial(check_weights, settings)),
        ("checker", partial(check_checker, settings)),
        ("answers", partial(check_answers, settings)),
        ("speed", partial(check_speed, settings)),
        ("model hub", partial(check_hub, settings)),
        ("servers", partial(check_servers, settings)),
    ]


def main() -> None:
    """Print the findings."""
    for finding in check_all(repairing="--repair" in sys.argv[1:]):
        sys.stdout.write(json.dumps(dataclasses.asdict(finding)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
