"""The records of each assistant: its declaration, its files in the store, and the desk that reads them."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Collection, Iterable
from datetime import UTC, datetime
from pathlib import Path

from surefoot.app.accounts.actor import EVERYONE
from surefoot.core.nouns import Asker
from surefoot.retrieval.records.desk import RecordDesk
from surefoot.retrieval.records.errors import RecordsError, RecordsInvalid, RecordsUnavailable
from surefoot.retrieval.records.files import read_csv
from surefoot.retrieval.records.place import Place
from surefoot.retrieval.records.semantic import Semantics, load_semantics
from surefoot.retrieval.records.store import RecordStore
from surefoot.retrieval.records.telemetry_tables import Kind
from surefoot.retrieval.records.warehouse import Warehouse, url_of
from surefoot.serving.access import Sight

logger = logging.getLogger(__name__)
Stamp = tuple[tuple[str, int, int], ...]
"""Of the declaration and its files: name, time of change, size."""


class RecordDesks:
    """Desks by assistant, each made anew when its declaration or one of its files changes."""

    def __init__(
        self,
        store: RecordStore,
        folder_of: Callable[[str], Path | None],
        secret: Callable[[str], str | None],
        zone: str = "UTC",
    ) -> None:
        """folder_of: the folder of an assistant, None where there is none; secret: a secret's value by its name.

        zone: the time zone of records that declare none.
        """
        self._zone = zone
        self.store = store
        self._secret = secret
        self._folder_of = folder_of
        self._lock = threading.Lock()
        self._made: dict[str, tuple[Stamp, RecordDesk | None]] = {}
        self.problems: dict[str, str] = {}
        """Why an assistant's records cannot be asked, by assistant."""

    def desk(self, assistant: str) -> RecordDesk | None:
        """An assistant's desk; None where it declares no records, or wrongly (see `problems`)."""
        folder = self._folder_of(assistant)
        if folder is None or not (folder / "records.yaml").is_file():
            return None
        with self._lock:
            known = self._made.get(assistant)
            stamp = _stamp(folder)
            if known is None or known[0] != stamp:
                known = self._made[assistant] = (stamp, self._desk(assistant, folder))
            return known[1]

    def sight(self, assistant: str, things: Collection[str], asker: Asker) -> Sight:
        """What of some vehicles an asker may see; nothing while that cannot be read."""
        try:
            desk = self.desk(assistant)
            if desk is None:  # an answer outlives the records of its assistant
                return Sight(*Place(self.store).seen(things, asker.groups))
            return Sight(*desk.seen(things, asker))
        except RecordsError as error:
            logger.warning("Whether earlier answers of %s may be seen cannot be told now: %s", assistant, error)
            return Sight(frozenset(), frozenset(things))

    def forget_names(self) -> None:
        """Who may see which vehicle has changed: names that somebody may not see any more are no words of theirs."""
        with self._lock:
            desks = [desk for _, desk in self._made.values()]
        for desk in desks:
            if desk is not None:
                desk.forget_names()

    def prepare(self, assistants: Iterable[str]) -> None:
        """Make desks, and read what everyone may name at them, so that nobody's first question waits for it.

        Those of databases elsewhere are made when they are asked: such a database may not answer.
        """
        for name in assistants:
            try:
                folder = self._folder_of(name)
                semantics = load_semantics(folder, self._zone) if folder else None
                if semantics is None or semantics.declared.store == "url":
                    continue
                if (desk := self.desk(name)) is not None:
                    desk.rules(Asker("nobody", frozenset({EVERYONE})))
            except RecordsError as error:
                logger.warning("What can be named in the records of %s is not known yet: %s", name, error)

    def _desk(self, assistant: str, folder: Path) -> RecordDesk | None:
        self.problems.pop(assistant, None)
        try:
            semantics = load_semantics(folder, self._zone)
            return RecordDesk(*self._loaded(assistant, semantics)) if semantics else None
        except (RecordsInvalid, RecordsUnavailable) as error:
            logger.warning("The records of %s cannot be asked: %s", assistant, error)
            self.problems[assistant] = str(error)
            return None

    def _loaded(self, assistant: str, semantics: Semantics) -> tuple[Semantics, Place]:
        """The declaration with the kinds of its tables' columns, and the place with their rows."""
        if semantics.declared.store == "url":
            warehouse = Warehouse(url_of(semantics.declared.url, self._secret))
            columns = {name: warehouse.columns_of(name) for name in semantics.declared.tables}
            return semantics.with_columns(columns), Place(warehouse)
        names: dict[str, str] = {}
        loaded: dict[str, datetime] = {}
        columns = dict[str, dict[str, Kind]]()
        for name, table in semantics.declared.tables.items():
            if table.file is None:
                continue
            path = _inside(semantics.folder, table.file)
            columns[name], rows = read_csv(path, table.columns)
            names[name] = f"{assistant}_{name}".replace("-", "_")
            self.store.load_table(names[name], columns[name], rows)
            loaded[name] = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        return semantics.with_columns(columns), Place(self.store, names, loaded)


def _inside(folder: Path, file: str) -> Path:
    path = (folder / file).resolve()
    if not path.is_relative_to(folder.resolve()) or not path.is_file():
        raise RecordsInvalid(f"'{file}' is no file in the assistant's folder.")
    return path


def _stamp(folder: Path) -> Stamp:
    files = [folder / "records.yaml", *sorted(folder.rglob("*.csv"))]
    return tuple((str(f), f.stat().st_mtime_ns, f.stat().st_size) for f in files if f.is_file())
