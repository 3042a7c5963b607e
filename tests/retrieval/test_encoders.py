"""The dense encoder against pinned numbers, and what it does with odd input."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from surefoot.core.nouns import Encoding
from surefoot.retrieval.bm25 import PAIRS, Bm25
from surefoot.retrieval.encoders import HybridEncoder, MiniLM, batches_by_length, even_budget, windows
from surefoot.retrieval.errors import EncoderBroken, EncoderMissing

PADS = "Replace the brake pads when they are thinner than 3 mm."
GOLDEN = [0.06614, -0.06224, 0.01003, -0.01695, -0.04777]
"""The first numbers of PADS' vector, as the published weights gave them."""
PUBLISHED = [-0.034478, 0.03102, 0.00673, 0.02611, -0.039362]
"""The same of "hello world" at full precision, as fastembed pins them."""
LONG = "The van of the fleet was inspected by the workshop. " * 60


class TestVectors:
    def test_a_vector_is_what_it_was(self, minilm: MiniLM) -> None:
        assert minilm.encode([PADS])[0, :5] == pytest.approx(GOLDEN, abs=5e-3)

    def test_eight_bits_stay_near_the_published_numbers(self, minilm: MiniLM) -> None:
        assert minilm.encode(["hello world"])[0, :5] == pytest.approx(PUBLISHED, abs=1e-2)

    def test_near_meanings_have_near_vectors(self, minilm: MiniLM) -> None:
        pads, same, other = minilm.encode([PADS, "Worn brake pads must be changed.", "The contract ends in May."])
        assert float(pads @ same) > 0.5
        assert float(pads @ other) < 0.2

    def test_vectors_are_of_unit_length_in_the_order_of_the_texts(self, minilm: MiniLM) -> None:
        texts = [PADS, LONG, "", "pads", PADS * 3, "a"] * 3
        together = minilm.encode(texts)
        assert together.shape == (18, 384)
        assert together.dtype == np.float32
        assert np.linalg.norm(together, axis=1) == pytest.approx(np.ones(18), abs=1e-5)
        alone = np.vstack([minilm.encode([text]) for text in texts])
        assert together == pytest.approx(alone, abs=1e-4)

    def test_nothing_gives_no_rows(self, minilm: MiniLM) -> None:
        assert minilm.encode([]).shape == (0, 384)

    def test_a_text_is_read_up_to_its_budget_and_no_further(self, minilm: MiniLM) -> None:
        words = ["brake"] * minilm.max_tokens
        full = minilm.encode([" ".join(words)])
        assert minilm.encode([" ".join([*words, "contract", "contract"])]) == pytest.approx(full, abs=1e-5)
        assert minilm.encode([" ".join([*words[:-1], "contract"])]) != pytest.approx(full, abs=1e-5)

    @pytest.mark.parametrize("odd", ["\x00", "\ud83d half a pair", "🙂" * 500, "   \n\t ", "x" * 100_000, "日本語の文"])
    def test_odd_text_is_encoded(self, minilm: MiniLM, odd: str) -> None:
        assert np.isfinite(minilm.encode([odd, PADS])).all()

    def test_many_threads_may_load_and_use_it(self, minilm_folder: Path, minilm: MiniLM) -> None:
        fresh = MiniLM(minilm_folder)
        with ThreadPoolExecutor(6) as pool:
            rows = list(pool.map(fresh.encode, [[PADS, "pads"]] * 12))
        expected = minilm.encode([PADS, "pads"])
        assert all(row == pytest.approx(expected, abs=1e-5) for row in rows)


class TestTokens:
    def test_tokens_are_counted_without_loading_the_model(self, minilm_folder: Path, tmp_path: Path) -> None:
        (tmp_path / "tokenizer.json").symlink_to(minilm_folder / "tokenizer.json")
        encoder = MiniLM(tmp_path)
        assert encoder.tokenize("Hello world") == [7592, 2088]
        assert encoder.count_tokens("Hello world") == 2
        assert encoder.count_tokens("") == 0

    def test_a_long_text_is_counted_to_its_end(self, minilm: MiniLM) -> None:
        assert minilm.count_tokens("brake " * 5000) == 5000

    def test_half_a_surrogate_pair_is_counted(self, minilm: MiniLM) -> None:
        assert minilm.count_tokens("pads \ud83d") == minilm.count_tokens("pads ?")


class TestTokenVectors:
    def test_a_text_is_its_tokens_and_the_mean_of_them_points_where_the_text_does(self, minilm: MiniLM) -> None:
        texts = [PADS, LONG, "", "Corvane pads"] * 2
        found = minilm.encode_tokens(texts)
        assert found[3].tokens == ("[CLS]", "co", "##rva", "##ne", "pads", "[SEP]")
        assert [len(one.tokens) for one in found[:4]] == [len(one.states) for one in found[:4]] == [14, 256, 2, 6]
        assert np.array([one.whole for one in found]) == pytest.approx(minilm.encode(texts), abs=1e-4)
        assert minilm.encode_tokens([]) == []

    def test_only_the_tokens_that_are_asked_for_have_directions(self, minilm: MiniLM) -> None:
        [one] = minilm.encode_tokens(["Corvane pads"])
        assert one.directions(lambda token: token == "pads").shape == (1, 384)
        assert np.linalg.norm(one.directions(), axis=1) == pytest.approx(np.ones(6), abs=1e-5)
        assert len(one.directions(lambda token: token == "brakes")) == 6  # none is of this kind: all of them


