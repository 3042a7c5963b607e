"""The root of every error that Surefoot raises on purpose.

SurefootError
├── retrieval.errors.RetrievalError
├── ingestion.errors.IngestionError
├── serving.errors.ServingError
├── eval.errors.EvalError
└── app.errors.AppError
"""


class SurefootError(Exception):
    """An error written for the person who must act: what happened, what to do."""


DRIVERS = frozenset(
    "sqlalchemy sqlite3 psycopg duckdb _duckdb ibis sqlglot pyarrow dbos pydantic pydantic_core openai".split()
)
"""Packages whose errors repeat what they were given: a statement with its values, a row, a body."""


def safe_words(error: BaseException) -> str:
    """An error in words that hold nothing that a person wrote: of a driver's error its name and number alone.

    A database repeats the values of the row that it refuses (`Key (name)=(…) already exists`), and so do the errors
    of what checks forms.
    """
    kind = type(error)
    name = f"{kind.__module__}.{kind.__qualname__}".removeprefix("builtins.")
    if not any(base.__module__.partition(".")[0] in DRIVERS for base in kind.__mro__):
        words = str(error)
        return f"{name}: {words}" if words else name
    cause = getattr(error, "orig", None) or error
    number = getattr(cause, "sqlstate", None) or getattr(cause, "sqlite_errorname", None)
    return f"{name} ({number})" if number else name
