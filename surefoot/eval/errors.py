"""Errors of judging, in one small tree."""

from surefoot.core.errors import SurefootError


class EvalError(SurefootError):
    """The root of this package's errors."""
