"""Words for sources: how they are doing, what they read, when they are read, and how long something is ago."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from surefoot.app.client.source_forms import HealthName, SourceForm
from surefoot.app.pages.sources_cron import times
from surefoot.app.pages.words import Tone, Verdict, counted, day, local, on_day

DAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
"""As cron counts them, from 0."""
HEALTH: Mapping[HealthName, Verdict] = {
    "ok": Verdict("good", "check_circle", "Fine"),
    "partial": Verdict("warn", "rule", "Partly read"),
    "trouble": Verdict("bad", "error", "Cannot be read"),
    "never": Verdict("none", "hourglass_empty", "Not read yet"),
    "stale": Verdict("warn", "history", "Overdue", "Its time went by twice without a look at it. Run it now."),
    "disabled": Verdict("none", "pause_circle", "Paused", "It is not read until it is resumed."),
}
MARKS: Mapping[Tone, str] = {"good": "sf-good", "warn": "sf-warn", "bad": "sf-bad", "none": "sf-none"}
_MAIN = {"folder": "path", "web": "start", "git": "url", "query": "statement", "hub": "reader"}
_LONGEST = 120


def reads(source: SourceForm) -> str:
    """What a source reads, in a line: its folder, address, bucket or query."""
    settings = source.settings
    if source.kind == "bucket":
        return _short("/".join(str(settings.get(name) or "") for name in ("bucket", "prefix")).rstrip("/"))
    value: Any = settings.get(_MAIN.get(source.kind, ""), "")
    if isinstance(value, list):
        some = [str(one) for one in value]  # pyright: ignore[reportUnknownVariableType,reportUnknownArgumentType]  JSON
        more = f" and {counted(len(some) - 1, 'more address', 'more addresses')}" if len(some) > 1 else ""
        return _short(some[0] if some else "") + more
    said = _short(" ".join(str(value).split()))
    if source.kind == "git" and settings.get("branch"):
        return f"{said}, {settings['branch']}"
    return said


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def schedule(cron: str | None) -> str:
    """A schedule in words: "every day at 02:00 UTC"; "when asked" without one."""
    if not cron:
        return "when asked"
    minute, hour, date, month, weekday = fields = cron.split()
    if any(field != "*" for field in (date, month)) or not minute.isdecimal():
        return f"at the times {cron} (UTC)" if fields[1:] != ["*"] * 4 else _minutes(minute, cron)
    if hour == "*" and weekday == "*":
        return "every hour" if minute == "0" else f"every hour at minute {minute}"
    if not hour.isdecimal():
        return f"at the times {cron} (UTC)"
    return _on(weekday, f"{int(hour):02}:{int(minute):02} UTC", cron)


def _minutes(minute: str, cron: str) -> str:
    step = minute.removeprefix("*/")
    return f"every {counted(int(step), 'minute')}" if step.isdecimal() else f"at the times {cron} (UTC)"


def _on(weekday: str, time: str, cron: str) -> str:
    if weekday == "*":
        return f"every day at {time}"
    if weekday == "1-5":
        return f"Monday to Friday at {time}"
    if weekday.isdecimal() and int(weekday) <= 7:
        return f"every {DAYS[int(weekday) % 7]} at {time}"
    return f"at the times {cron} (UTC)"


def next_times(cron: str, number: int = 3, now: datetime | None = None) -> list[str]:
    """The next times of a schedule, in UTC and in words; empty where none comes. Raises NotUnderstood."""
    at = now or datetime.now(UTC)
    return [moment(found, at) for found in times(cron, at, number)]


def moment(when: datetime, now: datetime) -> str:
    """A moment in UTC, seen from another one: "today 14:00", "tomorrow 02:00", "Monday 02:00", "3 March 02:00"."""
    ahead = (when.date() - now.date()).days
    names = {0: "today", 1: "tomorrow"}
    name = names.get(ahead) or (f"{when:%A}" if 0 < ahead < 7 else f"{when.day} {when:%B}")
    if when.year != now.year:
        name = f"{when.day} {when:%B %Y}"
    return f"{name} {when:%H:%M}"


def ago(when: datetime | None, now: datetime | None = None) -> str:
    """How long something is ago: "just now", "4 minutes ago", "3 hours ago", "yesterday", "3 March"; "never"."""
    if when is None:
        return "never"
    passed = ((now or datetime.now(UTC)) - local(when)).total_seconds()
    if passed < 60:
        return "just now"
    if passed < 3600:
        return f"{counted(int(passed // 60), 'minute')} ago"
    if passed < 12 * 3600:
        return f"{counted(int(passed // 3600), 'hour')} ago"
    return f"{on_day(when)}, {local(when):%H:%M}" if passed < 7 * 86_400 else day(when)


def soon(when: datetime | None, now: datetime | None = None) -> str:
    """When something comes, in UTC; a dash where nothing is foreseen."""
    return f"{moment(when.astimezone(UTC), now or datetime.now(UTC))} UTC" if when else "—"
