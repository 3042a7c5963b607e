"""Which metric or listing a question asks for."""

from __future__ import annotations

from itertools import combinations

from surefoot.retrieval.records.asking.cues import DOING, Cue
from surefoot.retrieval.records.asking.draft import Draft, Stopped, named
from surefoot.retrieval.records.asking.outcomes import Hint, Reason, Unclear
from surefoot.retrieval.records.asking.units import kind_of, kind_of_metric
from surefoot.retrieval.records.asking.values_meant import means_value
from surefoot.retrieval.records.asking.vocabulary import Mark, Meaning, Role
from surefoot.retrieval.records.declared import MetricDecl
from surefoot.retrieval.records.semantic import Semantics

_EACH = frozenset({"all", "every", "each", "alle", "jede"})
_COUNTED = (
    *(Cue.HOW_MANY, Cue.OFTEN, Cue.HIGH, Cue.LOW, Cue.BY, Cue.TREND, Cue.AVERAGE, Cue.WORST, Cue.BEST, Cue.NONE),
    *(Cue.HOURLY, Cue.DAILY, Cue.WEEKLY, Cue.MONTHLY, Cue.BESIDE, Cue.RULE),
)
"""What asks for a number although a list is named too."""


def subjects(draft: Draft, semantics: Semantics) -> None:
    """Set the draft's metrics, or its listing. Raises Stopped where a word may mean several."""
    certain = _certain(draft, semantics)
    for mark in draft.marked.marks:
        meanings = _meanings(draft, mark, {*certain, *_bases(certain, semantics)}, semantics)
        if not meanings or _says_nothing_new(draft, mark, certain, semantics):
            continue
        meaning = _chosen(draft, mark, meanings, semantics)
        if meaning.role is Role.LISTING:
            draft.listing = draft.listing or meaning.name
        elif _is_below(draft, mark):
            draft.left |= set(range(mark.first, mark.last))
        elif meaning.name not in draft.metrics:
            draft.metrics.append(meaning.name)
    _rates_alone(draft, semantics)
    if draft.metrics:
        draft.listing = None
    _counted(draft, semantics)
    if draft.hint is not None and not draft.metrics and draft.listing is None:
        _take(draft, draft.hint, semantics)


def _rates_alone(draft: Draft, semantics: Semantics) -> None:
    """Of 'diesel, litres per 100 km', or 'idling, I mean the share', the rate alone is asked for."""
    if not draft.marked.has(Cue.TOGETHER):
        rated = {ratio.of for name in draft.metrics if (ratio := semantics.metric(name).ratio)}
        judged = {name for name in draft.metrics if semantics.metric(name).judged_by in draft.metrics}
        draft.metrics = [name for name in draft.metrics if name not in rated | judged]


def _bases(metrics: set[str], semantics: Semantics) -> set[str]:
    return {base for name in metrics for base in semantics.bases(name)}


def _agreed(draft: Draft) -> set[str]:
    """The metrics that alone two vague phrases have in common, as 'how much fuel' and 'used' have the fuel used."""
    vague = [{m.name for m in mark.of(Role.METRIC)} for mark in draft.marked.marks if len(mark.of(Role.METRIC)) > 1]
    return {name for one, other in combinations(vague, 2) if len(one & other) == 1 for name in one & other}


def _certain(draft: Draft, semantics: Semantics) -> set[str]:
    """Metrics that words mean without doubt, and what they are rates of."""
    found = {
        mark.of(Role.METRIC)[0].name
        for mark in draft.marked.marks
        if len(mark.of(Role.METRIC)) == 1 and not means_value(draft, mark, semantics)
    }
    return found | {ratio.of for name in found if (ratio := semantics.metric(name).ratio)}


def _says_nothing_new(draft: Draft, mark: Mark, certain: set[str], semantics: Semantics) -> bool:
    """Whether a word such as 'kilometres' or 'drive' only says in which unit, or how, another metric is asked for."""
    others = certain - {meaning.name for meaning in mark.of(Role.METRIC)}
    if others and any(semantics.metric(m.name).distinct for m in mark.of(Role.METRIC)) and mark.of(Role.VALUE):
        return True
    listed = any(m.of(Role.LISTING) and not m.of(Role.METRIC) for m in draft.marked.marks)
    if mark.last - mark.first == 1 and listed and draft.marked.words[mark.first].form in DOING:
        return True
    if mark.last - mark.first != 1 or not others or draft.marked.has(Cue.TOGETHER):
        return False
    kind = kind_of(draft, mark.first)
    return draft.marked.words[mark.first].form in DOING or (
        bool(kind) and kind in {kind_of_metric(other, semantics) for other in others}
    )


