"""Tries the check of claims on the shipped assistants' cases: supported claims as they are, and with one thing changed.

Usage: python -m tools.claim_checks [--split test] [--claims 200] [--missed]

The claims are the sentences of the cases' reference answers and, up to the number wanted, sentences of the documents;
the evidence is what the search finds for the case. Prints one JSON object.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from surefoot.app.settings import Settings, load_settings
from surefoot.app.wiring import SHIPPED_ASSISTANTS, build
from surefoot.core.nouns import Asker
from surefoot.eval.cases import Case, load_cases
from surefoot.eval.claims import Supported, paraphrases, quotes
from surefoot.eval.mutation_run import Tally, hold
from surefoot.retrieval.evidence import Evidence, EvidenceFinder
from surefoot.retrieval.highlights import Highlighter
from surefoot.serving.grounding import Grounding

ASSISTANTS = ("fleet", "support", "compliance")
QUOTES_A_CASE = 2
SEED = 1


@dataclass(frozen=True, slots=True)
class Asked:
    """A case with what was found for it."""

    assistant: str
    case: Case
    evidence: Evidence


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--split", default="test", choices=["dev", "test"])
    parser.add_argument("--claims", type=int, default=200)
    parser.add_argument("--missed", action="store_true", help="print what came out wrong, too")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        settings = load_settings().model_copy(update={"data": Path(scratch), "model": "none"})
        found, check = _found(settings, asked.split)
    corpora = {name: sorted(_texts(found, name)) for name in ASSISTANTS}
    total = Tally()
    for name in ASSISTANTS:
        claims = [claim for assistant, claim in _claims(found, asked.claims) if assistant == name]
        tally = hold(check.check, claims, corpora[name], SEED)
        total.held += tally.held
        total.seconds += tally.seconds
    if asked.missed:
        for held in total.held:
            if held.supported == (held.kind not in ("quote", "paraphrase")):
                print(held.kind, held.way, held.claim, held.reason, sep=" | ", file=sys.stderr)
    print(json.dumps({"split": asked.split, "seed": SEED, "kinds": total.rows()}))


def _found(settings: Settings, split: str) -> tuple[list[Asked], Grounding]:
    """The answerable cases with their evidence, and the check as an installation has it."""
    app = build(settings)
    try:
        app.library.loader.start()
        if not app.library.loader.join(900):
            raise SystemExit("The sample documents could not be read in 15 minutes.")
        encoder = app.library.keeper.encoders.first
        finder = EvidenceFinder(app.library.searcher, Highlighter(encoder.dense, encoder.sparse.terms), encoder.dense)
        found = [
            Asked(name, case, finder.find(case.question, Asker("eval", app.assistants.get(name).groups), name))
            for name in ASSISTANTS
            for case in load_cases(SHIPPED_ASSISTANTS / name / "cases.jsonl")
            if case.split == split and case.answerable and case.category != "other_language"
        ]
        return found, Grounding(encoder.sparse.terms, encoder.dense)
    finally:
        app.library.editions.close()
        app.database.close()


def _claims(found: list[Asked], wanted: int) -> list[tuple[str, Supported]]:
    """All paraphrases, then quotes until there are as many as wanted; none twice."""
    written = [(f.assistant, claim) for f in found for claim in paraphrases(f.case, f.evidence.highlights)]
    copied = [
        (f.assistant, claim) for f in found for claim in quotes(f.case, f.evidence.highlights, QUOTES_A_CASE, SEED)
    ]
    return list({claim.claim: (name, claim) for name, claim in (*written, *copied)}.values())[:wanted]


def _texts(found: list[Asked], assistant: str) -> Iterator[str]:
    return (h.unit.shown for f in found if f.assistant == assistant for h in f.evidence.highlights)


if __name__ == "__main__":
    main()