class TestBatches:
    def test_every_place_is_in_one_batch(self) -> None:
        lengths = [5, 300, 1, 40, 40, 2, 128, 60, 0]
        batches = batches_by_length(lengths, budget=128)
        assert sorted(place for batch in batches for place in batch) == list(range(9))

    def test_a_padded_batch_stays_within_the_budget_unless_one_text_alone_is_longer(self) -> None:
        lengths = [n * 7 % 97 for n in range(200)] + [500]
        for batch in batches_by_length(lengths, budget=128):
            assert len(batch) == 1 or len(batch) * max(lengths[place] for place in batch) <= 128

    def test_short_texts_share_a_batch(self) -> None:
        assert batches_by_length([10] * 12, budget=128) == [list(range(12))]

    def test_no_texts_make_no_batches(self) -> None:
        assert batches_by_length([]) == []

    def test_what_two_threads_can_share_is_shared_and_no_batch_is_larger_than_it_may_be(self) -> None:
        assert even_budget(90, threads=2) == 45
        assert even_budget(90, threads=1) == 90
        assert even_budget(300, threads=2) == 75
        assert all(0 < even_budget(tokens, threads) <= 128 for tokens in range(1, 900, 7) for threads in (1, 2, 3))


class TestFiles:
    def test_a_missing_file_is_named_with_the_remedy(self, minilm_folder: Path, tmp_path: Path) -> None:
        (tmp_path / "tokenizer.json").symlink_to(minilm_folder / "tokenizer.json")
        with pytest.raises(EncoderMissing, match=r"lacks model\.onnx, .*surefoot weights fetch encoder"):
            MiniLM(tmp_path).encode([PADS])
        with pytest.raises(EncoderMissing, match=r"lacks tokenizer\.json"):
            MiniLM(tmp_path / "nowhere").count_tokens(PADS)

    @pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json"])
    def test_a_damaged_file_is_named_with_the_remedy(self, minilm_folder: Path, tmp_path: Path, name: str) -> None:
        for file in minilm_folder.iterdir():
            (tmp_path / file.name).symlink_to(file)
        (tmp_path / name).unlink()
        (tmp_path / name).write_bytes(b"half a file")
        with pytest.raises(EncoderBroken, match=r"damaged.*fetch encoder"):
            MiniLM(tmp_path).encode([PADS])

    def test_a_failed_load_can_be_repeated_once_the_files_are_there(self, minilm_folder: Path, tmp_path: Path) -> None:
        encoder = MiniLM(tmp_path)
        with pytest.raises(EncoderMissing):
            encoder.encode([PADS])
        for file in minilm_folder.iterdir():
            (tmp_path / file.name).symlink_to(file)
        assert encoder.encode([PADS]).shape == (1, 384)


class TestHybrid:
    def test_documents_get_both_vectors_in_their_order(self, minilm: MiniLM) -> None:
        encoder, words = HybridEncoder(minilm, Bm25(20)), Bm25(20)
        texts = [LONG, PADS, ""]
        encodings = encoder.encode_documents(texts)
        assert [(e.sparse_indices, e.sparse_values) for e in encodings] == [words.document(text) for text in texts]
        assert encodings[1].dense == pytest.approx(minilm.encode([PADS])[0].tolist(), abs=1e-4)
        assert encoder.encode_documents([]) == []

    def test_a_question_gets_both_vectors(self, minilm: MiniLM) -> None:
        encoding = HybridEncoder(minilm, Bm25()).encode_question("Which brake pads?")
        assert isinstance(encoding, Encoding)
        assert set(encoding.sparse_values) == {1.0, PAIRS}  # each word, and the pair of them
        assert len(encoding.dense) == minilm.dimension

    def test_a_question_within_the_budget_has_its_own_vector(self, minilm: MiniLM) -> None:
        assert HybridEncoder(minilm, Bm25()).encode_question(PADS).dense == tuple(minilm.encode([PADS])[0].tolist())

    def test_a_long_question_is_read_to_its_end(self, minilm: MiniLM) -> None:
        encoder = HybridEncoder(minilm, Bm25())
        long, longer = encoder.encode_questions([LONG, LONG + PADS * 30])
        assert np.linalg.norm(longer.dense) == pytest.approx(1, abs=1e-5)
        pads = minilm.encode([PADS])[0]
        assert pads @ np.array(longer.dense) > pads @ np.array(long.dense) + 0.1

    def test_windows_hold_all_words_and_no_more_tokens_than_the_budget(self, minilm: MiniLM) -> None:
        parts = windows(LONG, minilm)
        assert " ".join(parts).split() == LONG.split()
        assert all(minilm.count_tokens(part) <= minilm.max_tokens for part in parts)
        assert windows("", minilm) == [""]
        assert windows("x" * 5000, minilm) == ["x" * 5000]

    def test_a_pasted_book_is_cut_to_a_question(self, minilm: MiniLM) -> None:
        book = " ".join(f"word{n}" for n in range(100_000))
        assert len(HybridEncoder(minilm, Bm25()).encode_question(book).sparse_indices) < 5000
