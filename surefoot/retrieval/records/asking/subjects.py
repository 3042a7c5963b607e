"""Which metric or listing a question asks for."""

from __future__ import annotations

from surefoot.retrieval.records.asking.cues import Cue
from surefoot.retrieval.records.asking.draft import Draft, Stopped
from surefoot.retrieval.records.asking.outcomes import Hint, Reason, Unclear
from surefoot.retrieval.records.asking.vocabulary import Mark, Meaning, Role
from surefoot.retrieval.records.semantic import Semantics

_EACH = frozenset({"all", "every", "alle", "jede"})
_COUNTED = (
    *(Cue.HOW_MANY, Cue.HIGH, Cue.LOW, Cue.BY, Cue.TREND, Cue.AVERAGE, Cue.WORST, Cue.BEST, Cue.NONE),
    *(Cue.HOURLY, Cue.DAILY, Cue.WEEKLY, Cue.MONTHLY, Cue.BESIDE, Cue.RULE),
)
"""What asks for a number although a list is named too."""


def subjects(draft: Draft, semantics: Semantics) -> None:
    """Set the draft's metrics, or its listing. Raises Stopped where a word may mean several."""
    certain = {mark.of(Role.METRIC)[0].name for mark in draft.marked.marks if len(mark.of(Role.METRIC)) == 1}
    for mark in draft.marked.marks:
        meanings = _meanings(draft, mark, {*certain, *_bases(certain, semantics)})
        if not meanings:
            continue
        meaning = _chosen(draft, mark, meanings, semantics)
        if meaning.role is Role.LISTING:
            draft.listing = draft.listing or meaning.name
        elif _is_below(draft, mark):
            draft.left |= set(range(mark.first, mark.last))
        elif meaning.name not in draft.metrics:
            draft.metrics.append(meaning.name)
    if draft.metrics:
        draft.listing = None
    if draft.hint is not None and not draft.metrics and draft.listing is None:
        _take(draft, draft.hint, semantics)


def _bases(metrics: set[str], semantics: Semantics) -> set[str]:
    return {base for name in metrics for base in semantics.bases(name)}


def _meanings(draft: Draft, mark: Mark, certain: set[str]) -> list[Meaning]:
    """What a mark may ask for; nothing where it names a value of now, or another word says which one is meant."""
    meanings = [m for m in mark.meanings if m.role in {Role.METRIC, Role.LISTING}]
    vague = len(mark.of(Role.METRIC)) > 1 and (draft.hint or certain & {m.name for m in meanings})
    return [] if vague or (mark.of(Role.VALUE) and draft.of_now) else meanings


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
    return bool(draft.metrics) and any(Meaning(Role.CUE, Cue.BY) in m.meanings for m in draft.before(mark, 1))


def _chosen(draft: Draft, mark: Mark, meanings: list[Meaning], semantics: Semantics) -> Meaning:
    metrics = [m for m in meanings if m.role is Role.METRIC]
    listings = [m for m in meanings if m.role is Role.LISTING]
    if metrics and listings:
        counted = draft.marked.has(*_COUNTED) or any(q.limit for q in draft.marked.quantities)
        each = mark.first and draft.marked.words[mark.first - 1].text.lower() in _EACH
        meanings = listings if (draft.marked.has(Cue.LIST) or each) and not counted else metrics
    if len(meanings) == 1:
        return meanings[0]
    word = draft.marked.written(mark.first, mark.last)
    known = tuple(_title(meaning, semantics) for meaning in meanings)
    raise Stopped(Unclear(Reason.SEVERAL_METRICS, word, known=known))


def _title(meaning: Meaning, semantics: Semantics) -> str:
    declared = semantics.declared
    found = declared.metrics.get(meaning.name) or declared.listings[meaning.name]
    return found.title
