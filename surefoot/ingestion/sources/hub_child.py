"""The process that runs a LlamaHub reader: whatever the reader prints, breaks or hangs on stays in here.

One JSON line comes in on stdin, which stays open as long as the parent lives; JSON lines go out, the last one with
`done` or `failure`.
"""

from __future__ import annotations

import contextlib
import errno
import importlib
import inspect
import ipaddress
import json
import os
import resource
import sys
import threading
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import IO, Any, cast

from surefoot.ingestion.errors import AddressRefused, PlaceRefused
from surefoot.ingestion.sources.network import AddressRules
from surefoot.ingestion.sources.places import Places

PREFIX = "llama_index.readers."
_MEMORY = 4 * 1024**3
_LARGEST_WRITTEN = 1024**3
_REASON = 600
_refused: list[str] = []
_places_refused: list[str] = []
_OPENING = frozenset({"open", "os.listdir", "os.scandir", "sqlite3.connect"})
_LIBRARIES = (
    *("/usr", "/lib", "/lib64", "/opt/homebrew", "/Library/Frameworks", "/dev/null", "/dev/urandom", "/dev/random"),
    *("/etc/ssl", "/etc/pki", "/etc/ca-certificates", "/etc/fonts", "/etc/mime.types", "/etc/localtime"),
    *("/etc/timezone", "/etc/os-release", "/etc/resolv.conf", "/etc/hosts", "/etc/nsswitch.conf", "/etc/services"),
    *("/proc/cpuinfo", "/proc/meminfo", "/proc/stat", "/proc/version", "/proc/filesystems", "/proc/sys"),
    *("/sys/devices/system", "/sys/fs/cgroup"),
)
"""What libraries look at, beside themselves, to know the machine; it holds no secret."""


class _Unusable(Exception):
    """The declaration names what cannot be used."""


def main() -> None:
    """Run the reader of the request and send its documents."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8", errors="replace")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):  # what readers print must not reach the parent
        os.dup2(nowhere, stream)
    request = json.loads(sys.stdin.buffer.readline())
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _confine()
    sys.addaudithook(_Shelf(request).look)
    if not request["allow_private"]:
        sys.addaudithook(_guard)
    last = _run(request, answers)
    answers.write(json.dumps(last) + "\n")
    answers.flush()
    os._exit(0)  # threads of the reader may never end


def _end_with_parent() -> None:
    sys.stdin.buffer.read(1)
    os._exit(1)


def _confine() -> None:
    limits = ((resource.RLIMIT_AS, _MEMORY), (resource.RLIMIT_CORE, 0), (resource.RLIMIT_FSIZE, _LARGEST_WRITTEN))
    for limit, value in limits:
        with contextlib.suppress(ValueError, OSError):  # a stricter limit is there already
            resource.setrlimit(limit, (value, value))


def _guard(event: str, arguments: tuple[Any, ...]) -> None:
    """Refuse connections into this machine or its network, whichever library makes them with Python's sockets."""
    if event not in ("socket.connect", "socket.sendto"):
        return
    try:
        _check_address(arguments[1])
    except AddressRefused as error:
        _refused.append(str(error))
        raise


