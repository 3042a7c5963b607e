"""A process that fetches one file from a depot, for tests that kill it, run two of it, or give it no room.

python -m tests.serving.models.fetching STORE URL NAME SIZE SHA256 [BYTES-THAT-A-FILE-MAY-HAVE]
"""

from __future__ import annotations

import resource
import sys
from pathlib import Path

from surefoot.serving.errors import WeightsError
from surefoot.serving.models.declared import HubFile, WeightFile
from surefoot.serving.models.sources import HubSource
from surefoot.serving.models.weights import WeightStore


def main(store: str, url: str, name: str, size: str, sha256: str, room: str = "") -> None:
    if room:
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(room), int(room)))
    file = WeightFile(name, int(size), sha256, hub=(HubFile("owner/model", name),))
    try:
        print(WeightStore(Path(store), [HubSource(url)]).fetch(file))
    except WeightsError as error:
        sys.exit(f"{type(error).__name__}: {error}")


if __name__ == "__main__":
    main(*sys.argv[1:])
