"""Measures live data at full size: messages a second and losses under load and failures, freshness, times of plans.

Usage: python -m tools.telemetry_proof [--seconds 60] [--rate 5000] [--vehicles 500] [--rows 10000000]

Prints one JSON object. A real mosquitto and publishers in processes of their own send with QoS 1 to the parts of the
server (broker's consumer, intake, passes, store), while questions are planned by rules and read from the same store.
Then a broker is restarted and a consumer killed, and a disk is full, with counts of what was acknowledged to the
publishers and of what is kept. Times of plans are measured over a table of so many minutes.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from surefoot.app.telemetry import FleetFacts, now_utc
from surefoot.app.wiring.live import DUCKDB_MEMORY
from surefoot.core.nouns import Asker
from surefoot.ingestion.telemetry.intake import Intake
from surefoot.ingestion.telemetry.mqtt import MqttConsumer
from surefoot.ingestion.telemetry.passes import Passes
from surefoot.retrieval.records.asking.outcomes import Planned
from surefoot.retrieval.records.samples import microseconds
from surefoot.retrieval.records.store import RecordStore
from surefoot.retrieval.records.store_duckdb import DuckDBRecords
from surefoot.retrieval.records.store_duckdb_file import Limits
from surefoot.serving.live.looking import Asks
from tests.retrieval.records.small_fleet import desk_over
from tools import telemetry_stage as stage

STAFF = Asker("proof", frozenset({"everyone"}))
FULL_BYTES = 1_500_000
"""No file may be larger, in the part about a full disk."""
QUESTIONS = (
    *("How many kilometres did {v} drive today?", "How far did {v} drive yesterday?", "Idling time of {v} yesterday"),
    *("Total distance today", "Total distance yesterday", "Total distance in the last 7 days", "Idling time yesterday"),
    *("Distance by depot yesterday", "Idling time by depot in the last 7 days", "Driving time by depot yesterday"),
    *("Distance per day in the last 7 days", "Idling time per day in the last 7 days", "Distance of {v} per day"),
    *("Distance by vehicle yesterday", "Idling time by vehicle in the last 7 days", "Top 5 vehicles by distance today"),
    *("Top 10 vehicles by idling time in the last 7 days", "Which vehicle drove the most yesterday?"),
    *("Which vehicle idled the most in the last 7 days?", "Which 3 depots idled the most yesterday?"),
    *("Total distance yesterday compared with the day before", "Distance this week compared with last week"),
    *("Idling time yesterday compared with the day before", "Idling share by depot in the last 7 days"),
    *("Utilisation yesterday", "Engine time by depot yesterday", "Distance by model yesterday"),
    *("Distance per hour today", "Distance by driver yesterday", "Where is {v}?"),
    *("How many vehicles drove yesterday?", "Engine time of {v} today"),
)


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, value in (("seconds", 60), ("rate", 5_000), ("vehicles", 500), ("rows", 10_000_000)):
        parser.add_argument(f"--{name}", type=int, default=value)
    asked = parser.parse_args()
    machine = {"cores": os.cpu_count(), "load_before": round(os.getloadavg()[0], 2)}
    parts = {
        "load while questions are asked": _load,
        "a tenth of it": _tenth,
        "consumer killed and broker restarted": _failures,
        "full disk": _full,
        "plan and read": _plans,
    }
    rows = [{"what": what, **_measured(what, part, asked)} for what, part in parts.items()]
    sys.stdout.write(json.dumps({"machine": machine, "rows": rows}, indent=1) + "\n")


def _measured(
    what: str, part: Callable[[argparse.Namespace, Path], dict[str, Any]], asked: argparse.Namespace
) -> dict[str, Any]:
    sys.stderr.write(f"{what} …\n")
    with tempfile.TemporaryDirectory() as place:
        found = part(asked, Path(place))
    sys.stderr.write(f"{json.dumps(found)}\n")
    return found


class _Fleet:
    """The parts of the server that live data goes through, and how long samples were under way."""

    def __init__(self, path: Path, port: int) -> None:
        self.store = DuckDBRecords(path, Limits(memory=DUCKDB_MEMORY))
        self.store.prepare()
        self.passes = Passes(self.store, FleetFacts(self.store, self._place), now_utc)
        self.lags: list[float] = []
        self.intake = Intake(self.store, now_utc, self._new)
        self.consumer = MqttConsumer(stage.settings(port), self.intake, now_utc)
        self.intake.start()
        self.passes.start()
        self.consumer.start()

    def _place(self, vehicles: Iterable[str]) -> None:
        self.store.set_groups(dict.fromkeys(vehicles, ("everyone",)))

    def _new(self, earliest: Mapping[str, int]) -> None:
        now = microseconds(now_utc())  # just committed: the lag of each vehicle's oldest sample in this batch
        self.lags += [(now - since) / 1e6 for since in earliest.values()]
        self.passes.note(earliest)

    def stop(self) -> None:
        self.consumer.stop()
        self.intake.close(30)
        self.passes.stop(60)
        self.store.close()


def _load(asked: argparse.Namespace, place: Path) -> dict[str, Any]:
    """Messages as fast as is asked for, with questions and probes of freshness meanwhile."""
    broker = stage.broker(place)
    fleet = _Fleet(place / "records.duckdb", broker.port)
    stage.introduce(fleet.store, asked.vehicles + 1)  # the last one is the probe
    over, began = threading.Event(), time.monotonic()
    before = resource.getrusage(resource.RUSAGE_SELF)
    asking, fresh = (
        _Asking(fleet.store, over, asked.vehicles),
        _Probing(fleet.store, over, broker.port, stage.name(asked.vehicles)),
    )
    asking.start()
    fresh.start()
    sent, known, sending = stage.acknowledged(stage.publishers(broker.port, asked.rate, asked.seconds, asked.vehicles))
    end = time.monotonic() + stage.PATIENCE
    while fleet.intake.state().kept < known + fresh.sent and time.monotonic() < end:
        time.sleep(0.05)
    kept = fleet.intake.state().kept
    all_kept = time.monotonic() - began
    over.set()
    asking.join(60)
    fresh.join(60)
    used = resource.getrusage(resource.RUSAGE_SELF)
    cpu = used.ru_utime + used.ru_stime - before.ru_utime - before.ru_stime
    derived = fleet.passes.drained(stage.PATIENCE)
    stored = stage.count(fleet.store) - fresh.sent
    fleet.stop()
    broker.stop()
    return {
        "asked_for_per_s": asked.rate, "vehicles": asked.vehicles, "seconds": round(sending, 1),
        "sent": sent, "acknowledged": known, "acknowledged_per_s": round(known / sending), "kept": stored,
        "lost": known - stored,
        "kept_per_s": round(kept / all_kept), "seconds_until_all_kept": round(all_kept, 1), "all_derived": derived,
        "lag_s": stage.spread(fleet.lags), "questions": len(asking.seconds), "not_planned": asking.unplanned,
        "question_s": stage.spread(asking.seconds), "freshness_s": stage.spread(fresh.seconds),
        "probes_unseen": fresh.unseen,
        "cores_used_by_the_server": round(cpu / all_kept, 2), "deriving_last_pass_s": fleet.passes.state.last_seconds,
    }  # fmt: skip


def _tenth(asked: argparse.Namespace, place: Path) -> dict[str, Any]:
    """A tenth of the messages: one of each vehicle a second where 5,000 are asked for with 500 vehicles."""
    return _load(argparse.Namespace(**vars(asked) | {"rate": max(asked.rate // 10, 1)}), place)


class _Asking(threading.Thread):
    """Asks questions, one after the other, as somebody at a page does; planned, read and worded."""

    def __init__(self, store: RecordStore, over: threading.Event, vehicles: int) -> None:
        super().__init__(daemon=True)
        self.desk, self.over, self.vehicles = desk_over(store), over, vehicles
        self.seconds: list[float] = []
        self.unplanned = 0

    def run(self) -> None:
        number = 0
        while not self.over.wait(0.3):
            text = QUESTIONS[number % len(QUESTIONS)].format(v=stage.name(number % self.vehicles))
            number += 1
            start = time.perf_counter()
            told = Asks(self.desk, text, STAFF, datetime.now(UTC)).look()
            if isinstance(told, list):
                self.seconds.append(time.perf_counter() - start)
            else:
                self.unplanned += 1


class _Probing(threading.Thread):
    """Publishes a sample and asks where the vehicle is until the answer's as_of shows it."""

    def __init__(self, store: RecordStore, over: threading.Event, port: int, vehicle: str) -> None:
        super().__init__(daemon=True)
        self.desk, self.over, self.client = desk_over(store), over, stage.client(port, "probe")
        self.vehicle = vehicle
        self.seconds: list[float] = []
        self.sent = self.unseen = 0

    def run(self) -> None:
        self._send()
        while not self.over.wait(1.0):
            plan = self.desk.ask(f"Where is {self.vehicle}?", STAFF, datetime.now(UTC))
            if not isinstance(plan, Planned):
                continue
            moment, start = self._send(), time.perf_counter()
            while time.perf_counter() - start < 60:
                as_of = self.desk.read(plan.plan, STAFF, datetime.now(UTC)).as_of
                if as_of is not None and as_of >= moment:
                    self.seconds.append(time.perf_counter() - start)
                    break
                time.sleep(0.1)
            else:
                self.unseen += 1
        self.client.disconnect()

    def _send(self) -> datetime:
        moment = datetime.now(UTC)
        self.client.publish(f"surefoot/{self.vehicle}/samples", stage.message(moment, 1), qos=1).wait_for_publish(30)
        self.sent += 1
        return moment


