"""Results: what was found for which endpoint, in whom, with what evidence."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, StrictBool, model_validator

from trialseal.documents.fields import (
    Count,
    Format,
    Hex32,
    LocalId,
    Model,
    NamedDigest,
    Number,
    PartialDate,
    Some,
    Source,
    Text,
    TrialName,
    VersionNumber,
    require_order,
    require_unique,
)

Probability = Annotated[Number, Field(ge=0, le=1)]
Level = Annotated[Number, Field(gt=0, lt=1)]
"""0.95, not 95."""


class _Interval(Model):
    level: Level
    lower: Number | None = None
    upper: Number | None = None
    method: Text | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.lower is None and self.upper is None:
            raise ValueError("it has neither lower nor upper bound: give at least one")
        if self.lower is not None and self.upper is not None and self.lower > self.upper:
            raise ValueError(f"its lower bound {self.lower} is above its upper {self.upper}: correct them")
        return self


class ConfidenceInterval(_Interval):
    """One bound alone makes it one-sided."""

    type: Literal["confidence-interval"]


class CredibleInterval(_Interval):
    """The Bayesian interval; `prior` says from where it started."""

    type: Literal["credible-interval"]
    prior: Text | None = None


class PValue(Model):
    """`relation` is for a value reported as a bound, such as p < 0.0001."""

    type: Literal["p-value"]
    value: Probability
    relation: Literal["=", "<", ">"] = "="
    sides: Literal[1, 2] | None = None
    method: Text | None = None


class PosteriorProbability(Model):
    """The probability, given the data, of `statement`."""

    type: Literal["posterior-probability"]
    value: Probability
    relation: Literal["=", "<", ">"] = "="
    statement: Text
    prior: Text | None = None


class Margin(Model):
    """The value that the estimate is held against: a non-inferiority margin or a threshold of success."""

    type: Literal["margin"]
    value: Number
    purpose: Literal["non-inferiority", "equivalence", "superiority"]
    met: StrictBool | None = None


Evidence = Annotated[
    ConfidenceInterval | CredibleInterval | PValue | PosteriorProbability | Margin,
    Field(discriminator="type"),
]


class Estimate(Model):
    """A number, what it is, and how sure."""

    measure: Text
    value: Number
    unit: Text | None = None
    evidence: tuple[Evidence, ...] = ()


class ArmResult(Model):
    """What was counted or measured in one arm."""

    arm: Text
    events: Count | None = None
    denominator: Count | None = None
    """Participants analysed."""
    person_time: Number | None = None
    person_time_unit: Text | None = None
    summary: Estimate | None = None

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        if self.events is not None and self.denominator is not None and self.events > self.denominator:
            raise ValueError(f"it has {self.events} events in {self.denominator} participants: correct one of them")
        return self


class Result(Model):
    """One result. A planned one names its endpoint and the protocol version that it is proven against."""

    endpoint: LocalId | None = None
    protocol_version: VersionNumber | None = None
    planning: Literal["planned", "post-hoc"]
    stage: Literal["interim", "final"]
    part: LocalId | None = None
    estimand: LocalId | None = None
    analysis_set: Text | None = None
    subgroup: Text | None = None
    time_point: Text | None = None
    comparison: Text | None = None
    cut_off: PartialDate | None = None
    arms: tuple[ArmResult, ...] = ()
    estimate: Estimate | None = None
    statement: Text | None = None
    documents: tuple[NamedDigest, ...] = ()
    datasets: tuple[NamedDigest, ...] = ()

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.planning == "planned" and self.endpoint is None:
            raise ValueError("it is planned but names no endpoint: add endpoint, or say post-hoc")
        if (self.endpoint is None) != (self.protocol_version is None):
            raise ValueError("endpoint and protocol_version go together: add the other")
        if not self.arms and self.estimate is None and self.statement is None:
            raise ValueError("it reports nothing: give arms, estimate or statement")
        require_unique("the arm", [one.arm for one in self.arms])
        return self


class Results(Model):
    """What one publication, posting or report says was found."""

    format: Format
    kind: Literal["results"]
    trial: TrialName
    version: VersionNumber
    title: Text | None = None
    date: PartialDate | None = None
    """When they were made known or, before that, written down."""
    results: Some[Result]
    documents: tuple[NamedDigest, ...] = ()
    datasets: tuple[NamedDigest, ...] = ()
    sources: tuple[Source, ...] = ()
    notes: tuple[Text, ...] = ()
    nonce: Hex32 | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        for index, result in enumerate(self.results):
            require_order((f"results[{index}].cut_off", result.cut_off), ("date", self.date))
        return self
