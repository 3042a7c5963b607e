"""Writes what rules make of a question as one line, so that tables of questions can be read and compared."""

from __future__ import annotations

from datetime import datetime

from surefoot.retrieval.records.asking.outcomes import Asked, Half, NotRecords, Planned, Unclear, WithLimit
from surefoot.retrieval.records.plan import Plan
from surefoot.retrieval.records.times.periods import Period
from tests.retrieval.records.small_fleet import BERLIN


def rows(table: str) -> list[tuple[str, ...]]:
    """The cells of each line, which are parted by bars."""
    return [tuple(cell.strip() for cell in line.split("|")) for line in table.strip().splitlines()]


def shown(asked: Asked) -> str:
    """An outcome in a line: a plan's parts are parted by semicolons."""
    match asked:
        case Planned():
            return plan_shown(asked.plan)
        case Unclear():
            return f"unclear {asked.reason.value}"
        case Half():
            return f"half {', '.join(asked.left)}"
        case WithLimit():
            return f"limit {asked.metric} {asked.side.value}; {plan_shown(asked.plan)}"
        case NotRecords():
            return "documents"


def plan_shown(plan: Plan) -> str:
    """A plan in a line, with times in Berlin."""
    parts = [", ".join(plan.metrics) or f"list {plan.listing}"]
    parts += [f"by {', '.join(plan.by)}"] if plan.by else []
    parts += [f"per {plan.grain.value}"] if plan.grain else []
    parts += [f"{f.dimension}{'≠' if f.exclude else '='}{'+'.join(sorted(f.values))}" for f in plan.filters]
    parts += [f"{c.metric} {c.op.value} {c.value:g}" for c in plan.conditions]
    parts += [f"{'lowest' if plan.top.lowest else 'highest'} {plan.top.limit}"] if plan.top else []
    parts += [name for name in ("averaged", "counting", "closed") if getattr(plan, name)]
    parts += [_period(plan.period)] if plan.period else []
    parts += [f"beside {_period(plan.against)}"] if plan.against else []
    return "; ".join(parts)


def _period(period: Period) -> str:
    return f"{_moment(period.start)}/{_moment(period.end)}"


def _moment(at: datetime) -> str:
    local = at.astimezone(BERLIN)
    return f"{local:%Y-%m-%d}" if (local.hour, local.minute, local.second) == (0, 0, 0) else f"{local:%Y-%m-%dT%H:%M}"
