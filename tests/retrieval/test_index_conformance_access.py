"""Every index holds to the port, second part: who may see what, versions, and filters by document."""

from __future__ import annotations

from dataclasses import replace

import pytest

from surefoot.core.nouns import Asker
from surefoot.retrieval.index.port import Index, Scope
from tests.retrieval.passages import ANN, EAST, FLEET, a_passage, asked, texts

pytestmark = pytest.mark.filterwarnings("ignore:Payload indexes have no effect:UserWarning")


class TestAccess:
    def test_a_passage_for_other_groups_is_never_found(self, index: Index) -> None:
        index.add([a_passage("board minutes", groups=frozenset({"board"}))])
        assert index.search(asked("board minutes"), ANN, FLEET, limit=10) == []

    def test_a_passage_hides_no_other_from_those_who_may_see_it(self, index: Index) -> None:
        index.add([a_passage(f"board minutes {n}", groups=frozenset({"board"})) for n in range(300)])
        index.add([a_passage("staff minutes", meaning=EAST)])
        assert texts(index.search(asked("board minutes"), ANN, FLEET, limit=3)) == ["staff minutes"]

    def test_one_common_group_suffices(self, index: Index) -> None:
        index.add([a_passage("minutes", groups=frozenset({"board", "audit"}))])
        eve = Asker("eve", frozenset({"audit", "staff"}))
        assert texts(index.search(asked("minutes"), eve, FLEET, limit=10)) == ["minutes"]

    def test_an_asker_without_groups_finds_nothing(self, index: Index) -> None:
        index.add([a_passage("pads"), a_passage("discs", groups=frozenset())])
        assert index.search(asked("pads"), Asker("nobody", frozenset()), FLEET, limit=10) == []

    def test_a_passage_without_groups_is_found_by_nobody(self, index: Index) -> None:
        index.add([a_passage("orphan", groups=frozenset())])
        assert index.search(asked("orphan"), Asker("ann", frozenset({"staff", ""})), FLEET, limit=10) == []

    def test_assistants_do_not_see_each_other(self, index: Index) -> None:
        index.add([a_passage("fleet pads"), a_passage("support pads", document="guide", assistant="support")])
        assert texts(index.search(asked("pads"), ANN, FLEET, limit=10)) == ["fleet pads"]
        assert texts(index.search(asked("pads"), ANN, Scope("support"), limit=10)) == ["support pads"]

    def test_what_the_asker_may_not_see_moves_no_score(self, index: Index) -> None:
        index.add([a_passage("pads of the van"), a_passage("tachograph of the van"), a_passage("pads", meaning=EAST)])
        before = index.search(asked("pads tachograph"), ANN, FLEET, limit=10)
        index.add([a_passage(f"tachograph {n}", document="b", groups=frozenset({"board"})) for n in range(20)])
        index.add([a_passage(f"tachograph {n}", document="s", assistant="support") for n in range(20)])
        assert index.search(asked("pads tachograph"), ANN, FLEET, limit=10) == before

    def test_changed_groups_hold_at_once_and_without_encoding(self, index: Index) -> None:
        index.add([a_passage("minutes"), a_passage("other minutes", document="other")])
        index.set_groups("manual", frozenset({"board", "audit"}))
        assert texts(index.search(asked("minutes"), ANN, FLEET, limit=10)) == ["other minutes"]
        [found] = index.search(asked("minutes"), Asker("eve", frozenset({"audit"})), FLEET, limit=10)
        assert found.chunk == replace(a_passage("minutes").chunk, groups=frozenset({"board", "audit"}))

    def test_a_changed_title_holds_at_once_and_without_encoding(self, index: Index) -> None:
        index.add([a_passage("minutes"), a_passage("other minutes", document="other")])
        index.set_title("manual", "Minutes of the board")
        index.set_title("unknown", "Nothing")
        found = index.search(asked("minutes"), ANN, FLEET, limit=10)
        other = a_passage("other minutes", document="other").chunk
        assert {p.chunk for p in found} == {replace(a_passage("minutes").chunk, title="Minutes of the board"), other}
        assert index.chunks("manual")[0].title == "Minutes of the board"

    def test_groups_can_be_taken_away_altogether(self, index: Index) -> None:
        index.add([a_passage("minutes")])
        index.set_groups("manual", frozenset())
        assert index.search(asked("minutes"), ANN, FLEET, limit=10) == []

    def test_changing_the_groups_of_an_unknown_document_does_nothing(self, index: Index) -> None:
        index.set_groups("unknown", frozenset({"board"}))
        index.set_superseded("unknown", superseded=True)
        assert index.count() == 0


class TestVersions:
    def test_a_superseded_passage_is_found_only_on_request(self, index: Index) -> None:
        index.add([a_passage("old pads", document="old", superseded=True), a_passage("new pads")])
        assert texts(index.search(asked("pads"), ANN, FLEET, limit=10)) == ["new pads"]
        both = index.search(asked("pads"), ANN, Scope("fleet", with_superseded=True), limit=10)
        assert {(p.chunk.text, p.chunk.superseded) for p in both} == {("old pads", True), ("new pads", False)}

    def test_a_document_can_be_superseded_and_made_current_again(self, index: Index) -> None:
        index.add([a_passage("pads"), a_passage("discs")])
        index.set_superseded("manual", superseded=True)
        assert index.search(asked("pads"), ANN, FLEET, limit=10) == []
        assert all(chunk.superseded for chunk in index.chunks("manual"))
        index.set_superseded("manual", superseded=False)
        assert len(index.search(asked("pads"), ANN, FLEET, limit=10)) == 2


class TestDocumentFilter:
    def test_only_the_named_documents_are_searched(self, index: Index) -> None:
        index.add([a_passage("pads", document=name) for name in ("a", "b", "c")])
        found = index.search(asked("pads"), ANN, Scope("fleet", document_ids=frozenset({"a", "c", "x"})), limit=10)
        assert {passage.chunk.document_id for passage in found} == {"a", "c"}

    def test_an_empty_set_of_documents_finds_nothing(self, index: Index) -> None:
        index.add([a_passage("pads")])
        assert index.search(asked("pads"), ANN, Scope("fleet", document_ids=frozenset()), limit=10) == []

    def test_naming_a_document_opens_it_to_nobody_else(self, index: Index) -> None:
        index.add([a_passage("minutes", groups=frozenset({"board"}))])
        named = Scope("fleet", with_superseded=True, document_ids=frozenset({"manual"}))
        assert index.search(asked("minutes"), ANN, named, limit=10) == []
