"""Words a reading: a sentence with its figures, the moment of which it tells, and what it does not know."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from surefoot.core.readings import Cell, Reading, ReadingColumn
from surefoot.retrieval.records.declared import SpokenDecl
from surefoot.retrieval.records.plan import Condition, Filter, Grain, Plan
from surefoot.retrieval.records.semantic import Semantics
from surefoot.retrieval.records.telling import MOST_NAMED, city, joined
from surefoot.retrieval.records.times.periods import Period
from surefoot.retrieval.records.times.telling import compared, spoken, told
from surefoot.serving.live.figures import Figures
from surefoot.serving.live.phrases import LivePhrases

NAMED = 5
"""Groups that a sentence names; the others stand in the table."""
_PART = re.compile(r"\{(\w+)\}")
Row = Sequence[Cell]


@dataclass(frozen=True, slots=True)
class Worded:
    """An answer from a reading."""

    sentence: str
    """It holds the figures."""
    more: tuple[str, ...] = ()
    """Sentences about it: as of when, what is unknown."""
    found: bool = True
    """Whether there were rows."""


@dataclass(frozen=True)
class Wording:
    """Words one reading for an asker."""

    reading: Reading
    plan: Plan
    semantics: Semantics
    now: datetime
    figures: Figures
    assumed: bool = False
    """Whether no time was named, so that one was supposed."""

    def worded(self) -> Worded:
        """The reading in words."""
        keys, rows = self._keys, self.reading.rows
        found = any(value is not None for row in rows for value in row[keys:])
        if self.plan.counting or (self.plan.closed and self.plan.listing is not None):
            found = bool(rows) or self.reading.as_of is not None
        found = found and not self._is_before
        return Worded(_sentence(self._said() if found else self._nothing()), tuple(self._more()), found)

    @cached_property
    def _phrases(self) -> LivePhrases:
        return self.figures.phrases

    @cached_property
    def _spoken(self) -> SpokenDecl:
        return self.semantics.spoken(self._phrases.language).own

    @cached_property
    def _is_before(self) -> bool:
        """Whether all that is asked for lies before the first row, so that none is no number."""
        begins, end = self.reading.begins, self.reading.end
        return begins is not None and end is not None and end <= begins

    @cached_property
    def _keys(self) -> int:
        """How many columns name a row."""
        return 0 if self.plan.listing is not None else len(self.plan.by) + (1 if self.plan.grain else 0)

    @cached_property
    def _known(self) -> list[Row]:
        """The rows that have a figure."""
        return [row for row in self.reading.rows if any(value is not None for value in row[self._keys :])]

    def _frame(self, name: str, **parts: str) -> str:
        """One of the language's frames, filled in, with what is spoken of and when."""
        who, of = self._who
        return self._phrases.frames[name].format(**{"who": who, "of": of, "when": self._when} | parts)

    def _joined(self, names: Sequence[str], last: str = "and") -> str:
        return joined(names, self._phrases.frames[last])

    def _name(self, name: str, otherwise: str) -> str:
        """What the language calls a metric, a listing, a dimension or a value."""
        return self._spoken.names.get(name, otherwise)

    @cached_property
    def _title(self) -> str:
        """What is read, by name."""
        if self.plan.listing is not None:
            return self._name(self.plan.listing, self.reading.title)
        return self._joined([self._name(name, self.semantics.metric(name).title) for name in self.plan.metrics])

    @cached_property
    def _when(self) -> str:
        return self._spoken_of(self.plan.period) if self.reading.start is not None else ""

    def _spoken_of(self, period: Period | None) -> str:
        if period is None:
            return ""
        zone, week_start = self.semantics.zone, self.semantics.week_start
        return spoken(period, self.now, zone, self._phrases.language, week_start)

    def _exact(self, period: Period) -> str:
        return told(period, self.now, self.semantics.zone, self._phrases.language)

    @cached_property
    def _who(self) -> tuple[str, str]:
        """Of whom it tells: as who does something, and as something is said of them."""
        alone = [f for f in self.plan.filters if len(f.values) == 1 and not f.exclude]
        named = next((f for f in alone if f.dimension in self._spoken.who), None)
        rest = [self._filter(f) for f in self.plan.filters if f is not named]
        more = f" ({', '.join(rest)})" if rest else ""
        where, value = (named.dimension, named.values[0]) if named else ("all", "")
        who, of = self._spoken.who.get(where, ""), self._spoken.of.get(where, self._phrases.frames["of"])
        if not who or (named is None and (self.plan.by or self.plan.listing)):
            return more.strip(), more.strip()
        who = who.format(value=value)
        return f"{who}{more}", f"{of.format(value=value, who=who)}{more}"

    def _filter(self, single: Filter) -> str:
        values = [self._name(value, value) for value in single.values[:MOST_NAMED]]
        if len(single.values) > MOST_NAMED:
            values.append(self._some("some", len(single.values) - MOST_NAMED))
        title = self._name(single.dimension, self.semantics.dimension(single.dimension).title)
        said = f"{title} {self._joined(values, 'and' if single.exclude else 'or')}"
        return self._phrases.frames["apart"].format(told=said) if single.exclude else said

    def _some(self, name: str, number: int) -> str:
        return self._phrases.frames[name].format(count=self.figures.number(number))

    def _many(self, number: int, what: str | None, otherwise: str) -> str:
        """So many of something, by its name in the declaration."""
        forms = self._spoken.many.get(what or "")
        if forms is None and what in self.semantics.declared.dimensions:
            declared = self.semantics.dimension(what)
            forms = (declared.of_many(1), declared.of_many(2))
        return self.figures.counted(number, forms or (otherwise,))

    def _said(self) -> str:
        plan = self.plan
        if plan.listing is not None:
            return self._listing()
        ways = (
            (plan.counting, self._counted),
            (plan.closed, self._closed),
            (plan.averaged, self._averaged),
            (plan.grain is not None and plan.top is None, self._along),
            (plan.grouped, self._groups),
        )
        return next((way for fits, way in ways if fits), self._single)()

    def _metric_figure(self, value: Cell) -> str:
        """A number of the metric; what it counts by its name."""
        name = self.plan.metrics[0]
        metric = self.semantics.metric(name)
        if isinstance(value, (int, float)) and name in self._spoken.many:
            return self.figures.counted(value, self._spoken.many[name])
        unit = "" if metric.unit and metric.title.endswith(metric.unit) else metric.unit
        return self.figures.figure(float(value) if isinstance(value, (int, float)) else None, unit, metric.decimals)

    def _bare(self, value: Cell) -> str:
        """A number behind a name; of what is counted without its noun, which the title says."""
        if self.plan.metrics[0] in self._spoken.many and value is not None:
            return self.figures.number(_number(value))
        return self._metric_figure(value)

    def _cell(self, value: Cell, column: ReadingColumn) -> str:
        """A cell beside its title, which says what is counted."""
        name = self.plan.metrics[0] if column.name == "before" else column.name
        if name in self._spoken.many and value is not None:
            return self.figures.number(_number(value))
        return self.figures.cell(value, column)

    def _measured(self, value: Cell, who: str = "") -> str:
        """One figure of the metric in a sentence, of whom the plan tells or of another."""
        name = self.plan.metrics[0]
        parts: dict[str, str] = {"value": self._metric_figure(value), "title": self._title}
        if who:
            parts |= {"who": who, "of": self._of(who)}
        says = self._spoken.says.get(name, "")
        if value is not None and says and (who or self._who[0]):
            parts["number"] = self.figures.number(_number(value), self.semantics.metric(name).decimals)
            return says.format(**{"who": self._who[0], "of": self._who[1], "when": self._when} | parts)
        if value is not None and name in self._spoken.many and (who or self._who[0]):
            return self._frame("count", count=parts["value"], **parts)
        return self._frame("measure", **parts)

    def _of(self, who: str) -> str:
        dimension = self.plan.by[0] if self.plan.by else ""
        return self._spoken.of.get(dimension, self._phrases.frames["of"]).format(value=who, who=who)

    def _averaged(self) -> str:
        names = [self._name(name, self.semantics.dimension(name).title) for name in self.plan.by]
        names += [self._phrases.grains[self.plan.grain.value]] if self.plan.grain else []
        return self._frame(
            "mean", title=self._title, over=self._joined(names), value=self._metric_figure(self.reading.value)
        )

    def _single(self) -> str:
        columns = [column for column in self.reading.columns if column.name != "before"]
        if len(columns) > 1:
            figures = [self._pair(value, column) for value, column in zip(self.reading.rows[0], columns, strict=False)]
            return self._frame("several", figures=", ".join(figures))
        return self._beside(self._measured(self.reading.value))

    def _pair(self, value: Cell, column: ReadingColumn) -> str:
        title = self._name(column.name, column.title)
        if value is None:
            return self._phrases.frames["no_figure"].format(title=title)
        return f"{title} {self._cell(value, column)}"

    def _beside(self, sentence: str) -> str:
        """How much more or less it was in the other period."""
        against, reading = self.plan.against, self.reading
        if against is None:
            return sentence
        other = self._spoken_of(against)
        parts = {"sentence": sentence, "other": self._exact(against) if other.startswith("(") else other}
        if reading.value is None or reading.before is None:
            return self._frame("unheard", exact=self._exact(against), **parts)
        change = reading.value - reading.before
        if round(change, reading.decimals) == 0:
            return self._frame("alike", **parts)
        share = f" ({abs(change) / abs(reading.before):.0%})" if reading.before else ""
        told_change = f"{self.figures.figure(abs(change), reading.unit, reading.decimals)}{share}"
        if self.plan.metrics[0] in self._spoken.many:
            told_change = f"{self.figures.number(abs(change))}{share}"
        before = self.figures.number(reading.before) if self.plan.metrics[0] in self._spoken.many else ""
        before = before or self.figures.figure(reading.before, reading.unit, reading.decimals)
        return self._frame("more" if change > 0 else "less", change=told_change, before=before, **parts)

    def _groups(self) -> str:
        """The groups by their numbers, the first ones by name."""
        known = self._known
        if len(known) == 1 and len(self.reading.rows) == 1 and self.plan.top is None and self._is_plain:
            sentence = self._measured(known[0][-1], self._key(known[0]))
        elif self._is_plain and self.plan.conditions and self.plan.top is None:
            sentence = f"{self._fits()}: {self._list([self._item(row) for row in known])}"
        else:
            sentence = self._ranking() if self._is_plain and self._differ(known) else self._in_a_row()
        blank = [self._key(row) for row in self.reading.rows if row not in known]
        if not blank:
            return sentence
        return self._phrases.frames["blank"].format(sentence=sentence, names=self._list(blank, "some"))

    @cached_property
    def _is_plain(self) -> bool:
        """Whether each group has a name and one number."""
        return len(self.reading.columns) == self._keys + 1 and self._keys == 1

    def _differ(self, rows: Sequence[Row]) -> bool:
        return self.plan.top is not None or len({self._metric_figure(row[-1]) for row in rows}) > 1

    def _ranking(self) -> str:
        """Who has the highest number, or the lowest, and who is next."""
        rows, lowest = self._known, bool(self.plan.top and self.plan.top.lowest)
        first = [row for row in rows if self._bare(row[-1]) == self._bare(rows[0][-1])]
        names = self._joined([self._key(row) for row in first])
        pattern = (self._spoken.least if lowest else self._spoken.most).get(self.plan.metrics[0], "")
        own = bool(pattern) and not self.plan.grain and (len(first) == 1 or self._spoken.alike)
        value = self._metric_figure(rows[0][-1]) if own else self._bare(rows[0][-1])
        if len(first) > 1:
            value = self._phrases.frames["each"].format(value=value)
        if own:
            among = f" ({', '.join(map(self._filter, self.plan.filters))})" if self.plan.filters else ""
            sentence = f"{pattern.format(who=names, when=self._when)}{among}: {value}"
        else:
            name = ("lowest" if lowest else "highest") + ("_step" if self.plan.grain else "")
            sentence = self._frame(name, title=self._title, names=names, value=value)
        rest = [self._item(row) for row in rows[len(first) :]]
        room = max(1, NAMED - len(first))
        return self._frame("then", sentence=sentence, rest=self._list(rest, most=room)) if rest else sentence

    def _in_a_row(self) -> str:
        items = [self._item(row) for row in self._known]
        more = [self._some("others", len(items) - NAMED)] if len(items) > NAMED else []
        return self._frame("groups", title=self._title, rest="; ".join([*items[:NAMED], *more]))

    def _list(self, names: Sequence[str], others: str = "others", most: int = NAMED) -> str:
        """The first names, and how many there are besides."""
        more = len(names) - most
        return self._joined([*names[:most], *([self._some(others, more)] if more > 0 else [])])

    def _item(self, row: Row) -> str:
        """A group with its numbers."""
        columns = self.reading.columns
        numbers = [self._bare(row[-1])] if self._is_plain else []
        for column, value in zip(columns[self._keys :], row[self._keys :], strict=True):
            if self._is_plain:
                continue
            shown = self._cell(value, column)
            numbers.append(self._phrases.frames["before"].format(value=shown) if column.name == "before" else shown)
        return self._phrases.frames["item"].format(name=self._key(row), value=" / ".join(numbers))

    def _key(self, row: Row) -> str:
        """What names a row; what has no name there says of what; a step of time begins then."""
        names = [self._named(row[n], self.reading.columns[n]) for n in range(self._keys)]
        if not self.plan.grain:
            return ", ".join(names)
        step = names[-1].removesuffix(":00")
        if self.plan.grain is not Grain.HOUR:
            step = self._phrases.frames[self.plan.grain.value].format(step=step.rpartition(", ")[0])
        return ", ".join([*names[:-1], step])

    def _named(self, value: Cell, column: ReadingColumn) -> str:
        if value in (None, ""):
            return self._phrases.frames["nameless"].format(title=self._name(column.name, column.title))
        return (
            self._name(value, value.replace("_", " ")) if isinstance(value, str) else self.figures.cell(value, column)
        )

    def _along(self) -> str:
        """A course: its highest and lowest steps; the chart shows the rest."""
        at = self._keys
        known = sorted((row for row in self.reading.rows if row[at] is not None), key=lambda row: -_number(row[at]))
        low = min(known, key=lambda row: _number(row[at]))
        grain = self._phrases.grains[self.plan.grain.value] if self.plan.grain else ""
        high_low = {"high": self._at(known[0]), "low": self._at(low)}
        name = "only" if len(known) == 1 else "along"
        return self._frame(name, title=self._title, grain=grain, **high_low)

    def _at(self, row: Row) -> str:
        value = self._cell(row[self._keys], self.reading.columns[self._keys])
        return self._phrases.frames["item"].format(name=self._key(row), value=value)

    def _fits(self) -> str:
        """How many fulfil the conditions."""
        what = self.plan.by[0] if self.plan.by else None
        count = self._many(self.reading.total, what, "")
        if not self.plan.conditions:
            return self._frame("total", count=count)
        return self._those(count) or self._frame("fits", count=count, conditions=self._conditions())

    def _those(self, who: str) -> str:
        """That so many fulfil the one condition, as the metric's sentence; empty where none fits several."""
        says = self._spoken.says.get(self.plan.metrics[0], "")
        (condition, *others), among = self.plan.conditions, self._who[0]
        if not self._spoken.alike or "{who}" not in says or others or condition.metric != self.plan.metrics[0]:
            return ""
        value = self._condition(condition, bare=True)
        number = value.removesuffix(self.semantics.metric(condition.metric).unit)
        return says.format(who=f"{who} {among}", value=value, number=number, when=self._when)

    def _counted(self) -> str:
        names = [self._named(row[0], self.reading.columns[0]) for row in self.reading.rows[:NAMED]]
        more = self.reading.total - len(names)
        if not names:
            return self._fits()
        return f"{self._fits()}: {self._joined([*names, *([self._some('some', more)] if more else [])])}"

    def _conditions(self) -> str:
        return self._joined([self._condition(condition) for condition in self.plan.conditions])

    def _condition(self, condition: Condition, *, bare: bool = False) -> str:
        metric = self.semantics.metric(condition.metric)
        decimals = 0 if condition.value == round(condition.value) else max(1, metric.decimals)
        if condition.metric in self._spoken.many:
            value = self.figures.counted(condition.value, self._spoken.many[condition.metric], decimals)
        else:
            value = self.figures.figure(condition.value, metric.unit, decimals)
        said = self._phrases.frames[condition.op.name.lower()].format(value=value)
        return said if bare else f"{self._name(condition.metric, metric.title)} {said}"

    def _closed(self) -> str:
        row = self.reading.rows[0] if self.reading.rows else ()
        known = {column.name: value for column, value in zip(self.reading.columns, row, strict=False)}
        holds = all(_holds(c, known.get(c.metric)) for c in self.plan.conditions)
        sentence = self._measured(known.get(self.plan.metrics[0]))
        limits = [c for c in self.plan.conditions if c.value or c.metric != self.plan.metrics[0]]
        if limits:
            asked = [self._condition(c, bare=c.metric == self.plan.metrics[0]) for c in limits]
            sentence = self._frame("limit", sentence=sentence, conditions=self._joined(asked))
        return self._frame("agreed" if holds else "denied", sentence=sentence)

    def _listing(self) -> str:
        plan, rows = self.plan, self.reading.rows
        what = plan.by[0] if plan.counting and plan.by else plan.listing
        total = self._frame("total", count=self._many(self.reading.total, what, self._title))
        if plan.counting:
            return total
        one = len(rows) == 1
        said = self._fields(rows[0]) if rows else ""
        if one and plan.listing not in self._spoken.rows:
            said = self._frame("row", title=self._title, row=said)
        elif not one and rows:
            said = total if plan.closed else self._rows(said)
        if not plan.closed:
            return said
        return self._frame("agreed", sentence=said) if rows else self._frame("unfit")

    def _rows(self, first: str) -> str:
        count = self._many(self.reading.total, self.plan.listing, self._title)
        begun = self._begun()
        sentence = self._frame("rows", count=count, row=first)
        return self._frame("begun", sentence=sentence, count=self.figures.number(begun)) if begun else sentence

    def _begun(self) -> int:
        """How many of the rows began before the time asked for, of which only a part lies in it."""
        at = next((n for n, column in enumerate(self.reading.columns) if column.name == "start"), None)
        if at is None or self.reading.start is None:
            return 0
        starts = [value for row in self.reading.rows if isinstance(value := row[at], datetime)]
        return sum(start < self.reading.start for start in starts)

    def _fields(self, row: Row) -> str:
        """A listing's row: as the language says it, else column by column."""
        columns = self.reading.columns
        shown = [
            (column, self._named(value, column))
            for column, value in zip(columns, row, strict=True)
            if column.title and value not in (None, "")
        ]
        pattern = self._spoken.rows.get(self.plan.listing or "")
        if pattern is None:
            return ", ".join(f"{self._name(column.title, column.title)} {value}" for column, value in shown)
        values = {column.name: value for column, value in shown}
        if values.get("start", "").rpartition(", ")[0] == values.get("end", "").rpartition(", ")[0] != "":
            values["end"] = values["end"].rpartition(", ")[2]
        parts = [part for part in pattern.split("|") if all(name in values for name in _PART.findall(part))]
        return "".join(parts).format(**values)

    def _nothing(self) -> str:
        reading = self.reading
        known = reading.as_of is not None and not reading.incomplete
        if self.plan.conditions and not self.plan.closed and known and not self._is_before:
            what = self.semantics.dimension(self.plan.by[0]).title if self.plan.by else ""
            nobody = self._frame("nobody", what=self._name(self.plan.by[0], what)) if what else ""
            return (self._those(nobody) if nobody else "") or self._frame("none", conditions=self._conditions())
        return self._frame("nothing_yet" if reading.incomplete else "nothing", title=self._title)

    def _more(self) -> list[str]:
        reading, figures, more = self.reading, self.figures, self._phrases.more
        said: list[str] = []
        if reading.incomplete:
            said.append(more["incomplete"].format(why=reading.incomplete))
        if self.assumed:
            said.append(more["assumed"].format(when=self._when))
        if reading.begins is not None:
            said.append(more["begins"].format(moment=figures.moment(reading.begins)))
        if reading.unknown is not None:
            things = self._many(reading.unknown.things, self.semantics.declared.thing, "")
            name = "silent_one" if reading.unknown.things == 1 else "silent_many"
            said.append(more[name].format(count=things, length=figures.length(reading.unknown.seconds)))
        if exact := self._in_full():
            said.append(more["exact"].format(time=exact))
        if reading.as_of is not None:
            said.append(more["as_of"].format(moment=figures.moment(reading.as_of), city=city(self.semantics)))
        return said

    def _in_full(self) -> str:
        """The dates of which the sentence tells in words; empty where it has them."""
        periods = [p for p in (self.plan.period, self.plan.against) if p] if self.reading.start is not None else []
        if all(self._exact(period) in self._spoken_of(period) for period in periods):
            return ""
        return compared([self._exact(period) for period in periods], self._phrases.language)


def _number(value: Cell) -> float:
    return float(value) if isinstance(value, (int, float)) else 0.0


def _holds(condition: Condition, value: Cell) -> bool:
    return isinstance(value, (int, float)) and condition.op.holds(float(value), condition.value)


def _sentence(text: str) -> str:
    """The text as a sentence, without the gaps of what was empty."""
    text = re.sub(r" {2,}", " ", text).strip()
    text = re.sub(r" (?=[,.;:)\u00a0])", "", text)
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith(('.', '?')) else '.'}"
