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


def main(arguments: list[str]) -> None:
    store, url, name, size, sha256, *room = arguments
    for limit in room:
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(limit), int(limit)))
    file = WeightFile(name, int(size), sha256, hub=(HubFile("owner/model", name),))
    try:
        WeightStore(Path(store), [HubSource(url)]).fetch(file)
    except WeightsError as error:
        sys.exit(f"{type(error).__name__}: {error}")


if __name__ == "__main__":
    main(sys.argv[1:])
