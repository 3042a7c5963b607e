"""Errors of finding, in one small tree."""

from surefoot.core.errors import SurefootError


class RetrievalError(SurefootError):
    """The root of this package's errors."""
