"""Collects the spans of answers and hands them to exporters, each in a thread of its own that never slows an answer."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import Event, ReadableSpan, Span, SpanProcessor, TracerProvider
from opentelemetry.trace import Status, StatusCode
from opentelemetry.util.types import AttributeValue

from surefoot import __version__
from surefoot.core import telemetry
from surefoot.core.errors import safe_words
from surefoot.core.text.pii_patterns import shaped
from surefoot.core.text.pii_phones import phones
from surefoot.eval.monitoring import spans

logger = logging.getLogger(__name__)

Export = Callable[[Sequence[ReadableSpan]], bool]
"""Sends a batch on; False where it did not arrive, and then the batch is counted as dropped."""

CAPACITY = 2048
"""Spans that wait at most: some 300 answers."""
BATCH = 128
GATHER_SECONDS = 0.2
"""How long a batch gathers after its first span."""
HANDED_DOWN = (telemetry.USER_ID, telemetry.SESSION_ID)
EPOCH_NS = 1_000_000_000
EXCEPTION = "exception.type"


class ExportQueue(SpanProcessor):
    """A bounded queue with one exporting thread; when the queue is full, spans are dropped and counted."""

    def __init__(self, name: str, export: Export, capacity: int = CAPACITY) -> None:
        self.name = name
        self.dropped = 0
        self._export = export
        self._capacity = capacity
        self._waiting: deque[ReadableSpan] = deque()
        self._changed = threading.Condition()
        self._exporting = False
        self._hurry = False
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name=f"export-{name}", daemon=True)
        self._thread.start()

    def on_end(self, span: ReadableSpan) -> None:
        """Queue a finished span of ours (libraries make their own); never waits for the exporter."""
        scope = span.instrumentation_scope
        if scope is None or scope.name != telemetry.TRACER:
            return
        with self._changed:
            if self._stopping or len(self._waiting) >= self._capacity:
                self.dropped += 1
                return
            self._waiting.append(masked(span))
            if len(self._waiting) in (1, BATCH):
                self._changed.notify_all()

    def force_flush(self, timeout_millis: int = 3000) -> bool:
        """Export what waits now; False where that took longer."""
        with self._changed:
            self._hurry = True
            self._changed.notify_all()
            return self._changed.wait_for(lambda: not self._waiting and not self._exporting, timeout_millis / 1000)

    def stop(self) -> None:
        """Take no more spans and export the rest; does not wait."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()

    def join(self, seconds: float) -> bool:
        """Wait for the thread; what is left when the time is over is dropped and counted."""
        self._thread.join(max(0.0, seconds))
        with self._changed:
            self.dropped += len(self._waiting)
            self._waiting.clear()
        return not self._thread.is_alive()

    def _run(self) -> None:
        while batch := self._next_batch():
            arrived = self._arrives(batch)
            with self._changed:
                self.dropped += 0 if arrived else len(batch)
                self._exporting = False
                self._changed.notify_all()

    def _arrives(self, batch: Sequence[ReadableSpan]) -> bool:
        try:
            return self._export(batch)
        except Exception as error:  # noqa: BLE001  the border of a thread that must outlive a failing exporter
            logger.warning("%d spans could not be exported to %s: %s", len(batch), self.name, safe_words(error))
            return False

    def _next_batch(self) -> list[ReadableSpan]:
        """Wait for spans and take up to a batch of them; empty when stopped and drained."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._stopping)
            full = time.monotonic() + GATHER_SECONDS
            while not (self._hurry or self._stopping or len(self._waiting) >= BATCH):
                if not self._changed.wait(max(0.0, full - time.monotonic())):
                    break
            taken = [self._waiting.popleft() for _ in range(min(BATCH, len(self._waiting)))]
            self._hurry = self._hurry and bool(self._waiting)
            self._exporting = bool(taken)
            return taken


NAMES = frozenset(value for name, value in vars(telemetry).items() if name.isupper() and isinstance(value, str))
"""The attributes that spans of ours have; what a library or a mistake puts beside them goes nowhere."""
IDS = frozenset(
    {
        telemetry.USER_ID,
        telemetry.SESSION_ID,
        telemetry.CONVERSATION_ID,
        telemetry.ANSWER_ID,
        telemetry.RELEASE,
        telemetry.EVIDENCE_IDS,
        telemetry.REPEATED_FROM,
    }
)
"""Attributes of random digits, in which patterns of numbers would see what is not there."""


def masked(span: ReadableSpan) -> ReadableSpan:
    """A finished span as it may leave the process: known attributes, personal data in them masked, and of an error
    that passed through it its type alone, since its message may quote a question or a document."""
    attributes = {name: _masked(name, value) for name, value in (span.attributes or {}).items() if name in NAMES}
    events = [
        Event(event.name, {EXCEPTION: str((event.attributes or {}).get(EXCEPTION, ""))}, event.timestamp)
        for event in span.events
    ]
    return ReadableSpan(
        name=span.name,
        context=span.get_span_context(),
        parent=span.parent,
        resource=span.resource,
        attributes=attributes,
        events=events,
        kind=span.kind,
        status=Status(span.status.status_code),
        start_time=span.start_time,
        end_time=span.end_time,
        instrumentation_scope=span.instrumentation_scope,
    )


def _masked(name: str, value: AttributeValue) -> AttributeValue:
    if name in IDS or not isinstance(value, str):
        return value
    found = sorted([*shaped(value), *phones(value)], key=lambda one: one.start, reverse=True)
    for one in found:
        value = f"{value[: one.start]}[{one.kind.value}]{value[one.end :]}"
    return value


class Heritage(SpanProcessor):
    """Hands the owner of an answer's root span down to its children, so that each span knows whose it is."""

    def on_start(self, span: Span, parent_context: Context | None = None) -> None:
        """Copy what is handed down from the parent."""
        parent = trace.get_current_span(parent_context)
        given = parent.attributes if isinstance(parent, ReadableSpan) else None
        for name in HANDED_DOWN:
            value = given.get(name) if given else None
            if value is not None:
                span.set_attribute(name, value)


