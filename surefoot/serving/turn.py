"""One question on its way to an answer: what was found, said, checked and spent so far."""

from __future__ import annotations

import time
import uuid
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from enum import StrEnum

from opentelemetry import trace
from opentelemetry.context import Context

from surefoot.core import telemetry
from surefoot.core.nouns import (
    Answer,
    Asker,
    Citation,
    Elsewhere,
    Gap,
    Outcome,
    Passage,
    Support,
    TextAdded,
    Timings,
    Usage,
)
from surefoot.core.readings import Reading
from surefoot.serving.assistants import AssistantSpec
from surefoot.serving.guards.threats import Finding
from surefoot.serving.making import Making
from surefoot.serving.memory import NOTHING, Memory
from surefoot.serving.phrases.speech import Speech
from surefoot.serving.prompts import Prompt
from surefoot.serving.quotes import Numbering

APART = "\n\n"
"""Between what is said first and what follows."""
TRACER = trace.get_tracer(telemetry.TRACER)


class Mode(StrEnum):
    """Who words the answer."""

    AUTO = "auto"
    """Quotes, or the model where it was measured to be better."""
    QUOTES = "quotes"
    """Quotes alone; the model is not called."""
    MODEL = "model"
    """The model, measured or not; for measuring it."""


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody asks an assistant."""

    text: str
    assistant: str
    asker: Asker
    conversation_id: str | None = None
    mode: Mode = Mode.AUTO
    history: tuple[tuple[str, str], ...] = ()
    """Earlier (role, text) pairs, oldest first; for clients that keep the conversation themselves."""
    rehearsal: bool = False
    """Asked again for a comparison: nothing is recorded."""
    repeatable: bool = False
    """Whether an earlier answer to the same question may be given again, and this one later."""


@dataclass(frozen=True, slots=True)
class Opening:
    """What must be said before anything else: an instruction of the assistant's own, or where help is."""

    text: str
    citations: tuple[Citation, ...]
    passages: tuple[Passage, ...]
    """Where its quotes stand."""
    outcome: Outcome
    rest: str
    """What is asked besides; empty where nothing is."""

    @property
    def support(self) -> Support:
        """Where it stands alone: partial at best, as the message may have been misheard."""
        return Support.PARTIAL if self.citations else Support.NONE


