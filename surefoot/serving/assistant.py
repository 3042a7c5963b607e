"""The main path: from a question to an answer that shows what it stands on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from concurrent.futures import Executor
from contextlib import aclosing
from dataclasses import dataclass, replace
from functools import partial

from surefoot.core import telemetry
from surefoot.core.nouns import (
    Answer,
    AnswerEvent,
    AnswerReady,
    Asker,
    Elsewhere,
    EvidenceFound,
    Outcome,
    Support,
    TextAdded,
)
from surefoot.retrieval.editions import Editions
from surefoot.retrieval.evidence import Evidence, EvidenceFinder
from surefoot.retrieval.records.asking.outcomes import WithLimit
from surefoot.serving import gaps
from surefoot.serving.access import Access
from surefoot.serving.assistants import AssistantRegistry
from surefoot.serving.conversations import AnswerStore, ConversationStore
from surefoot.serving.deciding import decided, prompted
from surefoot.serving.entrance import checked, screened, stop, unstopped
from surefoot.serving.errors import ModelError
from surefoot.serving.grounding import Grounding
from surefoot.serving.guards.documents import cleared
from surefoot.serving.instructions import Instructions
from surefoot.serving.live.answering import LiveAnswers, said
from surefoot.serving.making import Making
from surefoot.serving.measurements import Measurements
from surefoot.serving.memory import LOOKED_AT, Memory, of_answers, of_history, recall
from surefoot.serving.models.chat_model import ChatModel, GenerateOptions
from surefoot.serving.phrases.speech import speech_for
from surefoot.serving.prompts import load_prompt
from surefoot.serving.quotes import answered, probable
from surefoot.serving.releases import ReleaseStore
from surefoot.serving.repeats import Key, Known, Repeats
from surefoot.serving.shaping import shaped_by
from surefoot.serving.small_talk import Knowledge, SmallTalk, Talk, reply
from surefoot.serving.telling import released
from surefoot.serving.translating import foreign, translate
from surefoot.serving.turn import Mode, Opening, Question, Turn, root_span
from surefoot.serving.writing import Writing

OTHERS = 8
"""Other assistants that are looked into where one has no answer."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What the answer path is joined from."""

    assistants: AssistantRegistry
    finder: EvidenceFinder
    grounding: Grounding
    count_tokens: Callable[[str], int]
    model: Callable[[], ChatModel | None]
    """The model that is ready now, or None: then answers are quotes."""
    measurements: Measurements
    releases: ReleaseStore
    answers: AnswerStore
    conversations: ConversationStore
    access: Access
    documents: Callable[[str, Asker], int]
    """Number of documents of an assistant that an asker may see."""
    reading: Callable[[], str | None]
    """Which documents are still being read, in words; None when all are there."""
    retrieval_version: dict[str, str]
    """What shapes evidence beside the edition that is searched; part of each release."""
    pool: Executor
    """Where retrieval, which is synchronous, runs."""
    instructions: Instructions | None = None
    """Hears danger and the wish for a person; None: they are looked up as questions are."""
    small_talk: SmallTalk | None = None
    """Hears greetings and the like; None: they are looked up as questions are."""
    live: LiveAnswers | None = None
    """Answers from records; None: documents alone."""
    repeats: Repeats | None = None
    """Answers that may be given again; None: each one is made."""
    incomplete: Callable[[str], bool] = lambda _assistant: False
    """Whether documents of an assistant are missing from the index for now."""


