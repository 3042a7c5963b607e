"""What an assistant declares of its records: tables, dimensions, metrics, listings, and the words that mean them."""

from __future__ import annotations

import json
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from surefoot.retrieval.records.telemetry_tables import Kind

Scalar = str | int | float | bool


class Declared(BaseModel):
    """A part of `records.yaml`; an unknown key is an error, because a typo would be silent."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class TableDecl(Declared):
    """A table: of the fleet's telemetry, of a database, or a CSV file beside the declaration."""

    file: str | None = Field(None, description="A CSV file in the assistant's folder; without one, the store's table.")
    columns: dict[str, Kind] = Field(
        default_factory=dict[str, Kind],
        description="Kinds of its columns; of a file those that are not named are text.",
    )
    time: str | None = Field(None, description="The column by which rows lie in time; without one, rows hold always.")
    end: str | None = Field(None, description="The column with the end of what a row tells, where it lasts.")
    lookups: dict[str, str] = Field(
        default_factory=dict[str, str], description="Columns that name a row of another table, and that table."
    )
    key: str | None = Field(None, description="The column that names a row, where other tables look it up.")
    access: str | None = Field(None, description="The column that names the vehicle whose groups may see the row.")
    groups: tuple[str, ...] = Field(("everyone",), description="Who may see rows that have no `access` column.")
    universe: str | None = Field(
        None, description="The table whose rows say who was there, so that none at all counts as zero."
    )


class DimensionDecl(Declared):
    """Something by which rows are told apart."""

    title: str = Field(description="Its name for people.")
    plural: str = Field("", description="Its name for several, where it is not the title with an s.")
    words: tuple[str, ...] = Field((), description="Other words for it.")
    column: str = Field(description="The column that holds it, `table.column` where it is looked up.")
    names: tuple[str, ...] = Field((), description="Other columns of that table that name the same value.")
    kind: bool = Field(False, description="Whether its values are kinds of things, such as models.")
    known_from: tuple[str, ...] = Field((), description="Tables whose rows tell its values, where not all shall.")
    values: dict[str, tuple[str, ...]] = Field(
        default_factory=dict[str, tuple[str, ...]], description="Values with other words for them."
    )

    def of_many(self, number: int) -> str:
        """Its name behind a number."""
        return self.title if number == 1 else self.plural or f"{self.title}s"


class Ratio(Declared):
    """One metric over another."""

    of: str = Field(description="The metric above.")
    over: str = Field(description="The metric below.")
    times: float = Field(1, description="What the quotient is multiplied by.")


class Deduction(Declared):
    """A score: a start from which weighted metrics are deducted, each for so much of another metric."""

    start: float = Field(100, description="Where it begins.")
    weights: dict[str, float] = Field(description="Points deducted for one of each metric.")
    per: str = Field(description="The metric that the deduction is measured against.")
    times: float = Field(1, description="So much of it.")
    enough: float = Field(0, description="Below so much of it there is no score.")


class MetricDecl(Declared):
    """A number that can be asked for. One of `sum`, `count`, `mean`, `min`, `max`, `distinct`, `ratio`, `total`,
    `score`."""

    title: str = Field(description="Its name for people.")
    words: tuple[str, ...] = Field((), description="Words and phrases that mean it.")
    table: str | None = Field(None, description="The table that it is reckoned from.")
    sum: str | None = Field(None, description="The column that is added up.")
    count: bool = Field(False, description="Whether rows are counted.")
    mean: str | None = Field(None, description="The column of which the mean is taken.")
    min: str | None = Field(None, description="The column of which the least is taken.")
    max: str | None = Field(None, description="The column of which the most is taken.")
    distinct: str | None = Field(None, description="The column of which different values are counted.")
    ratio: Ratio | None = Field(None, description="One metric over another.")
    total: tuple[str, ...] | None = Field(None, description="Metrics that are added up.")
    score: Deduction | None = Field(None, description="A start from which weighted metrics are deducted.")
    judged_by: str | None = Field(None, description="The metric on which rules for it set their limits, if another.")
    hidden: bool = Field(False, description="Whether it serves other metrics alone and is not asked for.")
    where: dict[str, Scalar | tuple[Scalar, ...]] = Field(
        default_factory=dict[str, Scalar | tuple[Scalar, ...]], description="Values that columns of its rows must have."
    )
    scale: float = Field(1, description="What a column's number is multiplied by, such as 1/3600 for hours.")
    unit: str = Field("", description="Its unit, as shown behind the number.")
    decimals: int = Field(0, ge=0, le=6, description="Decimals that are shown.")
    definition: str = Field("", description="What exactly it is, in a sentence.")
    source: str = Field("", description="Where the definition or its constants come from.")
    worse: Literal["high", "low"] | None = Field(None, description="Which end is the bad one, for worst and best.")

    @model_validator(mode="after")
    def _is_one_thing(self) -> MetricDecl:
        own = [self.sum, self.count or None, self.mean, self.min, self.max, self.distinct]
        made = [self.ratio, self.total, self.score]
        if sum(way is not None for way in (*own, *made)) != 1:
            raise ValueError("say exactly one of sum, count, mean, min, max, distinct, ratio, total and score")
        if (self.table is None) == all(way is None for way in made):
            raise ValueError("name the table of a metric with rows of its own, and none of one that is made of others")
        return self