@dataclass(slots=True)
class Turn:
    """Collects an answer while it is being made."""

    question: Question
    spec: AssistantSpec
    asked: str
    """The question as it is searched: standing alone, once evidence was found."""
    prompt: Prompt
    span: trace.Span
    making: Making
    memory: Memory = NOTHING
    """What is remembered of the conversation before it."""
    speech: Speech = field(default_factory=Speech)
    """In which language the assistant speaks for itself."""
    release: str = ""
    """Known once evidence was found."""
    answer_id: str = field(default_factory=lambda: uuid.uuid4().hex)
    started: float = field(default_factory=time.perf_counter)
    opening: Opening | None = None
    """What is said before anything else; `text` and `citations` are of what follows."""
    text: str = ""
    citations: list[Citation] = field(default_factory=list[Citation])
    withheld: list[str] = field(default_factory=list[str])
    numbering: Numbering = field(default_factory=Numbering)
    outcome: Outcome = Outcome.NOT_FOUND
    support: Support = Support.NONE
    probable: bool = False
    """Whether what stands first in the evidence probably answers, where the support is partial."""
    gap: Gap | None = None
    options: tuple[str, ...] = ()
    """What the question may mean, where it is asked back."""
    finding: Finding | None = None
    """What the screen saw in the question."""
    model: str | None = None
    usage: Usage = field(default_factory=Usage)
    evidence_ms: float = 0.0
    first_text_ms: float | None = None
    abstained: bool = False
    """Whether the model said that the evidence does not hold the answer."""
    trouble: str | None = None
    """Why the model stopped, where it did."""
    live: bool = False
    """Whether the records were asked, which change as time goes on."""
    readings: list[Reading] = field(default_factory=list[Reading])
    """Rows that were read for it."""
    unheard: bool = False
    """Whether the model failed where its word could have changed the answer."""
    elsewhere: Elsewhere | None = None
    """Who can answer it, where this assistant cannot."""
    recorded: bool = False
    repeated: Answer | None = None
    """The earlier answer that is given again."""

    def elapsed_ms(self) -> float:
        """Milliseconds since the question arrived."""
        return round((time.perf_counter() - self.started) * 1000, 1)

    def add(self, text: str, citations: tuple[Citation, ...] = ()) -> TextAdded:
        """Release text; the citations' spans count from the beginning of `text`."""
        text, numbered = _renumbered(text, citations, self.numbered(citations))
        offset = len(self.text)
        moved = tuple(replace(c, start=c.start + offset, end=c.end + offset) for c in numbered)
        self.text += text
        self.citations += moved
        if self.first_text_ms is None:
            self.first_text_ms = self.elapsed_ms()
        if self.opening is None:
            return TextAdded(text, moved)
        return TextAdded(text if offset else APART + text, self._behind(self.opening, moved))

    def open(self, opening: Opening) -> TextAdded:
        """Release what must be said first; what is asked besides is what is searched from now on."""
        self.opening, self.asked = opening, opening.rest
        self.numbering = Numbering(opening.citations)
        self.first_text_ms = self.elapsed_ms()
        return TextAdded(opening.text, opening.citations)

    @staticmethod
    def _behind(opening: Opening, citations: Sequence[Citation]) -> tuple[Citation, ...]:
        offset = len(opening.text) + len(APART)
        return tuple(replace(c, start=c.start + offset, end=c.end + offset) for c in citations)

    def numbered(self, citations: tuple[Citation, ...]) -> tuple[Citation, ...]:
        """The citations, each with its quote's number in this answer."""
        return tuple(self.numbering.number(c) for c in citations)

    @property
    def unanswered(self) -> bool:
        """Whether this assistant has nothing to say to the question: another one may have."""
        if self.readings or self.trouble or self.opening:
            return False
        back = self.outcome is Outcome.ASKED_BACK and not self.options
        return back or self.outcome in {Outcome.NOT_FOUND, Outcome.OFF_TOPIC}

    def repeat(self, answer: Answer) -> None:
        """Give an earlier answer again."""
        self.repeated = answer
        self.span.set_attribute(telemetry.REPEATED_FROM, answer.id)
        self.text, self.outcome, self.support, self.model = answer.text, answer.outcome, answer.support, answer.model
        self.evidence_ms = self.first_text_ms = self.elapsed_ms()

    @property
    def trace_id(self) -> str:
        """Name of the trace, 32 hexadecimal digits."""
        context = self.span.get_span_context()
        return format(context.trace_id, "032x") if context.is_valid else self.answer_id

    def answer(self) -> Answer:
        """The answer as it stands."""
        timings = Timings(self.evidence_ms, self.first_text_ms, self.elapsed_ms())
        if self.repeated is not None:
            return replace(
                self.repeated,
                id=self.answer_id,
                usage=self.usage,
                timings=timings,
                trace_id=self.trace_id,
                conversation_id=self.question.conversation_id,
                repeated_from=self.repeated.id,
            )
        answer = Answer(
            id=self.answer_id,
            assistant=self.spec.name,
            question=self.question.text,
            text=self.text,
            outcome=self.outcome,
            support=self.support,
            citations=tuple(self.citations),
            release=self.release,
            model=self.model,
            usage=self.usage,
            timings=timings,
            trace_id=self.trace_id,
            conversation_id=self.question.conversation_id,
            probable=self.probable and self.outcome is Outcome.QUOTED and self.opening is None,
            gap=self.gap,
            withheld=tuple(self.withheld),
            options=self.options,
            threat=self.finding.threat.value if self.finding else None,
            left_out=self.making.told,
            how=self.making.provenance(self.citations),
            readings=tuple(self.readings),
            elsewhere=self.elsewhere,
        )
        return answer if self.opening is None else self._opened(answer, self.opening)

    def _opened(self, answer: Answer, opening: Opening) -> Answer:
        """The answer to the rest behind what was said first, which stands alone where the rest is left open."""
        if self.left_open:
            said = {"text": opening.text, "outcome": opening.outcome, "support": opening.support}
            said |= {"citations": opening.citations, "instruction": bool(opening.citations)}
            return replace(answer, gap=None, options=(), model=None, **said)
        return replace(
            answer,
            text=f"{opening.text}{APART}{answer.text}",
            citations=(*opening.citations, *self._behind(opening, answer.citations)),
            outcome=answer.outcome if opening.outcome is Outcome.QUOTED else opening.outcome,
        )

    @property
    def left_open(self) -> bool:
        """Whether nothing is said behind what was said first: only an answer is."""
        return not self.text or self.outcome in {Outcome.NOT_FOUND, Outcome.OFF_TOPIC}

    @contextmanager
    def during(self, name: str, kind: str) -> Generator[trace.Span]:
        """A span for a stage that does not yield to others."""
        span = self.stage(name, kind)
        try:
            yield span
        finally:
            span.end()

    def generation(self, model: str) -> dict[str, str | int]:
        """What the span of a generation says of it."""
        return {
            telemetry.OPERATION_NAME: telemetry.CHAT,
            telemetry.REQUEST_MODEL: model,
            telemetry.REQUEST_MAX_TOKENS: self.spec.answer_tokens,
            telemetry.INPUT_TOKENS: self.usage.prompt_tokens,
            telemetry.OUTPUT_TOKENS: self.usage.completion_tokens,
            telemetry.CACHED_INPUT_TOKENS: self.usage.cached_tokens,
        }

    def checks(self, checked: int) -> None:
        """Leave the span that says how many claims were checked and how many withheld."""
        with self.during(telemetry.CHECKS, telemetry.KIND_EVALUATOR) as span:
            span.set_attribute(telemetry.CLAIMS_CHECKED, checked)
            span.set_attribute(telemetry.CLAIMS_WITHHELD, len(self.withheld))

    def stage(self, name: str, kind: str) -> trace.Span:
        """A span for a stage of this turn; the caller ends it."""
        span = TRACER.start_span(name, context=trace.set_span_in_context(self.span))
        span.set_attribute(telemetry.SPAN_KIND, kind)
        span.set_attribute(telemetry.USER_ID, self.question.asker.id)
        return span


