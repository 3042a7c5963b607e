"""Files of samples are read block after block; rows that are none are counted, and files that are none are refused."""

from __future__ import annotations

import csv
import tracemalloc
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from surefoot.ingestion.telemetry.errors import SamplesUnreadable
from surefoot.ingestion.telemetry.intake import Intake
from surefoot.ingestion.telemetry.replay import Report, read_samples, replay
from surefoot.ingestion.telemetry.rules import Rule
from surefoot.retrieval.records.samples import ON, UNKNOWN, Samples, microseconds
from surefoot.retrieval.records.store_duckdb import DuckDBRecords
from tests.conftest import missing
from tests.ingestion.telemetry.conftest import clock, counts

NOW = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
DRIVES = Path(__file__).resolve().parents[3].parent / "shared" / "data" / "telemetry_nds"


def drive(number: int) -> Path:
    """A recorded drive of the shared data, which is not everywhere."""
    path = DRIVES / f"drive_{number:02}.csv"
    return path if path.exists() else missing(f"the recorded drives in {DRIVES}")


def read(path: Path, vehicle: str | None = "van 1", form: str = "auto") -> tuple[Samples, Report]:
    report = Report()
    return Samples.joined(list(read_samples(path, NOW, vehicle, form, report))), report


def file(folder: Path, name: str, text: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def refusal(path: Path, vehicle: str | None = "van 1", form: str = "auto") -> str:
    with pytest.raises(SamplesUnreadable) as refused:
        read(path, vehicle, form)
    return str(refused.value)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_csv_file_with_our_names_or_others_is_read(tmp_path: Path, separator: str) -> None:
    lines = [
        "\ufefftimestamp,lat,lng,speed_mph,driver",
        '2024-05-06T09:00:00Z,52.5,13.4,60,"Jo"',
        "1714986001,52.6,13.5,,",
    ]
    samples, report = read(file(tmp_path, "a.csv", "\r\n".join(lines).replace(",", separator)))
    assert samples.time.tolist() == [microseconds(datetime(2024, 5, 6, 9, 0, second, tzinfo=UTC)) for second in (0, 1)]
    np.testing.assert_allclose(samples.speed_kmh, [96.56064, np.nan])
    assert samples.driver.tolist() == ["Jo", ""]
    assert (report.rows, report.samples, dict(report.rules)) == (2, 2, {})


def test_a_file_may_name_its_vehicles_itself(tmp_path: Path) -> None:
    path = file(tmp_path, "a.csv", "vehicle,time\na,2024-05-06T09:00:00Z\nb,2024-05-06T09:00:00Z\n")
    assert read(path, None)[0].vehicle.tolist() == ["a", "b"]
    samples, report = read(path, "a")
    assert (samples.vehicle.tolist(), dict(report.rules)) == (["a"], {Rule.WRONG_TOPIC: 1})


def test_bad_rows_are_counted_with_the_first_example_and_the_others_are_kept(tmp_path: Path) -> None:
    bad = [b"2024-05-06T09:00:00Z,fast", b"2024-05-06T09:00", b"x,1,2", b"\xff,1", b'"2024,1', b"a" * 99_999]
    good = b"2024-05-06T09:00:01Z,50\n"
    body = b"time,speed_kmh\n" + good + b"\n".join(bad) + b"\n\n" + good + b"2024-05-06T09:00:02Z,900\n2024-05-0"
    samples, report = read(file(tmp_path, "a.csv", body))
    assert samples.speed_kmh[:2].tolist() == [50, 50]
    assert report.rules == {Rule.MALFORMED: 7, Rule.OUT_OF_RANGE: 1}
    assert report.examples[Rule.MALFORMED] == "row 3: speed_kmh is no number: 'fast'"
    assert (report.rows, report.samples) == (10, 3)


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("a.csv", "", "is empty"),
        ("a.csv", "time,velocity\n1,2\n", "not known: velocity. Rename or remove them. Expected are time"),
        ("a.csv", "\x00\x01\x02", "no header"),
        ("a.csv", "lat,lon\n1,2\n", "no column of times"),
        ("a.csv", "time,speed_mph,speed_kmh\n", "more than once: speed_kmh"),
        ("a.csv", "time,speed_kmh\n", "no rows"),
        ("a.csv", "time,speed_kmh\nnever,1\n", "ISO 8601"),
        ("a.jsonl", "time,speed_kmh\n", "not JSON"),
        ("a.gpx", "time,speed_kmh\n", "no GPX file"),
        ("a.gpx", "<gpx></gpx>", "no track points"),
        ("a.doc", "time", "no known format"),
    ],
)
def test_a_file_without_samples_is_refused_in_words(tmp_path: Path, name: str, text: str, words: str) -> None:
    assert words in refusal(file(tmp_path, name, text))


def test_a_file_that_is_not_there_and_a_name_that_is_none_are_refused(tmp_path: Path) -> None:
    assert "cannot be read" in refusal(tmp_path / "none.csv")
    assert "cannot name a vehicle" in refusal(file(tmp_path, "a.csv", "time\n"), "a\nb")
    no_vehicle = file(tmp_path, "b.csv", "time\n2024-05-06T09:00:00Z\n")
    assert "no vehicle is named" in refusal(no_vehicle, None)


