"""Errors of answering, in one small tree."""

from surefoot.core.errors import SurefootError


class ServingError(SurefootError):
    """The root of this package's errors."""
