"""Who makes a request, and what they may do."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from surefoot.app.accounts.permissions import Permission
from surefoot.core.nouns import Asker

EVERYONE = "everyone"
"""The group of all who may ask at all."""
LOCAL_ID = "local"
"""Who owns the installation: the only user until there are accounts, and then the first administrator."""
Via = Literal["machine", "session", "key"]


def own_group(person_id: str) -> str:
    """The group that a person alone is in, for what nobody else may see."""
    return f"person:{person_id}"


@dataclass(frozen=True, slots=True)
class Actor:
    """A person at the other end of a request."""

    id: str
    name: str
    groups: frozenset[str]
    permissions: frozenset[Permission]
    via: Via
    roles: tuple[str, ...] = ()
    session: str = ""
    """Id of the session that brought the request; empty where none did."""
    has_password: bool = False
    """Whether they can prove once more, with a password that is taken here, that the session is in their hands."""
    second_factor: bool = False
    """Whether a code is asked for beside it."""

    def may(self, permission: Permission) -> bool:
        """Whether this is allowed."""
        return permission in self.permissions

    @property
    def asker(self) -> Asker:
        """As the other packages know them."""
        return Asker(self.id, self.groups | {EVERYONE, own_group(self.id)})


MACHINE = Actor(LOCAL_ID, "this machine", frozenset(), frozenset(Permission), "machine", ("administrator",))
"""Everybody on this machine until there are accounts."""
COMMANDS = replace(MACHINE, permissions=MACHINE.permissions - {Permission.READ_TRAIL})
"""Whoever may read the data folder, where there are accounts: they act, and do not watch over the acts."""
