"""Fields of a form, made from a JSON schema: what each asks for, how it is drawn, what is wrong with what was typed."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast

import streamlit as st

from surefoot.app.pages.markup import escape, icon

Shape = Literal["text", "area", "secret", "number", "toggle", "choice", "list", "json"]
PREFIX = "SUREFOOT_SECRET_"
_SECRET = re.compile(r"SUREFOOT_SECRET_[A-Z0-9_]+")
_LONG = 2000
"""Characters from which on a text gets several lines."""


class FieldInvalid(ValueError):
    """What was typed cannot be used; its message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Field:
    """One setting that a person fills in."""

    name: str
    title: str
    help: str
    shape: Shape
    schema: Mapping[str, Any]
    required: bool
    nullable: bool

    @property
    def default(self) -> Any:
        """What stands there at first; None for nothing."""
        return self.schema.get("default")


def fields(schema: Mapping[str, Any]) -> list[Field]:
    """The settings of a kind in the order of its schema, without `kind` itself."""
    required = set(cast("Sequence[str]", schema.get("required", ())))
    properties = cast("Mapping[str, Mapping[str, Any]]", schema.get("properties", {}))
    return [
        _field(name, declared, schema, required=name in required)
        for name, declared in properties.items()
        if name != "kind" and "const" not in declared
    ]


def _field(name: str, declared: Mapping[str, Any], whole: Mapping[str, Any], *, required: bool) -> Field:
    choices = cast("Sequence[Mapping[str, Any]]", declared.get("anyOf", ()))
    some = [_resolved(one, whole) for one in choices if one.get("type") != "null"]
    merged = {**(some[0] if some else {}), **_resolved(declared, whole)}
    title = str(merged.get("title") or name.replace("_", " ").capitalize())
    nullable = any(one.get("type") == "null" for one in choices)
    return Field(name, title, str(merged.get("description", "")), _shape(name, merged), merged, required, nullable)


def _resolved(declared: Mapping[str, Any], whole: Mapping[str, Any]) -> Mapping[str, Any]:
    reference = str(declared.get("$ref", ""))
    if not reference.startswith("#/$defs/"):
        return declared
    named = cast("Mapping[str, Mapping[str, Any]]", whole.get("$defs", {})).get(reference.rpartition("/")[2], {})
    return {**named, **{key: value for key, value in declared.items() if key != "$ref"}}


def _shape(name: str, schema: Mapping[str, Any]) -> Shape:
    if name.endswith("_secret"):
        return "secret"
    if "enum" in schema:
        return "choice"
    kind = schema.get("type")
    items = cast("Mapping[str, Any]", schema.get("items", {}))
    if kind == "array" and items.get("type") == "string":
        return "list"
    simple: Mapping[Any, Shape] = {"boolean": "toggle", "integer": "number", "number": "number"}
    if kind == "string":
        return "area" if schema.get("format") == "textarea" or schema.get("maxLength", 0) > _LONG else "text"
    return simple.get(kind, "json")


def draw(field: Field, value: Any, key: str, error: str = "") -> Any:
    """Draw a field with what stands in it at first; gives what the person put there, not looked at yet.

    A secret alone is looked at right away: who types one where the name of its variable belongs is told at once.
    """
    raw = _widget(field, value, key)
    if said := error or (_why_not(field, raw) if raw and field.shape == "secret" else ""):
        st.html(wrong(said))
    return raw


def _why_not(field: Field, raw: Any) -> str:
    try:
        taken(field, raw)
    except FieldInvalid as invalid:
        return str(invalid)
    return ""


def wrong(error: str) -> str:
    """What is wrong with a field, to stand below it, as HTML."""
    return f'<p class="sf-field-error" role="alert">{icon("error")} {escape(error)}</p>'


def _widget(field: Field, value: Any, key: str) -> Any:
    match field.shape:
        case "toggle":
            return st.toggle(field.title, value=bool(value), key=key, help=field.help or None)
        case "choice":
            options = [str(one) for one in field.schema["enum"]]
            index = options.index(str(value)) if str(value) in options else 0
            return st.selectbox(field.title, options, index, key=key, help=field.help or None, format_func=_capital)
        case "number":
            return _number(field, value, key)
        case "list" | "json" | "area":
            return st.text_area(
                _label(field), _as_text(field, value), key=key, help=field.help or None, height=_height(field, value)
            )
        case "text" | "secret":
            return st.text_input(
                _label(field),
                "" if value is None else str(value),
                key=key,
                help=field.help or None,
                placeholder=f"{PREFIX}…" if field.shape == "secret" else _example(field.help),
                autocomplete="off",
            )