class ListingDecl(Declared):
    """Rows that can be asked for as they are: trips, events, where everything is now."""

    title: str = Field(description="Its name for people.")
    words: tuple[str, ...] = Field((), description="Words and phrases that mean it.")
    table: str = Field(description="The table whose rows are listed.")
    columns: dict[str, str] = Field(description="Columns that are shown, with their titles.")
    units: dict[str, str] = Field(default_factory=dict[str, str], description="Units of columns.")
    decimals: dict[str, int] = Field(default_factory=dict[str, int], description="Decimals that are shown of columns.")
    where: dict[str, Scalar | tuple[Scalar, ...]] = Field(
        default_factory=dict[str, Scalar | tuple[Scalar, ...]], description="Values that columns of its rows must have."
    )
    each: str | None = Field(None, description="The dimension whose name a row bears: how many of them counts rows.")
    order: str | None = Field(None, description="The column by which rows are ordered, least first; else time.")
    due: str | None = Field(None, description="The column of days to which a period in the question applies.")
    newest_first: bool = Field(False, description="Whether the newest row stands first.")
    drawn: Literal["route", "points"] | None = Field(None, description="How rows are drawn on a map.")
    now: bool = Field(False, description="Whether rows tell how it is now, so that no period applies.")
    definition: str = Field("", description="What exactly its rows are, in a sentence.")
    source: str = Field("", description="Where the definition comes from.")


class Solved(Declared):
    """A question with what it reads, as an example for a model."""

    question: str = Field(description="The question.")
    read: str = Field(description="The metric or listing that it reads; none where there is none.")
    by: str = Field("none", description="The dimension by which it is told apart.")
    order: Literal["highest", "lowest", "none"] = Field("none", description="Which end is asked for.")

    def answer(self) -> str:
        """As a model writes it."""
        return json.dumps({"read": self.read, "by": self.by, "order": self.order})


class SpokenDecl(Declared):
    """How a language speaks of the records. Words in braces are filled in."""

    who: dict[str, str] = Field(
        default_factory=dict[str, str],
        description="Who does something: by dimension with `{value}`, and `all` for no one in particular.",
    )
    of: dict[str, str] = Field(default_factory=dict[str, str], description="The same where something is said of them.")
    names: dict[str, str] = Field(
        default_factory=dict[str, str],
        description="Titles of metrics, listings and dimensions by name, and other words by themselves.",
    )
    many: dict[str, tuple[str, ...]] = Field(
        default_factory=dict[str, tuple[str, ...]],
        description="What a metric counts or a dimension or listing is made of, behind 1, behind more (in Polish few, "
        "then many).",
    )
    alike: bool = Field(
        False, description="Whether its sentences fit one and several alike, as English verbs of the past do."
    )
    says: dict[str, str] = Field(
        default_factory=dict[str, str],
        description="A metric's sentence with `{who}`, `{of}`, `{value}`, `{number}` (without its unit) and `{when}`.",
    )
    most: dict[str, str] = Field(
        default_factory=dict[str, str], description="Whose number is the highest, with `{who}` and `{when}`."
    )
    least: dict[str, str] = Field(default_factory=dict[str, str], description="Whose number is the lowest.")
    rows: dict[str, str] = Field(
        default_factory=dict[str, str],
        description="A listing's row with its columns in braces; a part between bars is left out without values.",
    )


class RecordsDecl(Declared):
    """All of `records.yaml`."""

    zone: str = Field(
        "", description="Time zone of the questions, such as Europe/Berlin; left out, the server's `SUREFOOT_TIMEZONE`."
    )
    week_start: Literal["monday", "sunday"] = Field("monday", description="The day on which weeks begin.")
    store: Literal["telemetry", "files", "url"] = Field("files", description="Where tables without a file are.")
    url: str | None = Field(None, description="Of store `url`: the `SUREFOOT_SECRET_` variable with its address.")
    subject: str = Field("the data", description="What the records are about, in words.")
    as_of: str | None = Field(None, description="The `table.column` whose newest moment says how fresh rows are.")
    begins: str | None = Field(None, description="The `table.column` whose earliest moment says since when rows are.")
    unknown: str | None = Field(None, description="The `table.column` of seconds in which nothing was heard.")
    thing: str = Field("", description="The dimension that says of what nothing was heard, such as vehicle.")
    simulated: str | None = Field(None, description="The `table.column` that says whether a row is made up.")
    default_period: str = Field("today", description="The time that is meant where none is named.")
    tables: dict[str, TableDecl] = Field(description="Tables by name.")
    dimensions: dict[str, DimensionDecl] = Field(description="Dimensions by name.")
    metrics: dict[str, MetricDecl] = Field(description="Metrics by name.")
    listings: dict[str, ListingDecl] = Field(default_factory=dict[str, ListingDecl], description="Listings by name.")
    ambiguous: dict[str, tuple[str, ...]] = Field(
        default_factory=dict[str, tuple[str, ...]], description="Words that may mean several metrics or listings."
    )
    spoken: dict[str, SpokenDecl] = Field(
        default_factory=dict[str, SpokenDecl], description="How languages (ISO 639-1) speak of the records."
    )
    solved: tuple[Solved, ...] = Field((), description="Solved questions, as examples for a model.")
    examples: tuple[str, ...] = Field((), description="Questions that are answered well.")
