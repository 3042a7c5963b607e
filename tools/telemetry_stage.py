"""What the proof of live data stands on: a broker, publishers and consumers in processes of their own, a filled store.

Usage: python -m tools.telemetry_stage publish PORT RATE SECONDS FIRST VEHICLES
       python -m tools.telemetry_stage consume FILE PORT BYTES
"""

from __future__ import annotations

import json
import resource
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from surefoot.app.telemetry import now_utc
from surefoot.ingestion.telemetry.intake import Intake
from surefoot.ingestion.telemetry.mqtt import MqttConsumer
from surefoot.ingestion.telemetry.mqtt_settings import MqttSettings
from surefoot.retrieval.records.samples import microseconds
from surefoot.retrieval.records.store import RecordStore, Replacement
from surefoot.retrieval.records.store_duckdb import DuckDBRecords
from surefoot.retrieval.records.telemetry_tables import MINUTES, STATES, VEHICLE_GROUPS, VEHICLES, Kind, Table
from tests.ingestion.telemetry.broker import PASSWORD, USER, Broker

PUBLISHERS = 2
UNLIMITED = ["max_queued_messages 0", "max_inflight_messages 0"]
PATIENCE = 300.0
"""Seconds after the last message in which all that was sent has to be kept."""
STILL = 5.0
"""When nothing more was kept for so long, nothing more comes."""
CHUNK = 500_000
NOTHING: dict[Kind, Any] = {Kind.TEXT: "", Kind.NUMBER: 0.0, Kind.WHOLE: 1, Kind.YES_NO: False}


def name(number: int) -> str:
    """A vehicle's name."""
    return f"V-{1000 + number}"


