"""Small pieces of HTML: everything escaped, and only what we mean to be an element becomes one."""

from __future__ import annotations

import base64
import html
import re

_MARKS = re.compile(r"(\*\*|__|`)")
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)\s]*\)")


def escape(text: object) -> str:
    """Text as HTML shows it, in content and in attributes."""
    return html.escape(str(text), quote=True)


def said(text: str) -> str:
    """A message of the server as HTML, commands in it set apart."""
    return re.sub(r"`([^`<>]+)`", r'<code class="sf-code">\1</code>', escape(text))


def icon(name: str) -> str:
    """A symbol of the icon font; what it says stands beside it in words."""
    return f'<span class="sf-icon" aria-hidden="true">{escape(name)}</span>'


def act(name: str, **values: object) -> str:
    """Attributes that make an element do something when it is clicked."""
    more = "".join(f' data-{key}="{escape(value)}"' for key, value in values.items())
    return f'data-act="{escape(name)}"{more}'


def bare(text: str) -> str:
    """A piece of Markdown without the marks of emphasis, code and links."""
    return _MARKS.sub("", _LINK.sub(r"\1", text))


def data_url(png: bytes) -> str:
    """A picture as an address that holds it: it goes to this browser alone, and the server keeps no file to ask for."""
    return f"data:image/png;base64,{base64.b64encode(png).decode()}"
