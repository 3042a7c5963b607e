"""Fifth stage: watches whole collections for drift, sources for silence, and runs for too many rejections."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

from surefoot.ingestion.quality.topics import DocumentSketch

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

MOST_DOCUMENTS = 500
"""Of each side; a larger collection is compared by a sample."""
FEWEST_DOCUMENTS = 8
"""Of each side; fewer say nothing about a collection."""
SIGNIFICANCE = 0.01
"""Probability of an alarm where nothing has changed."""
_PERMUTATIONS = 499
_SMALLEST_SCORE = 0.1
"""Drift that is sure, but concerns fewer documents, is what a living collection does."""
_TERMS_NAMED = 10
_SMALLEST_CHANGE = 0.05
"""Of the documents: how much more or less common a word has to become to be named."""
_PATIENCE = 2.5
"""Usual intervals after which a source is silent: one missed check is an accident, two are not."""
_MOST_USUAL = 1.5
"""Times the usual rate from which rejections are many."""
_FEWEST_REJECTED = 3
_LEAST_USUAL_RATE = 0.01


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something that a person should look at."""

    code: str
    message: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Drift:
    """How far two collections are apart."""

    score: float
    """Share of the collection that is new (or gone) and unlike the rest: from 0 to 1, a swapped collection."""
    p_value: float
    """Probability of such a distance where both are one collection; 1.0 where too few documents came or went."""
    came: tuple[str, ...]
    """Words that became more common, the most changed first."""
    went: tuple[str, ...]
    alarm: Alarm | None = None


@dataclass(frozen=True, slots=True)
class CheckedSource:
    """When a source was last read to its end."""

    name: str
    last_success: datetime | None
    """None where it never was. With a time zone."""
    usual_interval: timedelta
    since: datetime
    """When it was added, from which it is waited for a first success."""


def drift(before: Sequence[DocumentSketch], after: Sequence[DocumentSketch]) -> Drift:
    """Compare two states of a collection; the same input gives the same result.

    Documents that are in both say nothing: those that came are held against all that were there before; where hardly
    any came, those that went against all that are left. At most 500 of each are looked at.
    The p value is that of a permutation test of the energy distance (Székely and Rizzo 2013, 'Energy statistics: a
    class of statistics based on distances'): the share of random divisions that are as far apart as the two sides.
    The score counts nearest neighbours (Schilling 1986, 'Multivariate two-sample tests based on nearest neighbors').
    """
    import numpy as np

    before, after = _with_words(before), _with_words(after)
    changed, rest, whole = _sides(before, after)
    if min(len(changed), len(rest)) < FEWEST_DOCUMENTS:
        return Drift(0.0, 1.0, (), ())
    random = np.random.default_rng(0)
    first, second = _sample(changed, random), _sample(rest, random)
    distances = _distances(_vectors([*first, *second]))
    score = _separation(distances, len(first)) * len(changed) / whole
    p_value = _p_value(distances, len(first), random)
    came, went = _changed_terms(before, after)
    drifted = p_value <= SIGNIFICANCE and score >= _SMALLEST_SCORE and (came or went)
    alarm = _drift_alarm(score, came, went) if drifted else None
    return Drift(round(score, 4), round(p_value, 4), came, went, alarm)


def _with_words(side: Sequence[DocumentSketch]) -> list[DocumentSketch]:
    return [sketch for sketch in side if any(sketch.weights)]


def _sides(
    before: list[DocumentSketch], after: list[DocumentSketch]
) -> tuple[list[DocumentSketch], list[DocumentSketch], int]:
    """The documents that changed, those to hold them against, and the size of the collection they changed in."""
    came = list((Counter(after) - Counter(before)).elements())
    if len(came) >= FEWEST_DOCUMENTS:
        return came, before, len(after)
    return list((Counter(before) - Counter(after)).elements()), after, max(len(before), 1)


def _sample(side: list[DocumentSketch], random: np.random.Generator) -> list[DocumentSketch]:
    if len(side) <= MOST_DOCUMENTS:
        return side
    return [side[n] for n in sorted(random.choice(len(side), MOST_DOCUMENTS, replace=False))]


def _vectors(sketches: Sequence[DocumentSketch]) -> Floats:
    """One row of unit length a document, shape (documents, buckets)."""
    import numpy as np

    rows = np.frombuffer(b"".join(sketch.weights for sketch in sketches), np.uint8).reshape(len(sketches), -1)
    found = rows.astype(np.float32)
    found /= np.linalg.norm(found, axis=1, keepdims=True)
    return found


def _distances(vectors: Floats) -> Floats:
    """Euclidean, shape (documents, documents)."""
    import numpy as np

    found = np.sqrt(np.maximum(2 - 2 * (vectors @ vectors.T), 0))
    np.fill_diagonal(found, 0)
    return found


