"""The thin line that says what is still coming: the language model, and documents that are being read."""

from __future__ import annotations

import time

import streamlit as st

from surefoot.app.client.errors import ClientError
from surefoot.app.client.forms import EngineStatus, Status
from surefoot.app.pages import connection
from surefoot.app.pages.markup import escape, icon, said

EVERY_SECONDS = 2.0
_SEEN = "engine_seen"


def draw(*, model: bool = True) -> None:
    """Draw the line where there is something to say, and keep it fresh until there is not.

    model: whether the language model is spoken of; where nobody asks, the documents alone matter.
    """
    status = _status(model=model)
    if status is not None and _coming(status):
        st.fragment(_fresh, run_every=EVERY_SECONDS)(model=model)
    elif status is not None and (words := line(status)):
        st.html(words)


def _fresh(*, model: bool) -> None:
    status = _status(model=model)
    if status is None or not _coming(status):
        st.rerun()
    st.html(line(status))


def _status(*, model: bool) -> Status | None:
    try:
        status = connection.client().status()
    except ClientError:
        return None  # the page says so
    nobody_asks = {"engine": EngineStatus(state="none", model=None, stage=""), "unchecked": None}
    return status if model else status.model_copy(update=nobody_asks)


def _coming(status: Status) -> bool:
    waiting = status.loading is not None or status.trouble is not None
    return waiting or status.engine.state in {"downloading", "loading"}


def line(status: Status) -> str:
    """What is coming or cannot be used, as HTML; empty where there is nothing to say."""
    engine = status.engine
    if status.trouble:
        return _warning(status.trouble)
    warnings = [_warning(status.unchecked)] if status.unchecked else []
    if engine.state == "failed":
        warnings.append(_failed(engine))
    parts: list[str] = []
    if engine.state == "downloading":
        parts.append(f"Answers are quotes for now; the language model arrives{_eta(engine)}{_amount(engine)}.")
    elif engine.state == "loading":
        parts.append("Answers are quotes for now; the language model is starting.")
    if status.loading:
        parts.append(f"{status.loading}.")
    done = 100 * engine.bytes_done / engine.bytes_total if engine.bytes_total else 0
    bar = f'<span class="sf-progress" aria-hidden="true"><span style="width:{done:.1f}%"></span></span>' if done else ""
    coming = f'<p class="sf-coming"><span>{escape(" ".join(parts))}</span>{bar}</p>' if parts else ""
    return "".join((*warnings, coming))


def _warning(words: str) -> str:
    return f'<p class="sf-coming sf-warn">{icon("warning")} <span>{said(words)}</span></p>'


def _failed(engine: EngineStatus) -> str:
    reason = (engine.reason or engine.stage or "it could not be started").strip().rstrip(".")
    words = f"Answers stay quotes: the language model did not start ({reason}). `surefoot doctor` says more."
    return _warning(words)


def _amount(engine: EngineStatus) -> str:
    if not engine.bytes_total:
        return ""
    return f" ({engine.bytes_done / 1e6:,.0f} of {engine.bytes_total / 1e6:,.0f} MB)"


def _eta(engine: EngineStatus) -> str:
    """When it arrives, from what came since this session first looked."""
    now = time.monotonic()
    started, first = st.session_state.setdefault(_SEEN, (now, engine.bytes_done))
    came, waited = engine.bytes_done - first, now - started
    if came <= 0 or waited < EVERY_SECONDS:
        return " soon"
    left = (engine.bytes_total - engine.bytes_done) * waited / came
    return f" in about {left / 60:.0f} min" if left > 90 else f" in about {max(left, 1):.0f} s"