def test_json_lines_are_read_as_messages(tmp_path: Path) -> None:
    line = '{"vehicle": "v", "time": 1714986000, "lat": 52.5, "lon": 13.4, "speed_ms": 10}'
    second = line.replace("6000", "6001")
    samples, report = read(file(tmp_path, "a.jsonl", f"{line}\n\n[{second}, 7]\n{line[:30]}"), None)
    assert samples.speed_kmh.tolist() == [36, 36]
    assert report.rules == {Rule.MALFORMED: 2}


GPX = """<?xml version="1.0"?><gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1"
 xmlns:x="http://www.garmin.com/xmlschemas/TrackPointExtension/v2"><trk><name>n</name><trkseg>
<trkpt lat="52.5" lon="13.4"><ele>30</ele><time>2024-05-06T09:00:00Z</time><extensions><x:TrackPointExtension>
<x:speed>10</x:speed><x:course>90</x:course></x:TrackPointExtension></extensions></trkpt>
<trkpt lat="52.6" lon="13.5"></trkpt>
<trkpt lat="0" lon="0"><time>2024-05-06T09:00:02Z</time></trkpt>
</trkseg></trk></gpx>"""


def test_the_track_points_of_gpx_are_read(tmp_path: Path) -> None:
    samples, report = read(file(tmp_path, "a.gpx", GPX))
    assert (samples.latitude[0], samples.speed_kmh[0], samples.heading_deg[0]) == (52.5, 36, 90)
    assert report.rules == {Rule.MALFORMED: 1, Rule.NO_POSITION: 1}


def test_gpx_that_breaks_off_is_read_so_far_and_the_break_is_counted(tmp_path: Path) -> None:
    samples, report = read(file(tmp_path, "a.gpx", GPX[: GPX.index('<trkpt lat="52.6"') + 9]))
    assert len(samples) == 1
    assert report.rules == {Rule.MALFORMED: 1}
    assert "breaks off" in report.examples[Rule.MALFORMED]


def test_a_document_type_in_gpx_is_refused(tmp_path: Path) -> None:
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<?xml version="1.0"?><!DOCTYPE gpx [<!ENTITY l0 "ha">{levels}]><gpx>&l9;</gpx>'
    assert "document type" in refusal(file(tmp_path, "a.gpx", bomb))
    wide = f'<?xml version="1.0" encoding="utf-16"?><!DOCTYPE gpx [<!ENTITY a "52">]>{GPX[21:]}'.replace(
        "<name>n", "<name>&a;"
    )
    assert "document type" in refusal(file(tmp_path, "b.gpx", wide.encode("utf-16")))


def test_a_large_file_is_read_in_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    with path.open("w", encoding="utf-8") as out:
        out.write("time,speed_kmh\n")
        out.writelines(f"{1714986000 + number},{number % 100}\n" for number in range(60_000))
    tracemalloc.start()
    blocks = [len(block) for block in read_samples(path, NOW, "van 1")]
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert blocks == [5000] * 12
    assert peak < 20_000_000


def test_the_recorded_drives_are_read_as_they_are_in_our_units_and_signs() -> None:
    samples, report = read(drive(10))
    with drive(10).open(encoding="utf-8") as source:
        rows = list(csv.DictReader(source))
    assert (report.rows, report.samples, dict(report.rules)) == (len(rows), len(rows), {})
    np.testing.assert_allclose(samples.speed_kmh, [float(row["speed_mph"]) * 1.609344 for row in rows])
    np.testing.assert_allclose(samples.accel_long_ms2, [float(row["accel_x"]) * 9.80665 for row in rows])
    assert {value for value, row in zip(samples.engine_on, rows, strict=True) if not row["engine_rpm"]} <= {UNKNOWN}
    assert ON in samples.engine_on
    moving = samples.speed_kmh[1:] > 20
    turning = np.diff(np.unwrap(np.radians(samples.heading_deg)))
    outward = turning * samples.speed_kmh[1:] / 3.6
    assert np.corrcoef(samples.accel_long_ms2[1:], np.diff(samples.speed_kmh))[0, 1] > 0.3
    assert np.corrcoef(samples.accel_lat_ms2[1:][moving], outward[moving])[0, 1] > 0.3
    assert np.corrcoef(samples.yaw_rate_dps[1:][moving], turning[moving])[0, 1] > 0.6


def test_a_replayed_file_is_kept_once_and_its_bad_rows_are_counted(
    tmp_path: Path, store: DuckDBRecords, intake: Intake
) -> None:
    rows = "".join(f"{1714986000 + number},{number % 100}\n" for number in range(7000))
    path = file(tmp_path, "a.csv", f"time,speed_kmh\n{rows}never,1\n")
    assert [replay(path, intake, clock, "van 1")[1] for _ in range(2)] == [7000, 0]
    intake.close()
    assert counts(store) == {"accepted": 7000, "duplicate": 7000, "malformed": 2}
    (example,) = [row["example"] for row in store.read(store.ibis_table("intake")).rows.to_pylist() if row["example"]]
    assert example.startswith("a.csv, row 7002: its time is not ISO 8601")
