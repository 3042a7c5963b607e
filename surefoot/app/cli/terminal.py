"""The terminal's foreground, so that Ctrl-C reaches this process alone."""

from __future__ import annotations

import os
import signal
from collections.abc import Generator
from contextlib import contextmanager, suppress


@contextmanager
def own_foreground() -> Generator[None]:
    """Make this process the terminal's foreground group for the time of the block, where it is not already.

    make starts its recipe in make's own group: Ctrl-C would then end make too, and make would call that a failure.
    Ctrl-Z has no effect meanwhile, since make would not notice it. Without a terminal nothing happens.
    """
    try:
        terminal = os.open("/dev/tty", os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        yield
        return
    group = os.getpgrp()
    try:
        taken = group != os.getpid() and os.tcgetpgrp(terminal) == group and _take(terminal)
        yield
        if taken:
            _give(terminal, group)
    finally:
        os.close(terminal)


def _take(terminal: int) -> bool:
    try:
        os.setpgid(0, 0)
    except OSError:
        return False
    signal.signal(signal.SIGTSTP, signal.SIG_IGN)
    _give(terminal, os.getpid())
    return True


def _give(terminal: int, group: int) -> None:
    """Make a group the foreground; a group in the background may do that only while it ignores SIGTTOU."""
    before = signal.signal(signal.SIGTTOU, signal.SIG_IGN)
    with suppress(OSError):
        os.tcsetpgrp(terminal, group)
    signal.signal(signal.SIGTTOU, before)
