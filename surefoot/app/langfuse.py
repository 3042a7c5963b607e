"""Sends spans to Langfuse by OTLP over HTTP; a server that is down or hangs costs spans, never an answer."""

from __future__ import annotations

import base64
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from opentelemetry.sdk.trace import ReadableSpan
from pydantic import SecretStr

from surefoot.app.tracing import Export

logger = logging.getLogger(__name__)

TRACES_PATH = "/api/public/otel/v1/traces"
TIMEOUT_SECONDS = 2.0
FAILURES_TO_OPEN = 3
REST_SECONDS = 30.0
LONGEST_REST_SECONDS = 300.0


@dataclass(frozen=True, slots=True)
class Langfuse:
    """Where a project's traces go."""

    host: str
    public_key: str
    secret_key: SecretStr

    def exporter(self) -> Export:
        """Sends batches to this project, behind a circuit breaker."""
        # The exporter logs each failure; the breaker says it once.
        logging.getLogger("opentelemetry.exporter.otlp").setLevel(logging.CRITICAL)
        return CircuitBreaker(self._send())

    def _send(self) -> Callable[[Sequence[ReadableSpan]], bool]:
        from opentelemetry.exporter.otlp.proto.http import Compression
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.trace.export import SpanExportResult

        keys = f"{self.public_key}:{self.secret_key.get_secret_value()}".encode()
        exporter = OTLPSpanExporter(
            endpoint=self.host + TRACES_PATH,
            headers={
                "Authorization": f"Basic {base64.b64encode(keys).decode('ascii')}",
                "x-langfuse-ingestion-version": "4",  # without it a trace shows up after minutes
            },
            timeout=TIMEOUT_SECONDS,
            compression=Compression.Gzip,
        )
        return lambda batch: exporter.export(batch) is SpanExportResult.SUCCESS


class CircuitBreaker:
    """Stops trying for a while after repeated failures, twice as long each time, so that a dead server costs little."""

    def __init__(
        self, send: Callable[[Sequence[ReadableSpan]], bool], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._send = send
        self._clock = clock
        self._failures = 0
        self._rest = REST_SECONDS
        self._closed_from = 0.0

    def __call__(self, batch: Sequence[ReadableSpan]) -> bool:
        """Send a batch; False where it did not arrive, or was not tried because the server rests."""
        if self._clock() < self._closed_from:
            return False
        arrived = self._send(batch)
        if arrived:
            self._succeeded()
        else:
            self._failed()
        return arrived

    def _succeeded(self) -> None:
        if self._failures >= FAILURES_TO_OPEN:
            logger.warning("Langfuse answers again.")
        self._failures, self._rest = 0, REST_SECONDS

    def _failed(self) -> None:
        self._failures += 1
        if self._failures < FAILURES_TO_OPEN:
            return
        if self._failures == FAILURES_TO_OPEN:
            logger.warning("Langfuse does not answer: traces stay local until it does.")
        self._closed_from = self._clock() + self._rest
        self._rest = min(self._rest * 2, LONGEST_REST_SECONDS)