class _Shelf:
    """What a reader may open: what sources may read, and what Python and its libraries are made of."""

    def __init__(self, request: Mapping[str, Any]) -> None:
        allowed = request["allowed"]
        folders = None if allowed is None else tuple(map(Path, allowed))
        self._places = Places(tuple(map(Path, request["own"])), lambda: folders)
        self._home = Path.cwd().resolve()
        python = {sys.prefix, sys.base_prefix, *sys.path, *_LIBRARIES, f"/proc/{os.getpid()}"}
        self._libraries = [Path(os.path.realpath(one)) for one in python if one]

    def look(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Refuse what Python opens or lists elsewhere; what a library opens by itself is not seen here."""
        if event not in _OPENING or isinstance(arguments[0], int):
            return
        path = os.fsdecode(arguments[0] or ".").removeprefix("file:")
        real = Path(os.path.realpath(path))
        if real.is_relative_to(self._home) or path == ":memory:":
            return
        try:
            if any(real.is_relative_to(one) for one in self._libraries):
                self._places_own(real)
            else:
                self._places.check(real)
        except PlaceRefused as error:
            _places_refused.append(str(error))
            raise PermissionError(errno.EACCES, "Sources may not read this", str(path)) from error

    def _places_own(self, real: Path) -> None:
        """Libraries may lie in a folder of the system, not in the server's own."""
        for own in map(os.path.realpath, self._places.own):
            if real.is_relative_to(own):
                self._places.check_own(real)


def _check_address(address: object) -> None:
    host = cast("tuple[str, ...]", address)[0] if isinstance(address, tuple) else ""
    if not host:
        raise AddressRefused("The reader wants to speak to a program of this machine, which is not allowed.")
    with contextlib.suppress(ValueError):
        host = str(ipaddress.ip_address(host.partition("%")[0]))
    AddressRules(allow_private=False).addresses(host)


def _run(request: Mapping[str, Any], answers: IO[str]) -> dict[str, object]:
    count = 0
    try:
        for line in _lines(request):
            answers.write(line + "\n")
            count += 1
    except _Unusable as error:
        return {"failure": ["invalid", str(error)]}
    except MemoryError:
        return {"failure": ["broken", f"it needs more than {_MEMORY // 2**20:,} MB of memory"]}
    except BaseException as error:  # noqa: BLE001 - the border of the process: a reader may raise anything
        if _refused:
            return {"failure": ["refused", _refused[0]]}
        if _places_refused:
            return {"failure": ["place", _places_refused[-1]]}
        said = " ".join(str(error).split())[:_REASON]
        return {"failure": ["broken", f"{type(error).__name__}: {said}" if said else type(error).__name__]}
    return {"done": count}


def _lines(request: Mapping[str, Any]) -> Iterable[str]:
    reader = _reader(request["reader"])
    init, load = request["init"], request["load"]
    made = reader(**_fitting(reader, init, "init"))
    call = made.load_data
    arguments = _fitting(call, load, "load")
    if request["check"]:
        return
    sent = 0
    for number, document in enumerate(call(**arguments)):
        if number == request["documents"]:
            raise _Unusable(f"the reader yields more than {number:,} documents: narrow it, or raise the limit")
        line = json.dumps(_shown(document, request["largest"]))
        sent += len(line)
        if sent > request["bytes"]:
            raise _Unusable(f"the reader yields more than {request['bytes']:,} bytes: narrow it")
        yield line


def _reader(dotted: str) -> Any:
    """The class; raises _Unusable where it is not there or is no reader."""
    module_name, _, name = dotted.rpartition(".")
    try:
        module = importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        missing = error.name or ""
        if f"{module_name}.".startswith(f"{missing}."):
            raise _Unusable("missing") from None
        raise _Unusable(f"the reader needs the Python module {missing}, which is not installed") from None
    found = getattr(module, name, None)
    from llama_index.core.readers.base import BaseReader

    if not isinstance(found, type):
        raise _Unusable(f"{module_name} has no class {name}")
    if not issubclass(found, BaseReader) or not found.__module__.startswith(PREFIX):
        raise _Unusable(f"{dotted} is no reader: it must be a class of LlamaHub that reads documents")
    return found


def _fitting(call: Callable[..., Any], arguments: Mapping[str, Any], where: str) -> dict[str, Any]:
    """The arguments, as paths where paths are wanted; raises _Unusable for those that the reader does not take."""
    try:
        signature = inspect.signature(call)
        signature.bind(**arguments)
    except TypeError as error:
        raise _Unusable(f"the arguments under '{where}' do not fit the reader: {error}") from None
    fitted = dict(arguments)
    for name, parameter in signature.parameters.items():
        if isinstance(fitted.get(name), str) and _wants_path(parameter.annotation):
            fitted[name] = Path(fitted[name])
    return fitted


def _wants_path(annotation: object) -> bool:
    return annotation is Path or str(annotation) in ("Path", "pathlib.Path", "typing.Optional[pathlib.Path]")


def _shown(document: Any, largest: int) -> dict[str, object]:
    from llama_index.core.schema import BaseNode

    if not isinstance(document, BaseNode):
        raise _Unusable(f"the reader yields {type(document).__name__} objects, which are no documents")
    text = document.get_content()
    size = len(text.encode("utf-8", "replace"))
    return {
        # an id that the reader did not set is another one each time
        "id": document.node_id if "id_" in document.model_fields_set else "",
        "text": text if size <= largest else "",
        "size": size,
        "metadata": {str(key): value for key, value in map(_plain, document.metadata.items()) if value},
    }


def _plain(item: tuple[object, object]) -> tuple[object, str]:
    key, value = item
    if isinstance(value, (list, tuple, set, frozenset)):
        return key, ", ".join(sorted(str(part) for part in cast("Iterable[object]", value)))
    if isinstance(value, dict):
        return key, json.dumps(value, sort_keys=True, default=str, ensure_ascii=False)
    return key, "" if value is None else str(value)


if __name__ == "__main__":
    main()
