"""Structured logs: one JSON object a line on stderr, with the trace that a line belongs to."""

from __future__ import annotations

import json
import logging
import re
import sys
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime

from opentelemetry import trace

from surefoot.core.errors import safe_words

NOISY = ("httpx", "httpcore", "urllib3", "uvicorn.access", "alembic")

UNPRINTABLE = re.compile(r"[\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""What JSON lets stand and a terminal or a reader may obey: control characters, ends of lines, turns of direction."""


class JsonLines(logging.Formatter):
    """A record as one line of JSON; what a caller put into `extra={"fields": …}` stands beside the message."""

    def format(self, record: logging.LogRecord) -> str:
        """Give the line."""
        context = trace.get_current_span().get_span_context()
        fields = getattr(record, "fields", None)
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **(fields if isinstance(fields, dict) else {}),
        }
        if context.is_valid:
            line.setdefault("trace_id", format(context.trace_id, "032x"))
        if record.exc_info and record.exc_info[1]:
            line["exception"] = "\n".join(_told(record.exc_info[1], set()))
        return UNPRINTABLE.sub(_escaped, json.dumps(line, ensure_ascii=False, default=str))


def _told(error: BaseException, seen: set[int]) -> Iterator[str]:
    """An error with those that it came from, the first one first, as Python tells it but in words that are safe."""
    seen.add(id(error))
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None and id(before) not in seen:
        yield from _told(before, seen)
        yield "That led to:"
    if error.__traceback__ is not None:
        yield "Traceback (most recent call last):\n" + "".join(traceback.format_tb(error.__traceback__)).rstrip()
    yield safe_words(error)
    if isinstance(error, BaseExceptionGroup):
        for one in error.exceptions:
            if id(one) not in seen:
                yield from _told(one, seen)


def _escaped(found: re.Match[str]) -> str:
    return f"\\u{ord(found.group()):04x}"


def configure_logs(level: str) -> None:
    """Send everything from this level on to stderr; libraries that talk much speak up for warnings only."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for name in NOISY:
        logging.getLogger(name).setLevel(logging.WARNING)