class Tracing:
    """The tracer provider with its exporters."""

    def __init__(self, queues: Sequence[ExportQueue]) -> None:
        self._queues = tuple(queues)
        resource = Resource({"service.name": "surefoot", "service.version": __version__})
        self.provider = TracerProvider(resource=resource, shutdown_on_exit=False)
        self.provider.add_span_processor(Heritage())
        for queue in self._queues:
            self.provider.add_span_processor(queue)

    def install(self) -> None:
        """Make it the provider of this process's OpenTelemetry API; once a process."""
        trace.set_tracer_provider(self.provider)

    def flush(self, seconds: float, name: str | None = None) -> bool:
        """Export what waits, for all exporters or one by name; False where that took longer."""
        deadline = time.monotonic() + seconds
        chosen = [queue for queue in self._queues if name in (None, queue.name)]
        flushed = [queue.force_flush(int(max(0.0, deadline - time.monotonic()) * 1000)) for queue in chosen]
        return all(flushed)

    def dropped(self) -> dict[str, int]:
        """Spans lost, by exporter."""
        return {queue.name: queue.dropped for queue in self._queues}

    def shutdown(self, seconds: float = 3.0) -> bool:
        """Export what waits and stop, within this time; False where spans were dropped for it."""
        deadline = time.monotonic() + seconds
        for queue in self._queues:
            queue.stop()
        ended = [queue.join(deadline - time.monotonic()) for queue in self._queues]
        return all(ended)


def to_span(span: ReadableSpan) -> spans.Span:
    """The SDK's span as our noun."""
    context, parent = span.get_span_context(), span.parent
    started, ended = span.start_time or 0, span.end_time or span.start_time or 0
    attributes = dict(span.attributes or {})
    return spans.Span(
        trace_id=format(context.trace_id if context else 0, "032x"),
        span_id=format(context.span_id if context else 0, "016x"),
        parent_id=format(parent.span_id, "016x") if parent else None,
        owner=str(attributes.get(telemetry.USER_ID, "")),
        name=span.name,
        started_at=datetime.fromtimestamp(started / EPOCH_NS, UTC),
        duration_ms=(ended - started) / 1e6,
        attributes={name: _plain(value) for name, value in attributes.items()},
        status={StatusCode.OK: "ok", StatusCode.ERROR: "error"}.get(span.status.status_code, "unset"),
    )


def _plain(value: object) -> spans.Attribute:
    if isinstance(value, str | bool | int | float):
        return value
    return list(value) if isinstance(value, Sequence) else str(value)


def to_table(store: spans.SpanStore) -> Export:
    """Exports into the local span table."""

    def export(batch: Sequence[ReadableSpan]) -> bool:
        store.add([to_span(span) for span in batch])
        return True

    return export
