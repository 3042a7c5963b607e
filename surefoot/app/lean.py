"""Keeps a process that runs for months small: memory that was freed goes back to the system, and pandas stays out."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable
from contextlib import suppress
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec

_ARENA_MAX, _MMAP_THRESHOLD, _TRIM_THRESHOLD = -8, -3, -1
"""Numbers of mallopt's parameters (glibc, malloc.h)."""
_ARENAS = 2
_OWN_MAPPING = 1024 * 1024
"""Bytes from which on a block is given back the moment it is freed."""
_TOP = 8 * 1024 * 1024
"""Bytes that may stay free at the end of the heap."""


def be_lean() -> None:
    """Call it once, before anything large is loaded."""
    _set_allocator()
    _set_arrow()


def _set_allocator() -> None:
    """Few arenas, so that what one thread freed another one uses; by itself glibc takes eight a core."""
    with suppress(OSError, AttributeError):  # another C library
        mallopt: Callable[[int, int], int] = ctypes.CDLL(None).mallopt
        for parameter, value in ((_ARENA_MAX, _ARENAS), (_MMAP_THRESHOLD, _OWN_MAPPING), (_TRIM_THRESHOLD, _TOP)):
            mallopt(parameter, value)


class _Absent(MetaPathFinder):
    """Says of one package that it is not there."""

    def __init__(self, package: str) -> None:
        self._package = package

    def find_spec(self, fullname: str, _path: object = None, _target: object = None) -> ModuleSpec | None:
        """Raise ModuleNotFoundError for the package, and leave all others to those who know them."""
        if fullname == self._package:
            raise ModuleNotFoundError(f"No module named {fullname!r}", name=fullname)
        return None


def _set_arrow() -> None:
    """One allocator for all, and no pandas.

    Arrow's own allocator keeps some 30 MB for the next table. And at its first array pyarrow looks for pandas, and
    loads all of it, 40 MB, to know a data frame when it sees one. It looks once; here it looks while there is none.
    Whoever imports pandas later still gets it.
    """
    import pyarrow as pa

    pa.set_memory_pool(pa.system_memory_pool())
    if "pandas" in sys.modules:
        return
    absent = _Absent("pandas")
    sys.meta_path.insert(0, absent)
    try:
        pa.array([])
    finally:
        sys.meta_path.remove(absent)
