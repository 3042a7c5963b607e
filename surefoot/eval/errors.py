"""Errors of judging, in one small tree."""

from surefoot.core.errors import SurefootError


class EvalError(SurefootError):
    """The root of this package's errors."""


class NothingMissing(EvalError):
    """An answer has no gap that could be sent."""


class CasesInvalid(EvalError):
    """A file of evaluation cases cannot be used; the message names the line."""


class QuestionSetInvalid(EvalError):
    """A corpus or its questions cannot be used; the message names the line."""
