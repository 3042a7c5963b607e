"""Errors of running, in one small tree."""

from surefoot.core.errors import SurefootError


class AppError(SurefootError):
    """The root of this package's errors."""
