"""Names the cookie that holds a browser's session: the API sets it, the pages read it."""

from __future__ import annotations

SESSION = "surefoot_session"


def bound(name: str, public_url: str | None) -> str:
    """A cookie's name; where browsers come by https, one that no other host can set or read (RFC 6265bis, 4.1.3.2)."""
    return f"__Host-{name}" if (public_url or "").startswith("https:") else name
