"""Recipes: what a question of a live case means, in a form from which the simulator's truth gives the right answer."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from surefoot.eval.errors import CasesInvalid

Period = tuple[datetime, datetime]
By = Literal["vehicle", "driver", "depot", "model", "class", "energy", "place", "state", "day", "week", "hour"]
Listing = Literal["trips", "stops", "harsh_braking", "events", "maintenance_due", "maintenance_overdue"]
ATTRIBUTES = {"depot": "depot", "model": "model", "class": "vehicle_class", "energy": "energy"}
"""Dimension and the column of the vehicles' table."""


class RecipeUndecided(CasesInvalid):
    """The truth decides a recipe by less than an answer may be off: another question is needed."""


class Where(BaseModel):
    """What the rows are narrowed to; one of the values each."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    vehicle: tuple[str, ...] = ()
    driver: tuple[str, ...] = ()
    depot: tuple[str, ...] = ()
    model: tuple[str, ...] = ()
    vehicle_class: tuple[str, ...] = ()
    energy: tuple[str, ...] = ()
    place: tuple[str, ...] = ()
    but: tuple[str, ...] = ()
    """Vehicles that are left out."""


class Recipe(BaseModel):
    """Which figure, of what, when, and in which shape."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    metric: str = ""
    where: Where = Where()
    period: Period | None = None
    """Half-open; None for how it is now."""
    or_periods: tuple[Period, ...] = ()
    """Other readings of the question's time that are as good."""
    before: Period | None = None
    """The period that it is compared with."""
    by: By | None = None
    """Days, weeks and hours make a trend; other dimensions a ranking, or a comparison where `keys` are named."""
    keys: tuple[str, ...] = ()
    top: int = 0
    lowest: bool = False
    above: float | None = None
    below: float | None = None
    """Groups whose value lies there are asked for: which, or with `count` how many."""
    count: bool = False
    yes: bool = False
    """Whether it is above `above` (above 0 where nothing is said)."""
    difference: bool = False
    """The difference alone is asked for, of `before` or of two `keys`: it may be told instead of the two."""
    listing: Listing | None = None
    items: tuple[str, ...] = ()
    """Of `maintenance_due`: those whose day is asked for."""
    position: bool = False
    """Where the one vehicle is, and what it does."""
    state: str = ""
    """The vehicles in this state now: which, or with `count` how many."""
