"""A process that starts an engine and waits, for tests that kill it: prints the engine's process id.

python -m tests.serving.models.engine_parent MODEL loading|ready
"""

from __future__ import annotations

import sys
import threading
import time
from pathlib import Path

from surefoot.serving.models.engine import Engine


def main(model: str, state: str) -> None:
    engine = Engine(Path(model))
    # A thread that ends at once must not take the engine with it.
    starter = threading.Thread(target=engine.start)
    starter.start()
    starter.join()
    if state == "ready":
        engine.wait_ready()
    sys.stdout.write(f"{engine.pid}\n")
    sys.stdout.flush()
    time.sleep(600)


if __name__ == "__main__":
    main(*sys.argv[1:])
