"""The settings as a table, for docs/guides/configuration.md."""

from __future__ import annotations

from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from surefoot.app.settings import Settings, variables_of

COMPUTED = {
    "data": "`~/.local/share/surefoot`",
    "weights": "`~/.cache/surefoot/weights`",
    "threads": "processors of this machine, at most 8",
}
"""Defaults that depend on the machine."""


def settings_table() -> str:
    """A row a setting: its variables, its default, what it does."""
    rows = ["| variable | default | what it sets |", "|---|---|---|"]
    own = Settings.__annotations__
    for name, field in sorted(Settings.model_fields.items(), key=lambda one: one[0] not in own):
        variables = ", ".join(f"`{variable}`" for variable in variables_of(name, field))
        rows.append(f"| {variables} | {_default(name, field)} | {field.description} |")
    return "\n".join(rows)


def _default(name: str, field: FieldInfo) -> str:
    if name in COMPUTED:
        return COMPUTED[name]
    if field.default is PydanticUndefined or field.default is None:
        return "unset"
    default = field.default
    return f"`{','.join(map(str, default)) if isinstance(default, tuple) else default}`"
