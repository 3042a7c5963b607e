"""What every index must do: one suite over the embedded, the in-memory and the HTTP implementation."""

from __future__ import annotations

from random import Random

import pytest

from surefoot.retrieval.errors import ChunkRefused, DimensionMismatch, IndexClosed
from surefoot.retrieval.index.port import Held, Index, Scope
from tests.retrieval.passages import ANN, EAST, FLEET, NORTH, a_passage, an_id, asked, texts

pytestmark = pytest.mark.filterwarnings("ignore:Payload indexes have no effect:UserWarning")


class TestAdding:
    def test_what_was_added_comes_back_whole(self, index: Index) -> None:
        passage = a_passage("Replace the pads below 3 mm.")
        index.add([passage])
        [found] = index.search(asked("pads"), ANN, FLEET, limit=10)
        assert found.chunk == passage.chunk
        assert found.score > 0

    def test_a_chunk_without_page_date_and_headings_comes_back_whole(self, index: Index) -> None:
        bare = a_passage("Pads.", page=None, valid_from=None, heading_path=(), title="")
        index.add([bare])
        assert index.chunks("manual") == [bare.chunk]

    def test_a_chunk_with_a_known_id_replaces_the_old_one(self, index: Index) -> None:
        index.add([a_passage("old pads", id=an_id(1))])
        index.add([a_passage("new discs", id=an_id(1), meaning=EAST)])
        assert texts(index.search(asked("pads"), ANN, FLEET, limit=10)) == ["new discs"]
        assert index.count() == 1

    def test_of_two_chunks_with_one_id_in_one_call_the_last_stays(self, index: Index) -> None:
        index.add([a_passage("first", id=an_id(1)), a_passage("second", id=an_id(1).upper())])
        assert texts(index.chunks("manual")) == ["second"]

    def test_adding_the_same_again_changes_nothing(self, index: Index) -> None:
        for _ in range(3):
            index.add([a_passage("pads"), a_passage("discs")])
        assert index.count() == 2

    def test_adding_nothing_is_fine(self, index: Index) -> None:
        index.add([])
        assert index.count() == 0

    def test_more_chunks_than_one_write_holds_all_arrive_in_order(self, index: Index) -> None:
        index.add([a_passage(f"part {n}", ordinal=n) for n in range(1100)])
        assert [chunk.ordinal for chunk in index.chunks("manual")] == list(range(1100))

    def test_a_vector_of_another_length_is_refused_and_nothing_is_written(self, index: Index) -> None:
        with pytest.raises(DimensionMismatch, match=r"4 numbers.*gave 3"):
            index.add([a_passage("good"), a_passage("bad", meaning=(1.0, 0.0, 0.0))])
        assert index.count() == 0

    def test_an_id_that_is_no_uuid_is_refused(self, index: Index) -> None:
        with pytest.raises(ChunkRefused, match="UUID"):
            index.add([a_passage("bad", id="chunk-1")])

    def test_numbers_that_are_not_finite_are_refused(self, index: Index) -> None:
        with pytest.raises(ChunkRefused, match="finite"):
            index.add([a_passage("bad", meaning=(float("nan"), 0.0, 0.0, 0.0))])

    def test_a_text_of_stop_words_is_found_by_its_meaning(self, index: Index) -> None:
        index.add([a_passage("to be or not to be")])
        assert len(index.search(asked("the"), ANN, FLEET, limit=10)) == 1

    def test_hostile_text_is_only_text(self, index: Index) -> None:
        hostile = '"}], "must": [] --\x00 \u202e <script> {{7*7}} \U0001f600'
        index.add([a_passage(hostile)])
        assert texts(index.search(asked("script"), ANN, FLEET, limit=10)) == [hostile]


class TestWhatIsHeld:
    def test_every_document_is_told_with_what_all_its_chunks_have_in_common(self, index: Index) -> None:
        index.add([a_passage(f"part {n}", ordinal=n) for n in range(700)])
        index.add([a_passage("alone", document_id="other", title="Other", groups=frozenset({"b", "a"}))])
        held = index.documents()
        assert {name: one.chunks for name, one in held.items()} == {"manual": 700, "other": 1}
        one = a_passage("alone", document_id="other").chunk
        assert held["other"] == Held("fleet", "Other", frozenset({"a", "b"}), False, 1, one.content_hash)

    def test_a_document_with_a_gap_or_of_two_contents_is_held_whole_by_nobody(self, index: Index) -> None:
        index.add([a_passage("first", ordinal=0), a_passage("third", ordinal=2)])
        index.add([a_passage("new", document_id="b", ordinal=0, content_hash="1" * 64)])
        index.add([a_passage("old", document_id="b", ordinal=1, content_hash="2" * 64)])
        assert {name: one.content_hash for name, one in index.documents().items()} == {"manual": "", "b": ""}

    def test_groups_that_chunks_do_not_share_are_told_as_the_narrower(self, index: Index) -> None:
        index.add([a_passage("first", ordinal=0, groups=frozenset({"a", "b"}))])
        index.add([a_passage("second", ordinal=1, groups=frozenset({"b"}))])
        assert index.documents()["manual"].groups == frozenset({"b"})

    def test_an_empty_index_holds_nothing(self, index: Index) -> None:
        assert index.documents() == {}


