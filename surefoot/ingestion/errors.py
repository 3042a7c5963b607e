"""Errors of reading, in one small tree.

IngestionError
├── Unreadable           a file's content cannot be turned into text
├── UnsafePath           a file's name could climb out of its folder or break a page
├── NotAcceptable        a document that no rule of quality rejected was to be accepted
├── DocumentMissing      there is no such document
├── RunRefused           a run is not in the state that is needed for what is asked of it
├── RulesInvalid         an assistant's rules for its documents cannot be used
├── PageMissing          a page image was asked for that the document does not have
├── BlobError
│   ├── BlobMissing      an original is not in the store
│   ├── BlobDamaged      an original's bytes are not those that were stored
│   └── StorageFull      the disk has no room for an original
├── EditionError
│   ├── EditionUnknown   there is no edition of this name
│   ├── EditionInvalid   an edition cannot be made like this
│   └── EditionBusy      what is asked of an edition does not go with where it stands
├── ReaderBroken         the process that reads files cannot be started
└── SourceError
    ├── SourceInvalid    a source's settings cannot be used
    ├── SourceUnreachable  a source does not answer, refuses, or answers nonsense
    ├── AddressRefused   an address leads to this machine or into its network, and no setting allows that
    │   └── PlaceRefused a folder or file of this machine that sources may not read
    └── DocumentGone     a document is no longer at its source
"""

from surefoot.core.errors import SurefootError


class IngestionError(SurefootError):
    """The root of this package's errors."""


class Unreadable(IngestionError):
    """A file cannot be read; its message is the reason that people see."""


class UnsafePath(IngestionError):
    """A file's name is empty, absolute, too long, or holds '..' or control characters."""


class NotAcceptable(IngestionError):
    """A document that no rule of quality rejected was to be accepted."""


class DocumentMissing(IngestionError):
    """There is no such document."""


class RunRefused(IngestionError):
    """A run, or a source's run, is not in the state that is needed; its message says which state it is in."""


class RulesInvalid(IngestionError):
    """An assistant's rules for its documents cannot be used."""


class PageMissing(IngestionError):
    """The document has no such page, or no pages at all."""


class BlobError(IngestionError):
    """An original could not be stored or fetched."""


class BlobMissing(BlobError):
    """An original is not in the store."""


class BlobDamaged(BlobError):
    """An original's bytes are not those that were stored."""


class StorageFull(BlobError):
    """The disk has no room for an original."""


class EditionError(IngestionError):
    """Something about an edition cannot be done."""


class EditionUnknown(EditionError):
    """There is no edition of this name."""


class EditionInvalid(EditionError):
    """An edition cannot be made like this; its message names what is wrong."""


class EditionBusy(EditionError):
    """What is asked of an edition does not go with where it stands."""


class ReaderBroken(IngestionError):
    """The process that reads files cannot be started; no file is to blame."""


class SourceError(IngestionError):
    """A source could not be used."""


class SourceInvalid(SourceError):
    """A source's settings cannot be used; its message names the setting."""


class SourceUnreachable(SourceError):
    """A source does not answer, refuses, or answers nonsense; nothing that was read of it is touched."""


class AddressRefused(SourceUnreachable):
    """An address leads to this machine or into its network, and no setting allows that."""


class PlaceRefused(AddressRefused):
    """A folder or file of this machine may not be read by a source; its message says why, and what to do."""


class DocumentGone(SourceError):
    """A document is no longer at its source."""
