"""A participant's way through a trial: enrolled, randomised, seen, departed from the protocol, ended."""

from __future__ import annotations

from typing import Literal

from pydantic import StrictBool

from trialseal.documents.events.members import ParticipantEvent
from trialseal.documents.fields import LocalId, Text, VersionNumber


class Enrolment(ParticipantEvent):
    """A participant was found eligible and taken into the trial, or into a part of it."""

    type: Literal["enrolment"]
    part: LocalId | None = None
    """The part of the trial; without it, the whole."""
    protocol_version: VersionNumber | None = None
    """The protocol version in force at the site."""


class Randomisation(ParticipantEvent):
    """A participant was randomised. To what, only the stream of an unblinded party says."""

    type: Literal["randomisation"]
    part: LocalId | None = None
    """The part of the trial; without it, the whole."""
    stratum: LocalId | None = None
    """The stratum, by its code."""


class Allocation(ParticipantEvent):
    """To which arm a participant was allocated: for streams of unblinded parties alone."""

    type: Literal["allocation"]
    arm: LocalId
    """The arm, by its code."""


class Visit(ParticipantEvent):
    """A planned or unplanned contact with a participant."""

    type: Literal["visit"]
    visit: Text
    """What the protocol calls it: Screening, Week 4."""
    treatment: StrictBool | None = None
    """Whether the participant was treated at it."""


class Deviation(ParticipantEvent):
    """A departure from the protocol that concerns a participant."""

    type: Literal["deviation"]
    category: Literal[
        "eligibility", "consent", "visit-window", "dosing", "procedure", "randomisation", "blinding", "data", "other"
    ]
    """What it concerns."""
    important: StrictBool | None = None
    """Whether it may affect the participant's safety or the data's reliability (ICH E3, Q&A R1)."""


class ParticipationEnd(ParticipantEvent):
    """A participant's time in the trial ended."""

    type: Literal["participation-end"]
    reason: Literal["completed", "died", "lost-to-follow-up", "withdrawn", "screen-failure", "other"]
    """Why."""
