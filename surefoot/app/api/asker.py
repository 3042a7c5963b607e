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


async def where_files_are_read(app: App, work: Callable[..., T], *arguments: object) -> T:
    """Do something in the one thread that changes the library, as the person who asks."""
    context = copy_context()
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(app.library.reading, lambda: context.run(work, *arguments))


By = Annotated[Actor, Depends(actor)]
Who = Annotated[Asker, Depends(asker)]
Asking = Annotated[AbstractContextManager[None], Depends(asking)]
Parts = Annotated[App, Depends(parts)]
