"""Works out of the simulator's truth what is exactly right for a recipe: what a live case expects."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any, Final

from surefoot.eval.errors import CasesInvalid
from surefoot.eval.live_groups import Groups, Valued
from surefoot.eval.live_metrics import CURRENT, METRICS
from surefoot.eval.live_recipes import Period, Recipe, RecipeUndecided
from surefoot.ingestion.telemetry.simulator.local_days import ZONE
from surefoot.ingestion.telemetry.simulator.reference import maintenance_rows

Expect = dict[str, Any]
UNITS: Final[Mapping[str, str]] = {
    **{name: metric.unit for name, metric in METRICS.items()},
    **{name: unit for name, (unit, _, _) in CURRENT.items()},
    "vehicles_known": "vehicles",
    "visits": "visits",
    "driver_score": "points",
}
TRENDS: Final = frozenset({"day", "week", "hour"})
STARTS_WITHIN_S: Final = 60
POSITION_WITHIN_M: Final = 200


def expected(groups: Groups, recipe: Recipe) -> Expect:
    """What is exactly right, as plain data.

    Raises RecipeUndecided where the truth is too close to tell, and CasesInvalid for a recipe that says nothing.
    """
    if recipe.or_periods:
        alike = [recipe.model_copy(update={"period": p, "or_periods": ()}) for p in (recipe.period, *recipe.or_periods)]
        return {"either": [expected(groups, one) for one in alike]}
    found = _shape(recipe)(groups, recipe)
    if recipe.period is not None:
        found["period"] = _written(recipe.period)
    return found


def _shape(recipe: Recipe) -> Callable[[Groups, Recipe], Expect]:
    if recipe.position:
        return _position
    if recipe.listing is not None:
        return _maintenance if recipe.listing.startswith("maintenance") else _listed
    if recipe.state:
        return _in_state
    return _single if recipe.by is None else _of_groups(recipe)


def _of_groups(recipe: Recipe) -> Callable[[Groups, Recipe], Expect]:
    if recipe.keys:
        return _compared
    if recipe.top:
        return _ranked
    return _beyond if recipe.above is not None or recipe.below is not None else _trend


def _single(groups: Groups, recipe: Recipe) -> Expect:
    value, tolerance = _known(recipe, groups.valued(recipe, recipe.period))
    found = {"value": _kept(value), "unit": UNITS[recipe.metric], "tolerance": _kept(tolerance)}
    if recipe.before is not None:
        before, slack = _known(recipe, groups.valued(recipe, recipe.before))
        found |= {"before": _kept(before), "before_tolerance": _kept(slack), "before_period": _written(recipe.before)}
        found["difference"] = recipe.difference
    if recipe.yes:
        found["yes"] = _is_beyond(recipe, value, tolerance)
    return found


def _compared(groups: Groups, recipe: Recipe) -> Expect:
    values = _grouped(groups, recipe)
    return {
        "by": recipe.by,
        "rows": {key: _kept(values[key][0]) for key in recipe.keys},
        "tolerances": {key: _kept(values[key][1]) for key in recipe.keys},
        "unit": UNITS[recipe.metric],
        "difference": recipe.difference,
    }


def _trend(groups: Groups, recipe: Recipe) -> Expect:
    steps = groups.steps(recipe)
    return {
        "by": recipe.by,
        "steps": {key: _kept(value) for key, (value, _) in steps.items()},
        "tolerances": {key: _kept(slack) for key, (_, slack) in steps.items()},
        "unit": UNITS[recipe.metric],
    }


def _ranked(groups: Groups, recipe: Recipe) -> Expect:
    values = groups.steps(recipe) if recipe.by in TRENDS else _grouped(groups, recipe)
    order = sorted(values, key=lambda key: (values[key][0] * (1 if recipe.lowest else -1), key))
    tiers: list[list[str]] = []
    for key in order:
        if tiers and values[key] == values[tiers[-1][0]] and not values[key][1]:
            tiers[-1].append(key)
        elif sum(map(len, tiers)) >= recipe.top:
            break
        else:
            tiers.append([key])
    told = sum(map(len, tiers))
    for one, other in pairwise([*(tier[0] for tier in tiers), *order[told : told + 1]]):
        _set_apart(recipe, values[one], values[other])
    heads = [values[tier[0]] for tier in tiers]
    return {
        "by": recipe.by,
        "keys": tiers,
        "values": [_kept(value) for value, _ in heads],
        "tolerances": [_kept(slack) for _, slack in heads],
        "top": recipe.top,
        "unit": UNITS[recipe.metric],
    }


def _beyond(groups: Groups, recipe: Recipe) -> Expect:
    """The groups beyond a limit, in any order, or how many they are."""
    values = groups.steps(recipe) if recipe.by in TRENDS else _grouped(groups, recipe)
    found = [key for key, (value, slack) in values.items() if _is_beyond(recipe, value, slack)]
    return {"count": len(found)} if recipe.count else {"by": recipe.by, "any_order": found, "of": sorted(values)}


def _in_state(groups: Groups, recipe: Recipe) -> Expect:
    names = groups.vehicles(recipe.where)
    found = [name for name in names if groups.truth.state(name).state == recipe.state]
    return {"count": len(found)} if recipe.count else {"by": "vehicle", "any_order": found, "of": names}


def _position(groups: Groups, recipe: Recipe) -> Expect:
    [vehicle] = groups.vehicles(recipe.where)
    state = groups.truth.state(vehicle)
    return {
        "vehicle": vehicle,
        "place": state.place,
        "state": state.state,
        "latitude": round(state.latitude, 6),
        "longitude": round(state.longitude, 6),
        "within_m": POSITION_WITHIN_M,
    }


def _listed(groups: Groups, recipe: Recipe) -> Expect:
    facts = groups.facts(recipe)
    if recipe.listing == "trips":
        found = [trip.start for trip in facts.trips]
    elif recipe.listing == "stops":
        found = [stop.start for stop in facts.stops]
    else:
        kinds = {"harsh_braking"} if recipe.listing == "harsh_braking" else {event.kind for event in facts.events}
        found = [event.start for event in facts.events if event.kind in kinds]
    starts = [moment.astimezone(ZONE).isoformat(timespec="seconds") for moment in sorted(found)]
    return {
        "vehicles": groups.vehicles(recipe.where),
        "starts": starts,
        "rows": len(starts),
        "within_s": STARTS_WITHIN_S,
    }


def _maintenance(groups: Groups, recipe: Recipe) -> Expect:
    """Items that are overdue, or when those that are asked for are due."""
    today = groups.truth.now.astimezone(ZONE).date()
    names = groups.vehicles(recipe.where)
    rows = [row for row in maintenance_rows(groups.truth.simulator.ledger, today) if row["vehicle"] in names]
    if recipe.listing == "maintenance_due":
        due = [[row["vehicle"], row["item"], row["due_on"].isoformat()] for row in rows if row["item"] in recipe.items]
        return {"holds": due, "columns": ["vehicle", "item", "due_on"]}
    passed = {name: groups.truth.state(name).odometer_km for name in names}
    late = [row for row in rows if row["due_on"] < today or (row["due_km"] or float("inf")) <= passed[row["vehicle"]]]
    pairs = [[row["vehicle"], row["item"]] for row in late]
    return {"count": len(pairs)} if recipe.count else {"pairs": pairs, "columns": ["vehicle", "item"]}


def _grouped(groups: Groups, recipe: Recipe) -> dict[str, Valued]:
    if recipe.period is None:
        raise CasesInvalid("A recipe of groups needs a period.")
    return groups.groups(recipe, recipe.period)


def _known(recipe: Recipe, valued: Valued | None) -> Valued:
    if valued is None:
        raise CasesInvalid(f"The truth has no {recipe.metric} there: choose another question.")
    return valued


def _is_beyond(recipe: Recipe, value: float, tolerance: float) -> bool:
    limit = recipe.below if recipe.below is not None else recipe.above or 0.0
    if tolerance and abs(value - limit) <= tolerance and limit:
        raise RecipeUndecided(f"{recipe.metric} is {value:g}, too near to {limit:g} to be told apart.")
    return value < limit if recipe.below is not None else value > limit


def _set_apart(recipe: Recipe, one: Valued, other: Valued) -> None:
    if abs(one[0] - other[0]) <= one[1] + other[1]:
        raise RecipeUndecided(f"The order by {recipe.metric} is too close: {one[0]:g} and {other[0]:g}.")


def _written(period: Period) -> list[str]:
    return [edge.isoformat() for edge in period]


def _kept(value: float) -> float:
    return round(value, 4)
