"""Receives vehicles' messages from an MQTT broker, and acknowledges each only when it is kept for good."""

from __future__ import annotations

import logging
import ssl
import sys
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import partial
from threading import Event, Lock
from typing import Any

from surefoot.ingestion.telemetry.errors import IntakeBusy, IntakeClosed
from surefoot.ingestion.telemetry.intake import Intake
from surefoot.ingestion.telemetry.mqtt_settings import MqttSettings

_log = logging.getLogger(__name__)
_RATE_SECONDS = 10
"""Messages a second are an average over so many."""
SOURCE = "mqtt"


class Link(StrEnum):
    """How the connection to the broker is."""

    STOPPED = "stopped"
    CONNECTING = "connecting"
    CONNECTED = "connected"
    RECONNECTING = "reconnecting"
    REFUSED = "refused"
    """The broker answers and does not want us; tried again now and then."""


@dataclass(frozen=True, slots=True)
class MqttState:
    """How the connection does just now."""

    link: Link
    reason: str
    """Why, in words; empty while connected."""
    messages_per_second: float
    last_message: datetime | None
    unacknowledged: int


class MqttConsumer:
    """One connection, in a thread of paho's own; it reconnects until it is stopped."""

    def __init__(self, settings: MqttSettings, intake: Intake, clock: Callable[[], datetime]) -> None:
        """MqttInvalid where the settings cannot be used."""
        settings.check()
        self._settings, self._intake, self._clock = settings, intake, clock
        self._link, self._reason = Link.STOPPED, ""
        self._client = self._made()
        self._lock = Lock()
        self._connection = 0
        """Counts connections: an acknowledgement of an earlier one would hit another message of the same number."""
        self._arrivals: deque[tuple[int, int]] = deque()
        self._last_message: datetime | None = None
        self._unacknowledged = 0
        self._stopping = Event()

    def start(self) -> None:
        """Connect, and keep connected."""
        self._link = Link.CONNECTING
        self._connect()
        self._client.loop_start()

    def stop(self) -> None:
        """Disconnect; the broker keeps what is not acknowledged, and what comes after, for the session's time.

        Close the intake afterwards; what it then keeps without acknowledging comes again, and is known.
        """
        self._stopping.set()
        self._client.disconnect()
        self._client.loop_stop()
        self._link, self._reason = Link.STOPPED, ""

    def state(self) -> MqttState:
        """How the connection does just now."""
        now = int(time.monotonic())
        recent = sum(count for second, count in list(self._arrivals) if now - _RATE_SECONDS <= second < now)
        with self._lock:
            return MqttState(self._link, self._reason, recent / _RATE_SECONDS, self._last_message, self._unacknowledged)

    def _made(self) -> Any:
        from paho.mqtt.client import Client, MQTTv5, MQTTv311
        from paho.mqtt.enums import CallbackAPIVersion

        settings = self._settings
        five = settings.version == 5
        client = Client(
            CallbackAPIVersion.VERSION2,
            client_id=settings.client_id,
            clean_session=None if five else False,
            protocol=MQTTv5 if five else MQTTv311,
            manual_ack=True,
        )
        if settings.username is not None:
            client.username_pw_set(settings.username, settings.password)
        context = settings.tls_context()
        if context is not None:
            client.tls_set_context(context)
        client.reconnect_delay_set(1, settings.longest_wait_s)
        client.on_connect, client.on_connect_fail = self._on_connect, self._on_connect_fail
        client.on_disconnect, client.on_subscribe = self._on_disconnect, self._on_subscribe
        client.on_message = self._on_message
        return client

    def _connect(self) -> None:
        from paho.mqtt.packettypes import PacketTypes
        from paho.mqtt.properties import Properties

        settings = self._settings
        extra: dict[str, Any] = {}
        if settings.version == 5:
            properties = Properties(PacketTypes.CONNECT)
            properties.ReceiveMaximum = settings.unacknowledged
            properties.SessionExpiryInterval = settings.session_s
            extra = {"clean_start": False, "properties": properties}
        self._client.connect_async(settings.host, settings.port, keepalive=settings.keepalive_s, **extra)

    def _is(self, link: Link, reason: str) -> None:
        if (link, reason) != (self._link, self._reason):
            _log.log(logging.INFO if link is Link.CONNECTED else logging.WARNING, "MQTT: %s %s", link.value, reason)
        self._link, self._reason = link, reason

    def _on_connect(self, client: Any, _data: Any, _flags: Any, code: Any, _properties: Any) -> None:
        if code.is_failure:
            self._is(Link.REFUSED, f"the broker refuses the connection: {code}. Check user, password and client id")
            return
        self._new_connection()
        client.subscribe(self._settings.topic, qos=1)

    def _on_connect_fail(self, _client: Any, _data: Any) -> None:
        where, broken = f"{self._settings.host}:{self._settings.port}", sys.exc_info()[1]
        if isinstance(broken, ssl.SSLError):
            self._is(Link.REFUSED, f"TLS with {where} failed: {broken}. Check ca_file, and the broker's certificate")
        else:
            self._is(Link.RECONNECTING, f"no connection to {where}: {broken}")

    def _on_subscribe(self, _client: Any, _data: Any, _mid: int, codes: list[Any], _properties: Any) -> None:
        refused = [code for code in codes if code.is_failure]
        if refused:
            self._is(Link.REFUSED, f"the broker refuses the topic {self._settings.topic}: {refused[0]}")
        else:
            self._is(Link.CONNECTED, "")

    def _on_disconnect(self, _client: Any, _data: Any, _flags: Any, code: Any, _properties: Any) -> None:
        self._new_connection()
        if self._link is Link.REFUSED or self._stopping.is_set():
            return
        self._is(Link.RECONNECTING, f"the connection to the broker ended: {code}")

    def _on_message(self, _client: Any, _data: Any, message: Any) -> None:
        try:
            self._take(message)
        except Exception:  # noqa: BLE001 - the border of paho's thread, which would end; the message is not acknowledged
            _log.exception("A message of the broker could not be taken")

    def _take(self, message: Any) -> None:
        self._arrived()
        vehicle = self._settings.vehicle_of(message.topic)
        done = partial(self._acknowledge, self._connection, message.mid, message.qos)
        while not self._stopping.is_set():
            try:
                self._intake.offer(message.payload, SOURCE, vehicle, done, wait=1.0)
            except IntakeBusy:
                continue  # the broker waits too: it sends only so many that are not acknowledged
            except IntakeClosed:
                pass  # not acknowledged: it comes again
            return

    def _new_connection(self) -> None:
        with self._lock:
            self._connection += 1
            self._unacknowledged = 0

    def _arrived(self) -> None:
        second = int(time.monotonic())
        with self._lock:
            self._last_message = self._clock()
            self._unacknowledged += 1
        if self._arrivals and self._arrivals[-1][0] == second:
            self._arrivals[-1] = (second, self._arrivals[-1][1] + 1)
            return
        self._arrivals.append((second, 1))
        while self._arrivals[0][0] < second - _RATE_SECONDS:
            self._arrivals.popleft()

    def _acknowledge(self, connection: int, number: int, quality: int) -> None:
        with self._lock:
            if connection != self._connection:
                return  # the broker sends it again on this connection; it is known by then
            self._unacknowledged -= 1
            if quality:
                self._client.ack(number, quality)