def _separation(distances: Floats, first: int) -> float:
    """How many more nearest neighbours than by chance are of the same side, as a share of what is possible."""
    import numpy as np

    others = distances.copy()
    np.fill_diagonal(others, np.inf)
    total = len(distances)
    is_first = np.arange(total) < first
    own = float((is_first == is_first[others.argmin(axis=1)]).mean())
    chance = (first * (first - 1) + (total - first) * (total - first - 1)) / (total * (total - 1))
    return max((own - chance) / (1 - chance), 0.0)


def _p_value(distances: Floats, first: int, random: np.random.Generator) -> float:
    """Share of random divisions of the rows that are as far apart as the first so many and the others."""
    import numpy as np

    total = len(distances)
    side = np.where(np.arange(total) < first, 1 / first, -1 / (total - first)).astype(np.float32)
    divisions = np.tile(side, (1 + _PERMUTATIONS, 1))
    divisions[1:] = random.permuted(divisions[1:], axis=1)
    energies = -np.einsum("ij,ij->i", divisions @ distances, divisions)
    as_far = int((energies[1:] >= energies[0] - 1e-6).sum())
    return (1 + as_far) / (1 + _PERMUTATIONS)


def _changed_terms(
    before: Sequence[DocumentSketch], after: Sequence[DocumentSketch]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Words whose share of documents rose or fell by a twentieth of all, the most changed first."""
    shares = [Counter(term for sketch in side for term in sketch.terms) for side in (before, after)]
    change = {term: shares[1][term] / len(after) - shares[0][term] / len(before) for term in {*shares[0], *shares[1]}}
    ranked = sorted(change, key=lambda term: (-abs(change[term]), term))
    came = [term for term in ranked if change[term] >= _SMALLEST_CHANGE]
    went = [term for term in ranked if change[term] <= -_SMALLEST_CHANGE]
    return tuple(came[:_TERMS_NAMED]), tuple(went[:_TERMS_NAMED])


def _drift_alarm(score: float, came: Sequence[str], went: Sequence[str]) -> Alarm:
    words = [f"new are {', '.join(came[:5])}"] if came else []
    words += [f"gone are {', '.join(went[:5])}"] if went else []
    return Alarm(
        "drift",
        f"The documents speak of other things than before (drift {score:.2f}): {'; '.join(words)}.",
        "Look at the sources that changed last: a folder may have been swapped, or the assistant needs new test cases.",
    )


def usual_interval(successes: Sequence[datetime]) -> timedelta | None:
    """The median time between a source's checks, or None where there were fewer than three."""
    times = sorted(successes)
    gaps = [(b - a).total_seconds() for a, b in pairwise(times)]
    return timedelta(seconds=median(gaps)) if len(gaps) >= 2 else None


def stale(sources: Sequence[CheckedSource], now: datetime) -> list[Alarm]:
    """One alarm for each source that was not read for two and a half times its usual interval."""
    return [_stale_alarm(source) for source in sources if now - _last(source) > _PATIENCE * source.usual_interval]


def _last(source: CheckedSource) -> datetime:
    return source.last_success or source.since


def _stale_alarm(source: CheckedSource) -> Alarm:
    when = f"since {source.last_success:%Y-%m-%d %H:%M}" if source.last_success else "yet"
    hours = source.usual_interval / timedelta(hours=1)
    every = f"{hours:.0f} hours" if hours >= 1 else f"{hours * 60:.0f} minutes"
    return Alarm(
        "stale-source",
        f"The source {source.name} was not read successfully {when}; it is usually read every {every}.",
        "Test its connection, look at its last run's failures, and check its schedule.",
    )


def rejection_alarm(rejected: int, total: int, usual_rate: float) -> Alarm | None:
    """An alarm where more documents of a run were rejected than chance explains, by a one-sided binomial test.

    usual_rate: share of documents rejected before, from 0 to 1; below 1% it counts as 1%.
    Raises ValueError where the numbers are impossible.
    """
    if not (0 <= rejected <= total and 0 <= usual_rate <= 1):
        raise ValueError(f"{rejected} rejected of {total} at a usual rate of {usual_rate} cannot be.")
    rate = max(usual_rate, _LEAST_USUAL_RATE)
    if rejected < _FEWEST_REJECTED or rejected < _MOST_USUAL * rate * total:
        return None
    from scipy.special import bdtrc

    if bdtrc(rejected - 1, total, rate) > SIGNIFICANCE:
        return None
    return Alarm(
        "rejections",
        f"{rejected} of {total} documents were rejected ({rejected / total:.0%}); usual are {usual_rate:.1%}.",
        "Look at their reasons: a common one points to the source, or to a rule that is too strict.",
    )
