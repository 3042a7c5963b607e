"""Takes vehicles' messages from every source, keeps them in batches, and answers only when they are kept for good."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from itertools import groupby
from threading import Event, Thread

from surefoot.ingestion.telemetry.buffer import Buffer, Item, Receipt
from surefoot.ingestion.telemetry.errors import IntakeBusy, IntakeClosed
from surefoot.ingestion.telemetry.judging import Judged, Ledger, judged
from surefoot.ingestion.telemetry.rules import Limits
from surefoot.ingestion.telemetry.tally import Tally
from surefoot.retrieval.records.errors import ReadingRefused, RecordsError, RowsRefused
from surefoot.retrieval.records.samples import Samples
from surefoot.retrieval.records.store import RecordStore

_log = logging.getLogger(__name__)
_SAMPLE_BYTES = 150
"""About what a sample takes in columns."""

OnNew = Callable[[Mapping[str, int]], None]
"""Called after each commit: vehicle → its earliest new moment, in microseconds since 1970."""


@dataclass(frozen=True, slots=True)
class IntakeSettings:
    """How messages are gathered before they are kept."""

    limits: Limits = field(default_factory=Limits)
    batch: int = 5_000
    longest_s: float = 0.5
    """The longest that a message waits for others."""
    quiet_s: float = 0.02
    """When nothing came for so long, those that are there are kept."""
    waiting: int = 20_000
    """Messages that may wait; whoever brings more has to wait too."""
    waiting_bytes: int = 64_000_000
    retry_s: float = 0.5
    longest_retry_s: float = 30.0


@dataclass(frozen=True, slots=True)
class IntakeState:
    """How the intake does."""

    waiting: int
    kept: int
    """Samples since the start."""
    refused: int
    last_kept: datetime | None
    trouble: str | None
    """Why nothing can be kept just now, in words."""


class Intake:
    """One thread keeps what many threads bring."""

    def __init__(
        self,
        store: RecordStore,
        clock: Callable[[], datetime],
        on_new: OnNew | None = None,
        settings: IntakeSettings | None = None,
    ) -> None:
        """The store is prepared; `clock` gives the moment in UTC."""
        self._store, self._clock, self._on_new = store, clock, on_new
        self._settings = settings or IntakeSettings()
        self._buffer = Buffer(self._settings.waiting, self._settings.waiting_bytes)
        self._ledger = Ledger(clock, Samples.of([]))
        self._stopping = Event()
        self._writer = Thread(target=self._run, name="intake", daemon=True)
        self._kept = self._refused = 0
        self._last_kept: datetime | None = None
        self._trouble: str | None = None
        self._retrying = False
        """Whether messages that can wait do so: those that cannot are not taken then."""

    def start(self) -> None:
        """Start keeping; the store is asked for each vehicle's newest sample."""
        self._ledger = Ledger(self._clock, self._store.newest())
        self._writer.start()

    def close(self, seconds: float = 10.0) -> None:
        """Take nothing more, keep what waits, and write the counts.

        What cannot be kept within `seconds` is not acknowledged: its sender has it still.
        """
        self._buffer.close()
        if self._writer.is_alive():
            self._writer.join(seconds)
            self._stopping.set()
            self._writer.join()

    def submit(self, message: bytes, source: str, vehicle: str | None = None) -> Future[Receipt]:
        """Take a message whose sender waits; IntakeBusy at once where there is no room.

        The future gives the receipt, or the error where the store cannot keep anything just now.
        """
        return self._submitted(message, source, vehicle, wait=0)

    def add(self, samples: Samples, source: str) -> Future[Receipt]:
        """Take samples of a file; waits while there is no room."""
        return self._submitted(samples, source, None, wait=None)

    def offer(self, message: bytes, source: str, vehicle: str, done: Callable[[], None], *, wait: float) -> None:
        """Take a message of a broker that has it until `done` is called; IntakeBusy after `wait` seconds without room.

        `done` is not called before the message is kept for good, or refused for good and counted.
        """
        item = Item(message, source, lambda _: done(), vehicle, patient=True, weight=len(message))
        self._buffer.put(item, wait)

    @property
    def tally(self) -> Tally:
        """Where others count what they refused."""
        return self._ledger.tally

    def state(self) -> IntakeState:
        """How it does just now."""
        return IntakeState(len(self._buffer), self._kept, self._refused, self._last_kept, self._trouble)

    def _submitted(
        self, content: bytes | Samples, source: str, vehicle: str | None, wait: float | None
    ) -> Future[Receipt]:
        if self._retrying and not self._buffer.closed:
            raise IntakeBusy(f"Nothing can be kept just now: {self._trouble} Send it again in a minute.")
        future: Future[Receipt] = Future()
        weight = len(content) * (1 if isinstance(content, bytes) else _SAMPLE_BYTES)
        self._buffer.put(Item(content, source, partial(_settle, future), vehicle, weight=weight), wait)
        return future

    def _run(self) -> None:
        settings = self._settings
        while not (self._buffer.closed and not len(self._buffer)) and not self._stopping.is_set():
            items = self._buffer.take(settings.batch, settings.longest_s, settings.quiet_s)
            now = self._clock()
            # those that cannot wait come first: behind the others they would wait with them
            items.sort(key=_kind)
            batch = [judged(item, now, settings.limits) for item in items]
            for _, group in groupby(batch, key=lambda each: _kind(each.item)):
                self._keep_surely(list(group), now)
            self._write_counts()
        self._write_counts()
        self._send_back([Judged(item) for item in self._buffer.take(settings.waiting, 0, 0)])

    def _keep_surely(self, batch: list[Judged], now: datetime) -> None:
        try:
            self._keep(batch, now)
        except Exception as broken:  # noqa: BLE001 - the border of a thread that must go on; nothing is acknowledged
            _log.exception("The intake failed on a batch")
            self._trouble = f"a batch failed: {broken}"
            self._send_back(batch, broken)

    def _keep(self, batch: list[Judged], now: datetime) -> None:
        """Keep messages of one source; for as long as the store cannot, try again with those that can wait."""
        wait = self._settings.retry_s
        while batch and not self._stopping.is_set():
            try:
                self._commit(batch, now)
            except (RowsRefused, ReadingRefused) as refused:
                self._one_by_one(batch, now, refused)
                return
            except RecordsError as trouble:
                if str(trouble) != self._trouble:
                    _log.warning("The intake cannot keep samples: %s", trouble)
                self._trouble = str(trouble)
                batch = self._send_back(batch, trouble)
                if batch:
                    self._retrying = True
                    self._send_back([Judged(item) for item in self._buffer.take_impatient()], trouble)
                    self._stopping.wait(wait)
                    wait = min(2 * wait, self._settings.longest_retry_s)
            else:
                self._trouble, self._retrying = None, False
                return
        self._send_back(batch)

    def _commit(self, batch: list[Judged], now: datetime) -> None:
        samples = Samples.joined([each.columns() for each in batch])
        added = self._store.add_samples(samples, batch[0].item.source, now)
        receipts, earliest = self._ledger.book(batch, samples, added)
        self._kept += added.new
        self._refused += sum(receipt.refused for receipt in receipts)
        self._last_kept = now
        if earliest and self._on_new is not None:
            try:
                self._on_new(earliest)  # before the senders hear of it, so that what they ask next waits for it
            except Exception:  # noqa: BLE001 - whatever it is, the samples are kept and the next ones shall be
                _log.exception("What follows new samples failed; the samples are kept")
        for each, receipt in zip(batch, receipts, strict=True):
            _answer(each.item, receipt)

    def _one_by_one(self, batch: list[Judged], now: datetime, refused: RecordsError) -> None:
        """Find the message that the store refuses; it is counted, and does not hold up the others."""
        if len(batch) > 1:
            for each in batch:
                self._keep([each], now)
            return
        receipt = self._ledger.refuse(batch[0], str(refused))
        self._refused += receipt.refused
        _answer(batch[0].item, receipt)

    def _send_back(self, batch: list[Judged], trouble: Exception | None = None) -> list[Judged]:
        """Tell those that do not wait that their message is not kept; the others are left."""
        closed = IntakeClosed("The intake was closed before the message could be kept: send it again.")
        for each in batch:
            if not each.item.patient:
                _answer(each.item, trouble or closed)
        return [each for each in batch if each.item.patient]

    def _write_counts(self) -> None:
        rows = self._ledger.tally.taken()
        if not rows:
            return
        try:
            self._store.count_intake(rows)
        except RecordsError as trouble:
            _log.warning("Counts of messages cannot be written now: %s", trouble)
            self._ledger.tally.give_back(rows)


def _kind(item: Item) -> tuple[bool, str]:
    return item.patient, item.source


def _answer(item: Item, result: Receipt | Exception) -> None:
    try:
        item.done(result)
    except Exception:  # noqa: BLE001 - a sender that is gone shall not hold up the others
        _log.exception("The sender of a message could not be told what became of it")


def _settle(future: Future[Receipt], result: Receipt | Exception) -> None:
    if not future.set_running_or_notify_cancel():
        return
    if isinstance(result, Exception):
        future.set_exception(result)
    else:
        future.set_result(result)
