"""What is demanded of an assistant's sample knowledge, one function for each demand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from surefoot.eval.cases import Case, Category, holds_facts
from surefoot.ingestion.versions import family
from tools.knowledge_library import Library, SampleDocument, folded

FORMATS = (("md",), ("pdf",), ("docx",), ("html",), ("xlsx", "csv"))
MANY_PAGES = 5
CATEGORIES: tuple[Category, ...] = (
    "simple",
    "two_documents",
    "table",
    "superseded",
    "conflict",
    "not_answerable",
    "off_topic",
    "other_language",
)
"""Those that the cases of every shipped assistant have."""
SPLITS = ("dev", "test")


@dataclass(frozen=True)
class Finding:
    """What one check found: a count for the table, and what is wrong."""

    count: str
    faults: tuple[str, ...] = ()


@dataclass(frozen=True)
class Demand:
    """One thing that is demanded of every assistant's library."""

    name: str
    wanted: str
    check: Callable[[Library], Finding]


def at_least(count: float, wanted: float, what: str) -> Finding:
    """A finding that fails below `wanted`."""
    shown = f"{count:,.0f}"
    return Finding(shown, () if count >= wanted else (f"{shown} {what}, at least {wanted:,.0f} are demanded",))


def counted(total: int, faults: Iterable[str]) -> Finding:
    """A finding that shows how many of `total` are right."""
    wrong = tuple(faults)
    return Finding(f"{total - len(wrong)}/{total}", wrong)


def shared(found: Iterable[SampleDocument], pieces: Callable[[SampleDocument], Iterable[str]]) -> Finding:
    """Pieces of text that stand in two documents."""
    homes: dict[str, list[str]] = {}
    for document in found:
        for piece in set(pieces(document)):
            homes.setdefault(piece, []).append(document.name)
    twice = tuple(f"{' and '.join(names)} share: {piece}" for piece, names in homes.items() if len(names) > 1)
    return Finding(str(len(twice)), twice)


def documents(library: Library) -> Finding:
    """Number of documents."""
    return at_least(len(library.documents), 8, "documents")


def words(library: Library) -> Finding:
    """Mean number of words."""
    total = sum(d.words for d in library.documents)
    return at_least(total / max(1, len(library.documents)), 1200, "words on average")


def formats(library: Library) -> Finding:
    """Kinds of files."""
    present = Counter(d.format for d in library.documents)
    missing = [" or ".join(kinds) for kinds in FORMATS if not any(present[kind] for kind in kinds)]
    return Finding(" ".join(sorted(present)), tuple(f"no document in {kind}" for kind in missing))


def long_pdfs(library: Library) -> Finding:
    """PDFs with many pages and with tables."""
    fitting = [d for d in library.documents if d.format == "pdf" and (d.pages or 0) >= MANY_PAGES and d.tables]
    pages = "+".join(str(d.pages) for d in fitting)
    return Finding(pages or "0", () if fitting else (f"no PDF with {MANY_PAGES} pages or more and tables in it",))


def paragraphs(library: Library) -> Finding:
    """Paragraphs that stand in two documents."""
    return shared(library.documents, lambda d: {p for p in d.paragraphs if len(p.split()) > 3})


def sentences(library: Library) -> Finding:
    """Long sentences that stand in two documents."""
    return shared(library.documents, lambda d: d.long_sentences)


def versions(library: Library) -> Finding:
    """Pairs of versions of a policy, which the product knows by title and date."""
    faults = [fault for pair in library.plan.versions if (fault := _version_fault(library, pair.old, pair.new))]
    if not library.plan.versions:
        faults.append("no policy has two versions")
    return Finding(str(len(library.plan.versions)), tuple(faults))


def conflicts(library: Library) -> Finding:
    """Planted conflicts, whose quotes stand in their documents and are asked about."""
    faults = [] if len(library.plan.conflicts) == 1 else ["exactly one planted conflict is demanded"]
    for conflict in library.plan.conflicts:
        for name, quote in zip(conflict.documents, conflict.quotes, strict=True):
            if library.naming(quote) != [name]:
                faults.append(f"the conflict's quote does not stand in {name} alone: {quote}")
        asked = [c for c in library.cases if c.category == "conflict" and _names(c) == set(conflict.documents)]
        if not asked:
            faults.append(f"no case asks about the conflict: {conflict.about}")
    return Finding(str(len(library.plan.conflicts)), tuple(faults))


