from surefoot.eval.cases import load_cases
from surefoot.eval.claims import Supported, paraphrases, quotes
from surefoot.eval.mutation_run import hold
from surefoot.eval.mutations import KINDS, Pool, mutate
from surefoot.retrieval.bm25 import Bm25
from surefoot.retrieval.highlights import Highlight
from surefoot.retrieval.units import Unit, units
from surefoot.serving.grounding import Grounding
from tests.serving.parts import a_passage
from tests.test_house import PACKAGE

CLAIM = "The transport manager checks the Corvane 35 before 12 hours have passed and must not wait for code TL-5."
GUIDE = (
    "The card desk locks a lost card within 30 minutes. Pads of the Corvane 35 are replaced at 3.2 mm. "
    "Pads of the Haulier H18 are replaced at 4.5 mm. The driver must not leave the vehicle before the police has come. "
    "A repair takes at least 3 days and at most 8 days. Winter tyres are fitted between 15 October and 15 April. "
    "The fleet manager signs orders above 500 euro. Service A is booked 5 working days ahead. "
    "Vehicles without a valid test are never sent out. Each depot keeps 4 spare wheels of every model."
)


def evidence() -> list[Unit]:
    return units([a_passage(GUIDE, "Guide")])


def test_one_false_claim_of_each_kind_is_made_and_none_is_the_true_one() -> None:
    made = list(mutate(CLAIM, Pool.of([GUIDE], [GUIDE, "The board uses code TL-15.", "the safety officer"]), 3))
    assert {one.kind for one in made} == set(KINDS)
    assert CLAIM not in {one.text for one in made}


def test_the_same_seed_makes_the_same_false_claims() -> None:
    pool = Pool.of([GUIDE], [GUIDE])
    assert list(mutate(CLAIM, pool, 5)) == list(mutate(CLAIM, pool, 5))


def test_the_check_withholds_what_was_changed_and_releases_what_was_not() -> None:
    found = evidence()
    claims = [Supported(unit.shown, "What does the guide say?", tuple(found), "quote") for unit in found]
    held = hold(Grounding(Bm25().terms).check, claims, [GUIDE]).held
    assert [h.claim for h in held if h.kind == "quote" and not h.supported] == []
    changed = [h for h in held if h.kind != "quote"]
    assert len(changed) > 20
    assert [h.claim for h in changed if h.kind.startswith("number") and h.supported] == []
    assert sum(h.supported for h in changed) <= 0.1 * len(changed)


def test_a_case_gives_its_answer_and_sentences_of_its_evidence_as_claims() -> None:
    case = load_cases(PACKAGE / "app" / "assistants" / "fleet" / "cases.jsonl")[0]
    quote = case.evidence[0].quote
    highlights = [Highlight(unit, 0.9, 0.8, 0.5) for unit in units([a_passage(f"{quote} {GUIDE}", "Manual")])]
    written = list(paraphrases(case, highlights))
    assert [claim.claim for claim in written] == [case.answer]
    assert quote in {unit.quote for unit in written[0].evidence}
    assert len(list(quotes(case, highlights, 2, seed=1))) == 2
    assert list(paraphrases(case, highlights[1:])) == []