def _renumbered(text: str, cited: Sequence[Citation], numbered: Sequence[Citation]) -> tuple[str, tuple[Citation, ...]]:
    """The text with the marks behind its citations as they are numbered now, and the citations where they are then."""
    shown, at, moved = "", 0, list[Citation]()
    for was, now in zip(cited, numbered, strict=True):
        offset = len(shown) - at
        moved.append(replace(now, start=now.start + offset, end=now.end + offset))
        mark = f" [{was.number}]"
        if was.number != now.number and was.end >= at and text.startswith(mark, was.end):
            shown += f"{text[at : was.end]} [{now.number}]"
            at = was.end + len(mark)
    return shown + text[at:], tuple(moved)


def root_span(question: Question) -> trace.Span:
    """The span of an answer, of which all others are parts."""
    span = TRACER.start_span(telemetry.ANSWER, context=Context())
    span.set_attributes(
        {
            telemetry.SPAN_KIND: telemetry.KIND_AGENT,
            telemetry.OPERATION_NAME: telemetry.INVOKE_AGENT,
            telemetry.AGENT_NAME: question.assistant,
            telemetry.ASSISTANT: question.assistant,
            telemetry.USER_ID: question.asker.id,
        }
    )
    if question.conversation_id is not None:
        span.set_attribute(telemetry.CONVERSATION_ID, question.conversation_id)
    return span