def _failures(asked: argparse.Namespace, place: Path) -> dict[str, Any]:
    """The consumer is killed, and the broker restarted, while messages come."""
    broker = stage.broker(place)
    consumer = stage.Consumer(place / "records.duckdb", broker.port)
    consumer.until(lambda told: told[0] == "connected")
    rate, seconds = max(asked.rate // 5, 1), max(asked.seconds // 2, 6)
    publishers = stage.publishers(broker.port, rate, seconds, asked.vehicles)
    consumer.until(lambda told: int(told[1]) > rate * seconds // 3)
    consumer.kill()
    consumer = stage.Consumer(place / "records.duckdb", broker.port)
    consumer.until(lambda told: int(told[1]) > rate)
    broker.stop()
    broker.start()
    sent, known, _ = stage.acknowledged(publishers)
    kept = consumer.settled()
    broker.stop()
    return {
        "rate": rate,
        "kills": 1,
        "restarts": 1,
        "sent": sent,
        "acknowledged": known,
        "kept": kept,
        "lost": known - kept,
    }


def _full(asked: argparse.Namespace, place: Path) -> dict[str, Any]:
    """No file may grow beyond a limit until the consumer says so; then it may, and the consumer goes on by itself."""
    broker = stage.broker(place)
    consumer = stage.Consumer(place / "records.duckdb", broker.port, FULL_BYTES)
    consumer.until(lambda told: told[0] == "connected")
    rate, seconds = max(asked.rate // 2, 1), max(asked.seconds // 2, 10)
    publishers = stage.publishers(broker.port, rate, seconds, asked.vehicles)
    full = int(consumer.until(lambda told: told[2] == "full")[1])
    sent, known, _ = stage.acknowledged(publishers)
    resource.prlimit(consumer.process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    kept = consumer.settled()
    broker.stop()
    found = {"sent": sent, "acknowledged": known, "kept_when_full": full, "kept": kept, "lost": known - kept}
    return {"rate": rate, "largest_file_bytes": FULL_BYTES, **found}


def _plans(asked: argparse.Namespace, place: Path) -> dict[str, Any]:
    """Each question once to warm up, then five times."""
    store = DuckDBRecords(place / "records.duckdb", Limits(memory=DUCKDB_MEMORY))
    store.prepare()
    stage.fill(store, asked.rows, asked.vehicles)
    desk, taken, planning, slowest = desk_over(store), list[float](), list[float](), dict[str, float]()
    unplanned: list[str] = []
    for number, question in enumerate(QUESTIONS):
        text, own = question.format(v=stage.name(number)), list[float]()
        for _ in range(6):
            start, now = time.perf_counter(), datetime.now(UTC)
            plan = desk.ask(text, STAFF, now)
            if not isinstance(plan, Planned):
                unplanned.append(text)
                break
            planning.append(time.perf_counter() - start)
            desk.read(plan.plan, STAFF, now)
            own.append(time.perf_counter() - start)
        taken += own[1:]
        slowest |= {text: round(float(np.median(own[1:])), 3)} if own else {}
    store.close()
    worst = dict(islice(sorted(slowest.items(), key=lambda item: -item[1]), 5))
    return {
        "rows": asked.rows,
        "plans": len(slowest),
        "unplanned": unplanned,
        "plan_s": stage.spread(planning),
        "plan_and_read_s": stage.spread(taken),
        "slowest_s": worst,
    }


if __name__ == "__main__":
    main()
