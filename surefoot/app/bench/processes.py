"""Runs a part of a measurement in a process of its own, so that its memory is its own."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

from surefoot.app.bench.telling import say
from surefoot.app.errors import MeasurementFailed


def in_a_process(*arguments: str) -> dict[str, Any]:
    """What `python -m surefoot.app.bench …` measured; what it says of its progress is passed on.

    Raises MeasurementFailed where it ends without a result.
    """
    command = [sys.executable, "-P", "-m", "surefoot.app.bench", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own module
        found: dict[str, Any] | None = None
        for line in process.stdout or ():
            said = dict(json.loads(line))
            if "measured" in said:
                found = said["measured"]
            elif "error" in said:
                raise MeasurementFailed(str(said["error"]["message"]))
            else:
                say(**said)
    if found is None:
        raise MeasurementFailed(f"The measurement `{' '.join(arguments)}` ended without a result; see above.")
    return found
