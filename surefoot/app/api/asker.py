"""What routes depend on: who asks, and the parts of the running application."""

from __future__ import annotations

from typing import Annotated, cast

from fastapi import Depends, Request

from surefoot.app.parts import App
from surefoot.core.nouns import Asker

LOCAL = Asker("local", frozenset({"everyone"}))


def asker() -> Asker:
    """The person at this machine; accounts take this function's place."""
    return LOCAL


def parts(request: Request) -> App:
    """The parts that this API was made with."""
    return cast("App", request.app.state.parts)


Who = Annotated[Asker, Depends(asker)]
Parts = Annotated[App, Depends(parts)]
