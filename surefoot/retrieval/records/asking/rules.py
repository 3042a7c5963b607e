"""Rules: from a question in plain words to a plan that accounts for each of them, or to what is unclear."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from surefoot.retrieval.records.asking.about import VAGUE, is_of_things
from surefoot.retrieval.records.asking.again import again
from surefoot.retrieval.records.asking.cues import Cue
from surefoot.retrieval.records.asking.draft import Draft, Stopped
from surefoot.retrieval.records.asking.following import changes, follow, is_bare, leans, moved, pointed
from surefoot.retrieval.records.asking.grains import course
from surefoot.retrieval.records.asking.limits import implied
from surefoot.retrieval.records.asking.manner import is_for_documents, is_meaning, is_rule_itself, side_of_rule
from surefoot.retrieval.records.asking.marking import Marked, marked
from surefoot.retrieval.records.asking.narrowing import names_begun, narrowing
from surefoot.retrieval.records.asking.outcomes import (
    Asked,
    Half,
    Hint,
    NotRecords,
    Planned,
    Reason,
    Unclear,
    WithLimit,
)
from surefoot.retrieval.records.asking.plain import in_full, put_right
from surefoot.retrieval.records.asking.possible import of_any
from surefoot.retrieval.records.asking.rows import coming, of_now, of_rows, whose_state
from surefoot.retrieval.records.asking.shaping import ordered, shaping
from surefoot.retrieval.records.asking.subjects import subjects
from surefoot.retrieval.records.asking.talk import clauses, is_talk
from surefoot.retrieval.records.asking.things import things
from surefoot.retrieval.records.asking.timing import as_now, assume, timing
from surefoot.retrieval.records.asking.units import account_for_units
from surefoot.retrieval.records.asking.vocabulary import Role, Vocabulary
from surefoot.retrieval.records.errors import PlanInvalid
from surefoot.retrieval.records.plan import Plan
from surefoot.retrieval.records.semantic import Semantics
from surefoot.retrieval.records.times.found import Problem

_ASKS = (
    *(
        Cue.WHICH,
        Cue.HOW_MANY,
        Cue.OFTEN,
        Cue.HIGH,
        Cue.LOW,
        Cue.WORST,
        Cue.BEST,
        Cue.BY,
        Cue.TREND,
        Cue.TOTAL,
        Cue.AVERAGE,
    ),
    *(Cue.HOURLY, Cue.DAILY, Cue.WEEKLY, Cue.MONTHLY, Cue.CHART),
)
LONGEST = 1_500
"""Characters of a question for records; a longer one is left to the documents before it takes long to read."""
MOST_LEFT = 20
"""Words that nobody knows, from which no question is one for records."""
STORY_LEFT = 8
"""Words that nobody knows, from which a message tells a story, in which a day and a thing may be named by the way."""
FEW_LEFT = 2
"""Words that nobody knows, up to which a question is still taken for one about records."""


class Rules:
    """Plans by rules, with the words that one asker may know."""

    def __init__(self, semantics: Semantics, vocabulary: Vocabulary) -> None:
        self.semantics = semantics
        self.vocabulary = vocabulary

    def ask(self, text: str, now: datetime, before: Plan | None = None, hint: Hint | None = None) -> Asked:
        """What rules make of a question; `before` is the plan of the answer before it in the conversation.

        hint: what a model says that the question reads, where rules alone do not know.
        """
        if len(text) > LONGEST or is_for_documents(text):
            return NotRecords()
        found = self._marked(in_full(self._without_talk(text, now)), now)
        if len(found.left) > MOST_LEFT:
            return NotRecords()
        draft = Draft(found, hint, left=set(found.left), numbers=set(range(len(found.quantities))))
        try:
            return self._asked(draft, now, before)
        except Stopped as stopped:
            unclear = stopped.unclear
            follows = before is not None and self._leans(draft, before)
            about = (follows or self._is_about(draft, before)) and self._claims(draft, unclear.word)
            future = Problem.ALL_FUTURE.value in unclear.known and _left(draft)
            return unclear if about and not future else NotRecords()
        except PlanInvalid as invalid:
            return Unclear(Reason.PLAN, str(invalid)) if self._claims(draft) and self._is_told(draft) else NotRecords()

    def named(self, text: str, now: datetime) -> str | None:
        """What a question without a known subject is about, with its times; None where it is not about the things."""
        found, someone = self._marked(in_full(text[:LONGEST]), now), {self.semantics.declared.thing, "driver"}
        values = [mark.of(Role.VALUE)[0] for mark in found.of(Role.VALUE)]
        names = dict.fromkeys(value.value for value in values if value.name in someone)
        begun = {n for n in found.left if names_begun(found.words[n], self.vocabulary)}
        vague = not [n for n in found.left if n not in begun and found.words[n].form not in VAGUE]
        if not names and not (vague and not found.has(Cue.RULE) and (begun or is_of_things(found))):
            return None
        names = names or dict.fromkeys(value.value for value in values)
        times = [found.text[slice(*time.span)] for time in found.times if time.period is not None]
        return " ".join((" and ".join(names), *times)).strip()

    def _without_talk(self, text: str, now: datetime) -> str:
        """The question alone, where sentences beside it say who wants to know it, and what for."""
        parts = clauses(text)
        if len(parts) < 2:
            return text
        told = zip(parts, ["", *parts], strict=False)
        asked = [
            part
            for part, before in told
            if not is_talk(part, marked(part, self.vocabulary, self.semantics, now), before)
        ]
        return " ".join(asked) or text

    def _marked(self, text: str, now: datetime) -> Marked:
        """What was found in a question, with words that are nearly known ones put right where that explains more."""
        found = marked(text, self.vocabulary, self.semantics, now)
        strange = [found.words[n].text for n in found.left]
        few = 0 < len(strange) <= MOST_LEFT
        right = put_right(text, strange, self.vocabulary.words) if few else text
        if right == text:
            return found
        again = marked(right, self.vocabulary, self.semantics, now)
        return again if len(again.left) < len(found.left) else found

    def _leans(self, draft: Draft, before: Plan) -> bool:
        """Whether a question that follows another is of what that one was of."""
        if leans(draft.marked, has_subject=bool(draft.metrics or draft.listing)):
            return True
        return is_bare(draft) and not of_any(draft, self.semantics) and self._is_about(draft, before)

    def _read(self, draft: Draft, now: datetime, before: Plan | None) -> None:
        """Put together what the question itself says. Raises Stopped, PlanInvalid."""
        subjects(draft, self.semantics)
        implied(draft, self.semantics)
        narrowing(draft, self.semantics, self.vocabulary)
        of_rows(draft, self.semantics)
        if before is None or not moved(draft, before, now.tzinfo):
            if before is not None and self._leans(draft, before):
                draft.marked = again(draft.marked, before, now, self.semantics.week_start)
            timing(draft, self.semantics, follows=before is not None)
        of_now(draft, self.semantics)
        coming(draft, self.semantics)
        things(draft, self.semantics)
        shaping(draft, self.semantics)
        whose_state(draft, self.semantics)

    def _asked(self, draft: Draft, now: datetime, before: Plan | None) -> Asked:
        self._read(draft, now, before)
        if before is not None and self._leans(draft, before):
            if not changes(draft.marked):
                return NotRecords()
            own = bool(draft.metrics or draft.listing)
            follow(draft, before, now, self.semantics)
            course(draft)
            ordered(draft, self.semantics) if not own else None
        elif of_any(draft, self.semantics) or not self._is_about(draft, before):
            return NotRecords()
        if not draft.metrics and draft.listing is None:
            return self._without_subject(draft)
        if word := pointed(draft, self.semantics.declared.thing):
            raise Stopped(Unclear(Reason.SEVERAL_VALUES, word))
        assume(draft, self.semantics, now)
        as_now(draft, self.semantics, now)
        if draft.marked.has(Cue.RULE) and not self._is_due(draft):
            return self._with_limit(draft)
        account_for_units(draft, self.semantics)
        plan = self.semantics.validated(draft.plan())
        if left := _left(draft):
            return Half(plan, left) if self._claims(draft) else NotRecords()
        return Planned(plan, draft.assumed, hinted=draft.hint is not None, whole=draft.whole())

    def _claims(self, draft: Draft, word: str = "") -> bool:
        """Whether a question with words that nobody knows is still one for records: few of them, and it is narrow.

        word: one that is known to be unclear, which does not count.
        """
        left = [one for one in _left(draft) if one.lower() not in word.lower()]
        return not left or (len(left) <= FEW_LEFT and self._is_narrow(draft))

    def _is_narrow(self, draft: Draft) -> bool:
        """Whether a question with words that nobody knows surely asks for records: of when, or of which one."""
        things = {single.dimension for single in draft.filters}
        return bool(draft.marked.times) or self.semantics.declared.thing in things

    def _is_told(self, draft: Draft) -> bool:
        """Whether a question that makes no plan still asks for rows: of when, of which one, or in an order."""
        return self._is_narrow(draft) or draft.marked.has(Cue.BY, Cue.HIGH, Cue.LOW, Cue.WORST, Cue.BEST, Cue.TREND)

    def _is_due(self, draft: Draft) -> bool:
        """Whether it is asked what becomes due for one that is named: 'when does V-101 have to go for its test?'."""
        named_ones = {single.dimension for single in draft.filters}
        due = draft.listing is not None and bool(self.semantics.listing(draft.listing).due)
        return due and self.semantics.declared.thing in named_ones

    def _is_about(self, draft: Draft, before: Plan | None) -> bool:
        """Whether a question asks for records, rather than for what documents say."""
        found = draft.marked
        subject = found.of(Role.METRIC) or found.of(Role.LISTING)
        narrowed = bool(found.times or found.of(Role.VALUE) or draft.filters)
        if found.has(Cue.RULE) and not self._is_due(draft):
            return bool(subject) and self._asks_who_keeps(found)
        if draft.things or self._is_listed(draft):
            return True
        if subject and is_meaning(found.text) and not (narrowed or found.of(Role.DIMENSION)):
            return False
        if subject:
            grouped = bool(draft.conditions and found.of(Role.DIMENSION))
            return narrowed or grouped or found.has(*_ASKS) or before is not None or self._is_count(draft)
        if not draft.left and not draft.numbers:
            return self._is_about_things(draft)
        return bool(found.times) and bool(found.of(Role.VALUE) or found.of(Role.DIMENSION) or found.has(Cue.TOTAL))

    def _asks_who_keeps(self, found: Marked) -> bool:
        """Whether it is asked who keeps a rule, not what it is."""
        if is_rule_itself(found.text) and not found.times:
            return False
        asks = found.has(Cue.WHICH, Cue.HOW_MANY, Cue.OFTEN) or bool(found.times)
        return asks and self._has_rows(found)

    def _is_listed(self, draft: Draft) -> bool:
        """Whether rows are asked for: those of now, those that are due, or such as are narrowed or asked for."""
        if draft.listing is None:
            return False
        found, listing = draft.marked, self.semantics.listing(draft.listing)
        listed = draft.filters or draft.of_now or found.has(Cue.LIST, Cue.WHICH, Cue.HOW_MANY, Cue.OFTEN)
        return bool(listed) or (listing.now and not _left(draft))

    def _is_count(self, draft: Draft) -> bool:
        """Whether only a number of things that holds always is asked for, as in 'how many vehicles are there'."""
        counts = [self.semantics.metric(name) for name in draft.metrics]
        timeless = all(metric.count and self.semantics.table(metric.table or "").time is None for metric in counts)
        return bool(counts) and timeless and not draft.left and not draft.numbers

    def _is_about_things(self, draft: Draft) -> bool:
        """Whether a question without a subject, all words of which are known, is about the things that rows are of."""
        thing = self.semantics.declared.thing
        if not thing:
            return bool(draft.marked.times) and bool(draft.filters)
        who = draft.marked.has(Cue.WORST, Cue.BEST) and bool(draft.by or draft.marked.of(Role.DIMENSION))
        return who or any(single.dimension == thing for single in draft.filters) or bool(draft.marked.times)

    def _has_rows(self, found: Marked) -> bool:
        """Whether a question about a rule asks who keeps it, not what it is."""
        return bool(found.times or found.of(Role.VALUE)) or bool(found.of(Role.DIMENSION) and found.has(Cue.WHICH))

    def _without_subject(self, draft: Draft) -> Asked:
        if left := _left(draft):
            narrow = bool(draft.filters) and bool(draft.marked.times)
            return Half(None, left, sure=narrow and len(left) < STORY_LEFT)
        known = tuple(metric.title for metric in self.semantics.declared.metrics.values() if not metric.hidden)
        return Unclear(Reason.NO_METRIC, "", known=known)

    def _with_limit(self, draft: Draft) -> Asked:
        """The plan without the limit, which documents tell."""
        if not draft.metrics or len(_left(draft)) >= STORY_LEFT:
            return NotRecords()
        metric = self.semantics.metric(draft.metrics[0]).judged_by or draft.metrics[0]
        zeros = {metric, *draft.metrics}
        draft.conditions = [c for c in draft.conditions if c.metric != metric and (c.value or c.metric not in zeros)]
        draft.metrics = [metric]
        side = side_of_rule(draft.marked.text)
        if side is None:
            return Unclear(Reason.PLAN, "I cannot tell on which side of the limit you mean. Do you mean above it?")
        if not draft.by and not draft.closed:
            by = [d for d in self.semantics.declared.dimensions if d in _dimensions(draft.marked)]
            draft.by = by[:1] or [self.semantics.declared.thing]
        plan = self.semantics.validated(replace(draft.plan(), top=None))
        left = _left(draft)
        narrow = not left or (len(left) <= FEW_LEFT and bool(draft.marked.times))
        return WithLimit(plan, metric, side) if narrow and (plan.by or plan.closed) else NotRecords()


def _dimensions(found: Marked) -> set[str]:
    return {meaning.name for mark in found.of(Role.DIMENSION) for meaning in mark.of(Role.DIMENSION)}


def _left(draft: Draft) -> tuple[str, ...]:
    """Words and numbers that nothing accounts for, as written and in order."""
    words = [(draft.marked.words[n].start, draft.marked.words[n].text) for n in draft.left]
    numbers = [(draft.marked.quantities[n].start, draft.marked.quantities[n].shown) for n in draft.numbers]
    return tuple(text for _, text in sorted({*words, *numbers}))
