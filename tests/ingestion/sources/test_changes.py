"""The comparison of a listing with what was read: nothing is missed, and nothing is removed that may still be there."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from surefoot.ingestion.errors import SourceUnreachable
from surefoot.ingestion.sources.changes import Change, compare, guard_of_mass_removal
from surefoot.ingestion.sources.folder import FolderSettings, FolderSource
from surefoot.ingestion.sources.network import Surroundings
from surefoot.ingestion.sources.port import Doubtful, Listed

KNOWN = {"a.md": "1", "b/c.md": "1", "b/d/e.md": "1", "bc.md": "1"}


def kinds(*listing: Listed | Doubtful) -> dict[str, str]:
    return {change.path: change.kind for change in compare(listing, KNOWN)}


def test_new_changed_unchanged_and_gone_are_told_apart() -> None:
    assert kinds(Listed("a.md", "1"), Listed("b/c.md", "2"), Listed("n.md", "1")) == {
        "a.md": "unchanged",
        "b/c.md": "changed",
        "n.md": "new",
        "b/d/e.md": "gone",
        "bc.md": "gone",
    }


def test_an_empty_listing_means_that_all_is_gone() -> None:
    assert set(kinds().values()) == {"gone"}


def test_what_a_doubt_covers_is_never_gone() -> None:
    found = kinds(Listed("a.md", "1"), Doubtful("b", "closed", below=True))
    assert found == {"a.md": "unchanged", "b": "doubtful", "bc.md": "gone"}
    assert kinds(Doubtful("b/c.md", "closed"))["b/d/e.md"] == "gone"
    assert "b/c.md" not in [path for path, kind in kinds(Doubtful("b/c.md", "closed")).items() if kind == "gone"]
    assert kinds(Doubtful("", "all of it", below=True)) == {"": "doubtful"}


def test_the_first_of_two_documents_with_one_name_counts() -> None:
    changes = list(compare([Listed("a.md", "1"), Listed("a.md", "2")], {"a.md": "1"}))
    assert [change.kind for change in changes] == ["unchanged", "duplicate"]
    assert "twice" in changes[1].reason


def test_one_name_in_two_spellings_is_one_document() -> None:
    changes = list(compare([Listed("e\u0301.md", "1"), Listed("\u00e9.md", "1")], {"\u00e9.md": "1"}))
    assert [(change.path, change.kind) for change in changes] == [("é.md", "unchanged"), ("é.md", "duplicate")]


def test_nothing_is_gone_when_the_listing_breaks() -> None:
    def broken() -> Iterator[Listed]:
        yield Listed("a.md", "2")
        raise SourceUnreachable("The share went away.")

    seen: list[Change] = []
    with pytest.raises(SourceUnreachable):
        seen.extend(compare(broken(), KNOWN))
    assert [change.kind for change in seen] == ["changed"]


@pytest.mark.parametrize(
    ("known", "gone", "asks"), [(19, 19, False), (20, 10, False), (20, 11, True), (10_000, 10_000, True), (0, 0, False)]
)
def test_a_person_is_asked_before_more_than_half_of_a_source_is_removed(known: int, gone: int, asks: bool) -> None:
    reason = guard_of_mass_removal(known, gone)
    assert (reason is not None) == asks
    if reason:
        assert f"{gone:,} of {known:,}" in reason


NAMES = st.sampled_from(["a.md", "b.md", "d/a.md", "d/b.md", "d/e/a.md", "f/a.md", ".h.md"])
FOLDERS = st.sampled_from(["d", "d/e", "f"])
EDITS = st.one_of(
    st.tuples(st.just("write"), NAMES, st.sampled_from(["x", "y", "long"])),
    st.tuples(st.just("remove"), NAMES),
    st.tuples(st.just("rename"), NAMES, NAMES),
    st.tuples(st.just("remove folder"), FOLDERS),
    st.tuples(st.just("run")),
)


def edit(root: Path, act: tuple[str, ...]) -> None:
    match act:
        case ("write", name, text):
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text)
        case ("remove", name):
            (root / name).unlink(missing_ok=True)
        case ("rename", name, other) if (root / name).exists():
            (root / other).parent.mkdir(parents=True, exist_ok=True)
            (root / name).rename(root / other)
        case ("remove folder", name):
            shutil.rmtree(root / name, ignore_errors=True)
        case _:
            pass


def run(source: FolderSource, fingerprints: dict[str, str], contents: dict[str, bytes]) -> None:
    """What an ingestion run does, with two dicts as the library."""
    for change in list(compare(source.listing(), fingerprints)):
        if change.kind == "gone":
            del fingerprints[change.path], contents[change.path]
        elif change.kind in ("new", "changed"):
            assert change.listed is not None
            contents[change.path] = source.fetch(change.listed).data
            fingerprints[change.path] = change.listed.fingerprint


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edits=st.lists(EDITS, max_size=12))
def test_after_any_edits_the_changes_lead_to_what_a_fresh_listing_finds(
    edits: list[tuple[str, ...]], tmp_path: Path
) -> None:
    root = tmp_path / "share"
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir()
    source = FolderSource(FolderSettings(path=str(root)), Surroundings(str, False, 1000, tmp_path, "test"))
    fingerprints: dict[str, str] = {}
    contents: dict[str, bytes] = {}
    for act in [*edits, ("run",)]:
        edit(root, act)
        if act == ("run",):
            run(source, fingerprints, contents)
    fresh = {item.path: item for item in source.listing() if isinstance(item, Listed)}
    assert fingerprints == {path: item.fingerprint for path, item in fresh.items()}
    assert contents == {path: (root / path).read_bytes() for path in fresh}
