"""Turns what arrived into samples, or says why not: names, units, ranges, clocks."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NoReturn, cast

from surefoot.ingestion.telemetry.fields import FIELDS, RANGES, TEXTS
from surefoot.ingestion.telemetry.rules import Limits, Refused, Rule, Valid
from surefoot.ingestion.telemetry.times import moment_from
from surefoot.retrieval.records.samples import Sample

LONGEST_NAME = 64
"""Characters of a vehicle's or a driver's name."""
_NUMBER = re.compile(r"[+-]?\d{1,15}(\.\d{1,15})?([eE][+-]?\d{1,2})?")
_YES, _NO = frozenset({"true", "on", "yes", "1"}), frozenset({"false", "off", "no", "0"})
_DEFAULT = Limits()


class _NotValid(Exception):
    """Why a message is refused; stays inside this module."""


@dataclass(slots=True)
class _Told:
    """What a message has told so far."""

    values: dict[str, Any] = field(default_factory=dict[str, Any])
    notes: list[tuple[Rule, str]] = field(default_factory=list[tuple[Rule, str]])
    unknown: list[str] = field(default_factory=list[str])


def entries(payload: bytes, limits: Limits = _DEFAULT) -> list[Any] | Refused:
    """The messages in what arrived: one JSON object, or an array of them."""
    batch = payload[:64].lstrip()[:1] == b"["
    most = limits.batch_bytes if batch else limits.message_bytes
    if len(payload) > most:
        return Refused(Rule.OVERSIZED, f"{len(payload)} bytes; {most} are taken")
    try:
        found = _parsed(payload)
    except _NotValid as refused:
        return Refused(Rule.MALFORMED, str(refused))
    if not isinstance(found, list):
        return [found]
    found = cast("list[Any]", found)
    if len(found) > limits.batch_samples:
        return Refused(Rule.OVERSIZED, f"{len(found)} samples in one message; {limits.batch_samples} are taken")
    return found or Refused(Rule.MALFORMED, "an empty array")


def validated(
    message: bytes | Mapping[str, Any], now: datetime, limits: Limits = _DEFAULT, topic_vehicle: str | None = None
) -> Valid | Refused:
    """One message as a sample.

    `topic_vehicle` is the vehicle that the sender is known to be: the message may leave its name out, and may not
    name another. Values out of range are left out and noted; what is not of the right kind refuses the message.
    """
    if isinstance(message, bytes):
        found = entries(message, limits)
        if isinstance(found, Refused):
            return Refused(found.rule, found.reason, topic_vehicle or "")
        if len(found) != 1:
            return Refused(Rule.MALFORMED, f"{len(found)} samples where one is expected", topic_vehicle or "")
        message = found[0]
    if not isinstance(message, Mapping):
        return Refused(Rule.MALFORMED, "not an object with fields", topic_vehicle or "")
    told = _Told()
    try:
        _tell(message, told)
        return _judged(told, now, limits, topic_vehicle)
    except _NotValid as refused:
        vehicle = topic_vehicle if topic_vehicle is not None else told.values.get("vehicle", "")
        return Refused(Rule.MALFORMED, str(refused), vehicle)


def name_fits(name: str) -> bool:
    """Whether this can name a vehicle or a driver: 1 to 64 printable characters, not blank at an end."""
    return 0 < len(name) <= LONGEST_NAME and name.isprintable() and name == name.strip()


def _parsed(payload: bytes) -> Any:
    try:
        return json.loads(payload, parse_constant=_no_constant, object_pairs_hook=_once_each)
    except RecursionError:
        reason = "JSON that is nested too deep"
    except UnicodeDecodeError:
        reason = "not UTF-8"
    except ValueError as broken:
        reason = f"not JSON: {str(broken)[:80]}"
    raise _NotValid(reason)


def _tell(message: Mapping[str, Any], told: _Told) -> None:
    for key, value in message.items():
        known = FIELDS.get(key)
        if known is None:
            told.unknown.append(str(key))
        elif value is not None and value != "":
            if known.name in told.values:
                raise _NotValid(f"{known.name} is told twice, once as {_short(key)}")
            told.values[known.name] = _value(known.name, key, value, known.factor)


def _value(name: str, key: str, value: Any, factor: float) -> Any:
    if name == "time":
        try:
            return moment_from(value)
        except ValueError as wrong:
            raise _NotValid(str(wrong)) from None
    if name in TEXTS:
        return _name(key, value)
    if name == "engine_on":
        return _yes_no(key, value)
    return _number(key, value) * factor


def _judged(told: _Told, now: datetime, limits: Limits, topic_vehicle: str | None) -> Valid | Refused:
    values, notes = told.values, told.notes
    vehicle = values.get("vehicle", topic_vehicle)
    if not vehicle:
        raise _NotValid("no vehicle is named")
    values["vehicle"] = _name("the vehicle of the topic", vehicle)
    if topic_vehicle is not None and vehicle != topic_vehicle:
        return Refused(Rule.WRONG_TOPIC, f"it names {vehicle}, and was sent as {topic_vehicle}", topic_vehicle)
    if "time" not in values:
        raise _NotValid("no time is told")
    refused = _clock(values["time"], now, limits, notes)
    if refused is not None:
        return Refused(*refused, vehicle)
    _measured(values, notes)
    if told.unknown:
        names = ", ".join(_short(name) for name in told.unknown[:5])
        notes.append((Rule.UNKNOWN_FIELD, f"not known, or without a unit: {names}"))
    return Valid(Sample(**values), tuple(notes))


def _clock(time: datetime, now: datetime, limits: Limits, notes: list[tuple[Rule, str]]) -> tuple[Rule, str] | None:
    ahead = time - now
    if ahead > limits.future:
        return Rule.FUTURE, f"{time.isoformat()} is {_rough(ahead.total_seconds())} in the future"
    if limits.oldest is not None and -ahead > limits.oldest:
        return Rule.TOO_OLD, f"{time.isoformat()} is more than {limits.oldest.days} days ago"
    if ahead > limits.skew:
        notes.append((Rule.SKEWED, f"{time.isoformat()} is {_rough(ahead.total_seconds())} in the future"))
    elif limits.late is not None and -ahead > limits.late:
        notes.append((Rule.LATE, f"{time.isoformat()} came {_rough(-ahead.total_seconds())} later"))
    return None


def _measured(values: dict[str, Any], notes: list[tuple[Rule, str]]) -> None:
    """Leave out what cannot be true, and note it."""
    for name in [name for name in values if name in RANGES]:
        low, high = RANGES[name]
        if not low <= values[name] <= high:
            rule = Rule.NO_POSITION if name in {"latitude", "longitude"} else Rule.OUT_OF_RANGE
            notes.append((rule, f"{name} {values.pop(name):g} is not from {low:g} to {high:g}"))
    if "heading_deg" in values:
        values["heading_deg"] %= 360
    rpm = values.pop("engine_rpm", None)
    if rpm is not None:
        values.setdefault("engine_on", rpm > 0)
    _placed(values, notes)


def _placed(values: dict[str, Any], notes: list[tuple[Rule, str]]) -> None:
    latitude, longitude = values.get("latitude"), values.get("longitude")
    if latitude is None and longitude is None:
        return
    if latitude is None or longitude is None or (latitude == 0 and longitude == 0):
        values.pop("latitude", None)
        values.pop("longitude", None)
        if not any(rule is Rule.NO_POSITION for rule, _ in notes):
            both = latitude is not None and longitude is not None
            words = "0/0 is what a receiver without a fix says" if both else "only one of latitude and longitude"
            notes.append((Rule.NO_POSITION, words))


def _number(key: str, value: Any) -> float:
    kind = type(value)
    if kind is str and _NUMBER.fullmatch(value.strip()):
        return float(value)
    if kind is not float and kind is not int:
        raise _NotValid(f"{key} is no number: {_short(value)}")
    try:
        number = float(value)
    except OverflowError:
        raise _NotValid(f"{key} is no number that can be held") from None
    if number - number != 0:  # NaN or infinite
        raise _NotValid(f"{key} is no finite number")
    return number


def _yes_no(key: str, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    word = str(value).strip().lower() if isinstance(value, str | int) else ""
    if word not in _YES and word not in _NO:
        raise _NotValid(f"{key} is neither true nor false: {_short(value)}")
    return word in _YES


def _name(key: str, value: Any) -> str:
    text = str(value) if type(value) is int else value
    if not isinstance(text, str) or not name_fits(text):
        raise _NotValid(f"{key} is no name of 1 to {LONGEST_NAME} printable characters: {_short(value)}")
    return text


def _no_constant(name: str) -> NoReturn:
    raise _NotValid(f"{name} is no number")


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _NotValid("a field is told twice")
    return found


def _short(value: Any) -> str:
    return repr(value)[:40]


def _rough(seconds: float) -> str:
    """A length of time as people say it."""
    for unit, length in (("days", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= 2 * length:
            return f"{seconds / length:.0f} {unit}"
    return f"{seconds:.0f} s"
