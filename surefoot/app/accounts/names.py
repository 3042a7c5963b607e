"""Checks what people are called, and which roles and groups they can be given."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable

from surefoot.app.accounts.errors import AccountRefused
from surefoot.app.accounts.permissions import Role

LONGEST_NAME = 120
LONGEST_GROUP = 200
MOST_GROUPS = 500


def folded(name: str) -> str:
    """A name as it is compared."""
    return unicodedata.normalize("NFKC", name).casefold().strip()


def checked_name(name: str) -> str:
    """A name that can be shown; raises AccountRefused."""
    shown = " ".join(unicodedata.normalize("NFC", name).split())
    if not shown or len(shown) > LONGEST_NAME or not shown.isprintable():
        raise AccountRefused(f"A name has 1 to {LONGEST_NAME} characters that can be printed.")
    return shown


def checked_roles(roles: Collection[str]) -> list[str]:
    """Roles that exist, in order; raises AccountRefused."""
    unknown = sorted(set(roles) - {role.value for role in Role})
    if unknown:
        known = ", ".join(role.value for role in Role)
        raise AccountRefused(f"There is no role '{unknown[0]}'. The roles are: {known}.")
    return [role.value for role in Role if role.value in roles]


def checked_groups(groups: Collection[str]) -> list[str]:
    """Groups that can be given, in order; raises AccountRefused."""
    names = sorted({group.strip() for group in groups})
    if len(names) > MOST_GROUPS:
        raise AccountRefused(f"{len(names)} groups are too many: a person is in at most {MOST_GROUPS}.")
    if not all(map(_can_be_given, names)):
        raise AccountRefused("A group's name has 1 to 200 printable characters and does not begin with 'person:'.")
    return names


def usable_groups(groups: Iterable[str]) -> list[str]:
    """Those of an identity provider's groups that can be given, in order, as many as a person may be in."""
    return sorted(filter(_can_be_given, {group.strip() for group in groups}))[:MOST_GROUPS]


def usable_name(name: str) -> str:
    """What can be shown of a name that somebody else gave, with room for a number behind it; may be empty."""
    shown = "".join(letter if letter.isprintable() else " " for letter in unicodedata.normalize("NFC", name))
    return " ".join(shown.split())[: LONGEST_NAME - 10].strip()


def _can_be_given(group: str) -> bool:
    return 0 < len(group) <= LONGEST_GROUP and group.isprintable() and not group.startswith("person:")