def _label(field: Field) -> str:
    more = {"list": " (one per line)", "json": " (JSON)"}.get(field.shape, "")
    return f"{field.title}{more}"


def _example(words: str) -> str:
    found = re.search(r"[Ss]uch as (\S+?)[.,;]?(?:\s|$)", words)
    return found[1] if found else ""


def _capital(word: str) -> str:
    return word[:1].upper() + word[1:]


def _number(field: Field, value: Any, key: str) -> Any:
    whole = field.schema.get("type") == "integer"
    kind: Any = int if whole else float

    def bound(name: str) -> Any:
        return kind(field.schema[name]) if name in field.schema else None

    return st.number_input(
        field.title,
        min_value=bound("minimum"),
        max_value=bound("maximum"),
        value=None if value is None else kind(value),
        step=kind(1) if whole else 0.1,
        key=key,
        help=_with_range(field),
    )


def _with_range(field: Field) -> str:
    least, most = field.schema.get("minimum"), field.schema.get("maximum")
    said = f"{least:,} to {most:,}." if least is not None and most is not None else ""
    return f"{field.help} {said}".strip()


def _as_text(field: Field, value: Any) -> str:
    if field.shape == "list":
        return "\n".join(str(line) for line in cast("Sequence[Any]", value or ()))
    if field.shape == "json":
        return json.dumps(value, indent=2, ensure_ascii=False) if value else ""
    return "" if value is None else str(value)


def _height(field: Field, value: Any) -> int:
    """Pixels: a list shows some lines, JSON and long texts more."""
    lines = _as_text(field, value).count("\n") + 1
    return 90 if field.shape == "list" and lines < 3 else 150


def taken(field: Field, raw: Any) -> Any:
    """What a person put into a field as the setting's value; None where it was left empty. Raises FieldInvalid."""
    value = _parsed(field, raw)
    empty = value is None or value in ("", [], {})
    if empty and field.required:
        raise FieldInvalid(f"{field.title} is needed.")
    if field.shape == "secret" and not empty and not _SECRET.fullmatch(str(value)):
        raise FieldInvalid(
            f"Write the name of an environment variable that begins with {PREFIX} (capitals, digits, _), "
            "not the secret itself."
        )
    if empty and field.nullable:
        return None
    return value


def _parsed(field: Field, raw: Any) -> Any:
    if field.shape == "list":
        lines = [line.strip() for line in str(raw or "").splitlines()]
        return [line for line in lines if line]
    if field.shape == "json":
        return _json(field, str(raw or ""))
    return raw.strip() if isinstance(raw, str) else raw


def _json(field: Field, text: str) -> Any:
    wanted = list if field.schema.get("type") == "array" else dict
    if not text.strip():
        return wanted()
    try:
        value = json.loads(text)
    except ValueError as error:
        raise FieldInvalid(f'This is no JSON: {error}. Write it such as {{"key": "value"}}.') from error
    if not isinstance(value, wanted):
        form = '["one", "two"]' if wanted is list else '{"key": "value"}'
        raise FieldInvalid(f"Write it in the form {form}.")
    return cast("Any", value)


_NAMED = re.compile(r"'([a-z_][a-z0-9_]*)(?:\.[\w.]+)?'(?: \(.*?\))?:? ")


def by_field(message: str, names: Sequence[str]) -> tuple[dict[str, str], str]:
    """A message of the server, taken apart: what it says about each field, and what about none."""
    found: dict[str, str] = {}
    rest: list[str] = []
    for part in message.split("; "):
        start = _NAMED.match(part)
        if start and start[1] in names:
            found.setdefault(start[1], _capital(part[start.end() :]))
        elif found and not start:
            last = next(reversed(found))
            found[last] = f"{found[last]}; {part}"
        else:
            rest.append(part)
    return found, "; ".join(rest)
