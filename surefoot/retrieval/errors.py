"""Errors of finding, in one small tree.

RetrievalError
├── EncoderMissing      the encoder's files are not there
├── EncoderBroken       they are there and cannot be loaded
├── UnknownEncoder      no encoder has this name
├── RerankerUnusable    the cross-encoder that is set cannot be loaded
├── ChunkRefused        a chunk that no index can hold
├── DimensionMismatch   vectors of another length than the index was made for
├── IndexInUse          another process owns the index folder
├── IndexUnreadable     the index folder cannot be opened
├── IndexFull           the disk has no room for what is to be written
├── IndexUnavailable    the vector server does not answer, or refuses
└── IndexClosed         an operation after close()
"""

from surefoot.core.errors import SurefootError


class RetrievalError(SurefootError):
    """The root of this package's errors."""


class EncoderMissing(RetrievalError):
    """The encoder's files are not where they should be."""


class EncoderBroken(RetrievalError):
    """The encoder's files are there, but cannot be loaded."""


class UnknownEncoder(RetrievalError):
    """No encoder has this name."""


class RerankerUnusable(RetrievalError):
    """The cross-encoder that is set cannot be loaded."""


class CalibrationBroken(RetrievalError):
    """The numbers that decide whether evidence suffices are not those that were fitted."""


class CheckerUnusable(RetrievalError):
    """The house checker's weights are absent, or not those of its card."""


class ChunkRefused(RetrievalError):
    """A chunk that no index can hold: its id is no UUID, or its numbers are not finite."""


class DimensionMismatch(RetrievalError):
    """Vectors of another length than the index was made for."""


class IndexInUse(RetrievalError):
    """Another process, or another object in this one, owns the index folder."""


class IndexUnreadable(RetrievalError):
    """The index folder cannot be opened or written."""


class IndexFull(RetrievalError):
    """The disk has no room for what is to be written; nothing of it is."""


class IndexUnavailable(RetrievalError):
    """The vector server does not answer, or refuses the request."""


class IndexClosed(RetrievalError):
    """The index was closed before."""