def _counted(draft: Draft, semantics: Semantics) -> None:
    """'How often' asks for what is counted; of anything else it says something that no rule knows."""
    if draft.metrics and all(is_counted(semantics.metric(name), semantics) for name in draft.metrics):
        return
    for mark in draft.marked.of(Role.CUE):
        if named(mark, Role.CUE) == Cue.OFTEN:
            draft.left |= set(range(mark.first, mark.last))


def is_counted(metric: MetricDecl, semantics: Semantics) -> bool:
    """Whether a metric counts rows, or adds up such as do."""
    return metric.count or bool(metric.total and all(semantics.metric(one).count for one in metric.total))


def _meanings(draft: Draft, mark: Mark, certain: set[str], semantics: Semantics) -> list[Meaning]:
    """What a mark may ask for; nothing where it names a value of now, or another word says which one is meant."""
    meanings = [m for m in mark.meanings if m.role in {Role.METRIC, Role.LISTING}]
    several = len(mark.of(Role.METRIC)) > 1
    if several and (agreed := [m for m in meanings if m.name in _agreed(draft)]):
        return agreed
    vague = several and (draft.hint or certain & {m.name for m in meanings})
    return [] if vague or means_value(draft, mark, semantics) else meanings


def _take(draft: Draft, hint: Hint, semantics: Semantics) -> None:
    """Read what a model says; its plain words are accounted for then, codes, numbers and names are not."""
    if hint.name in semantics.declared.metrics:
        draft.metrics = [hint.name]
    else:
        draft.listing = hint.name
    draft.by += [hint.by] if hint.by else []
    words = draft.marked.words
    draft.left = {n for n in draft.left if words[n].is_code or words[n].is_number or (n and words[n].text[0].isupper())}


def _is_below(draft: Draft, mark: Mark) -> bool:
    """Whether a metric is what another is divided by, as in 'stops per kilometre': no rule makes that."""
    divides = any(Meaning(Role.CUE, Cue.BY) in m.meanings for m in draft.before(mark, 1))
    return divides and bool(draft.metrics or draft.listing)


def _chosen(draft: Draft, mark: Mark, meanings: list[Meaning], semantics: Semantics) -> Meaning:
    metrics = [m for m in meanings if m.role is Role.METRIC]
    listings = [m for m in meanings if m.role is Role.LISTING]
    if metrics and listings:
        each = mark.first and draft.marked.words[mark.first - 1].text.lower() in _EACH
        others = [one for one in draft.marked.marks if not each or one.last != mark.first]
        cues = {meaning.name for one in others for meaning in one.of(Role.CUE)}
        counted = bool(cues & set(_COUNTED)) or any(q.limit for q in draft.marked.quantities)
        meanings = listings if (draft.marked.has(Cue.LIST) or each) and not counted else metrics
    if len(meanings) > 1:
        meanings = _of_its_time(draft, mark, meanings, semantics)
    if distinct := [m for m in meanings if m.role is Role.METRIC and semantics.metric(m.name).distinct]:
        others = [m for m in meanings if m not in distinct]
        meanings = distinct if draft.marked.has(Cue.HOW_MANY) else others or distinct
    if len(meanings) == 1:
        return meanings[0]
    word = draft.marked.written(mark.first, mark.last)
    known = tuple(_title(meaning, semantics) for meaning in meanings)
    raise Stopped(Unclear(Reason.SEVERAL_METRICS, word, known=known))


def _of_its_time(draft: Draft, mark: Mark, meanings: list[Meaning], semantics: Semantics) -> list[Meaning]:
    """Of 'mileage' the odometer's where it is asked for now, the way driven where a time is named; else both."""
    of_now = draft.of_now or (not draft.marked.times and mark.last - mark.first > 1)
    if not of_now and not draft.marked.times:
        return meanings
    return [m for m in meanings if _is_of_now(m, semantics) == of_now] or meanings


def _is_of_now(meaning: Meaning, semantics: Semantics) -> bool:
    """Whether a metric's rows tell how it is now."""
    table = semantics.metric(meaning.name).table if meaning.role is Role.METRIC else None
    return table is not None and not semantics.table(table).time


def _title(meaning: Meaning, semantics: Semantics) -> str:
    declared = semantics.declared
    found = declared.metrics.get(meaning.name) or declared.listings[meaning.name]
    return found.title
