"""The tables of roles, permissions and routes in the documentation."""

from __future__ import annotations

from collections import defaultdict

from surefoot.app.accounts.permissions import ROLES, TOLD, Permission
from surefoot.app.api.needs import NEEDS, Need

OPEN = {Need.NOTHING: "everybody, signed in or not", Need.ACCOUNT: "everybody who is signed in"}


def roles_table() -> str:
    """Which role has which permission."""
    heads = " | ".join(role.value for role in ROLES)
    lines = [f"| permission | lets one | {heads} |", f"|---|---|{':---:|' * len(ROLES)}"]
    for permission in Permission:
        marks = " | ".join("●" if permission in may else "" for may in ROLES.values())
        lines.append(f"| `{permission}` | {TOLD[permission]} | {marks} |")
    return "\n".join(lines)


def routes_table() -> str:
    """What each route asks for."""
    by_need: dict[Permission | Need, list[str]] = defaultdict(list)
    for line, need in NEEDS.items():
        by_need[need].append(f"`{line}`")
    lines = ["| needs | routes |", "|---|---|"]
    for need, routes in by_need.items():
        name = OPEN[need] if isinstance(need, Need) else f"`{need}`"
        lines.append(f"| {name} | {', '.join(routes)} |")
    return "\n".join(lines)
