"""Says what is known of a file before it is read, and of a document after it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from surefoot.core.nouns import Asker, Document
from surefoot.ingestion.blobs import sha256
from surefoot.ingestion.catalogue import Entry, Status, id_of
from surefoot.ingestion.results import Content, SourceFile
from surefoot.ingestion.titles import title_of
from surefoot.ingestion.versions import family, stated

_SECTIONS_AT_START = 5
"""Sections among which a document states its version."""


@dataclass(frozen=True, slots=True)
class Order:
    """One file to be read for one assistant."""

    file: SourceFile
    assistant: str
    owner: Asker
    groups: frozenset[str]
    source_id: str | None = None
    """The source that it comes from; None where a person or the installation feeds it."""
    accepted: bool = False
    """A person takes it in, whatever the rules of quality say."""
    regrouped: bool = False
    """A person said for which groups it is."""
    content_hash: str = ""
    """sha256 of the bytes; made of them unless given."""
    again: bool = False
    """It is read again from its kept original, which stays whatever comes of the reading."""
    chunks: int = 0
    """As many as it had where its line was lost and rebuilt: then no rule of quality keeps it out."""

    def __post_init__(self) -> None:
        if not self.content_hash:
            object.__setattr__(self, "content_hash", sha256(self.file.data))

    @property
    def past_rules(self) -> bool:
        """Whether it is taken in whatever the rules of quality say."""
        return self.accepted or self.chunks > 0

    @property
    def id(self) -> str:
        """The id that the document has or will have."""
        return id_of(self.assistant, self.file.path)


def order_of(entry: Entry, file: SourceFile) -> Order:
    """The order that reads a document again."""
    owner = Asker(entry.owner, frozenset())
    return Order(
        file,
        entry.assistant,
        owner,
        entry.groups,
        entry.source_id,
        entry.accepted,
        entry.regrouped,
        entry.content_hash,
    )


def begun(order: Order, known: Entry | None) -> Entry:
    """The catalogue's line while the file is being read; a good document stays as it is until then."""
    if known and known.status is Status.READY:
        return replace(known, pending_hash=order.content_hash)
    titled = known is not None and known.retitled
    entry = Entry(
        id=order.id,
        assistant=order.assistant,
        owner=order.owner.id,
        path=order.file.path,
        groups=order.groups,
        title=known.title if known and titled else title_of(None, order.file),
        pending_hash=order.content_hash,
        size=len(order.file.data),
        source_id=order.source_id,
        accepted=order.accepted,
        regrouped=order.regrouped,
        retitled=titled,
        chunks=order.chunks,
    )
    if known is None:
        return entry
    interrupted = known.interrupted if known.pending_hash == order.content_hash else 0
    return replace(entry, created_at=known.created_at, revision=known.revision, interrupted=interrupted)


def described(order: Order, before: Entry, content: Content) -> Entry:
    """The line of a document that has been read, but for its chunks and its place among its versions."""
    title = title_of(content.title, order.file)
    said = stated(title, "\n".join(section.text for section in content.sections[:_SECTIONS_AT_START]))
    revision = before.revision + (before.content_hash not in ("", order.content_hash))
    return replace(
        before,
        owner=order.owner.id,
        groups=order.groups,
        title=before.title if before.retitled else title,
        media_type=content.media_type,
        content_hash=order.content_hash,
        size=len(order.file.data),
        pages=content.pages,
        version=said.version or str(revision),
        stated_version=said.version,
        valid_from=said.valid_from,
        family=family(title) if said.version or said.valid_from else "",
        revision=revision,
        source_id=order.source_id,
        modified_at=order.file.modified,
        properties=dict(before.properties or {}) | dict(order.file.properties),
        accepted=order.accepted,
        regrouped=order.regrouped,
    )


def as_given(entry: Entry, now: Entry | None) -> Entry:
    """With the title and the groups that a person has given the document by now."""
    if now and now.regrouped:
        entry = replace(entry, groups=now.groups, regrouped=True)
    return replace(entry, title=now.title, retitled=True) if now and now.retitled else entry


def document_of(entry: Entry, content: Content) -> Document:
    """The document that is cut into chunks."""
    return Document(
        id=entry.id,
        assistant=entry.assistant,
        title=entry.title,
        path=entry.path,
        media_type=content.media_type,
        content_hash=entry.content_hash,
        sections=content.sections,
        groups=entry.groups,
        pages=content.pages,
        version=entry.version,
        valid_from=entry.valid_from,
    )
