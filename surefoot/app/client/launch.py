"""Runs a command that ends when its parent does: `python launch.py PARENT_PID SIGNAL COMMAND…`.

It stands alone, so that it starts in milliseconds (`python -S`).
"""

import os
import signal
import subprocess
import sys
import time

PR_SET_PDEATHSIG = 1
"""See prctl(2): the signal that a process gets when the thread that started it ends."""
GRACE_SECONDS = 5.0


def main() -> None:
    """Run the command, bound to the process that asked for it."""
    parent, number, command = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]
    if sys.platform == "linux":
        _bind_to_parent(number)
        if os.getppid() != parent:  # it ended before the bond was made
            sys.exit(0)
        os.execvp(command[0], command)  # noqa: S606  the caller's own command, without a shell
    sys.exit(_watched(parent, command))


def _bind_to_parent(number: int) -> None:
    import ctypes

    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, number)


def _watched(parent: int, command: list[str]) -> int:
    """Where the system has no such bond, look for the parent twice a second."""
    with subprocess.Popen(command) as child:  # noqa: S603  the caller's own command, without a shell
        signal.signal(signal.SIGTERM, lambda _signal, _frame: child.terminate())
        while child.poll() is None and os.getppid() == parent:
            time.sleep(0.5)
        child.terminate()
        try:
            return child.wait(GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
            return child.wait()


if __name__ == "__main__":
    main()
