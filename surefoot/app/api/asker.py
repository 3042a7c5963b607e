"""What routes depend on: who asks, and the parts of the running application."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager
from contextvars import copy_context
from typing import Annotated, TypeVar, cast

from fastapi import Depends, Request

from surefoot.app.accounts.actor import MACHINE, Actor
from surefoot.app.api.admission import actor_in
from surefoot.app.api.paces import Paces
from surefoot.app.parts import App
from surefoot.core.nouns import Asker

LOCAL = MACHINE.asker
T = TypeVar("T")


def actor(request: Request) -> Actor:
    """Who was let in."""
    return actor_in(request.state)


def asker(by: Annotated[Actor, Depends(actor)]) -> Asker:
    """The same, as the other packages know them; tests put others here."""
    return by.asker


def parts(request: Request) -> App:
    """The parts that this API was made with."""
    return cast("App", request.app.state.parts)


def asking(request: Request, by: Annotated[Actor, Depends(actor)]) -> AbstractContextManager[None]:
    """Holds their place while a question is answered, see `Paces.asking`."""
    return cast("Paces", request.app.state.paces).asking(by)


async def in_own_turn(app: App, person_id: str, work: Callable[..., T], *arguments: object) -> T:
    """Read files for somebody, as the person who asks: after what they asked for before, in turns with others."""
    return await asyncio.wrap_future(app.library.lanes.submit(person_id, copy_context().run, work, *arguments))


async def beside_reading(app: App, work: Callable[..., T], *arguments: object) -> T:
    """Change the library, as the person who asks, whatever is being read meanwhile."""
    return await asyncio.wrap_future(app.library.lanes.beside(copy_context().run, work, *arguments))


By = Annotated[Actor, Depends(actor)]
Who = Annotated[Asker, Depends(asker)]
Asking = Annotated[AbstractContextManager[None], Depends(asking)]
Parts = Annotated[App, Depends(parts)]
