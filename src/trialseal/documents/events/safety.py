"""Safety: adverse events as reported."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, StrictBool, StrictInt, model_validator

from trialseal.documents.events.members import EventId, MedDRACode, ParticipantEvent
from trialseal.documents.fields import PartialDate, Text, require_unique

Seriousness = Literal["serious", "not-serious"]
Criterion = Literal[
    "death", "life-threatening", "hospitalisation", "disability", "congenital-anomaly", "medically-important"
]  # ICH E2A, II.B


class AdverseEvent(ParticipantEvent):
    """An adverse event as reported. A later report of the same is an event of its own, which names the first."""

    type: Literal["adverse-event"]
    seriousness: Seriousness
    """Whether it meets a criterion of seriousness (ICH E2A, II.B)."""
    term: Text | None = None
    """The preferred term, no narrative."""
    code: MedDRACode | None = None
    """The MedDRA code of the term."""
    criteria: tuple[Criterion, ...] = ()
    """Which criteria it meets."""
    grade: Annotated[StrictInt, Field(ge=1, le=5)] | None = None
    """Its grade by CTCAE, 1 to 5."""
    related: StrictBool | None = None
    """Whether it is suspected to come of the product."""
    onset: PartialDate | None = None
    """When it began."""
    follows: EventId | None = None
    """The id of the first report of the same event, in this stream, which this one follows up."""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.criteria and self.seriousness == "not-serious":
            raise ValueError(f"it is not serious, but meets the criterion {self.criteria[0]}: correct one of them")
        require_unique("the criterion", self.criteria)
        return self
