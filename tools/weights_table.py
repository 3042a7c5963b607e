"""Lists the models' weights with size and licence, for the generated part of README.md."""

from __future__ import annotations

from surefoot.serving.models.declared import ENCODER, LOW_MEMORY, REFERENCE

USED = (
    (ENCODER, "search; needed for every answer"),
    (REFERENCE, "text; arrives while the assistants already answer with quotes"),
    (LOW_MEMORY, "text, where memory is short"),
)


def weights_table() -> str:
    """A Markdown table of the weights that `make up` may fetch."""
    rows = [f"| {m.title} | {use} | {m.size / 1e6:,.0f} MB | {m.licence} |" for m, use in USED]
    return "\n".join(("| Weights | For | Size | Licence |", "| --- | --- | ---: | --- |", *rows))


if __name__ == "__main__":
    print(weights_table())
