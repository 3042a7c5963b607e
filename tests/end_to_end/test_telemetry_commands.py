"""Live data from the command line: a drive is replayed, its events are listed, questions are planned and answered."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.app.command import surefoot

READING = {"metric", "value", "unit", "period", "filters", "rows", "as_of"}
QUIET = {"SUREFOOT_SIMULATOR": "off"}


@pytest.fixture
def drive(tmp_path: Path) -> Path:
    """An hour at 36 km/h up to now, a sample every 10 s, braking hard once."""
    end = datetime.now(UTC).replace(microsecond=0)
    lines = ["time,speed_kmh,odometer_km,engine_on,accel_long_ms2"]
    for n in range(361):
        moment = end - timedelta(seconds=10 * (360 - n))
        lines.append(f"{moment.isoformat()},36,{100 + n * 0.1:.1f},true,{-7.5 if n == 100 else 0}")
    path = tmp_path / "drive.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_a_drive_is_replayed_once_listed_planned_and_asked_about(data: Path, drive: Path) -> None:
    first = surefoot(data, "telemetry", "replay", drive, "--vehicle", "T-1", "--json", **QUIET)
    assert first.status == 0, first.err
    told = first.json()
    assert (told["vehicle"], told["samples"], told["new"], told["refused"]) == ("T-1", 361, 361, 0)
    again = surefoot(data, "telemetry", "replay", drive, "--vehicle", "T-1", "--json", **QUIET).json()
    assert (again["new"], again["repeated"], again["events"]) == (0, 361, told["events"])

    events = surefoot(data, "telemetry", "events", "--vehicle", "T-1", "--json", **QUIET).json()
    (braked,) = [event for event in events["events"] if event["kind"] == "harsh_braking"]
    assert (events["vehicle"], braked["severity"], braked["axis"]) == ("T-1", "high", "longitudinal")
    shown = surefoot(data, "telemetry", "events", "--vehicle", "T-1", **QUIET)
    assert "harsh braking" in shown.out

    status = surefoot(data, "telemetry", "status", "--json", **QUIET).json()
    assert status["vehicles"] == 1
    assert {rule["rule"]: rule["messages"] for rule in status["rules"]} == {"accepted": 361, "duplicate": 361}

    question = "How many kilometres did T-1 drive in the last 3 hours?"
    plan = surefoot(data, "plan", question, "--assistant", "fleet", "--json", **QUIET).json()
    assert (plan["outcome"], plan["plan"]["metrics"]) == ("planned", ["distance"])
    answer = surefoot(data, "ask", question, "--assistant", "fleet", "--json", **QUIET).json()
    (reading,) = answer["readings"]
    assert reading.keys() >= READING
    assert reading["period"].keys() == {"start", "end"}
    assert (reading["metric"], reading["unit"], reading["filters"]) == ("distance", "km", {"vehicle": ["T-1"]})
    assert reading["value"] == pytest.approx(36.0, abs=0.2)
    start, end, as_of = (datetime.fromisoformat(moment) for moment in (*reading["period"].values(), reading["as_of"]))
    assert end - start == timedelta(hours=3)
    assert as_of.isoformat() == drive.read_text(encoding="utf-8").splitlines()[-1].split(",")[0]


@pytest.mark.parametrize(
    "typed",
    [
        ("telemetry", "events", "--vehicle", "nobody"),
        ("telemetry", "replay", "nothing.csv", "--vehicle", "T-1"),
        ("plan", "How far?", "--assistant", "nobody"),
    ],
    ids=" ".join,
)
def test_what_is_not_there_is_one_json_error(data: Path, typed: tuple[str, ...]) -> None:
    shown = surefoot(data, *typed, "--json", **QUIET)
    assert shown.status != 0
    assert shown.json()["error"]["message"]
