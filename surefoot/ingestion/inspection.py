"""What is done to a file's content between reading and cutting: personal data is screened, quality is looked at."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from surefoot.ingestion.describing import Order
from surefoot.ingestion.errors import RulesInvalid
from surefoot.ingestion.results import Content

if TYPE_CHECKING:
    from surefoot.ingestion.privacy import Mask, PiiPolicy
    from surefoot.ingestion.quality.duplicates import Signature
    from surefoot.ingestion.quality.report import QualityReport
    from surefoot.ingestion.quality.rules import QualityRules
    from surefoot.ingestion.quality.topics import DocumentSketch

_TITLE = "title of the file's name"
Told = Callable[[str, str], None]
"""Hears the path of a file and the stage that it has reached."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What an assistant asks of its documents."""

    quality: QualityRules
    pii: PiiPolicy

    @classmethod
    def of(cls, quality: Mapping[str, Any], pii: str) -> Rules:
        """The rules as an assistant's yaml declares them; raises RulesInvalid."""
        from pydantic import ValidationError

        from surefoot.ingestion.privacy import PiiPolicy
        from surefoot.ingestion.quality.rules import QualityRules

        try:
            return cls(QualityRules.model_validate(dict(quality)), PiiPolicy(pii))
        except ValidationError as error:
            faults = "; ".join(f"{'.'.join(map(str, f['loc']))}: {f['msg']}" for f in error.errors(include_url=False))
            words = f"The rules under `quality:` cannot be used: {faults}. Correct assistant.yaml."
            raise RulesInvalid(words) from error


@dataclass(frozen=True, slots=True)
class Inspection:
    """A content as it may be kept, and what was found in it; without a report nobody looked."""

    content: Content
    order: Order
    """With what its source knows of it as it may be kept."""
    rules: Rules | None = None
    report: QualityReport | None = None
    signature: Signature | None = None
    sketch: DocumentSketch | None = None
    masks: tuple[Mask, ...] = ()
    seconds: Mapping[str, float] = field(default_factory=dict[str, float])

    @property
    def rejection(self) -> str | None:
        """Why a rule keeps it out, for people; None where none does."""
        return self.report.rejection if self.report else None

    @property
    def language(self) -> str:
        """ISO 639-1, 'und', or empty where nobody looked."""
        return self.report.profile.language if self.report else ""

    @property
    def text_hash(self) -> str:
        """sha256 of the text with white space made even; empty where nobody looked."""
        return self.signature.digest.hex() if self.signature else ""


Inspector = Callable[[Order, Content, Told], Inspection]


def uninspected(order: Order, content: Content, _told: Told) -> Inspection:
    """Leave a content as it is."""
    return Inspection(content, order)


class Inspectors:
    """Screens personal data and runs the quality stages, by the rules of each file's assistant."""

    def __init__(self, rules: Callable[[str], Rules]) -> None:
        self._rules = rules

    def __call__(self, order: Order, content: Content, told: Told) -> Inspection:
        """Raises Unreadable where the assistant takes no personal data and there is some."""
        from surefoot.ingestion.quality.stages import inspect

        rules = self._rules(order.assistant)
        started = time.perf_counter()
        content, order, masks = _screened(order, content, rules.pii)
        screening = time.perf_counter() - started
        told(order.file.path, "profile")
        found = inspect(content, order.file, rules.quality, datetime.now(UTC).date())
        content, report = found.content, found.report
        if masks or report.cleaned.total:  # what invisible characters had hidden
            known = len(masks)
            content, order, masks = _screened(order, content, rules.pii, masks)
            if len(masks) > known:  # the examples show it as it was
                report = replace(report, cleaned=replace(report.cleaned, examples=()))
        told(order.file.path, "deduplicate")
        return Inspection(
            content=content,
            order=order,
            rules=rules,
            report=report,
            signature=found.signature,
            sketch=found.sketch,
            masks=masks,
            seconds={"privacy": screening} | {stage.value: spent for stage, spent in report.seconds.items()},
        )


def _screened(
    order: Order, content: Content, policy: PiiPolicy, known: tuple[Mask, ...] = ()
) -> tuple[Content, Order, tuple[Mask, ...]]:
    """Content and properties without personal data, where the policy says so; so a title made of the file's name."""
    from surefoot.ingestion.privacy import PiiPolicy, apply, apply_to_properties

    if policy is PiiPolicy.KEEP:
        return content, order, ()
    screened = apply(content, policy)
    named = {**order.file.properties, **({} if content.title else {_TITLE: order.file.stem})}
    properties = apply_to_properties(named, policy, screened=screened)
    kept = dict(properties.properties)
    content = screened.content
    if (title := kept.pop(_TITLE, order.file.stem)) != order.file.stem:
        content = replace(content, title=title)
    file = replace(order.file, properties=kept)
    masks = {mask.token: mask for mask in (*known, *screened.masks, *properties.masks)}
    return content, replace(order, file=file), tuple(masks.values())
