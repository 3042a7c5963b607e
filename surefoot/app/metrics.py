"""Counts what the server does, in Prometheus' text format."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, Counter, Histogram, disable_created_metrics, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import CounterMetricFamily, Metric
from prometheus_client.registry import Collector

from surefoot.core.nouns import Answer

SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0)
ENGINE_STATES = ("none", "downloading", "loading", "ready", "failed")
PRIVATE = "private"
"""One name for all assistants that people made: theirs tell too much, and are too many for a time series each."""


@dataclass(frozen=True, slots=True)
class Live:
    """How live data come in."""

    kept: int
    refused: int
    messages: int
    """Waiting to be kept."""
    vehicles: int
    """With samples of which no facts are derived yet."""
    troubled: bool


class Metrics:
    """This process's numbers, in a registry of its own."""

    def __init__(self) -> None:
        disable_created_metrics()  # a time series more for each one, that nobody reads
        self._registry = CollectorRegistry()
        self._answers = Counter("surefoot_answers", "Answers given.", ("assistant", "outcome"), registry=self._registry)
        self._evidence = self._histogram("surefoot_evidence_seconds", "From the question to its evidence.")
        self._first_text = self._histogram("surefoot_first_text_seconds", "From the question to the first sentence.")
        self._total = self._histogram("surefoot_answer_seconds", "From the question to the whole answer.")
        self._tokens = Counter("surefoot_tokens", "Tokens of the model.", ("kind",), registry=self._registry)
        self._withheld = Counter(
            "surefoot_withheld_claims", "Sentences held back because nothing supported them.", registry=self._registry
        )
        self._errors = Counter("surefoot_errors", "Requests that failed in the server.", registry=self._registry)

    def answered(self, answer: Answer, *, private: bool) -> None:
        """Count an answer."""
        name = PRIVATE if private else answer.assistant
        self._answers.labels(name, answer.outcome.value).inc()
        self._evidence.labels(name).observe(answer.timings.evidence / 1000)
        self._total.labels(name).observe(answer.timings.total / 1000)
        if answer.timings.first_text is not None:
            self._first_text.labels(name).observe(answer.timings.first_text / 1000)
        self._tokens.labels("prompt").inc(answer.usage.prompt_tokens)
        self._tokens.labels("completion").inc(answer.usage.completion_tokens)
        self._tokens.labels("cached").inc(answer.usage.cached_tokens)
        self._withheld.inc(len(answer.withheld))

    def failed(self) -> None:
        """Count a request that failed in the server."""
        self._errors.inc()

    def watch(
        self,
        documents: Callable[[], Mapping[str, int]],
        engine_state: Callable[[], str],
        dropped_spans: Callable[[], Mapping[str, int]],
        live: Callable[[], Live],
    ) -> None:
        """Read these when the metrics are read: documents by status, the engine's state, spans lost by exporter, and
        how live data come in."""
        self._registry.register(_Watched(documents, engine_state, dropped_spans, live))

    def text(self) -> bytes:
        """Everything, in Prometheus' text format."""
        return generate_latest(self._registry)

    def _histogram(self, name: str, words: str) -> Histogram:
        return Histogram(name, words, ("assistant",), buckets=SECONDS, registry=self._registry)


class _Watched(Collector):
    """Numbers that are kept elsewhere."""

    def __init__(
        self,
        documents: Callable[[], Mapping[str, int]],
        engine_state: Callable[[], str],
        dropped_spans: Callable[[], Mapping[str, int]],
        live: Callable[[], Live],
    ) -> None:
        self._documents = documents
        self._engine_state = engine_state
        self._dropped_spans = dropped_spans
        self._live = live

    def describe(self) -> Iterable[Metric]:
        """Nothing is read at registration."""
        return ()

    def collect(self) -> Iterable[Metric]:
        """Read them."""
        documents = GaugeMetricFamily("surefoot_documents", "Documents by status.", labels=("status",))
        for status, count in sorted(self._documents().items()):
            documents.add_metric((status,), count)
        engine = GaugeMetricFamily("surefoot_engine_state", "1 for the state that the engine is in.", labels=("state",))
        now = self._engine_state()
        for state in ENGINE_STATES:
            engine.add_metric((state,), float(state == now))
        dropped = CounterMetricFamily("surefoot_dropped_spans", "Spans lost by exporter.", labels=("exporter",))
        for exporter, count in sorted(self._dropped_spans().items()):
            dropped.add_metric((exporter,), count)
        return documents, engine, dropped, *self._of_live()

    def _of_live(self) -> Iterable[Metric]:
        live = self._live()
        samples = CounterMetricFamily("surefoot_samples", "Samples of vehicles since the start.", labels=("outcome",))
        samples.add_metric(("kept",), live.kept)
        samples.add_metric(("refused",), live.refused)
        waiting = GaugeMetricFamily("surefoot_waiting", "What waits to be kept, and to be derived.", labels=("what",))
        waiting.add_metric(("messages",), live.messages)
        waiting.add_metric(("vehicles",), live.vehicles)
        trouble = GaugeMetricFamily("surefoot_live_trouble", "1 where live data cannot be kept or derived now.")
        trouble.add_metric((), float(live.troubled))
        return samples, waiting, trouble
