"""Each answer leaves a trace; a slow or dead place for traces never slows an answer."""

from __future__ import annotations

import base64
import threading
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.trace import Status, StatusCode, Tracer
from pydantic import SecretStr

from surefoot.app.database import Database
from surefoot.app.langfuse import CircuitBreaker, Langfuse
from surefoot.app.tracing import ExportQueue, Tracing, to_table
from surefoot.core import telemetry
from surefoot.core.nouns import Asker
from surefoot.eval.monitoring.spans import SpanStore
from tests.app import langfuse_double
from tests.app.langfuse_double import Mode

ANN = Asker("ann", frozenset({"everyone"}))
BOB = Asker("bob", frozenset({"everyone"}))


def an_answer(tracer: Tracer, owner: str = "ann") -> str:
    """The spans of one answer; gives the trace id."""
    with tracer.start_as_current_span(
        telemetry.ANSWER, attributes={telemetry.USER_ID: owner, telemetry.SPAN_KIND: telemetry.KIND_AGENT}
    ) as root:
        for name in (telemetry.GUARD, telemetry.RETRIEVAL, telemetry.PROMPT, telemetry.CHECKS):
            with tracer.start_as_current_span(name) as step:
                step.set_attribute(telemetry.EVIDENCE_IDS, ["c1", "c2"])
        with tracer.start_as_current_span(telemetry.GENERATION) as step:
            step.set_attributes(
                {
                    telemetry.OPERATION_NAME: telemetry.CHAT,
                    telemetry.REQUEST_MODEL: "local",
                    telemetry.INPUT_TOKENS: 412,
                    telemetry.OUTPUT_TOKENS: 37,
                    telemetry.SPAN_KIND: telemetry.KIND_LLM,
                }
            )
            step.set_status(Status(StatusCode.ERROR))
        return format(root.get_span_context().trace_id, "032x")


def tracer_of(tracing: Tracing) -> Tracer:
    return tracing.provider.get_tracer(telemetry.TRACER)


def sent_to(double: langfuse_double.Langfuse) -> ExportQueue:
    return ExportQueue("langfuse", Langfuse(double.url, "pk-1", SecretStr("sk-1")).exporter())


def test_the_spans_of_an_answer_can_be_read_back_by_its_owner_alone(database: Database) -> None:
    store = SpanStore(database.session)
    tracing = Tracing([ExportQueue("local", to_table(store))])
    trace_id = an_answer(tracer_of(tracing))
    assert tracing.flush(10)
    found = {span.name: span for span in store.trace(trace_id, ANN)}
    assert set(found) == {"answer", "guard", "retrieval", "prompt", "generation", "checks"}
    assert {span.parent_id for name, span in found.items() if name != "answer"} == {found["answer"].span_id}
    assert found["generation"].attributes["gen_ai.usage.input_tokens"] == 412
    assert found["generation"].status == "error"
    assert found["retrieval"].attributes[telemetry.EVIDENCE_IDS] == ["c1", "c2"]
    assert found["answer"].duration_ms >= found["guard"].duration_ms >= 0
    assert store.trace(trace_id, BOB) == []
    assert store.trace("0" * 32, ANN) == []
    tracing.shutdown()


def test_spans_without_an_owner_are_shown_to_nobody(database: Database) -> None:
    store = SpanStore(database.session)
    tracing = Tracing([ExportQueue("local", to_table(store))])
    with tracer_of(tracing).start_as_current_span("start") as span:
        trace_id = format(span.get_span_context().trace_id, "032x")
    assert tracing.flush(10)
    assert store.trace(trace_id, Asker("", frozenset())) == []
    tracing.shutdown()


def test_spans_that_a_library_makes_are_not_kept() -> None:
    kept: list[str] = []

    def keep(batch: Sequence[ReadableSpan]) -> bool:
        kept.extend(span.name for span in batch)
        return True

    tracing = Tracing([ExportQueue("list", keep)])
    with tracing.provider.get_tracer("some.library").start_as_current_span("theirs"):
        pass
    an_answer(tracer_of(tracing))
    assert tracing.shutdown(10)
    assert sorted(kept) == ["answer", "checks", "generation", "guard", "prompt", "retrieval"]


def test_old_spans_can_be_deleted(database: Database) -> None:
    store = SpanStore(database.session)
    tracing = Tracing([ExportQueue("local", to_table(store))])
    trace_id = an_answer(tracer_of(tracing))
    tracing.shutdown()
    assert store.delete_before(datetime.now(UTC) - timedelta(days=1)) == 0
    assert store.delete_before(datetime.now(UTC) + timedelta(days=1)) == 6
    assert store.trace(trace_id, ANN) == []


def test_a_full_queue_drops_and_counts_and_does_not_wait() -> None:
    hanging, taken = threading.Event(), threading.Event()

    def hang(_batch: Sequence[ReadableSpan]) -> bool:
        taken.set()
        return hanging.wait(60)

    queue = ExportQueue("hanging", hang, capacity=3)
    tracing = Tracing([queue])
    an_answer(tracer_of(tracing))
    assert taken.wait(10)
    for _ in range(3):
        an_answer(tracer_of(tracing))
    assert queue.dropped >= 15
    hanging.set()
    assert tracing.shutdown()


