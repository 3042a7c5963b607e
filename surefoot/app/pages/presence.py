"""Whether the person whose page this is still has it open."""

from __future__ import annotations

from collections.abc import Callable


def reader_is_there() -> Callable[[], bool]:
    """A question that any thread may ask about this session."""
    from streamlit import runtime
    from streamlit.runtime.scriptrunner import get_script_run_ctx

    context = get_script_run_ctx()
    if context is None or not runtime.exists():
        return lambda: True
    server, session = runtime.get_instance(), context.session_id
    return lambda: server.is_active_session(session)
