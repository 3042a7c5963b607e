"""Looks a question up in the records: read, asked back, or left to the documents."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from surefoot.core.nouns import Asker
from surefoot.core.readings import Reading
from surefoot.retrieval.evidence import Evidence
from surefoot.retrieval.records.asking.outcomes import Half, Hint, NotRecords, Planned, Reason, Unclear, WithLimit
from surefoot.retrieval.records.asking.units import wanted_units
from surefoot.retrieval.records.desk import RecordDesk
from surefoot.retrieval.records.errors import PlanInvalid, RecordsError
from surefoot.retrieval.records.plan import Plan
from surefoot.retrieval.records.plan_form import plan_of_json
from surefoot.retrieval.units import Unit
from surefoot.serving.live.asking_back import asked_back
from surefoot.serving.live.figures import Figures
from surefoot.serving.live.phrases import LivePhrases, live_phrases_in
from surefoot.serving.live.policy import held_against, limits_in
from surefoot.serving.live.wording import Worded, Wording
from surefoot.serving.memory import Exchange
from surefoot.serving.phrases.tables import ENGLISH

MAY_GO_ON = timedelta(days=1)
REPLAYED = 3
"""Earlier questions that are planned anew, where a client tells the conversation and no plan was kept."""


@dataclass(frozen=True, slots=True)
class Told:
    """A reading, and what is said of it; `rule` is the sentence whose limit it was held against."""

    reading: Reading
    words: Worded
    rule: Unit | None = None
    hinted: bool = False
    """Whether a model said what the question reads: then it is said how it was understood."""
    whole: bool = True
    """Whether all rows were there."""


@dataclass(frozen=True, slots=True)
class Back:
    """What is asked back, with the choices."""

    text: str
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Trouble:
    """The records could not be read."""

    text: str


@dataclass(frozen=True, slots=True)
class Missing:
    """What is kept and not in the rows yet."""

    words: str
    """Why, in a sentence."""
    since: datetime | None = None
    """From when on; None: at any time."""

    def concerns(self, plan: Plan) -> bool:
        """Whether it may be missing in what a plan reads: a trip of the day before may go on."""
        ends = [period.end for period in (plan.period, plan.against) if period]
        return self.since is None or not ends or max(ends) > self.since - MAY_GO_ON


@dataclass(frozen=True, slots=True)
class Asks:
    """One question to the records of one assistant."""

    desk: RecordDesk
    text: str
    asker: Asker
    now: datetime
    earlier: tuple[Exchange, ...] = ()
    missing: Missing | None = None
    language: str = ENGLISH
    """In which it is said (ISO 639-1)."""

    @property
    def phrases(self) -> LivePhrases:
        """How the asker's language says what records tell."""
        return live_phrases_in(self.language)

    def look(self, hint: Hint | None = None) -> Sequence[Told] | Back | Trouble | WithLimit | Half | None:
        """What the records say to it; None where it is for the documents alone.

        hint: what a model says that it reads.
        """
        try:
            found = self.desk.ask(self.text, self.asker, self.now, self._before(), hint)
            if isinstance(found, Planned):
                told = self.told(found.plan, found.assumed, hinted=found.hinted)
                return [told, *([self._whole(found.whole, hinted=found.hinted)] if found.whole else [])]
            if isinstance(found, Unclear):
                return self.back(found)
        except PlanInvalid as invalid:
            return Back(str(invalid), ())
        except RecordsError as error:
            return Trouble(str(error))
        return None if isinstance(found, NotRecords) else found

    def told(self, plan: Plan, assumed: str = "", rule: Unit | None = None, *, hinted: bool = False) -> Told:
        """A plan's reading in words."""
        reading = self.desk.read(plan, self.asker, self.now)
        missing = self.missing if self.missing and self.missing.concerns(plan) else None
        if missing:
            reading = replace(reading, incomplete=missing.words)
        semantics = self.desk.semantics
        figures = Figures(semantics.zone, self.phrases, wanted_units(self.text))
        words = Wording(reading, plan, semantics, self.now, figures, bool(assumed)).worded()
        return Told(reading, words, rule, hinted, whole=missing is None)

    def _whole(self, plan: Plan, *, hinted: bool) -> Told:
        """All of a period of which a comparison took the part that has elapsed of the other."""
        told = self.told(plan, hinted=hinted)
        return replace(
            told, words=replace(told.words, sentence=self.phrases.more["whole"].format(sentence=told.words.sentence))
        )

    def back(self, unclear: Unclear | Half) -> Back | Trouble:
        """What to ask back; the trouble where the names that are offered cannot be read now."""
        try:
            back = self._back(unclear)
        except RecordsError as error:
            return Trouble(str(error))
        open_ = self.named() if isinstance(unclear, Half) and not back.options else None
        return Back(f"{back.text} {open_.text}", open_.options) if isinstance(open_, Back) else back

    def named(self) -> Back | Trouble | None:
        """What to ask back where nothing was found, and the question is about the things; None where it is not."""
        semantics = self.desk.semantics
        try:
            names = self.desk.rules(self.asker).named(self.text, self.now.astimezone(semantics.zone))
        except RecordsError:
            return None
        known = tuple(metric.title for metric in semantics.declared.metrics.values() if not metric.hidden)
        return replace(self, text=names).back(Unclear(Reason.NO_METRIC, "", known=known)) if names is not None else None

    def _back(self, unclear: Unclear | Half) -> Back:
        rules = self.desk.rules(self.asker)
        now = self.now.astimezone(self.desk.semantics.zone)
        semantics = self.desk.semantics
        return Back(*asked_back(unclear, self.text, semantics, lambda text: rules.ask(text, now), self.phrases))

    def held(self, asked: WithLimit, evidence: Evidence) -> Sequence[Told] | Trouble | None:
        """The readings beyond the limit that documents set; None where no sentence sets one."""
        try:
            vocabulary = self.desk.rules(self.asker).vocabulary
            limits = limits_in(evidence.highlights, asked.metric, self.desk.semantics, vocabulary)
            plans = held_against(asked.plan, asked.metric, asked.side, limits)
            return [self.told(plan, rule=limits[0].unit) for plan in plans] or None
        except RecordsError as error:
            return Trouble(str(error))

    def _before(self) -> Plan | None:
        """The plan of the answer before it in the conversation."""
        if not self.earlier:
            return None
        if self.earlier[-1].kept:
            return plan_of_json(self.earlier[-1].plan) if self.earlier[-1].plan else None
        plan: Plan | None = None
        for exchange in self.earlier[-REPLAYED:]:
            found = self.desk.ask(exchange.question, self.asker, self.now, plan)
            plan = found.plan if isinstance(found, Planned) else None
        return plan


Desks = Callable[[str], RecordDesk | None]
"""The records of an assistant, by its name; None where it has none."""


def utc_now() -> datetime:
    """The moment."""
    return datetime.now(UTC)