def single_facts(library: Library) -> Finding:
    """Facts that stand in one file only."""
    planned = library.plan.single_facts
    faults = [
        f"stands in {library.naming(f.fact) or 'no document'}, not in {f.document} alone: {f.fact}"
        for f in planned
        if library.naming(f.fact) != [f.document]
    ]
    few = at_least(len(planned) - len(faults), 5, "facts in one file only").faults
    return Finding(str(len(planned) - len(faults)), (*faults, *few))


def cases(library: Library) -> Finding:
    """Number of cases."""
    return at_least(len(library.cases), 40, "cases")


def quotes(library: Library) -> Finding:
    """Quotes of cases that stand in the extracted text."""
    all_quotes = [(c.id, e) for c in library.cases for e in c.evidence]
    wrong = [f"{i}: not in {e.document}: {e.quote}" for i, e in all_quotes if not library.holds(e.document, e.quote)]
    return counted(len(all_quotes), wrong)


def facts(library: Library) -> Finding:
    """Answerable cases whose facts stand in their evidence."""
    answerable = [c for c in library.cases if c.answerable]
    return counted(len(answerable), (f"{c.id}: its quotes do not hold its facts" for c in answerable if not _holds(c)))


def shapes(library: Library) -> Finding:
    """Cases that are shaped as their category says."""
    wrong = [f"{case.id}: {fault}" for case in library.cases if (fault := _shape_fault(case, library))]
    return counted(len(library.cases), wrong)


def categories(library: Library) -> Finding:
    """Categories that stand in both splits."""
    present = {(c.category, c.split) for c in library.cases}
    missing = [f"no {split} case of category {c}" for c in CATEGORIES for split in SPLITS if (c, split) not in present]
    return counted(len(CATEGORIES) * len(SPLITS), missing)


def unique(library: Library) -> Finding:
    """Cases whose id and question are their own."""
    seen = Counter(value for c in library.cases for value in (c.id, folded(c.question).lower()))
    return counted(len(library.cases), (f"stands twice: {value}" for value, n in seen.items() if n > 1))


DEMANDS = (
    Demand("documents", "≥ 8", documents),
    Demand("words on average", "≥ 1,200", words),
    Demand("formats", "md pdf docx html xlsx/csv", formats),
    Demand("pages of PDFs with tables", f"≥ {MANY_PAGES}", long_pdfs),
    Demand("shared paragraphs", "0", paragraphs),
    Demand("shared long sentences", "0", sentences),
    Demand("policies in two versions", "≥ 1", versions),
    Demand("planted conflicts", "1", conflicts),
    Demand("facts in one file only", "≥ 5", single_facts),
    Demand("cases", "≥ 40", cases),
    Demand("quotes that stand in the text", "all", quotes),
    Demand("cases with facts in evidence", "all", facts),
    Demand("cases shaped as categorised", "all", shapes),
    Demand("categories in dev and test", "all", categories),
    Demand("cases with own id and question", "all", unique),
)


def _version_fault(library: Library, old: str, new: str) -> str:
    older, newer = library.document(old), library.document(new)
    if older is None or newer is None:
        return f"{old} or {new} is missing"
    if family(older.title) != family(newer.title):
        return f"{old} and {new} have different titles: '{older.title}', '{newer.title}'"
    if not (older.stated.valid_from and newer.stated.valid_from):
        return f"{old} or {new} does not state its date"
    return "" if older.stated.valid_from < newer.stated.valid_from else f"{old} is not older than {new}"


def _names(case: Case) -> set[str]:
    return {evidence.document for evidence in case.evidence}


def _holds(case: Case) -> bool:
    return bool(case.facts) and holds_facts("\n".join(e.quote for e in case.evidence), case.facts)


def _shape_fault(case: Case, library: Library) -> str:
    """What contradicts the case's category, or an empty string."""
    refusals = {"not_answerable": "not_found", "off_topic": "off_topic", "ambiguous": "asked_back"}
    if case.category != "injection" and case.outcome != refusals.get(case.category, "answered"):
        return f"outcome '{case.outcome}' does not fit category '{case.category}'"
    if not case.answerable:
        return "a question without an answer has evidence" if case.evidence or case.facts or case.answer else ""
    if not case.answer:
        return "it has no reference answer"
    if case.category in ("two_documents", "conflict") and len(_names(case)) < 2:
        return "its evidence stands in one document"
    if case.category == "superseded" and not _names(case) & {v.new for v in library.plan.versions}:
        return "its evidence does not stand in the newer version"
    return ""