class TestOrder:
    def test_a_passage_near_in_words_and_meaning_comes_before_one_near_in_either(self, index: Index) -> None:
        index.add(
            [
                a_passage("discs of the trailer", meaning=(1.0, 0.1, 0.0, 0.0)),
                a_passage("pads of the van", meaning=EAST),
                a_passage("pads of the trailer", meaning=NORTH),
            ]
        )
        assert texts(index.search(asked("pads trailer"), ANN, FLEET, limit=3))[0] == "pads of the trailer"

    def test_a_rare_word_counts_more_than_a_common_one(self, index: Index) -> None:
        index.add([a_passage(f"pads van {n}", meaning=(1.0, n / 9, 0.0, 0.0)) for n in range(6)])
        index.add([a_passage("tachograph van 7", meaning=(1.0, 0.01, 0.0, 0.0))])
        assert texts(index.search(asked("pads tachograph"), ANN, FLEET, limit=1)) == ["tachograph van 7"]

    def test_scores_fall(self, index: Index) -> None:
        index.add([a_passage(f"pads {'x ' * n}", meaning=(1.0, n / 10, 0.0, 0.0)) for n in range(20)])
        scores = [passage.score for passage in index.search(asked("pads"), ANN, FLEET, limit=20)]
        assert scores == sorted(scores, reverse=True)
        assert len(set(scores)) > 10

    @pytest.mark.parametrize("seed", [1, 2, 3])
    def test_equal_passages_come_in_the_order_of_their_ids(self, index: Index, seed: int) -> None:
        ids = [an_id(n) for n in range(40)]
        Random(seed).shuffle(ids)
        for chunk_id in ids:
            index.add([a_passage("the same pads", id=chunk_id)])
        found = index.search(asked("pads"), ANN, FLEET, limit=40)
        assert [passage.chunk.id for passage in found] == sorted(ids)
        assert len({passage.score for passage in found}) == 1

    @pytest.mark.parametrize("seed", [1, 2, 3])
    def test_passages_equal_in_words_alone_come_in_the_same_order_however_they_were_added(
        self, index: Index, seed: int
    ) -> None:
        passages = [a_passage(f"pads {n}", meaning=(1.0, n / 20, 0.0, 0.0)) for n in range(20)]
        index.add(passages)
        before = index.search(asked("pads"), ANN, FLEET, limit=20)
        index.delete("manual")
        Random(seed).shuffle(passages)
        for passage in passages:
            index.add([passage])
        assert index.search(asked("pads"), ANN, FLEET, limit=20) == before

    def test_where_equal_passages_are_cut_off_the_first_ids_stay(self, index: Index) -> None:
        ids = sorted((an_id(n) for n in range(30)), reverse=True)
        index.add([a_passage("the same pads", id=chunk_id) for chunk_id in ids])
        index.add([a_passage("pads, pads and pads")])
        found = index.search(asked("pads"), ANN, FLEET, limit=4)
        assert [p.chunk.id for p in found if p.chunk.text == "the same pads"][:3] == sorted(ids)[:3]

    def test_the_order_stays_when_passages_are_replaced(self, index: Index) -> None:
        passages = [a_passage("the same pads", id=an_id(n)) for n in range(12)]
        index.add(passages)
        before = index.search(asked("pads"), ANN, FLEET, limit=5)
        index.add(passages[3:7])
        assert index.search(asked("pads"), ANN, FLEET, limit=5) == before

    def test_no_more_than_the_limit_comes_back(self, index: Index) -> None:
        index.add([a_passage(f"pads {n}") for n in range(30)])
        assert [len(index.search(asked("pads"), ANN, FLEET, limit=n)) for n in (1, 7, 30, 500)] == [1, 7, 30, 30]

    @pytest.mark.parametrize("limit", [0, -1])
    def test_a_limit_below_one_finds_nothing(self, index: Index, limit: int) -> None:
        index.add([a_passage("pads")])
        assert index.search(asked("pads"), ANN, FLEET, limit=limit) == []

    def test_each_passage_comes_once(self, index: Index) -> None:
        index.add([a_passage(f"pads {n}") for n in range(10)])
        found = index.search(asked("pads"), ANN, FLEET, limit=10)
        assert len({passage.chunk.id for passage in found}) == 10


