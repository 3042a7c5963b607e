"""Threads that change the library: each person's work in its order, different people's beside each other."""

from __future__ import annotations

import threading
from collections import defaultdict, deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")
AT_ONCE = 8
"""People whose files are read at the same time; more take turns."""
BESIDE = 2
"""Deletions and the like that go on at the same time, whatever is being read."""


class Lanes:
    """Work by lane: what is in one lane goes one after the other, and lanes take turns.

    Deletions and erasures go beside all lanes, so that nobody's upload delays them.
    """

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="reading")
        self._beside = ThreadPoolExecutor(BESIDE, thread_name_prefix="changing")
        self._lock = threading.Lock()
        self._still = threading.Condition()
        self._going = 0
        self._closed = False
        self._waiting: defaultdict[str, deque[Callable[[], None]]] = defaultdict(deque)

    def submit(self, lane: str, work: Callable[..., T], *arguments: Any) -> Future[T]:
        """Do something when all that waits in this lane is done."""
        future: Future[T] = Future()

        def do() -> None:
            if future.set_running_or_notify_cancel():
                try:
                    future.set_result(self._among_others(work, *arguments))
                except BaseException as error:  # noqa: BLE001  whoever waits for it is told
                    future.set_exception(error)

        with self._lock:
            waiting = self._waiting[lane]
            waiting.append(do)
            if len(waiting) == 1:
                self._pool.submit(self._serve, lane)
        return future

    def beside(self, work: Callable[..., T], *arguments: Any) -> Future[T]:
        """Do something beside whatever is being read."""
        return self._beside.submit(self._among_others, work, *arguments)

    def alone(self, work: Callable[[], T]) -> T:
        """Do something while nothing else goes on here; what comes meanwhile waits."""
        with self._still:
            self._closed = True
            self._still.wait_for(lambda: not self._going)
        try:
            return work()
        finally:
            with self._still:
                self._closed = False
                self._still.notify_all()

    def close(self, seconds: float) -> bool:
        """Begin nothing more; whether what goes on ended within this time."""
        for pool in (self._pool, self._beside):
            pool.shutdown(wait=False, cancel_futures=True)
        ending = threading.Thread(target=self._end, name="waiting for lanes", daemon=True)
        ending.start()
        ending.join(max(0.0, seconds))
        return not ending.is_alive()

    def _among_others(self, work: Callable[..., T], *arguments: Any) -> T:
        with self._still:
            self._still.wait_for(lambda: not self._closed)
            self._going += 1
        try:
            return work(*arguments)
        finally:
            with self._still:
                self._going -= 1
                self._still.notify_all()

    def _end(self) -> None:
        self._pool.shutdown()
        self._beside.shutdown()

    def _serve(self, lane: str) -> None:
        """The next of a lane; what comes after it waits behind all other lanes."""
        self._waiting[lane][0]()
        with self._lock:
            waiting = self._waiting[lane]
            waiting.popleft()
            if not waiting:
                del self._waiting[lane]
                return
            try:
                self._pool.submit(self._serve, lane)
            except RuntimeError:  # it is closing
                return