def broker(place: Path) -> Broker:
    """A broker that keeps all that is sent to it, on a free port; started."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    found = Broker(place / "broker", port, UNLIMITED)
    found.start()
    return found


def settings(port: int) -> MqttSettings:
    """How the consumer connects."""
    return MqttSettings("127.0.0.1", port, username=USER, password=PASSWORD, longest_wait_s=1)


def client(port: int, client_id: str) -> Any:
    """A connected publisher that sends again what was not acknowledged."""
    from paho.mqtt.client import Client
    from paho.mqtt.enums import CallbackAPIVersion

    found = Client(CallbackAPIVersion.VERSION2, client_id=client_id, clean_session=False)
    found.username_pw_set(USER, PASSWORD)
    found.reconnect_delay_set(1, 1)
    found.max_inflight_messages_set(2_000)
    found.connect("127.0.0.1", port)
    found.loop_start()
    return found


def message(moment: datetime, number: int) -> bytes:
    """A sample of a vehicle that drives."""
    return json.dumps(
        {
            "time": moment.isoformat(), "latitude": 52.0 + number % 100 / 1000, "longitude": 13.0, "speed_kmh": 48.5,
            "heading_deg": 90.0, "odometer_km": 1000.5, "accel_long_ms2": 0.4, "accel_lat_ms2": -0.2,
            "engine_on": True, "speed_limit_kmh": 50, "level_percent": 61.5, "driver": f"D-{number % 50}",
        }
    ).encode()  # fmt: skip


def publish(port: int, rate: int, seconds: int, first: int, vehicles: int) -> None:
    """Send at this rate, in steps of a fiftieth of a second.

    Prints how many were sent, how many the broker acknowledged, and the seconds up to the last acknowledgement.
    """
    acknowledged, last, every = 0, 0.0, threading.Event()
    total = rate * seconds

    def on_publish(*_: Any) -> None:
        nonlocal acknowledged, last
        acknowledged, last = acknowledged + 1, time.monotonic() - began
        if acknowledged == total:
            every.set()

    began = time.monotonic()
    sender = client(port, f"publisher {first}")
    sender.on_publish = on_publish
    for number in range(total):
        vehicle = first + number % vehicles
        sender.publish(f"surefoot/{name(vehicle)}/samples", message(datetime.now(UTC), vehicle), qos=1)
        if number % max(rate // 50, 1) == 0:
            time.sleep(max(0.0, began + number / rate - time.monotonic()))
    every.wait(PATIENCE)
    sys.stdout.write(f"{total} {acknowledged} {last:.2f}\n")


def consume(path: Path, port: int, limit: int) -> None:
    """Keep what comes until killed; each line is the link, how many samples are kept, and `full` or `-`."""
    if limit:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
    store = DuckDBRecords(path)
    store.prepare()
    intake = Intake(store, now_utc)
    intake.start()
    consumer = MqttConsumer(settings(port), intake, now_utc)
    consumer.start()
    while True:
        state = intake.state()
        sys.stdout.write(f"{consumer.state().link} {state.kept} {'full' if state.trouble else '-'}\n")
        sys.stdout.flush()
        time.sleep(0.1)


def publishers(port: int, rate: int, seconds: int, vehicles: int) -> list[subprocess.Popen[str]]:
    """Processes that share the rate and the vehicles."""
    share = vehicles // PUBLISHERS
    return [
        _child("publish", port, rate // PUBLISHERS, seconds, n * share, share, out=subprocess.PIPE)
        for n in range(PUBLISHERS)
    ]


def acknowledged(processes: Sequence[subprocess.Popen[str]]) -> tuple[int, int, float]:
    """What all of them sent, what the broker acknowledged of it, and the seconds up to the last acknowledgement."""
    told = [process.communicate(timeout=2 * PATIENCE)[0].split() for process in processes]
    return sum(int(each[0]) for each in told), sum(int(each[1]) for each in told), max(float(each[2]) for each in told)


class Consumer:
    """A consumer in a process of its own."""

    def __init__(self, path: Path, port: int, limit: int = 0) -> None:
        self.path, self.last = path, ["-", "0", "-"]
        self.process = _child("consume", path, port, limit, out=subprocess.PIPE)
        threading.Thread(target=self._follow, daemon=True).start()

    def until(self, holds: Callable[[list[str]], bool]) -> list[str]:
        """Wait until what it says is so. Raises TimeoutError."""
        end = time.monotonic() + PATIENCE
        while not holds(self.last):
            if time.monotonic() > end or self.process.poll() is not None:
                raise TimeoutError(f"The consumer does not get there: {self.last}")
            time.sleep(0.02)
        return self.last

    def kill(self) -> None:
        """As kill -9 does."""
        self.process.kill()
        self.process.wait()

    def settled(self) -> int:
        """Samples in its store once nothing more comes; it is killed then."""
        end, since, kept = time.monotonic() + PATIENCE, time.monotonic(), ""
        while time.monotonic() < end and time.monotonic() - since < STILL:
            if self.last[1] != kept or self.last[2] != "-":
                kept, since = self.last[1], time.monotonic()
            time.sleep(0.1)
        self.kill()
        store = DuckDBRecords(self.path)
        store.prepare()
        found = count(store)
        store.close()
        return found

    def _follow(self) -> None:
        for line in self.process.stdout or ():
            self.last = line.split()


def count(store: RecordStore) -> int:
    """Samples that are kept."""
    rows: Any = store.ibis_table("samples")
    return int(store.read(rows.aggregate(n=rows.count()), seconds=60).rows.column("n")[0].as_py())


def spread(seconds: Sequence[float]) -> dict[str, float]:
    """Percentiles and the largest."""
    if not seconds:
        return {}
    p50, p95, p99 = np.percentile(seconds, (50, 95, 99)).tolist()
    return {"p50": round(p50, 3), "p95": round(p95, 3), "p99": round(p99, 3), "most": round(max(seconds), 3)}


def introduce(store: RecordStore, vehicles: int) -> None:
    """Tell a store of vehicles of ten depots, all of them heard of just now."""
    names = [name(n) for n in range(vehicles)]
    known = {"vehicle": names, "depot": [f"Depot {n % 10}" for n in range(vehicles)]}
    store.put(VEHICLES, _columns(VEHICLES, vehicles, known | {"vehicle_class": ["van"] * vehicles}))
    store.put(VEHICLE_GROUPS, {"vehicle": names, "grp": ["everyone"] * vehicles})
    moments = np.full(vehicles, microseconds(now_utc()), dtype=np.int64)
    rows = _columns(STATES, vehicles, {"vehicle": names, "state": ["driving"] * vehicles, "time": moments})
    store.replace_derived([Replacement(STATES, dict.fromkeys(names, 0), rows | {"since": moments})])


def fill(store: RecordStore, rows: int, vehicles: int) -> None:
    """Minutes up to now, the same number for each vehicle, the older ones first."""
    introduce(store, vehicles)
    names = np.array([name(n) for n in range(vehicles)], dtype=object)
    begin = microseconds(datetime.now(UTC).replace(second=0, microsecond=0) - timedelta(minutes=rows // vehicles))
    for start in range(0, rows, CHUNK):
        number = np.arange(start, min(start + CHUNK, rows))
        who, minute = number % vehicles, begin + number // vehicles * 60_000_000
        drives = number % 3 > 0
        found = {
            "vehicle": names[who], "driver": names[who], "minute": minute, "distance_km": np.where(drives, 0.8, 0.0),
            "driving_s": np.where(drives, 60.0, 0.0), "idling_s": np.where(drives, 0.0, 60.0),
        }  # fmt: skip
        store.replace_derived([Replacement(MINUTES, {}, _columns(MINUTES, len(number), found))])


def _columns(table: Table, rows: int, known: dict[str, Any]) -> dict[str, Any]:
    return {column: known.get(column, [NOTHING.get(kind)] * rows) for column, kind in table.columns.items()}


def _child(*arguments: object, out: int) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-m", __spec__.name, *map(str, arguments)], stdout=out, text=True)


if __name__ == "__main__":
    if sys.argv[1] == "publish":
        publish(*map(int, sys.argv[2:]))
    else:
        consume(Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