class TestEmptiness:
    def test_an_empty_index_finds_nothing(self, index: Index) -> None:
        assert index.search(asked("pads"), ANN, FLEET, limit=10) == []
        assert index.chunks("manual") == []
        assert index.count() == 0
        assert index.count("fleet") == 0

    def test_an_unknown_assistant_finds_nothing(self, index: Index) -> None:
        index.add([a_passage("pads")])
        assert index.search(asked("pads"), ANN, Scope("unknown"), limit=10) == []
        assert index.count("unknown") == 0

    def test_a_question_without_known_words_is_answered_by_meaning(self, index: Index) -> None:
        index.add([a_passage("pads", meaning=NORTH), a_passage("discs", meaning=EAST)])
        assert texts(index.search(asked("zzz", meaning=EAST), ANN, FLEET, limit=1)) == ["discs"]

    def test_a_question_without_meaning_is_answered_by_words(self, index: Index) -> None:
        index.add([a_passage("pads"), a_passage("discs")])
        assert texts(index.search(asked("discs", meaning=(0.0,) * 4), ANN, FLEET, limit=10)) == ["discs"]

    def test_a_question_with_neither_finds_nothing(self, index: Index) -> None:
        index.add([a_passage("pads")])
        assert index.search(asked("the", meaning=(0.0,) * 4), ANN, FLEET, limit=10) == []

    def test_a_question_of_another_length_is_refused(self, index: Index) -> None:
        with pytest.raises(DimensionMismatch):
            index.search(asked("pads", meaning=(1.0,)), ANN, FLEET, limit=10)


class TestDeleting:
    def test_a_deleted_document_is_never_retrieved(self, index: Index) -> None:
        index.add([a_passage("pads"), a_passage("pads", document="other")])
        index.delete("manual")
        assert [p.chunk.document_id for p in index.search(asked("pads"), ANN, FLEET, limit=10)] == ["other"]
        assert index.chunks("manual") == []
        assert index.count() == 1

    def test_deleting_twice_or_the_unknown_does_nothing(self, index: Index) -> None:
        index.add([a_passage("pads")])
        for name in ("unknown", "manual", "manual"):
            index.delete(name)
        assert index.count() == 0

    def test_a_deleted_document_can_be_added_again(self, index: Index) -> None:
        index.add([a_passage("pads")])
        index.delete("manual")
        index.add([a_passage("pads")])
        assert texts(index.search(asked("pads"), ANN, FLEET, limit=10)) == ["pads"]

    def test_erasing_keeps_the_rest_as_it_was(self, index: Index) -> None:
        index.add([a_passage(f"pads {n}", ordinal=n, meaning=(1.0, n / 50, 0.0, 0.0)) for n in range(50)])
        index.add([a_passage("secret", document="secret")])
        index.delete("secret")
        found, chunks = index.search(asked("pads 7"), ANN, FLEET, limit=5), index.chunks("manual")
        index.erase_deleted()
        assert index.search(asked("pads 7"), ANN, FLEET, limit=5) == found
        assert index.chunks("manual") == chunks
        index.add([a_passage("pads after")])
        assert index.count() == 51

    def test_an_empty_index_can_be_erased(self, index: Index) -> None:
        index.erase_deleted()
        index.erase_deleted()
        assert index.count() == 0


class TestCounting:
    def test_chunks_are_counted_by_assistant_and_altogether(self, index: Index) -> None:
        index.add([a_passage("pads"), a_passage("discs"), a_passage("plan", document="p", assistant="support")])
        assert (index.count(), index.count("fleet"), index.count("support")) == (3, 2, 1)

    def test_chunks_of_a_document_come_by_ordinal_whoever_may_see_them(self, index: Index) -> None:
        index.add([a_passage(f"part {n}", ordinal=n, groups=frozenset({"board"})) for n in (2, 0, 1)])
        assert texts(index.chunks("manual")) == ["part 0", "part 1", "part 2"]


class TestClosing:
    def test_a_closed_index_says_so(self, index: Index) -> None:
        index.add([a_passage("pads")])
        index.close()
        index.close()
        for act in (index.count, lambda: index.search(asked("pads"), ANN, FLEET, 10), index.erase_deleted):
            with pytest.raises(IndexClosed, match="closed"):
                act()
