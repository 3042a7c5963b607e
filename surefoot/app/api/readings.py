"""Turns readings into the forms that travel over HTTP."""

from __future__ import annotations

import json

from surefoot.app.client.reading_forms import ColumnForm, PeriodForm, ReadingForm, UnknownForm
from surefoot.core.readings import Reading, Unknown


def reading_form(reading: Reading) -> ReadingForm:
    """A reading; each row by the names of its columns."""
    names = [column.name for column in reading.columns]
    return ReadingForm(
        id=reading.id,
        metric=reading.metric,
        title=reading.title,
        value=reading.value,
        unit=reading.unit,
        period=PeriodForm(start=reading.start, end=reading.end),
        filters={name: list(values) for name, values in reading.filters},
        rows=[dict(zip(names, row, strict=True)) for row in reading.rows],
        as_of=reading.as_of,
        total=reading.total,
        told=reading.told,
        columns=[ColumnForm(name=c.name, title=c.title, unit=c.unit, decimals=c.decimals) for c in reading.columns],
        drawn=reading.drawn.value,
        decimals=reading.decimals,
        definition=reading.definition,
        source=reading.source,
        before=reading.before,
        before_told=reading.before_told,
        begins=reading.begins,
        unknown=_unknown(reading.unknown),
        incomplete=reading.incomplete,
        simulated=reading.simulated,
        zone=reading.zone,
        plan=json.loads(reading.plan) if reading.plan else None,
    )


def _unknown(unknown: Unknown | None) -> UnknownForm | None:
    return UnknownForm(things=unknown.things, seconds=unknown.seconds) if unknown else None
