"""An endpoint as CONSORT 2025 item 14, CONSORT-Outcomes and ICH E9(R1) would have it described."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import model_validator

from trialseal.documents.canonical import shown
from trialseal.documents.fields import Hex32, LocalId, Model, Number, SeveralFaults, Text, repeated, require_unique

Role = Literal["primary", "secondary", "other"]
Unit = Literal["second", "minute", "hour", "day", "week", "month", "year"]
Strategy = Literal["treatment-policy", "composite", "hypothetical", "while-on-treatment", "principal-stratum"]


class TimePoint(Model):
    """When an outcome is measured: `value` `unit` after `anchor`, up to `until` of the same unit if it is a
    window; or, where no more is known, the words alone."""

    value: Number | None = None
    until: Number | None = None
    unit: Unit | None = None
    anchor: Text | None = None
    text: Text | None = None

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if (self.value is None) != (self.unit is None):
            raise ValueError("the value lacks its unit, or the unit its value: give both, or text alone")
        if self.value is None and self.text is None:
            raise ValueError("it says no time: give value, unit and anchor, or text")
        if self.until is not None and (self.value is None or self.until < self.value):
            raise ValueError(f"the window ends at {self.until} before it begins at {self.value}: correct it")
        return self


class IntercurrentEvent(Model):
    """What may happen after treatment starts and bears on the outcome, and how the estimand deals with it."""

    event: Text
    strategy: Strategy | None = None
    words: Text | None = None
    """The document's own words on the strategy."""


class Estimand(Model):
    """The five attributes of ICH E9(R1), A.3.1."""

    id: LocalId
    treatment: Text | None = None
    population: Text | None = None
    variable: Text | None = None
    intercurrent_events: tuple[IntercurrentEvent, ...] = ()
    summary_measure: Text | None = None


class Component(Model):
    """One of the events or measures that a composite is made of."""

    name: Text
    definition: Text | None = None


class RegistryWords(Model):
    """An outcome in the words in which a registry holds it."""

    measure: Text | None = None
    description: Text | None = None
    time_frame: Text | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not (self.measure or self.description or self.time_frame):
            raise ValueError("it is empty: give measure, description or time_frame, or leave it out")
        return self


class Endpoint(Model):
    """One endpoint, and one leaf of the endpoint set.

    It holds nothing of its version, so that an endpoint which an amendment leaves alone keeps its bytes. Its
    `id` stays even when the rest changes.
    """

    id: LocalId
    role: Role
    parts: tuple[LocalId, ...] = ()
    """Parts of the trial that it belongs to; none means the whole trial."""
    objective: Text | None = None
    domain: Text | None = None
    measurement_variable: Text | None = None
    analysis_metric: Text | None = None
    aggregation: Text | None = None
    time_points: tuple[TimePoint, ...] = ()
    registry_words: RegistryWords | None = None
    components: tuple[Component, ...] = ()
    estimands: tuple[Estimand, ...] = ()
    notes: tuple[Text, ...] = ()
    nonce: Hex32 | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not (self.domain or self.measurement_variable or self.registry_words):
            raise ValueError("it does not say what is measured: give measurement_variable, domain or registry_words")
        require_unique("the estimand id", [estimand.id for estimand in self.estimands])
        require_unique("the part", self.parts)
        return self


def check_endpoints(endpoints: tuple[Endpoint, ...], parts: tuple[str, ...] | None, nonce: str | None) -> None:
    """SeveralFaults unless ids are unique, parts known (None: cannot tell), and an embargo covers all."""
    faults = repeated("the endpoint id", [endpoint.id for endpoint in endpoints])
    for index, endpoint in enumerate(endpoints):
        for part in endpoint.parts if parts is not None else ():
            if parts is not None and part not in parts:
                known = ", ".join(parts) or "no parts"
                faults.append(f"endpoints[{index}].parts names {shown(part)}, but the document has {known}")
    if nonce is not None:
        faults += [
            f"endpoints[{index}].nonce is missing: under embargo every endpoint needs its own"
            for index, endpoint in enumerate(endpoints)
            if endpoint.nonce is None
        ]
        faults += repeated("the nonce", [nonce, *(one.nonce for one in endpoints if one.nonce is not None)])
    if faults:
        raise SeveralFaults(faults)
