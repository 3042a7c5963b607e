"""The door to DBOS: each run is a workflow of list, batches, finish, which goes on after the process has died.

Runs wait in their own table until they are begun: DBOS's queues are polled, which costs an idle server 5 % of a
processor at 50 ms, and a run would wait for the next look.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol

from surefoot.app.database import write_ahead
from surefoot.core.errors import safe_words

if TYPE_CHECKING:
    from sqlalchemy import URL, Engine

logger = logging.getLogger(__name__)

NAME = "surefoot"
SCHEMA = "dbos"
VERSION = "1"
"""Of the workflow's shape: raised when its steps change their order, never with a release of Surefoot."""
EXECUTOR = "server"
"""One process owns a data folder, so that whoever worked under this or another name before is dead."""
BUSY_MS = 30_000
UNFINISHED = ["PENDING", "ENQUEUED"]
ENDED = ["SUCCESS", "ERROR", "CANCELLED"]
KEEP = timedelta(days=2)
MOST_AT_ONCE = 500
TIDY_EVERY = 200
"""Workflows that are begun between two looks for old ones."""


class Steps(Protocol):
    """The steps of a run; each may be done again."""

    def list(self, run_id: str) -> bool:
        """Write down the run's documents; whether the run goes on."""
        ...

    def batch(self, run_id: str) -> bool:
        """Work on some documents; whether there is more to do."""
        ...

    def finish(self, run_id: str) -> bool:
        """End the run; False where there is still something to do."""
        ...

    def fail(self, run_id: str, reason: str) -> None:
        """End a run that cannot go on."""
        ...


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A workflow that has not ended."""

    id: str
    run_id: str
    executor: str | None
    queued: bool


class Durable:
    """DBOS, of which a process has one. Launching takes a second or so: not to be waited for."""

    def __init__(self, url: URL, at_once: int, steps: Steps, executor: str = EXECUTOR) -> None:
        """url: SQLite file, or PostgreSQL, where the tables lie in a schema of their own.

        at_once: runs that work at the same time. executor: name of this process among those of the database.
        """
        self._executor = executor
        self._url = url
        self._at_once = at_once
        self._steps = steps
        self._workflow: Callable[[str], None] | None = None
        self._closing = threading.Event()
        self._begun = 0
        self._at_work: set[str] = set()
        self._changed = threading.Condition()

    def launch(self) -> None:
        """Open the store, and go on with what died with an earlier process."""
        from dbos import DBOS

        try:
            self._open()
        except BaseException:
            DBOS.destroy(destroy_registry=True)
            raise

    def _open(self) -> None:
        from dbos import DBOS, DBOSConfig

        config = DBOSConfig(
            name=NAME,
            system_database_url=self._url.render_as_string(hide_password=False),
            dbos_system_schema=SCHEMA,
            application_version=VERSION,
            executor_id=self._executor,
            log_level="ERROR",
            console_log_level="ERROR",
            scheduler_polling_interval_sec=3600.0,
            notification_listener_polling_interval_sec=1.0,  # closing waits for one such interval
        )
        if self._url.get_backend_name() == "sqlite":
            config["system_database_engine"] = _sqlite_engine(self._url)

        def run(run_id: str) -> None:  # DBOS marks what it is given, which no method suffers
            self._run(run_id)

        DBOS(config=config)
        self._workflow = DBOS.workflow(name="run", max_recovery_attempts=None)(run)
        DBOS.launch()
        self._take_over()
        self._tidy()

    def begin(self, run_id: str) -> bool:
        """Work on a run from now on; False where as many are at work as may be."""
        from dbos import DBOS, SetWorkflowID

        with self._changed:
            if self._workflow is None or len(self._at_work) >= self._at_once:
                return False
            self._at_work.add(run_id)
        self._begun += 1
        if self._begun % TIDY_EVERY == 0:
            self._tidy()
        try:
            with SetWorkflowID(f"{run_id}:{uuid.uuid4().hex[:8]}"):
                DBOS.start_workflow(self._workflow, run_id)
        except BaseException:
            self._ended(run_id)
            raise
        return True

    def unfinished(self) -> list[Unfinished]:
        """The workflows that have not ended, those of dead processes among them."""
        from dbos import DBOS

        found = DBOS.list_workflows(status=UNFINISHED, load_input=False, load_output=False)
        return [
            Unfinished(one.workflow_id, one.workflow_id.partition(":")[0], one.executor_id, one.status == "ENQUEUED")
            for one in found
        ]

    def close(self, seconds: float) -> bool:
        """Close the store when the runs at work have halted; False where that took longer than these seconds."""
        from dbos import DBOS

        self._closing.set()
        with self._changed:
            idle = self._changed.wait_for(lambda: not self._at_work, max(0.0, seconds))
        DBOS.destroy(destroy_registry=True)
        return idle

    def _take_over(self) -> None:
        """Go on with workflows of executors of other names; those of our own name DBOS takes up itself."""
        from dbos import DBOS

        for one in self.unfinished():
            if not one.queued and one.executor != self._executor:
                DBOS.resume_workflow(one.id)

    def _tidy(self) -> None:
        """Forget workflows that ended long ago: what a run did is in its own rows."""
        from dbos import DBOS

        before = (datetime.now(UTC) - KEEP).isoformat()
        old = DBOS.list_workflows(status=ENDED, completed_before=before, load_input=False, load_output=False)
        if old:
            DBOS.delete_workflows([one.workflow_id for one in old[:MOST_AT_ONCE]])

    def _run(self, run_id: str) -> None:
        with self._changed:
            self._at_work.add(run_id)
        try:
            self._all_steps(run_id)
        except Exception as error:  # the border of a thread: a run that fails says so, whatever it was
            if not self._closing.is_set():
                logger.exception("The run %s failed.", run_id)
                self._steps.fail(
                    run_id, f"The server failed in a way that it should not: {safe_words(error)}. Its log says more."
                )
        finally:
            self._ended(run_id)

    def _ended(self, run_id: str) -> None:
        with self._changed:
            self._at_work.discard(run_id)
            self._changed.notify_all()

    def _all_steps(self, run_id: str) -> None:
        steps = self._steps
        if not _step("list", steps.list, run_id):
            return
        while True:
            while _step("batch", steps.batch, run_id):
                pass
            if _step("finish", steps.finish, run_id):
                return


def _step(name: str, function: Callable[[str], bool], run_id: str) -> bool:
    from dbos import DBOS

    def step() -> bool:
        return function(run_id)

    return DBOS.run_step({"name": name}, step)


def _sqlite_engine(url: URL) -> Engine:
    """With a log that is written ahead, which makes it six times as fast as DBOS's own engine."""
    from sqlalchemy import create_engine, event

    engine = create_engine(url, connect_args={"timeout": BUSY_MS / 1000}, hide_parameters=True)

    def prepare(connection: sqlite3.Connection, _entry: Any) -> None:
        connection.isolation_level = "IMMEDIATE"
        connection.execute(f"PRAGMA busy_timeout={BUSY_MS}")
        write_ahead(connection)
        for pragma in ("synchronous=NORMAL", "foreign_keys=ON", "secure_delete=ON"):
            connection.execute(f"PRAGMA {pragma}")

    event.listen(engine, "connect", prepare)
    return engine
