"""The reading process: it parses files that may be hostile, one after another, and can be killed at any time."""

from __future__ import annotations

import contextlib
import ctypes
import json
import mmap
import os
import resource
import select
import signal
import sys
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from surefoot.ingestion.errors import PageMissing, Unreadable
from surefoot.ingestion.frames import BrokenFrame, read_frame, write_frame
from surefoot.ingestion.limits import ReadLimits, time_asked

IDLE_SECONDS = 60.0
_PR_SET_PDEATHSIG = 1
_PR_SET_NO_NEW_PRIVS = 38
_CLONE_NEWUSER = 0x10000000
"""A user namespace of its own: then it may not look into the parent either, whose environment holds secrets."""
_CLONE_NEWNET = 0x40000000
"""A network of its own, without any device."""
_RESERVE = 32 * 1024 * 1024
"""Bytes of address space, which is what is limited, kept back, so that a process out of memory can still say so."""
_CPU_MARGIN_S = 5


def main() -> None:
    """Serve frames on stdin and stdout until stdin ends; arguments: the parent's process id, memory in bytes."""
    parent, memory = int(sys.argv[1]), int(sys.argv[2])
    _confine(parent, memory)
    answers = os.fdopen(os.dup(1), "wb")
    with Path(os.devnull).open("wb") as nowhere:  # what libraries print must not reach the parent
        os.dup2(nowhere.fileno(), 1)
    requests = os.fdopen(0, "rb")
    write_frame(answers, {"ready": True})
    while True:
        if not select.select([requests], [], [], IDLE_SECONDS)[0]:
            return
        try:
            header, block = read_frame(requests, 1 << 40)
        except BrokenFrame:
            return
        _answer(answers, header, block)


def _confine(parent: int, memory: int) -> None:
    """Die with the parent, reach no network, gain no rights, write no files, stay within the memory."""
    if sys.platform == "linux":
        libc = ctypes.CDLL(None)
        libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET)  # where the system does not allow it, the other limits hold
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit(0)
    for limit, value in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_CORE, 0), (resource.RLIMIT_FSIZE, 0)):
        with contextlib.suppress(ValueError, OSError):  # a stricter limit is there already
            resource.setrlimit(limit, (value, value))
    os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"
    sys.setrecursionlimit(2_000)


def _limit_cpu(seconds: float) -> None:
    used = sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    resource.setrlimit(resource.RLIMIT_CPU, (int(used + seconds) + _CPU_MARGIN_S, hard))


def _answer(answers: BinaryIO, header: dict[str, Any], block: bytes) -> None:
    reserve = mmap.mmap(-1, _RESERVE)
    try:
        result, failure = _done(answers, header, block), None
    except Unreadable as error:
        result, failure = b"", ("unreadable", str(error))
    except PageMissing as error:
        result, failure = b"", ("page", str(error))
    except MemoryError:
        reserve.close()
        result, failure = b"", ("memory", "")
    except RecursionError:
        result, failure = b"", ("unreadable", "The file is nested too deeply to be a document.")
    except Exception as error:  # noqa: BLE001 - the border of the process: a parser may raise anything on a broken file
        reason = f"The file breaks the rules of its format ({type(error).__name__}). Save it again and feed that."
        result, failure = b"", ("unreadable", reason)
    reserve.close()
    write_frame(answers, {"failure": failure}, result)


def _done(answers: BinaryIO, header: dict[str, Any], block: bytes) -> bytes:
    limits = ReadLimits(**header["limits"])
    _limit_cpu(limits.seconds)
    with time_asked(partial(_ask_for_time, answers)):
        return _drawn(header, block, limits) if "page" in header else _read(header["name"], block, limits)


def _read(name: str, block: bytes, limits: ReadLimits) -> bytes:
    from surefoot.ingestion.readers.read import read

    return json.dumps(asdict(read(block, name, limits))).encode()


def _drawn(header: dict[str, Any], block: bytes, limits: ReadLimits) -> bytes:
    from surefoot.ingestion.readers.pdf_picture import outline, render

    texts, data = json.loads(block[: header["texts"]]), block[header["texts"] :]
    if header["task"] == "outline":
        return outline(data, header["page"], texts, limits)
    return render(data, header["page"], texts[0], limits)


def _ask_for_time(answers: BinaryIO, seconds: float) -> None:
    write_frame(answers, {"more_seconds": seconds})  # how much of it is granted, the parent decides
    soft, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (soft + int(seconds) + 1, hard))


if __name__ == "__main__":
    main()