def test_an_exporter_that_raises_costs_its_batch_and_not_the_thread() -> None:
    batches: list[int] = []

    def fail_once(batch: Sequence[ReadableSpan]) -> bool:
        batches.append(len(batch))
        if len(batches) == 1:
            raise OSError("disk full")
        return True

    queue = ExportQueue("failing", fail_once)
    tracing = Tracing([queue])
    an_answer(tracer_of(tracing))
    assert tracing.flush(10)
    an_answer(tracer_of(tracing))
    assert tracing.flush(10)
    assert sum(batches) == 12
    assert queue.dropped == batches[0]
    tracing.shutdown()


def test_spans_arrive_at_langfuse_with_genai_names() -> None:
    with langfuse_double.langfuse() as double:
        tracing = Tracing([sent_to(double)])
        trace_id = an_answer(tracer_of(tracing))
        assert tracing.shutdown()
    assert set(double.paths) == {"/api/public/otel/v1/traces"}
    assert double.headers[0]["authorization"] == "Basic " + base64.b64encode(b"pk-1:sk-1").decode()
    assert double.resource["service.name"] == "surefoot"
    spans = {span.name: span for span in double.spans}
    assert set(spans) == {"answer", "guard", "retrieval", "prompt", "generation", "checks"}
    assert {span.trace_id.hex() for span in double.spans} == {trace_id}
    generation = langfuse_double.attributes(spans["generation"])
    assert generation["gen_ai.operation.name"] == "chat"
    assert generation["gen_ai.request.model"] == "local"
    assert generation["gen_ai.usage.input_tokens"] == 412
    assert generation["openinference.span.kind"] == "LLM"
    assert generation["user.id"] == "ann"


def test_an_answer_ends_while_langfuse_still_hangs(database: Database) -> None:
    store = SpanStore(database.session)
    with langfuse_double.langfuse("hang") as double:
        tracing = Tracing([ExportQueue("local", to_table(store)), sent_to(double)])
        an_answer(tracer_of(tracing))
        assert double.arrived.wait(10)
        trace_id = an_answer(tracer_of(tracing))  # ends while the first request hangs
        assert not double.release.is_set()
        assert tracing.flush(10, "local")
        assert len(store.trace(trace_id, ANN)) == 6
        assert not tracing.shutdown(0.2)
        assert tracing.dropped()["local"] == 0
        assert tracing.dropped()["langfuse"] > 0


@pytest.mark.parametrize("mode", ["refuse", "5xx"])
def test_a_langfuse_that_refuses_costs_spans_and_says_how_many(mode: Mode) -> None:
    with langfuse_double.langfuse(mode) as double:
        tracing = Tracing([sent_to(double)])
        an_answer(tracer_of(tracing))
        assert tracing.flush(20)
        assert tracing.dropped() == {"langfuse": 6}
        double.mode = "ok"
        an_answer(tracer_of(tracing))
        assert tracing.shutdown()
    assert len(double.spans) == 6


def test_a_dead_langfuse_is_left_alone_for_a_while_and_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    now, tries, alive = [0.0], [0], [False]

    def send(_batch: Sequence[ReadableSpan]) -> bool:
        tries[0] += 1
        return alive[0]

    breaker = CircuitBreaker(send, clock=lambda: now[0])
    assert not any(breaker([]) for _ in range(10))
    assert tries == [3]
    now[0] = 31.0
    assert not breaker([])
    assert not breaker([])
    assert tries == [4]
    now[0], alive[0] = 200.0, True
    assert breaker([])
    assert breaker([])
    said = [record.message for record in caplog.records]
    assert len(said) == 2
    assert "does not answer" in said[0]
    assert "answers again" in said[1]


def fails(tracer: Tracer) -> str:
    """A span with what must not leave, through which an error passes; gives the trace id."""
    with tracer.start_as_current_span("answer") as root:
        root.set_attribute(telemetry.USER_ID, "ann")
        root.set_attribute("http.request.body", "the kestrel memo")
        root.set_attribute(telemetry.REQUEST_MODEL, "tuned for eva.kestrel@example.org, +44 20 7946 0958")
        root.record_exception(ValueError("No kestrel in: Which pills does Eva take?"))
        root.set_status(Status(StatusCode.ERROR, "No kestrel"))
        return format(root.get_span_context().trace_id, "032x")


def test_nothing_that_somebody_wrote_leaves_the_process(database: Database) -> None:
    store = SpanStore(database.session)
    with langfuse_double.langfuse() as double:
        tracing = Tracing([ExportQueue("local", to_table(store)), sent_to(double)])
        trace_id = fails(tracer_of(tracing))
        assert tracing.flush(10)
        (kept,) = store.trace(trace_id, ANN)
        sent = repr(double.spans)
        tracing.shutdown()
    assert kept.attributes[telemetry.REQUEST_MODEL] == "tuned for [email], [phone]"
    assert kept.status == "error"
    assert "ValueError" in sent
    for said in (repr(kept), sent):
        assert "kestrel" not in said
        assert "pills" not in said