class AssistantService:
    """Answers questions."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    @property
    def grounding(self) -> Grounding:
        """What holds sentences against evidence."""
        return self._parts.grounding

    def over(self, editions: Editions) -> AssistantService:
        """The same service, which answers from the live one of other editions."""
        return AssistantService(replace(self._parts, finder=self._parts.finder.over(editions)))

    async def answer(self, question: Question) -> AsyncGenerator[AnswerEvent, None]:
        """Events from evidence to the recorded answer. Raises QuestionInvalid, UnknownAssistant, UnknownConversation.

        Closing it stops the model; what was released until then is recorded.
        """
        model = None if question.mode is Mode.QUOTES else self._parts.model()
        turn = self._begin(question)
        try:
            opening = await self._opening(turn)
            if opening is None and (at_once := await self._unsearched(turn)) is not None:
                turn.release = await asyncio.to_thread(self._release, turn, None, "")
                yield EvidenceFound(())
                yield at_once
                yield AnswerReady(await self._record(turn))
                return
            turn.release = await asyncio.to_thread(self._release, turn, model, self._parts.finder.edition)
            key, known = (None, None) if opening else await self._known(turn, model)
            if known is not None:
                turn.repeat(known.answer)
                for event in known.events():
                    yield event
                yield AnswerReady(await self._record(turn))
                return
            making = self._opened(turn, opening, model) if opening else self._afresh(turn, model)
            async with aclosing(making) as events:
                async for event in events:
                    yield event
            await self._point(turn)
            answer = await self._record(turn)
            lasting = not (turn.trouble or turn.unheard or turn.live or turn.elsewhere)
            if key is not None and self._parts.repeats is not None and lasting:
                await asyncio.to_thread(self._parts.repeats.keep, key, answer)
            yield AnswerReady(answer)
        finally:
            await self._leave(turn)

    async def _opened(self, turn: Turn, opening: Opening, model: ChatModel | None) -> AsyncGenerator[AnswerEvent, None]:
        """What must be said first, at once; then what is answered of the rest, if anything is asked besides."""
        yield EvidenceFound(opening.passages)
        yield turn.open(opening)
        if not opening.rest:
            return
        async with aclosing(self._afresh(turn, model)) as events:
            async for event in events:
                if isinstance(event, EvidenceFound):
                    yield EvidenceFound((*opening.passages, *event.passages), event.readings)
                elif not (isinstance(event, TextAdded) and turn.left_open):
                    yield event

    async def _afresh(self, turn: Turn, model: ChatModel | None) -> AsyncGenerator[AnswerEvent, None]:
        """Ask the records, or find passages; show what was found, decide whether it suffices, and say what it says."""
        look = await self._parts.live.look(turn, model) if self._parts.live else None
        evidence = await self._find(turn) if look is None or isinstance(look, WithLimit) else None
        if isinstance(look, WithLimit) and evidence is not None and self._parts.live:
            look = await self._parts.live.held(turn, look, evidence)
        if look is not None:
            for event in said(turn, look, evidence.passages if evidence else ()):
                yield event
            return
        evidence = evidence or await self._find(turn)
        if model is not None and (into := foreign(turn.asked, evidence)):
            await translate(turn, model, into)
            evidence = await self._find(turn, leaned=evidence.leaned)
        turn.release = await asyncio.to_thread(self._release, turn, model, evidence.edition)
        yield EvidenceFound(evidence.passages)
        if evidence.ambiguity is None:
            evidence = await decided(turn, evidence, model, self._parts.count_tokens)
        if evidence.ambiguity is not None or not evidence.judgement.enough:
            live = self._parts.live if evidence.ambiguity is None else None
            yield (await live.left_open(turn) if live else None) or self._decline(turn, evidence)
            return
        async with aclosing(self._say(turn, evidence, model)) as events:
            async for event in events:
                yield event

    async def _known(self, turn: Turn, model: ChatModel | None) -> tuple[Key | None, Known | None]:
        """What the answer depends on, and an earlier answer where all of that is the same."""
        repeats = self._parts.repeats
        if repeats is None or self._parts.reading() is not None:
            return None, None
        takes_over = model is not None and self._parts.measurements.model_takes_over(turn.spec, model.name)
        key = repeats.key(turn, "model" if takes_over else "quotes")
        if key is None:
            return None, None
        find = partial(repeats.find, key, turn.question.asker)
        return key, await asyncio.get_running_loop().run_in_executor(self._parts.pool, find)

    async def _small_talk(self, turn: Turn) -> Talk | None:
        """Whether nothing is asked but how the assistant is or what it can do."""
        if self._parts.small_talk is None:
            return None
        spoken = (turn.speech.phrases.language, turn.spec.language)
        heard = partial(self._parts.small_talk.heard, turn.question.text, spoken)
        return await asyncio.get_running_loop().run_in_executor(self._parts.pool, heard)

    async def _opening(self, turn: Turn) -> Opening | None:
        """What must be said before anything else; None where nobody is in danger or wants a person."""
        if self._parts.instructions is None:
            return None
        opening = partial(self._parts.instructions.opening, turn)
        return await asyncio.get_running_loop().run_in_executor(self._parts.pool, opening)

    def _knowledge(self, turn: Turn) -> Knowledge:
        """What the assistant can truly say that it answers from."""
        documents = self._parts.documents(turn.spec.name, turn.question.asker)
        known = Knowledge(documents, examples=turn.spec.examples if documents else ())
        return self._parts.live.known(turn, known) if self._parts.live else known

    async def _unsearched(self, turn: Turn) -> TextAdded | None:
        """What is said to a question that is stopped, and to small talk; None where something is to be searched."""
        if turn.finding is not None:
            return stop(turn, turn.finding)
        talk = await self._small_talk(turn)
        return reply(turn, talk, await asyncio.to_thread(self._knowledge, turn)) if talk else None

    async def _point(self, turn: Turn) -> None:
        """Note who can answer a question that was not answered here."""
        if turn.unanswered and not turn.question.rehearsal:
            look = partial(self._elsewhere, turn.question)
            turn.elsewhere = await asyncio.get_running_loop().run_in_executor(self._parts.pool, look)

    def _elsewhere(self, question: Question) -> Elsewhere | None:
        """The other assistant that likely can answer, of those and from that which the asker may see."""
        asker = question.asker
        others = [spec for spec in self._parts.assistants.list(asker) if spec.name != question.assistant][:OTHERS]
        live = self._parts.live
        for spec in others:
            if live is not None and live.reads(spec.name, question.text, asker):
                return Elsewhere(spec.name, spec.title)
        found = [(self._parts.finder.find(question.text, asker, spec.name).judgement, spec) for spec in others]
        likely = [(judged.chance, spec) for judged, spec in found if judged.likely]
        best = max(likely, key=lambda one: one[0], default=None)
        return Elsewhere(best[1].name, best[1].title) if best else None

    def _begin(self, question: Question) -> Turn:
        """Check and screen the question, keep its conversation, open its trace."""
        question = replace(question, text=checked(question.text))
        spec = self._parts.assistants.get(question.assistant)
        if question.conversation_id is not None:
            self._parts.conversations.get(question.conversation_id, question.asker, spec.name)
        prompt = load_prompt("answer", spec.folder)
        memory = self._memory(question, spec.memory_tokens)
        making = Making(question.asker, question.mode.value, memory.history)
        turn = Turn(question, spec, question.text, prompt, root_span(question), making, memory)
        turn.speech = speech_for(question.text, memory.asked, spec.language)
        return screened(turn)

    def _release(self, turn: Turn, model: ChatModel | None, edition: str) -> str:
        """The hash of all that shapes the answer, the edition that was searched among it."""
        records = self._parts.live.version(turn.spec.name) if self._parts.live else "none"
        return self._parts.releases.keep(self._parts.retrieval_version | shaped_by(turn, model, edition, records))

    def _memory(self, question: Question, budget: int) -> Memory:
        """What is remembered of the conversation, as the client tells it or as it was kept for this asker."""
        exchanges = of_history(question.history)
        if not exchanges and question.conversation_id is not None:
            kept = self._parts.answers.of_conversation(question.conversation_id, question.asker, LOOKED_AT)
            asked = [k.answer for k in kept if k.answer.outcome is not Outcome.SMALL_TALK]  # nothing leans on "thanks"
            there = [answer for answer in asked if self._parts.access.readable(answer, question.asker, own=True)]
            exchanges = of_answers(there)
        return recall(unstopped(exchanges[-LOOKED_AT:]), budget, self._parts.count_tokens)

    async def _find(self, turn: Turn, *, leaned: bool = False) -> Evidence:
        """Find evidence that the asker may see, in the thread pool.

        leaned: whether what is asked was made of a question that leaned on the conversation.
        """
        span = turn.stage(telemetry.RETRIEVAL, telemetry.KIND_RETRIEVER)
        try:
            earlier = turn.memory.asked
            find = partial(self._parts.finder.find, turn.asked, turn.question.asker, turn.spec.name, earlier)
            found = await asyncio.get_running_loop().run_in_executor(self._parts.pool, lambda: cleared(find()))
            evidence = turn.making.evidence = replace(found.evidence, leaned=leaned or found.evidence.leaned)
            turn.making.instructing = found.left_out
            turn.asked = evidence.question.text
            span.set_attributes(
                {
                    telemetry.OPERATION_NAME: telemetry.RETRIEVE,
                    telemetry.EVIDENCE_IDS: [p.chunk.id for p in evidence.passages],
                    telemetry.EVIDENCE_SCORES: [p.score for p in evidence.passages],
                    telemetry.ENCODE_MS: evidence.encode_ms,
                    telemetry.SEARCH_MS: evidence.search_ms,
                }
            )
            return evidence
        finally:
            turn.evidence_ms = turn.elapsed_ms()
            span.end()

    def _decline(self, turn: Turn, evidence: Evidence) -> AnswerEvent:
        """Say that nothing suffices and what is missing, or ask which of several things is meant."""
        if evidence.ambiguity is not None:
            return gaps.ask_back(turn, evidence.ambiguity)
        phrases = turn.speech.phrases
        turn.gap = gaps.describe(turn, evidence, self._parts.documents(turn.spec.name, turn.question.asker))
        if evidence.judgement.on_topic or not evidence.passages:
            turn.outcome = Outcome.NOT_FOUND
            return turn.add(gaps.not_found_text(turn.gap, phrases) + self._missing(turn))
        turn.outcome = Outcome.OFF_TOPIC
        return turn.add(gaps.off_topic_text(turn.spec, phrases) + self._missing(turn))

    def _missing(self, turn: Turn) -> str:
        """That not all documents could be searched, where that is so."""
        phrases = turn.speech.phrases
        if self._parts.incomplete(turn.spec.name):
            return f" {phrases.incomplete}"
        return f" {phrases.loading}" if self._parts.reading() else ""

    async def _say(self, turn: Turn, evidence: Evidence, model: ChatModel | None) -> AsyncGenerator[AnswerEvent, None]:
        """Quotes at once, or the model's checked sentences where it was measured to be better."""
        turn.support, turn.probable = _support(evidence), probable(evidence)
        turn.outcome = Outcome.QUOTED
        quotes = answered(evidence, turn.speech)
        better = model is not None and self._parts.measurements.model_takes_over(turn.spec, model.name)
        if model is None or (turn.question.mode is Mode.AUTO and _says_it(evidence, better=better)):
            yield turn.add(quotes.text, quotes.citations)
            return
        on_top = turn.question.mode is Mode.AUTO and (evidence.conflict is not None or not better)
        if on_top:
            yield turn.add(quotes.text, quotes.citations)
        async with aclosing(self._write(turn, evidence, model)) as events:
            async for event in events:
                yield event
        if not turn.text and not turn.abstained:
            turn.outcome = Outcome.QUOTED
            yield turn.add(quotes.text, quotes.citations)
        elif not turn.text:
            turn.support = Support.NONE
            yield self._decline(turn, evidence)

    async def _write(self, turn: Turn, evidence: Evidence, model: ChatModel) -> AsyncGenerator[AnswerEvent, None]:
        """The model's sentences, each released after its check; a model that dies leaves the quotes."""
        with turn.during(telemetry.PROMPT, telemetry.KIND_PROMPT) as span:
            packed, messages = prompted(turn, evidence, self._parts.count_tokens)
            turn.making.read = packed.units
            span.set_attribute(telemetry.PROMPT_NAME, f"{turn.prompt.name}.v{turn.prompt.version}")
            span.set_attribute(telemetry.EVIDENCE_TOKENS, packed.tokens)
        writing = Writing(model, self._parts.grounding, packed.units, turn.asked)
        span = turn.stage(telemetry.GENERATION, telemetry.KIND_LLM)
        try:
            async with aclosing(writing.sentences(messages, GenerateOptions(turn.spec.answer_tokens))) as sentences:
                async for checked in sentences:
                    for event in released(turn, checked, model.name):
                        yield event
        except ModelError as error:
            span.record_exception(error)
            turn.trouble = str(error)
        finally:
            turn.usage = writing.usage
            turn.abstained = writing.abstained
            turn.unheard |= writing.unheard
            span.set_attributes(turn.generation(model.name) | writing.times())
            span.end()
            turn.checks(writing.checked)

    async def _record(self, turn: Turn) -> Answer:
        """Keep the answer for its owner, and close the trace."""
        answer = turn.answer()
        turn.recorded = True
        if not turn.question.rehearsal:
            await asyncio.to_thread(self._parts.answers.save, answer, turn.question.asker)
        return answer

    async def _leave(self, turn: Turn) -> None:
        """Close the trace; what a reader saw before leaving is kept too."""
        if not turn.recorded and turn.first_text_ms is not None:
            await self._record(turn)
        turn.span.set_attributes(
            {
                telemetry.ANSWER_ID: turn.answer_id,
                telemetry.OUTCOME: turn.outcome.value,
                telemetry.SUPPORT: turn.support.value,
                telemetry.RELEASE: turn.release,
                telemetry.QUOTES_ONLY: turn.model is None,
            }
        )
        turn.span.end()


def _says_it(evidence: Evidence, *, better: bool) -> bool:
    """Whether a sentence that was read is the answer, so that a model could but repeat it; a row is none.

    better: whether the model was measured to word answers better than quotes: then only what is surely one.
    """
    first, judged = evidence.highlights[0], evidence.judgement
    single = not evidence.leads and evidence.conflict is None
    return single and first.closely and (judged.sure if better else judged.probable) and not first.unit.is_row


def _support(evidence: Evidence) -> Support:
    if evidence.conflict is not None:
        return Support.CONFLICT
    return Support.FULL if evidence.judgement.sure and not evidence.unanswered else Support.PARTIAL
