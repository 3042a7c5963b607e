"""Errors of keeping and reading records, in one small tree.

RetrievalError
└── RecordsError
    ├── RecordsInUse         another process, or another object in this one, owns the file
    ├── RecordsUnreadable    the file is no store of records, or is damaged
    ├── RecordsNewer         the store was made by a newer version of the program
    ├── RecordsFull          the disk has no room; nothing of what was given is kept
    ├── RecordsUnavailable   the database server does not answer, or refuses
    ├── RecordsClosed        an operation before prepare() or after close()
    ├── RecordsTimeout       a reading took longer than it may
    ├── ReadingRefused       a reading that the database cannot carry out
    ├── TableUnknown         there is no table of this name
    ├── RowsRefused          rows that do not fit their table
    ├── RecordsInvalid       a declaration of records that leads nowhere
    └── PlanInvalid          a plan that the declared records cannot carry out
"""

from surefoot.retrieval.errors import RetrievalError


class RecordsError(RetrievalError):
    """The root of the errors of records."""


class RecordsInUse(RecordsError):
    """Another process, or another object in this one, owns the file."""


class RecordsUnreadable(RecordsError):
    """The file is no store of records, or is damaged."""


class RecordsNewer(RecordsError):
    """The store was made by a newer version of the program."""


class RecordsFull(RecordsError):
    """The disk has no room; nothing of what was given is kept."""


class RecordsUnavailable(RecordsError):
    """The database server does not answer, or refuses."""


class RecordsClosed(RecordsError):
    """An operation before prepare() or after close()."""


class RecordsTimeout(RecordsError):
    """A reading took longer than it may."""


class ReadingRefused(RecordsError):
    """A reading that the database cannot carry out; its message is the database's."""


class TableUnknown(RecordsError):
    """There is no table of this name."""


class RowsRefused(RecordsError):
    """Rows that do not fit their table."""


class RecordsInvalid(RecordsError):
    """A declaration of records that leads nowhere."""


class PlanInvalid(RecordsError):
    """A plan that the declared records cannot carry out; it says what can be asked instead."""
