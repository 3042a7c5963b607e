"""A plan as JSON, for programs and for the record of an answer."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from surefoot.retrieval.records.plan import Condition, Filter, Grain, Op, Plan, Top
from surefoot.retrieval.records.times.periods import Period


def plan_json(plan: Plan) -> str:
    """The plan as one JSON object."""
    return json.dumps(plan_form(plan), ensure_ascii=False)


def plan_form(plan: Plan) -> dict[str, Any]:
    """The plan as plain values; what does not apply is null or empty."""
    return {
        "metrics": list(plan.metrics),
        "listing": plan.listing,
        "by": list(plan.by),
        "grain": plan.grain.value if plan.grain else None,
        "filters": [{"dimension": f.dimension, "values": list(f.values), "exclude": f.exclude} for f in plan.filters],
        "period": _period(plan.period),
        "open": plan.open,
        "against": _period(plan.against),
        "top": {"limit": plan.top.limit, "lowest": plan.top.lowest} if plan.top else None,
        "conditions": [{"metric": c.metric, "op": c.op.value, "value": c.value} for c in plan.conditions],
        "averaged": plan.averaged,
        "counting": plan.counting,
        "closed": plan.closed,
    }


def plan_of_json(text: str) -> Plan:
    """The plan of such a JSON object."""
    return plan_of(json.loads(text))


def plan_of(form: dict[str, Any]) -> Plan:
    """The plan of such a form."""
    return Plan(
        metrics=tuple(form["metrics"]),
        listing=form["listing"],
        by=tuple(form["by"]),
        grain=Grain(form["grain"]) if form["grain"] else None,
        filters=tuple(Filter(f["dimension"], tuple(f["values"]), f["exclude"]) for f in form["filters"]),
        period=_read(form["period"]),
        open=form["open"],
        against=_read(form["against"]),
        top=Top(form["top"]["limit"], form["top"]["lowest"]) if form["top"] else None,
        conditions=tuple(Condition(c["metric"], Op(c["op"]), c["value"]) for c in form["conditions"]),
        averaged=form["averaged"],
        counting=form["counting"],
        closed=form["closed"],
    )


def _period(period: Period | None) -> dict[str, str] | None:
    return {"start": period.start.isoformat(), "end": period.end.isoformat()} if period else None


def _read(form: dict[str, str] | None) -> Period | None:
    return Period(datetime.fromisoformat(form["start"]), datetime.fromisoformat(form["end"])) if form else None
