"""Consent: what a participant was asked, what they answered, what they withdrew from, and which form was in force."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import StrictBool, model_validator

from trialseal.documents.events.members import ParticipantEvent, SiteEvent
from trialseal.documents.fields import Hex32, LocalId, Territory, Text, VersionNumber

Scope = Literal["treatment", "follow-up", "data-use"]
Representative = Literal["parent", "guardian", "legal-representative", "relative", "independent-physician"]


class Consent(ParticipantEvent):
    """What a participant, or who may speak for them, answered when asked; or why they were not asked.

    Waived: an ethics committee has exempted it. Deferred: an emergency came first. Assent: a child, or an adult
    who cannot consent, agreed, and their representative consented.
    """

    type: Literal["consent"]
    status: Literal["given", "refused", "waived", "deferred", "assent"]
    """What was answered, or why nobody was asked."""
    form: LocalId | None = None
    """Which of a site's several consent forms; without it, the site's main one."""
    form_version: Text | None = None
    """The version of the form, as it is printed there."""
    form_digest: Hex32 | None = None
    """SHA-256 of the form's file, as sealed."""
    covers: tuple[Scope, ...] = ()
    """What is consented to; none named means all."""
    representative: Representative | None = None
    """Who consented for the participant."""
    protocol_version: VersionNumber | None = None
    """The version whose amendment made it necessary to ask again, where it did."""

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.form_version is None and self.status in ("given", "refused", "assent"):
            raise ValueError(f"form_version is missing: say which version of the form the {self.status} consent is to")
        if self.representative is None and self.status == "assent":
            raise ValueError("representative is missing: say who consented for the participant who assents")
        return self


class Withdrawal(ParticipantEvent):
    """A participant withdraws from one thing; who withdraws from all gives three of these."""

    type: Literal["withdrawal"]
    scope: Scope
    """What they withdraw from."""
    reach: Literal["new-data", "sharing", "all-uses"] | None = None
    """How far a withdrawal from data-use reaches: no new data; the data are not shared; they are not used at all."""

    @model_validator(mode="after")
    def _of_data(self) -> Self:
        if self.reach is not None and self.scope != "data-use":
            raise ValueError(f"reach belongs to a withdrawal from data-use, not from {self.scope}: remove it")
        return self


class ConsentFormInForce(SiteEvent):
    """A site uses this version of a consent form from `at` on, and the one before no longer."""

    type: Literal["consent-form-in-force"]
    site: LocalId
    """The site, by its code."""
    form: LocalId | None = None
    """Which of the site's several consent forms; without it, its main one."""
    form_version: Text
    """The version of the form, as it is printed there."""
    form_digest: Hex32 | None = None
    """SHA-256 of the form's file, as sealed."""
    territory: Territory | None = None
    """The country of the site: decides on whose approval it rests, and since when an amendment is in force."""
    protocol_version: VersionNumber | None = None
    """The protocol version that it belongs to."""
    reconsent: StrictBool | None = None
    """Whether the committee requires those already enrolled to be asked again."""
