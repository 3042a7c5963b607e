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
