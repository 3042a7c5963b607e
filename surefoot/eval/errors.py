"""Errors of judging, in one small tree."""

from surefoot.core.errors import SurefootError


class EvalError(SurefootError):
    """The root of this package's errors."""


class NothingMissing(EvalError):
    """An answer has no gap that could be sent."""


class UnknownGap(EvalError):
    """There is no such gap, or the asker may not see it."""


class CasesInvalid(EvalError):
    """A file of evaluation cases cannot be used; the message names the line."""


class QuestionSetInvalid(EvalError):
    """A corpus or its questions cannot be used; the message names the line."""


class RuleInvalid(EvalError):
    """A rule of alerts that cannot be read from the records; the message says what is wrong with it."""


class RuleRests(EvalError):
    """A rule whose period has not begun just now."""


class UnknownAlert(EvalError):
    """There is no such alert, or the asker may not see it."""


class AlertAcknowledged(EvalError):
    """An alert that a person acknowledged before."""
