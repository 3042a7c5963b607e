"""The few pages that the API shows by itself: signing in, and setting a password. No script, nothing from elsewhere."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from starlette.responses import HTMLResponse

STYLE = (Path(__file__).parent / "entrance.css").read_text(encoding="utf-8")
_STYLE_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()


@dataclass(frozen=True, slots=True)
class Field:
    """One line of a form."""

    name: str
    label: str
    kind: str = "text"
    value: str = ""
    autocomplete: str = "off"
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """A form with one button."""

    title: str
    action: str
    button: str
    fields: Sequence[Field] = ()
    lead: str = ""
    hidden: Sequence[tuple[str, str]] = ()
    other: tuple[str, str] | None = None
    """A link below: its address and its words."""
    drawn: str = ""
    """HTML of ours above the fields."""


def page(form: Form, sends_to: str, trouble: str = "", status: int = 200) -> HTMLResponse:
    """The form's page; `sends_to` is the origin that the browser is sent to afterwards."""
    policy = (
        f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; form-action 'self' {sends_to}; "
        "frame-ancestors 'none'; base-uri 'none'"
    )
    headers = {"Content-Security-Policy": policy, "Referrer-Policy": "same-origin"}
    return HTMLResponse(_html(form, trouble), status, headers)


def enrolment(picture: str, secret: str) -> str:
    """The QR code of a second factor, and the same as text."""
    return f'<div class="qr">{picture}</div><p class="secret"><code>{escape(secret)}</code></p>'


def codes(some: Sequence[str]) -> str:
    """Recovery codes, one a line."""
    return f'<ol class="codes">{"".join(f"<li><code>{escape(one)}</code></li>" for one in some)}</ol>'


def _html(form: Form, trouble: str) -> str:
    told = f'<p class="trouble" role="alert">{escape(trouble)}</p>' if trouble else ""
    lead = f"<p>{escape(form.lead)}</p>" if form.lead else ""
    hidden = "".join(f'<input type="hidden" name="{escape(n)}" value="{escape(v)}">' for n, v in form.hidden)
    fields = "".join(_field(one, first=one is form.fields[0]) for one in form.fields)
    other = f'<p class="other"><a href="{escape(form.other[0])}">{escape(form.other[1])}</a></p>' if form.other else ""
    body = (
        f'<form method="post" action="{escape(form.action)}">{hidden}{fields}'
        f'<button type="submit">{escape(form.button)}</button></form>'
        if form.button
        else ""
    )
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(form.title)} · Surefoot</title><style>{STYLE}</style></head>"
        f'<body><main><p class="brand">Surefoot</p><h1>{escape(form.title)}</h1>'
        f"{lead}{form.drawn}{told}{body}{other}</main></body>"
        "</html>"
    )


def _field(field: Field, *, first: bool) -> str:
    hint = f'<small id="{field.name}-hint">{escape(field.hint)}</small>' if field.hint else ""
    described = f' aria-describedby="{field.name}-hint"' if field.hint else ""
    focus = " autofocus" if first else ""
    return (
        f'<label for="{field.name}">{escape(field.label)}</label>'
        f'<input id="{field.name}" name="{field.name}" type="{field.kind}" value="{escape(field.value)}" '
        f'autocomplete="{field.autocomplete}" required maxlength="200"{described}{focus}>{hint}'
    )
