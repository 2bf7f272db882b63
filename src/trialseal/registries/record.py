"""A version of a trial's record in a registry, as the registry has it."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import StrictBool, model_validator

from trialseal.documents.endpoint_models import Endpoint, check_endpoints
from trialseal.documents.fields import Count, Format, Hex32, Model, PartialDate, RegistryId, Source, Text
from trialseal.documents.trial_description import StatedDate, TrialDescription


class RecordedTrial(Model):
    """The trial as a registry names it; the code is the registry's text, whatever its form."""

    sponsor: Text | None = None
    """None where the source of the record does not hold it, as with histories of dates and outcomes only."""
    code: Text | None = None
    registry_ids: tuple[RegistryId, ...] = ()


class Oversight(Model):
    """Who oversees the trial; what 42 CFR 11 makes depend on it."""

    has_monitoring_committee: StrictBool | None = None
    fda_regulated_drug: StrictBool | None = None
    fda_regulated_device: StrictBool | None = None
    us_export: StrictBool | None = None


class Reference(Model):
    """A publication named in the record."""

    citation: Text
    pmid: Text | None = None
    kind: Text | None = None


class PostedDocument(Model):
    """A protocol, analysis plan or consent form that the registry holds as a file."""

    filename: Text
    label: Text | None = None
    kind: Text | None = None
    date: PartialDate | None = None
    uploaded: Text | None = None
    size: Count | None = None
    """Bytes."""
    has_protocol: StrictBool | None = None
    has_analysis_plan: StrictBool | None = None
    has_consent_form: StrictBool | None = None


class RegistryRecord(TrialDescription):
    """What a registry says of a trial. It is evidence, so its dates and outcomes are kept even where they
    contradict one another; only what cannot be read is refused."""

    format: Format
    kind: Literal["registry-record"]
    trial: RecordedTrial
    registry: Text
    number: RegistryId
    record_date: PartialDate | None = None
    """When this version of the record was submitted."""
    as_of: PartialDate | None = None
    """The day on which the registry gave this answer."""
    endpoints: tuple[Endpoint, ...] = ()
    first_submitted_complete: PartialDate | None = None
    """First submission that met the registry's quality control."""
    first_posted: StatedDate | None = None
    record_posted: StatedDate | None = None
    verified: PartialDate | None = None
    why_stopped: Text | None = None
    results_delay_submitted: PartialDate | None = None
    """First submission of a certificate that delays results (42 CFR 11.44)."""
    results_delay_posted: StatedDate | None = None
    results_submitted_complete: PartialDate | None = None
    oversight: Oversight | None = None
    references: tuple[Reference, ...] = ()
    posted_documents: tuple[PostedDocument, ...] = ()
    sources: tuple[Source, ...] = ()
    nonce: Hex32 | None = None

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        check_endpoints(self.endpoints, None, self.nonce)
        return self
