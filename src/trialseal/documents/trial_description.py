"""What protocols and registry records both say of a trial: the WHO Trial Registration Data Set and more."""

from __future__ import annotations

from typing import Literal

from pydantic import StrictBool

from trialseal.documents.fields import Count, Model, PartialDate, Text


class StatedDate(Model):
    """A date and whether it has come to pass or is expected."""

    date: PartialDate
    certainty: Literal["actual", "estimated"] | None = None


class SampleSize(Model):
    """Number of participants, reached or planned."""

    count: Count
    certainty: Literal["actual", "estimated"] | None = None


class Titles(Model):
    """The public, the scientific title and the acronym."""

    public: Text | None = None
    scientific: Text | None = None
    acronym: Text | None = None


class Organisation(Model):
    """An organisation by name and, in the source's words, of which kind."""

    name: Text
    kind: Text | None = None


class SecondaryId(Model):
    """Another number of the trial, and who gave it."""

    id: Text
    kind: Text | None = None
    issuer: Text | None = None
    link: Text | None = None


class Contact(Model):
    """Whom to ask. Prefer an office to a person: a sealed document cannot be unpublished."""

    name: Text | None = None
    role: Text | None = None
    affiliation: Text | None = None
    email: Text | None = None
    phone: Text | None = None


class Intervention(Model):
    """What is given or done."""

    name: Text
    kind: Text | None = None
    description: Text | None = None
    other_names: tuple[Text, ...] = ()
    arms: tuple[Text, ...] = ()


class Arm(Model):
    """A group of participants and what it gets."""

    name: Text
    kind: Text | None = None
    description: Text | None = None
    interventions: tuple[Text, ...] = ()


class Eligibility(Model):
    """Who may take part: a summary or the criteria in full."""

    criteria: Text | None = None
    sex: Text | None = None
    minimum_age: Text | None = None
    maximum_age: Text | None = None
    healthy_volunteers: StrictBool | None = None
    population: Text | None = None
    sampling_method: Text | None = None


class Design(Model):
    """How the study is built, in the source's words."""

    allocation: Text | None = None
    model: Text | None = None
    model_description: Text | None = None
    purpose: Text | None = None
    masking: Text | None = None
    masked: tuple[Text, ...] = ()
    masking_description: Text | None = None
    observational_model: Text | None = None
    time_perspective: Text | None = None


class EthicsReview(Model):
    """A committee's review of the trial (WHO item 21)."""

    status: Text
    committee: Text | None = None
    date: PartialDate | None = None
    reference: Text | None = None


class DataSharing(Model):
    """The plan to share individual participants' data (WHO item 24)."""

    plan: Text | None = None
    description: Text | None = None
    documents: tuple[Text, ...] = ()
    when: Text | None = None
    how: Text | None = None
    url: Text | None = None


class SummaryResults(Model):
    """Where and since when summary results are posted (WHO item 23); `posted` false: none are, yet."""

    posted: StrictBool | None = None
    first_submitted: PartialDate | None = None
    first_posted: StatedDate | None = None
    url: Text | None = None


class TrialDescription(Model):
    """The items of the WHO data set beside sponsor, numbers and endpoints. What is not known is left out."""

    titles: Titles | None = None
    first_submitted: PartialDate | None = None
    """When the trial was first submitted to its primary registry: the date that ICMJE counts."""
    secondary_ids: tuple[SecondaryId, ...] = ()
    sponsor_kind: Text | None = None
    secondary_sponsors: tuple[Organisation, ...] = ()
    support: tuple[Text, ...] = ()
    public_contacts: tuple[Contact, ...] = ()
    scientific_contacts: tuple[Contact, ...] = ()
    countries: tuple[Text, ...] = ()
    conditions: tuple[Text, ...] = ()
    keywords: tuple[Text, ...] = ()
    interventions: tuple[Intervention, ...] = ()
    arms: tuple[Arm, ...] = ()
    eligibility: Eligibility | None = None
    study_type: Text | None = None
    phases: tuple[Text, ...] = ()
    design: Design | None = None
    sample_size: SampleSize | None = None
    recruitment_status: Text | None = None
    ethics_reviews: tuple[EthicsReview, ...] = ()
    start: StatedDate | None = None
    """First enrolment of a participant."""
    primary_completion: StatedDate | None = None
    completion: StatedDate | None = None
    summary_results: SummaryResults | None = None
    data_sharing: DataSharing | None = None
    brief_summary: Text | None = None
    detailed_description: Text | None = None
