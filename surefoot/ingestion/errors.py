"""Errors of reading, in one small tree."""

from surefoot.core.errors import SurefootError


class IngestionError(SurefootError):
    """The root of this package's errors."""
