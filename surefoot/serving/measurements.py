"""Keeps what was measured of models, and decides from it whether a model's text may take the place of quotes."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, datetime

from sqlmodel import Session, col, select

from surefoot.serving.assistants import AssistantSpec, Measured, shipped_measurement
from surefoot.serving.tables import MeasurementRow


class Measurements:
    """Measured case results by assistant and model."""

    def __init__(self, sessions: Callable[[], Session]) -> None:
        self._sessions = sessions

    def keep(self, assistant: str, model: str, split: str, measured: Measured) -> None:
        """Keep a result; the newest one counts."""
        row = MeasurementRow(
            id=uuid.uuid4().hex,
            owner="surefoot",
            assistant=assistant,
            model=model,
            split=split,
            cases=measured.cases,
            right_quotes=measured.right_quotes,
            right_model=measured.right_model,
            created_at=datetime.now(UTC),
        )
        with self._sessions() as session:
            session.add(row)
            session.commit()

    def of(self, spec: AssistantSpec, model: str) -> Measured | None:
        """The newest result on this machine, or else the shipped one."""
        newest = (
            select(MeasurementRow)
            .where(MeasurementRow.assistant == spec.name, MeasurementRow.model == model)
            .order_by(col(MeasurementRow.created_at).desc())
        )
        with self._sessions() as session:
            row = session.exec(newest).first()
        if row is None:
            return shipped_measurement(spec, model)
        return Measured(row.cases, row.right_quotes, row.right_model)

    def model_takes_over(self, spec: AssistantSpec, model: str) -> bool:
        """Whether the model's text beat the quotes on this assistant's cases; unmeasured means no."""
        measured = self.of(spec, model)
        return measured is not None and measured.model_is_better
