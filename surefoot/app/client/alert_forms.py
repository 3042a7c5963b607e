"""The forms of alerts, as every client of Surefoot sees them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from surefoot.app.client.citation_forms import Form

SeverityName = Literal["info", "warning", "critical"]
Note = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000, pattern=r"^[^\x00]*$")]


class CellForm(Form):
    """A cell of the row that an alert is about."""

    name: str
    title: str
    unit: str = ""
    decimals: int | None = None
    value: datetime | date | bool | int | float | str | None = None


class AlertReading(Form):
    """What an alert stands on."""

    metric: str
    """The metric or the listing."""
    title: str
    value: float | None
    unit: str = ""
    decimals: int = 0
    limit: str = ""
    """The rule's conditions in words."""
    period: str = ""
    """As the rule says it, such as 'today'."""
    start: datetime | None = None
    end: datetime | None = None
    """Half-open; nothing where the rows tell how it is now."""
    as_of: datetime | None = None
    """The newest moment that the rows know of."""
    told: str = ""
    """The plan in plain words."""
    cells: list[CellForm] = Field(default=[])
    definition: str = ""
    source: str = ""
    """Where the rule comes from."""
    simulated: bool = False
    zone: str = "UTC"


class AlertForm(Form):
    """A row of records that a rule speaks up about."""

    id: str
    assistant: str
    rule: str
    title: str
    """The rule's."""
    severity: SeverityName
    state: Literal["open", "resolved"]
    text: str
    thing: str | None = None
    """What it is about where that is a single one, such as a vehicle."""
    reading: AlertReading
    opened_at: datetime
    seen_at: datetime
    """When the conditions were last seen to hold."""
    unheld_at: datetime | None = None
    """Since when they do not hold, while it is open."""
    resolved_at: datetime | None = None
    resolution: str = ""
    """cleared, rule_changed or rule_removed."""
    acknowledged_at: datetime | None = None
    acknowledged_by: str = ""
    note: str = ""


class ProblemForm(Form):
    """Why a rule, or all rules of an assistant, cannot be used."""

    assistant: str
    rule: str = ""
    text: str


class EvaluationForm(Form):
    """How the evaluation of rules is doing."""

    every_seconds: float
    evaluated_at: datetime | None = None
    """When all rules were last evaluated; nothing where not since the start."""
    begun_at: datetime
    trouble: str = ""
    """Why nothing, or not everything, is evaluated just now; alerts stay as they are."""
    since: datetime | None = None
    """Since when."""
    problems: list[ProblemForm] = Field(default=[])


class AlertList(Form):
    """Alerts that the asker may see."""

    alerts: list[AlertForm]
    open: int
    """Open ones among all that may be seen."""
    evaluation: EvaluationForm


class RuleForm(Form):
    """A rule that is evaluated."""

    assistant: str
    name: str
    title: str
    severity: SeverityName
    text: str
    """With names in braces that are filled in."""
    told: str = ""
    """What it reads, in plain words."""
    limit: str = ""
    period: str = ""
    groups: list[str] = Field(default=[])
    source: str = ""
    open: int = 0
    """Open alerts that the asker may see."""
    held_back: int = 0
    """Rows whose alert ended so shortly ago that no new one opens yet."""
    evaluated_at: datetime | None = None
    trouble: str = ""
    since: datetime | None = None


class RuleList(Form):
    """The rules, and how their evaluation is doing."""

    rules: list[RuleForm]
    evaluation: EvaluationForm


class WebhookForm(Form):
    """How the webhook is doing."""

    set: bool
    host: str = ""
    signed: bool = False
    waiting: int = 0
    """Messages that it has not taken yet."""
    oldest: datetime | None = None
    """Since when the oldest of them waits."""
    delivered_at: datetime | None = None
    given_up: int = 0
    """Messages of the last 7 days that it never took."""
    trouble: str = ""
    resting_seconds: float = 0
    """Until it is tried again."""
    told: str = ""
    """All of it in a sentence."""


class Acknowledgement(Form):
    """What a person says who takes care of an alert."""

    note: Note
