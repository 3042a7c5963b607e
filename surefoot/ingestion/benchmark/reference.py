"""LlamaIndex's own ingestion of a folder with its readers: what `surefoot bench ingest` is measured against."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from surefoot.retrieval.encoders import DenseEncoder
from surefoot.retrieval.plain import Encode

if TYPE_CHECKING:
    from llama_index.core.base.embeddings.base import BaseEmbedding


@dataclass(frozen=True, slots=True)
class ReferenceSettings:
    """How LlamaIndex is set; the values are its documented defaults."""

    chunk_tokens: int = 1024
    overlap_tokens: int = 200
    texts_at_once: int = 10


@dataclass(frozen=True, slots=True)
class ReferenceResult:
    """What it made."""

    documents: int
    """As its readers count: a page of a PDF is one."""
    chunks: int
    tokens_encoded: int
    """Tokens that the encoder read; what lies beyond its window was cut off."""
    tokens_of_chunks: int


def copy_sentence_data(target: Path) -> None:
    """Let LlamaIndex's sentence splitter find its data in a copy; before its first use in this process.

    NLTK refuses files with more than one link, and installers link files into environments.
    """
    import importlib.util
    import os
    import shutil

    package = importlib.util.find_spec("llama_index.core")
    if package and package.origin:
        shutil.copytree(Path(package.origin).parent / "_static" / "nltk_cache", target, dirs_exist_ok=True)
        os.environ["NLTK_DATA"] = str(target)


def ingest_with_llamaindex(
    folder: Path, encoder: DenseEncoder, encode: Encode, settings: ReferenceSettings
) -> ReferenceResult:
    """Read, split and encode a folder with SimpleDirectoryReader and IngestionPipeline.

    encode: how texts become vectors; encoder: counts tokens.

    Raises ImportError where the packages of the extra 'bench' are not installed.
    """
    from llama_index.core import SimpleDirectoryReader
    from llama_index.core.ingestion import IngestionPipeline
    from llama_index.core.node_parser import SentenceSplitter

    documents = SimpleDirectoryReader(str(folder), recursive=True).load_data()
    splitter = SentenceSplitter(chunk_size=settings.chunk_tokens, chunk_overlap=settings.overlap_tokens)
    if settings != ReferenceSettings():
        splitter = SentenceSplitter(
            chunk_size=settings.chunk_tokens, chunk_overlap=settings.overlap_tokens, tokenizer=encoder.tokenize
        )
    pipeline = IngestionPipeline(transformations=[splitter, _embedding(encode, settings.texts_at_once)])
    nodes = pipeline.run(documents=documents)
    lengths = [encoder.count_tokens(node.get_content()) for node in nodes]
    read = sum(min(length, encoder.max_tokens) for length in lengths)
    return ReferenceResult(len(documents), len(nodes), read, sum(lengths))


def _embedding(encode: Encode, texts_at_once: int) -> BaseEmbedding:
    from llama_index.core.base.embeddings.base import BaseEmbedding

    class Ours(BaseEmbedding):
        """Our encoder as LlamaIndex calls it."""

        def _get_text_embedding(self, text: str) -> list[float]:
            return encode([text])[0].tolist()

        def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
            return encode(texts).tolist()

        def _get_query_embedding(self, query: str) -> list[float]:
            return self._get_text_embedding(query)

        async def _aget_query_embedding(self, query: str) -> list[float]:
            return self._get_text_embedding(query)

    return Ours(model_name="ours", embed_batch_size=texts_at_once)
