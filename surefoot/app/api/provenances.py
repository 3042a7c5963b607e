"""Says how an answer was made, with the texts that the asker may see now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from surefoot.app.client.how_forms import (
    ClaimForm,
    ConsideredForm,
    DecisionForm,
    FoundForm,
    HowForm,
    OlderForm,
    QuoteForm,
    UnderstoodForm,
)
from surefoot.app.parts import Library
from surefoot.core.nouns import Answer, Asker, Chunk, Citation
from surefoot.core.provenance import Claimed, Considered, Decision, Found, Place, Provenance, Understood
from surefoot.ingestion.catalogue import Entry
from surefoot.retrieval.lookup import passages_of

WHOLE = 1_000_000
"""Characters that no passage has."""


def how_form(answer: Answer, library: Library, asker: Asker) -> HowForm | None:
    """How an answer was made; None where that was not written down."""
    how = answer.how
    if how is None:
        return None
    reader = reader_of(answer, library, asker)
    found = [form for one in how.found if (form := reader.found(one))]
    considered = [form for one in how.considered if (form := reader.considered(one))]
    return HowForm(
        understood=_understood(how.understood),
        mode="quotes" if how.mode == "quotes" else "model" if how.mode == "model" else "auto",
        edition=how.edition,
        encode_ms=how.encode_ms,
        search_ms=how.search_ms,
        found=found,
        considered=considered,
        decision=_decision(how.decision),
        claims=[reader.claim(one) for one in how.claims],
        older=[] if how.understood.with_superseded else _older(how, library, asker),
        history=list(how.history),
        vanished=len(how.found) - len(found) + len(how.considered) - len(considered),
    )


@dataclass(frozen=True, slots=True)
class Reader:
    """Gives what an answer was made of its texts, as far as the asker may see them."""

    chunks: Mapping[str, Chunk]
    """Those that were found and are still there for the asker, by id."""
    citations: Sequence[Citation]

    def found(self, one: Found) -> FoundForm | None:
        """A passage that was found."""
        chunk = self.chunks.get(one.chunk_id)
        if chunk is None:
            return None
        return FoundForm(
            document_id=one.document_id,
            chunk_id=one.chunk_id,
            title=chunk.title,
            page=chunk.page,
            heading=list(chunk.heading_path),
            score=one.score,
            rank=one.rank,
            cited=any(c.chunk_id == one.chunk_id for c in self.citations),
            superseded=chunk.superseded,
        )

    def considered(self, one: Considered) -> ConsideredForm | None:
        """A sentence that was considered."""
        quote = self.quote(one.place)
        if quote is None:
            return None
        return ConsideredForm(
            quote=quote,
            score=one.score,
            cosine=one.cosine,
            coverage=one.coverage,
            cited=one.cited,
            read=one.read,
            left_out=one.left_out.value if one.left_out else None,
        )

    def claim(self, one: Claimed) -> ClaimForm:
        """A sentence of the model with its quotes."""
        quotes = [quote for place in one.places if (quote := self.quote(place))]
        return ClaimForm(text=one.text, supported=one.supported, reason=one.reason, quotes=quotes)

    def passage(self, one: Found) -> QuoteForm | None:
        """A passage with its whole text."""
        return self.quote(Place(one.document_id, one.chunk_id, 0, WHOLE))

    def quote(self, place: Place) -> QuoteForm | None:
        """A span with its text."""
        chunk = self.chunks.get(place.chunk_id)
        if chunk is None:
            return None
        text = chunk.text[place.start : place.end]
        cited = (c.number for c in self.citations if c.chunk_id == chunk.id and c.quote == text)
        return QuoteForm(
            document_id=chunk.document_id,
            chunk_id=chunk.id,
            title=chunk.title,
            page=chunk.page,
            heading=list(chunk.heading_path),
            text=text,
            number=next(cited, None),
        )


def reader_of(answer: Answer, library: Library, asker: Asker) -> Reader:
    """A reader of what an answer was made of."""
    there = passages_of(library.editions, answer, asker)
    return Reader({passage.chunk.id: passage.chunk for passage in there}, answer.citations)


def _understood(read: Understood) -> UnderstoodForm:
    return UnderstoodForm(
        searched=read.searched,
        with_superseded=read.with_superseded,
        language=read.language,
        parts=list(read.parts),
        corrections=list(read.corrections),
        filters=list(read.filters),
        leaned=read.leaned,
    )


def _decision(decided: Decision) -> DecisionForm:
    return DecisionForm(
        chance=decided.chance,
        enough_from=decided.enough_from,
        sure_from=decided.sure_from,
        enough=decided.enough,
        on_topic=decided.on_topic,
        features=dict(decided.features),
        missing=list(decided.missing),
        probable_from=decided.probable_from,
    )


def _older(how: Provenance, library: Library, asker: Asker) -> list[OlderForm]:
    """Older versions of the documents that were found, which the search leaves out."""
    known: dict[str, Entry] = {}
    for document_id in dict.fromkeys(one.document_id for one in how.found):
        entry = library.catalogue.get(document_id, asker)
        family = library.catalogue.family(entry.assistant, entry.family) if entry and entry.family else []
        known.update({one.id: one for one in family if one.superseded and one.visible_to(asker)})
    return [
        OlderForm(
            document_id=one.id,
            title=one.title,
            version=one.version,
            valid_from=one.valid_from.isoformat() if one.valid_from else None,
        )
        for one in known.values()
    ]
