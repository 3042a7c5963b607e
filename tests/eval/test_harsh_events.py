"""Harsh events on real, labelled drives: exactly the labels with the accelerometer, better than chance without it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from surefoot.eval.errors import CasesInvalid
from surefoot.eval.harsh_events import (
    Counted,
    Drive,
    Label,
    counted,
    derived_labels,
    estimate_score,
    exact,
    f1_by_threshold,
    left_out,
    matched,
    plain_score,
    product_counts,
    read_drives,
    vertical_axis,
)
from surefoot.eval.intervals import ratio_difference
from tests.conftest import missing
from tools.harsh_events import measured

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "telemetry_nds"


@pytest.fixture(scope="module")
def drives() -> list[Drive]:
    if not DATA.is_dir():
        missing("the evaluation data ../shared/data/telemetry_nds is not there")
    return read_drives(DATA)


def test_with_the_accelerometer_all_labelled_events_are_found_and_no_other(drives: list[Drive]) -> None:
    assert sum(len(drive.labels) for drive in drives) == 52
    for drive in drives:
        assert derived_labels(drive) == sorted(drive.labels, key=lambda label: label.start), drive.name
    assert exact(drives) == {"labelled": 52, "found": 52, "alike": 52}


def test_the_labels_are_never_read(drives: list[Drive], tmp_path: Path) -> None:
    for path in DATA.glob("*.csv"):
        lines = path.read_text(encoding="utf-8").splitlines()
        if path.name.startswith("drive_"):
            hidden = [n for n, name in enumerate(lines[0].split(",")) if name.startswith("accel_event")]
            cells = [line.split(",") for line in lines]
            lines = [",".join(cell for n, cell in enumerate(row) if n not in hidden) for row in cells]
        (tmp_path / path.name).write_text("\n".join(lines), encoding="utf-8")
    assert exact(read_drives(tmp_path)) == exact(drives)


def test_without_the_accelerometer_the_estimate_is_better_than_the_plain_change_of_speed(drives: list[Drive]) -> None:
    blind = [drive.without_accelerometer() for drive in drives]
    ours, plain = counted(blind, estimate_score), counted(blind, plain_score)
    assert f1_by_threshold(ours).max() > f1_by_threshold(plain).max()
    low, _ = ratio_difference(*([cell.halves for cell in left_out(table)] for table in (plain, ours)))
    assert low > 0


def test_the_written_figures_hold_what_was_counted_of_the_product_as_it_is_shipped(drives: list[Drive]) -> None:
    found = measured(drives)
    assert found["rows"][0]["alike"] == 52
    (shipped,) = [row for row in found["rows"] if row.get("threshold") == "as shipped"]
    every = [product_counts(drive) for drive in drives]
    assert shipped["matched"] == sum(cell.matched for cell in every) > 0
    assert shipped["f1"]["value"] == pytest.approx(2 * shipped["matched"] / (shipped["found"] + 52))
    assert found["f1_gained"]["low"] > 0


def test_a_folder_without_labels_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CasesInvalid, match=r"events\.csv is missing"):
        read_drives(tmp_path)


def test_the_vertical_axis_is_the_one_that_goes_with_the_heading_and_may_be_upside_down() -> None:
    chance = np.random.default_rng(3)
    turns = chance.normal(0, 10, 200)
    heading = np.concatenate(([0.0], np.cumsum(turns)))[:200] % 360
    noise = chance.normal(0, 5, (2, 200))
    rows = [
        {"gps_heading": str(h), "speed_mph": "30", "gyro_x": str(x), "gyro_y": str(-turn), "gyro_z": str(z)}
        for h, turn, x, z in zip(heading, turns, *noise, strict=True)
    ]
    assert vertical_axis([rows]) == ("gyro_y", -1)


SECOND = 1_000_000


def label(start: int, end: int) -> Label:
    return Label(start * SECOND, end * SECOND, "low", "lateral", 0.4, 10.0)


@pytest.mark.parametrize(
    ("found", "pairs"),
    [
        ([(9, 9)], 1),
        ([(8, 8)], 0),
        ([(12, 13)], 1),
        ([(13, 13)], 1),
        ([(5, 20)], 1),
        ([(10, 10), (11, 11)], 2),
        ([], 0),
    ],
)
def test_an_event_pairs_with_one_label_within_a_second(found: list[tuple[int, int]], pairs: int) -> None:
    intervals = np.array(found, dtype=np.int64).reshape(-1, 2) * SECOND
    assert matched(intervals, [label(10, 11), label(12, 12)]) == pairs


def test_a_threshold_is_never_chosen_on_the_drive_that_it_is_tried_on() -> None:
    good, bad = Counted(5, 5, 5), Counted(0, 5, 5)
    table = [[good, bad], [bad, good], [bad, good], [bad, good]]
    assert left_out(table) == [bad, good, good, good]
