"""Which values questions can name: only those that an asker may see, by all their names, as fresh as a while allows."""

from __future__ import annotations

import pytest

from surefoot.retrieval.records import desk as desks
from surefoot.retrieval.records import values as reading
from surefoot.retrieval.records.asking.outcomes import Planned
from surefoot.retrieval.records.asking.vocabulary import Vocabulary
from surefoot.retrieval.records.desk import RecordDesk
from surefoot.retrieval.records.place import Place
from surefoot.retrieval.records.store import RecordStore
from surefoot.retrieval.records.telemetry_tables import VEHICLE_GROUPS, VEHICLES
from surefoot.retrieval.records.values import Values
from tests.retrieval.records.small_fleet import BOARD, NOW, STAFF, fill, fleet_semantics, put


def test_values_are_those_that_the_askers_groups_may_see(tiny: RecordDesk) -> None:
    seen = _known(tiny.rules(STAFF).vocabulary)
    assert seen["vehicle"] == ["E-201", "V-101", "V-102"]
    assert seen["model"] == ["Corvane 28", "Corvane 35", "Voltera E30"]
    more = _known(tiny.rules(BOARD).vocabulary)
    assert more["vehicle"] == ["E-201", "R-301", "V-101", "V-102"]
    assert "Haulier H12" in more["model"]


def test_an_asker_of_no_group_knows_no_vehicle(store: RecordStore) -> None:
    fill(store)
    vocabulary = Values(fleet_semantics(), Place(store)).vocabulary(frozenset())
    assert _known(vocabulary)["vehicle"] == []


def test_a_vehicle_can_be_named_by_its_registration(store: RecordStore) -> None:
    fill(store)
    put(store, VEHICLES, [{"vehicle": "V-103", "registration": "NG 44 XYZ", "vehicle_class": "van"}])
    put(store, VEHICLE_GROUPS, [{"vehicle": "V-103", "grp": "everyone"}])
    desk = RecordDesk(fleet_semantics(), Place(store))
    asked = desk.ask("Distance of NG 44 XYZ yesterday", STAFF, NOW)
    assert "V-103" in str(asked)
    assert desk.rules(STAFF).vocabulary.values["vehicle"]["NG 44 XYZ"] == "V-103"


def test_an_empty_value_has_no_name(store: RecordStore) -> None:
    fill(store)
    put(store, VEHICLES, [{"vehicle": "V-103", "depot": "", "model": None}])
    put(store, VEHICLE_GROUPS, [{"vehicle": "V-103", "grp": "everyone"}])
    values = _known(Values(fleet_semantics(), Place(store)).vocabulary(STAFF.groups))
    assert values["depot"] == ["Millfield", "Northgate"]
    assert "None" not in values["model"]


def test_values_are_read_again_only_after_a_while(store: RecordStore) -> None:
    fill(store)
    values = Values(fleet_semantics(), Place(store))
    first = values.vocabulary(STAFF.groups)
    put(store, VEHICLES, [{"vehicle": "V-103"}])
    put(store, VEHICLE_GROUPS, [{"vehicle": "V-103", "grp": "everyone"}])
    assert values.vocabulary(STAFF.groups) is first
    assert "V-103" in Values(fleet_semantics(), Place(store)).vocabulary(STAFF.groups).values["vehicle"]


def test_a_name_that_came_this_minute_is_looked_up_before_anything_is_asked_back(
    store: RecordStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desks, "NEWEST_SECONDS", 0.0)
    fill(store)
    desk = RecordDesk(fleet_semantics(), Place(store))
    assert not isinstance(desk.ask("Distance of V-103 yesterday", STAFF, NOW), Planned)
    put(store, VEHICLES, [{"vehicle": "V-103"}])
    put(store, VEHICLE_GROUPS, [{"vehicle": "V-103", "grp": "everyone"}])
    assert isinstance(desk.ask("Distance of V-103 yesterday", STAFF, NOW), Planned)


def test_people_share_what_is_known_by_the_groups_that_open_something(store: RecordStore) -> None:
    fill(store)
    values = Values(fleet_semantics(), Place(store))
    ada, bob = ({*STAFF.groups, f"person:{name}"} for name in ("ada", "bob"))
    assert values.vocabulary(frozenset(ada)) is values.vocabulary(frozenset(bob))
    assert values.vocabulary(frozenset(bob)) is not values.vocabulary(BOARD.groups)


def test_what_was_read_again_is_known_and_what_may_no_longer_be_seen_is_not(
    store: RecordStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "FRESH_SECONDS", 0.0)
    fill(store)
    values = Values(fleet_semantics(), Place(store))
    own = frozenset({"person:ada"})
    assert _known(values.vocabulary(own))["vehicle"] == []
    put(store, VEHICLES, [{"vehicle": "V-103"}])
    put(store, VEHICLE_GROUPS, [{"vehicle": "V-103", "grp": "person:ada"}])
    assert _known(values.vocabulary(own))["vehicle"] == ["V-103"]
    store.forget("V-103")
    assert _known(values.vocabulary(own))["vehicle"] == []


def test_the_vocabularies_that_are_kept_are_bounded(store: RecordStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_KEPT", 1)
    fill(store)
    values = Values(fleet_semantics(), Place(store))
    board = values.vocabulary(BOARD.groups)
    values.vocabulary(STAFF.groups)
    assert values.vocabulary(BOARD.groups) is not board


def _known(vocabulary: Vocabulary) -> dict[str, list[str]]:
    """The values of each dimension, in order."""
    return {name: sorted(set(names.values())) for name, names in vocabulary.values.items()}
