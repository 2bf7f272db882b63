"""The protocol and the analysis plan, each in versions; an amendment is what makes the next one."""

from __future__ import annotations

from functools import partial
from itertools import combinations
from typing import Literal, Self

from pydantic import StrictBool, model_validator

from trialseal.documents.endpoint_models import Endpoint, check_endpoints
from trialseal.documents.fields import (
    Count,
    Format,
    Hex32,
    LocalId,
    Model,
    PartialDate,
    Some,
    Source,
    Territory,
    Text,
    TrialName,
    VersionNumber,
    require_all,
    require_order,
    require_unique,
)
from trialseal.documents.trial_description import TrialDescription

Blinding = Literal["blinded", "unblinded", "not-stated"]


class Part(Model):
    """A phase, cohort, country group or sub-protocol. The order of parts numbers them from 1 on chain."""

    id: LocalId
    name: Text
    kind: Literal["phase", "cohort", "country-group", "sub-protocol"]
    description: Text | None = None
    planned_start: PartialDate | None = None
    planned_completion: PartialDate | None = None
    planned_sample_size: Count | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        require_order(("planned_start", self.planned_start), ("planned_completion", self.planned_completion))
        return self


class NamedDate(Model):
    """A date of a document's life: approved, in effect; `territories` or, in the source's words, `scope`."""

    name: Text
    date: PartialDate
    kind: Text | None = None
    territories: tuple[Territory, ...] = ()
    scope: Text | None = None


class Approval(Model):
    """Who approved an amendment."""

    body: Text
    decision: Text | None = None
    date: PartialDate | None = None
    territory: Territory | None = None
    reference: Text | None = None


class InForce(Model):
    """Since when an amendment holds in a territory; without territory, where the source says in `scope`."""

    since: PartialDate
    territory: Territory | None = None
    scope: Text | None = None


class Change(Model):
    """One change that an amendment makes."""

    summary: Text
    rationale: Text | None = None
    sections: tuple[Text, ...] = ()


class Amendment(Model):
    """Why a version was made, and what its makers had seen: CONSERVE's items, USDM's StudyAmendment."""

    reason: Text
    blinding: Blinding
    """Whether those who decided had seen unblinded data; must be said, if only as not-stated."""
    interim_data_seen: Text | None = None
    number: Text | None = None
    date: PartialDate | None = None
    summary: Text | None = None
    further_reasons: tuple[Text, ...] = ()
    changes: tuple[Change, ...] = ()
    approved_by: tuple[Approval, ...] = ()
    in_force: tuple[InForce, ...] = ()
    reconsent_needed: StrictBool | None = None
    substantial: StrictBool | None = None


class DraftSource(Model):
    """A record from which a protocol was drafted. That the protocol agrees with it says nothing: it was made of it."""

    record: Text
    date: PartialDate | None = None
    sha256: Hex32
    """Of the record: as a document of trialseal its digest, else that of the file."""
    unconfirmed: tuple[LocalId, ...] = ()
    """The endpoints that nobody has compared with the protocol's own text yet; no protocol with such is sealed."""


class Protocol(TrialDescription):
    """A version of a trial's protocol with its endpoint set."""

    format: Format
    kind: Literal["protocol"]
    trial: TrialName
    version: VersionNumber
    """Its number among the versions sealed here, from 1; the sponsor's own label is `version_label`."""
    version_label: Text | None = None
    version_date: PartialDate | None = None
    dates: tuple[NamedDate, ...] = ()
    parts: tuple[Part, ...] = ()
    endpoints: Some[Endpoint]
    amendment: Amendment | None = None
    """What made this version; every version after the first has it."""
    earlier_amendments: tuple[Amendment, ...] = ()
    """What the protocol says of those before, newest first."""
    sources: tuple[Source, ...] = ()
    drafted_from: tuple[DraftSource, ...] = ()
    notes: tuple[Text, ...] = ()
    nonce: Hex32 | None = None
    """Under embargo, what keeps the digest from being guessed."""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        part_ids = tuple(part.id for part in self.parts)
        chain = [*reversed(self.earlier_amendments), *([self.amendment] if self.amendment else [])]
        dates = (
            ("start", self.start.date if self.start else None),
            ("primary_completion", self.primary_completion.date if self.primary_completion else None),
            ("completion", self.completion.date if self.completion else None),
        )
        require_all(
            lambda: require_unique("the part id", part_ids),
            lambda: check_endpoints(self.endpoints, part_ids, self.nonce),
            lambda: _check_amended(self.version, self.amendment),
            lambda: require_order(
                *((f"the date of amendment {a.number or n}", a.date) for n, a in enumerate(chain, 1))
            ),
            *(partial(require_order, *two) for two in combinations(dates, 2)),
        )
        return self


class AnalysisSet(Model):
    """Which participants an analysis counts."""

    id: LocalId
    name: Text
    definition: Text | None = None


class InterimAnalysis(Model):
    """A planned look at accumulating data."""

    id: LocalId
    trigger: Text
    stopping_rule: Text | None = None
    seen_by: Text | None = None


class AnalysisPlan(Model):
    """A version of the statistical analysis plan. It may have outcomes of its own."""

    format: Format
    kind: Literal["analysis-plan"]
    trial: TrialName
    version: VersionNumber
    version_label: Text | None = None
    version_date: PartialDate | None = None
    protocol_version: VersionNumber | None = None
    endpoints: tuple[Endpoint, ...] = ()
    analysis_sets: tuple[AnalysisSet, ...] = ()
    interim_analyses: tuple[InterimAnalysis, ...] = ()
    multiplicity: Text | None = None
    missing_data: Text | None = None
    amendment: Amendment | None = None
    sources: tuple[Source, ...] = ()
    notes: tuple[Text, ...] = ()
    nonce: Hex32 | None = None

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        check_endpoints(self.endpoints, None, self.nonce)
        require_unique("the analysis set id", [one.id for one in self.analysis_sets])
        require_unique("the interim analysis id", [one.id for one in self.interim_analyses])
        _check_amended(self.version, self.amendment)
        return self


def _check_amended(version: int, amendment: Amendment | None) -> None:
    if version > 1 and amendment is None:
        raise ValueError(f"amendment is missing, and this is version {version}: say at least reason and blinding")
