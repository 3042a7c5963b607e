"""Sends messages about alerts to the administrator's webhook: signed, one at a time, again where it does not answer."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import logging
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pydantic import SecretStr

from surefoot.eval.monitoring.alert_outbox import Message, Outbox, OutboxState

if TYPE_CHECKING:
    import httpx

logger = logging.getLogger(__name__)
SECONDS = 5.0
"""How long one message may take in all."""
LOOK_SECONDS = 0.05
IDLE_SECONDS = 30.0
"""How often it is looked for messages that another server left."""
FIRST_REST, LONGEST_REST = 5.0, 300.0
"""How long nothing is sent after the webhook did not answer, doubled each time."""
REFUSALS = 5
"""So many refusals in a row are taken for a webhook that is set up wrongly, which rests too."""
SIGNATURE = "X-Surefoot-Signature"


class Fate(StrEnum):
    """What became of a try."""

    TAKEN = "taken"
    REFUSED = "refused"
    """This message; another one may be taken."""
    AWAY = "away"
    """The webhook does not answer, or not now."""


@dataclass(frozen=True, slots=True)
class WebhookState:
    """How the webhook is doing."""

    host: str
    """Where it is, without what of its address is secret."""
    signed: bool
    outbox: OutboxState
    resting: float = 0.0
    """Seconds until it is tried again."""


class Webhook:
    """One thread that sends what the outbox holds."""

    def __init__(self, url: SecretStr, key: SecretStr | None, outbox: Outbox, clock: Callable[[], datetime]) -> None:
        """url: as set by the administrator, so private addresses are allowed; redirects are not followed."""
        self._url, self._key, self._outbox, self._clock = url, key, outbox, clock
        self.host = urlsplit(url.get_secret_value()).hostname or ""
        self._work, self._stopping = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name="webhook", daemon=True)
        self._away = self._refused = 0
        self._rests_until = 0.0
        for name in ("httpx", "httpcore"):  # they would log the address
            logging.getLogger(name).setLevel(logging.WARNING)

    def start(self) -> None:
        """Begin, with what was left before."""
        self._thread.start()

    def wake(self) -> None:
        """There is something to send."""
        self._work.set()

    def stop(self, seconds: float) -> bool:
        """Stop; a message on its way is broken off and sent again the next time. False where it has not ended."""
        self._stopping.set()
        self._work.set()
        if self._thread.is_alive():
            self._thread.join(max(0.0, seconds))
        return not self._thread.is_alive()

    def state(self) -> WebhookState:
        """How it is doing."""
        resting = max(0.0, self._rests_until - time.monotonic())
        return WebhookState(self.host, self._key is not None, self._outbox.state(), resting)

    def send_due(self) -> int:
        """Send what is due until nothing is, or the webhook does not answer; how many messages were taken."""
        self._outbox.tidy(self._clock())
        taken = 0
        while not self._stopping.is_set() and time.monotonic() >= self._rests_until:
            message = self._outbox.take(self._clock())
            if message is None:
                break
            fate, words = self.send(message)
            if self._stopping.is_set() and fate is not Fate.TAKEN:
                break  # broken off: it is due again
            if fate is Fate.TAKEN:
                self._outbox.delivered(message.id, self._clock())
                taken += 1
            else:
                self._outbox.failed(message.id, words)
            self._rest(fate, words)
        return taken

    def send(self, message: Message) -> tuple[Fate, str]:
        """Send one message, once; what became of it, and why in words that hold nothing secret."""
        try:
            status = asyncio.run(self._bounded(message))
        except TimeoutError:
            return Fate.AWAY, f"{self.host} did not answer within {SECONDS:g} seconds."
        except OSError as error:
            return Fate.AWAY, f"{self.host} cannot be reached: {error.strerror or 'no connection'}."
        if 200 <= status < 300:
            return Fate.TAKEN, ""
        if 300 <= status < 400:
            return Fate.REFUSED, f"{self.host} answered {status}, which leads elsewhere and is not followed."
        fate = Fate.AWAY if status >= 500 or status in {408, 425, 429} else Fate.REFUSED
        return fate, f"{self.host} answered {status}."

    def _headers(self, message: Message, body: bytes) -> dict[str, str]:
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "Surefoot",
            "Idempotency-Key": message.id,
            "X-Surefoot-Event": message.event,
        }
        if self._key is not None:
            headers[SIGNATURE] = signature(self._key.get_secret_value(), body)
        return headers

    async def _bounded(self, message: Message) -> int:
        """The status of the answer. Raises TimeoutError, also where it is stopped, and OSError."""
        import httpx

        url = self._url.get_secret_value()
        verify = ssl.create_default_context() if url.startswith("https:") else False
        async with httpx.AsyncClient(timeout=SECONDS, follow_redirects=False, trust_env=False, verify=verify) as http:
            sending = asyncio.ensure_future(self._post(http, message))
            until = time.monotonic() + SECONDS
            while not sending.done():
                if self._stopping.is_set() or time.monotonic() > until:
                    sending.cancel()
                    raise TimeoutError
                await asyncio.wait({sending}, timeout=LOOK_SECONDS)
            return sending.result()

    async def _post(self, http: httpx.AsyncClient, message: Message) -> int:
        import httpx

        body = message.body.encode()
        try:
            url = self._url.get_secret_value()
            async with http.stream("POST", url, content=body, headers=self._headers(message, body)) as answer:
                return answer.status_code
        except httpx.TimeoutException as error:
            raise TimeoutError from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise ConnectionError(0, _reason(error)) from None  # the original names the address

    def _rest(self, fate: Fate, words: str) -> None:
        self._refused = self._refused + 1 if fate is Fate.REFUSED else 0
        if fate is not Fate.AWAY and self._refused < REFUSALS:
            self._away = 0 if fate is Fate.TAKEN else self._away
            return
        if not self._away:
            logger.warning("The webhook for alerts takes nothing: %s Messages wait.", words)
        self._rests_until = time.monotonic() + min(FIRST_REST * 2 ** min(self._away, 10), LONGEST_REST)
        self._away += 1

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self.send_due()
                pause = self._pause()
            except Exception:
                logger.exception("Messages to the webhook for alerts cannot be read now.")
                pause = IDLE_SECONDS
            self._work.wait(pause)
            self._work.clear()

    def _pause(self) -> float:
        due = self._outbox.next_at()
        ahead = (due - self._clock()) / timedelta(seconds=1) if due else IDLE_SECONDS
        return max(0.2, self._rests_until - time.monotonic(), min(ahead, IDLE_SECONDS))


def signature(key: str, body: bytes) -> str:
    """The value of the signature's header: HMAC-SHA256 of the body's bytes, RFC 2104, in hexadecimal."""
    return f"sha256={hmac.new(key.encode(), body, hashlib.sha256).hexdigest()}"


def _reason(error: Exception) -> str:
    return {
        "ConnectError": "it refuses the connection, or there is no such host",
        "RemoteProtocolError": "it does not speak HTTP, or closed the connection",
        "ReadError": "the connection broke",
        "WriteError": "the connection broke",
        "InvalidURL": "its address is none",
        "UnsupportedProtocol": "its address is none",
    }.get(type(error).__name__, "the connection failed")
