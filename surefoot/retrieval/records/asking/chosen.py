"""What a follow-up asks of those that the plan before it chose, and of the rows that it listed."""

from __future__ import annotations

import re

from surefoot.retrieval.records.asking.cues import Cue
from surefoot.retrieval.records.asking.draft import Draft, Stopped
from surefoot.retrieval.records.asking.outcomes import Reason, Unclear
from surefoot.retrieval.records.plan import Plan

POINTS = re.compile(
    r"\b(?:it|its|they|them|their|those|that (?:one|vehicle|van|truck|driver|day|week)|"
    r"this (?:one|vehicle|van|truck|driver)|these(?! (?:days|weeks))|which ones?|the ones|"
    r"he|she|his|her|the same|there|then|dieselben?|davon|dessen|er|ihn|ihm)\b|"
    r"\b(?:ist|hat|war|fährt|steht) de[rn](?= (?:heute|gestern|schon|noch|jetzt|da|diese|letzte|am|in|seit|so)\b)|"
    r"(?:\b(?:is|was|are|were)|['’]s) (?:that|those)(?=\s*(?:in|per|for|on|by|all|altogether|then)\b|\W*$)|"
    r"\b(?:ist|war|sind|waren) das(?=\s*(?:in|pro|für|insgesamt|zusammen|alles|mehr|weniger)\b|\W*$)",
    re.IGNORECASE,
)
"""Words that stand for what was spoken of."""
_HOW_MANY_OF = re.compile(
    r"\b(?:how many|which|who) of (?:them|those|these)\b|\bwie viele davon\b|\bwelche davon\b", re.IGNORECASE
)
_SUMS = re.compile(
    r"\b(?:how long|how much)\b.*\b(?:total|altogether|all)\b|\bwie lange\b.*\binsgesamt\b", re.IGNORECASE
)


def of_chosen(draft: Draft, before: Plan) -> bool:
    """Whether 'they' or 'it' are those that the plan before chose by its number: the first ones, or beyond a limit."""
    chosen = bool(before.by) and (before.top is not None or bool(before.conditions))
    return chosen and not draft.by and not draft.filters and bool(POINTS.search(draft.marked.text))


def keep_chosen(draft: Draft, before: Plan) -> None:
    """What is asked besides stands behind the number by which they were chosen, so that the same ones are shown."""
    draft.metrics = list(dict.fromkeys((*before.metrics, *draft.metrics)))
    draft.conditions = list(before.conditions)
    draft.closed = False


def only_numbers(draft: Draft, before: Plan) -> None:
    """Raises Stopped where something else than a number is asked of those that the plan before chose by one."""
    chosen = bool(before.by) and (before.top is not None or bool(before.conditions))
    if not chosen or not POINTS.search(draft.marked.text) or draft.filters:
        return
    others = set(draft.by) - set(before.by)
    if draft.listing is not None or others or _HOW_MANY_OF.search(draft.marked.text):
        raise Stopped(Unclear(Reason.PLAN, "Of those I can show further numbers only. Of which one do you mean it?"))


def not_picked(draft: Draft, before: Plan) -> None:
    """Raises Stopped where one of the rows that were listed is asked for, or their sum."""
    ends = draft.marked.has(Cue.HIGH, Cue.LOW, Cue.BEST, Cue.WORST, Cue.AVERAGE) or _SUMS.search(draft.marked.text)
    if before.listing is not None and ends and draft.top is None:
        raise Stopped(Unclear(Reason.PLAN, "I can list them, and neither pick one of them nor add them up."))
