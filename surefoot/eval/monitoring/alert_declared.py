"""What an assistant declares of its alerts in `alerts.yaml`: rules over its records, each checked by itself."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from surefoot.retrieval.records.plan import Op

FILE = "alerts.yaml"
Severity = Literal["info", "warning", "critical"]
MOST_RULES = 200
NAME = r"^[a-z0-9][a-z0-9_-]{0,62}$"
WEEK_MINUTES = 7 * 24 * 60.0


class Declared(BaseModel):
    """A part of `alerts.yaml`; an unknown key is an error, because a typo would be silent."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ConditionDecl(Declared):
    """What a row's number must fulfil."""

    of: str | None = Field(
        None,
        description="The metric or column; left out, the rule's metric. Of a moment, its age counts.",
    )
    until: str | None = Field(None, description="The column up to which a moment's age is measured; left out, now.")
    op: Op = Field(description="One of >, >=, <, <= and =.")
    value: float = Field(description="The limit, in the metric's or the column's unit; of a moment's age, in minutes.")


class RuleDecl(Declared):
    """One rule: what is read, which rows are an alert, and what becomes of it."""

    title: str = Field(min_length=1, max_length=120, description="Its name for people.")
    text: str = Field(
        min_length=1, max_length=500, description="What an alert says; names in braces are filled in from the row."
    )
    severity: Severity = Field(description="info, warning or critical.")
    metric: str | None = Field(None, description="The metric that is read; or else name a listing.")
    listing: str | None = Field(None, description="The listing whose rows are alerts.")
    by: tuple[str, ...] = Field((), description="The dimensions, or columns of a listing, that tell alerts apart.")
    filters: dict[str, tuple[str, ...]] = Field(
        default_factory=dict[str, tuple[str, ...]], description="Dimensions with the values that count."
    )
    without: dict[str, tuple[str, ...]] = Field(
        default_factory=dict[str, tuple[str, ...]], description="Dimensions with values that do not count."
    )
    period: str | None = Field(None, description="The time that is looked at, in words, such as `last 60 minutes`.")
    conditions: tuple[ConditionDecl, ...] = Field((), description="What a row must fulfil; the first names the value.")
    groups: tuple[str, ...] = Field(
        ("everyone",), min_length=1, description="Whose rows are looked at, and who may see the alerts."
    )
    auto_resolve: bool = Field(
        True, description="Whether an alert ends by itself; otherwise it stays until a person has acknowledged it."
    )
    clear_minutes: float = Field(
        0, ge=0, le=WEEK_MINUTES, description="So long the conditions must not hold before an alert ends."
    )
    cooldown_minutes: float = Field(
        0, ge=0, le=WEEK_MINUTES, description="So long after its end no alert of the same row opens."
    )
    source: str = Field("", max_length=300, description="Where the rule comes from.")

    @model_validator(mode="after")
    def _is_one_thing(self) -> RuleDecl:
        if (self.metric is None) == (self.listing is None):
            raise ValueError("name a metric or a listing, one of the two")
        if self.metric is not None and not self.conditions:
            raise ValueError("a rule over a metric needs conditions, or every row would be an alert")
        return self


@dataclass(frozen=True, slots=True)
class AlertsFile:
    """What was read of one `alerts.yaml`."""

    rules: Mapping[str, RuleDecl]
    problems: Mapping[str, str]
    """Why a rule cannot be used, by its name."""
    trouble: str = ""
    """Why the whole file cannot be used, and then nothing is known of its rules."""


def read_alerts(path: Path) -> AlertsFile:
    """The rules of a file; what is wrong stands beside them, and nothing is raised."""
    try:
        loaded = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError, RecursionError) as error:
        return AlertsFile({}, {}, f"{FILE} cannot be read: {_short(error)}")
    top = cast("dict[object, object]", loaded) if isinstance(loaded, dict) else None
    rules = top.get("rules") if top else None
    if top is None or set(top) != {"rules"} or not isinstance(rules, dict):
        return AlertsFile({}, {}, f"{FILE} holds one key, `rules`, with the rules by their names.")
    named = cast("dict[object, object]", rules)
    if len(named) > MOST_RULES:
        return AlertsFile({}, {}, f"{FILE} declares {len(named):,} rules; at most {MOST_RULES} are evaluated.")
    return _read(named)


def _read(named: Mapping[object, object]) -> AlertsFile:
    found: dict[str, RuleDecl] = {}
    problems: dict[str, str] = {}
    for name, declared in named.items():
        if not isinstance(name, str) or not re.match(NAME, name):
            problems[str(name)[:80]] = "A rule is named with a-z, 0-9, '_' and '-', at most 63 characters."
            continue
        try:
            found[name] = RuleDecl.model_validate(declared)
        except ValidationError as error:
            problems[name] = _explained(error)
    return AlertsFile(found, problems)


def _explained(error: ValidationError) -> str:
    faults = error.errors(include_input=False, include_url=False)
    told = (f"{'.'.join(map(str, f['loc'])) or 'rule'}: {f['msg'].removeprefix('Value error, ')}" for f in faults[:5])
    return "; ".join(told)


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[:300]
