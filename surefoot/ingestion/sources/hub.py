"""Any LlamaHub reader as a source, by declaration alone: its class, its arguments, its package."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue

from surefoot.ingestion.errors import DocumentGone, Unreadable, UnsafePath
from surefoot.ingestion.results import SourceFile
from surefoot.ingestion.sources.hub_naming import name_of, with_ending
from surefoot.ingestion.sources.hub_process import HubDocument, ReaderRequest, run_reader
from surefoot.ingestion.sources.hub_spool import Spool
from surefoot.ingestion.sources.network import Surroundings
from surefoot.ingestion.sources.places import Places
from surefoot.ingestion.sources.port import Doubtful, Listed, Source

_SECRET = re.compile(r"\$\{([^}]*)\}")
_VARIABLE = re.compile(r"SUREFOOT_SECRET_[A-Z0-9_]+")
_LONGEST_ARGUMENTS = 50_000
_MOST_BYTES = 2 * 1024**3
_CHECK_S = 60.0


def _arguments(values: dict[str, JsonValue]) -> dict[str, JsonValue]:
    if len(json.dumps(values)) > _LONGEST_ARGUMENTS:
        raise ValueError(f"are longer than {_LONGEST_ARGUMENTS:,} characters")
    for text in _strings(values):
        for name in _SECRET.findall(text):
            if not _VARIABLE.fullmatch(name):
                raise ValueError(
                    f"name the variable {name!r}: only names that begin with SUREFOOT_SECRET_ are replaced"
                )
    return values


Arguments = Annotated[dict[str, JsonValue], AfterValidator(_arguments)]


class HubSettings(BaseModel):
    """A reader of LlamaHub and its arguments."""

    model_config = ConfigDict(extra="forbid", frozen=True, title="LlamaHub reader")

    kind: Literal["hub"] = "hub"
    reader: str = Field(
        title="Class",
        description="Whole name of the reader's class, such as llama_index.readers.json.JSONReader.",
        pattern=r"^llama_index\.readers(\.[a-z_][a-z0-9_]*)+\.[A-Z][A-Za-z0-9_]*$",
        max_length=200,
    )
    package: str = Field(
        default="",
        title="Package",
        description="What is installed with pip for it. Empty: derived from the class.",
        pattern=r"^([a-z0-9]([a-z0-9._-]*[a-z0-9])?)?$",
        max_length=100,
    )
    init: Arguments = Field(
        default_factory=dict,
        title="Arguments of the class",
        description="As JSON. Within a text, ${SUREFOOT_SECRET_NAME} stands for the value of that variable.",
    )
    load: Arguments = Field(
        default_factory=dict,
        title="Arguments of load_data",
        description="As JSON; what the reader is told to read.",
    )
    name_field: str = Field(
        default="",
        title="Metadata that names a document",
        description="Empty: file path, file name, address or id, whichever the reader gives. "
        "Documents with the same name become one.",
        max_length=100,
    )
    text_format: Literal["markdown", "text"] = Field(
        default="markdown", title="Format", description="How the reader's texts are to be read."
    )
    documents: int = Field(
        default=10_000, title="Most documents", description="A reader that yields more fails.", ge=1, le=10**6
    )
    seconds: int = Field(
        default=600, title="Time limit", description="Seconds after which the reader is ended.", ge=1, le=24 * 3600
    )


class HubSource(Source):
    """What a reader yields; parts with the same name are one document, in the reader's order.

    A reader knows no single documents: the listing reads all of them into a temporary file, and `fetch` takes them
    from there, after another reading where this source has not listed yet.
    """

    def __init__(self, settings: HubSettings, surroundings: Surroundings) -> None:
        self._settings, self._around = settings, surroundings
        names = {name for text in _strings([settings.init, settings.load]) for name in _SECRET.findall(text)}
        self._secrets = {name: surroundings.secrets(name) for name in sorted(names)}
        self._spool: Spool | None = None

    def listing(self) -> Iterator[Listed | Doubtful]:
        """Every document; see Source."""
        for path, kept in self._read().items():
            yield Listed(path, kept.fingerprint, size=kept.size, modified=kept.modified)

    def fetch(self, listed: Listed) -> SourceFile:
        """The document as the reader gave it; see Source."""
        spool = self._spool or self._read()
        kept = spool.get(listed.path)
        if kept is None:
            raise DocumentGone(f"The reader no longer yields {listed.path}.")
        if kept.size > self._around.largest_file:
            raise Unreadable(f"The document has {kept.size:,} bytes; {self._around.largest_file:,} are the limit.")
        text, properties = spool.content(kept)
        try:
            return SourceFile(listed.path, text.encode("utf-8", "replace"), kept.modified, properties)
        except UnsafePath as error:
            raise Unreadable(str(error)) from error

    def check(self) -> str:
        """Makes the reader without running it; see Source."""
        for _ in self._documents(check=True, seconds=_CHECK_S):
            pass
        return f"{self._settings.reader} is installed and takes these arguments."

    def close(self) -> None:
        """Remove the temporary file."""
        if self._spool is not None:
            self._spool.close()
        self._spool = None

    def _read(self) -> Spool:
        """Run the reader; what it yielded replaces what was there once it has ended well."""
        spool = Spool(self._around.scratch)
        roots = [text for text in _strings([self._settings.init, self._settings.load]) if text.startswith("/")]
        ending = ".md" if self._settings.text_format == "markdown" else ".txt"
        try:
            for document in self._documents(check=False, seconds=self._settings.seconds):
                spool.add(with_ending(name_of(document, roots, self._settings.name_field), ending), document)
        except BaseException:
            spool.close()
            raise
        self.close()
        self._spool = spool
        return spool

    def _documents(self, *, check: bool, seconds: float) -> Iterator[HubDocument]:
        settings, around = self._settings, self._around
        init, load, folders = self._filled(settings.init), self._filled(settings.load), around.places.allowed()
        check_arguments([init, load], around.places)
        request = ReaderRequest(
            settings.reader,
            init,
            load,
            check,
            around.allow_private,
            settings.documents,
            _MOST_BYTES,
            around.largest_file,
            tuple(map(str, around.places.own)),
            None if folders is None else tuple(map(str, folders)),
        )
        package = settings.package or "-".join(settings.reader.split(".")[:3]).replace("_", "-")
        return run_reader(request, seconds, around.scratch, package, frozenset(self._secrets.values()))

    def _filled(self, value: Any) -> Any:
        """The arguments with the variables' values."""
        match value:
            case str():
                return _SECRET.sub(lambda found: self._secrets[found[1]], value)
            case list():
                return [self._filled(part) for part in value]
            case dict():
                return {key: self._filled(part) for key, part in value.items()}
            case _:
                return value


def check_arguments(arguments: Any, places: Places) -> None:
    """Raise PlaceRefused where an argument is the path of what may not be read."""
    for text in _strings(arguments):
        path = text.removeprefix("file://")
        if path.startswith("/") and "\0" not in path and os.path.lexists(path):
            places.check(path)


def _strings(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case list():
            for part in value:
                yield from _strings(part)
        case dict():
            for part in value.values():
                yield from _strings(part)
        case _:
            return
