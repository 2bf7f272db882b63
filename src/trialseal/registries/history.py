"""What a registry said of a trial, version by version; and reading that from what registries and their readers keep.

A version is what was submitted on a day. One record is a history of one version, of which nobody knows whether it is
all. A field is None where the source of a version does not hold it: that says nothing of the registry.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from trialseal.documents.endpoint_models import Role
from trialseal.registries.dates import RegistryDate
from trialseal.registries.numbers import read
from trialseal.registries.record import RegistryRecord

RECRUITING_OR_LATER = frozenset(
    {
        "RECRUITING", "ENROLLING_BY_INVITATION", "ACTIVE_NOT_RECRUITING", "COMPLETED", "SUSPENDED", "TERMINATED",
    }
)  # fmt: skip
COMPLETED_OR_LATER = frozenset({"COMPLETED", "TERMINATED"})
POINTS_TO_RESULTS = "the registry's text points to the results section instead"


class RegistryOutcome(NamedTuple):
    """An outcome in the words of a registry."""

    role: Role
    measure: str
    description: str = ""
    time_frame: str = ""
    id: str | None = None
    part: str | None = None


class PostedOutcome(NamedTuple):
    """An outcome of a record's results section."""

    kind: str
    """PRIMARY, SECONDARY, OTHER_PRE_SPECIFIED or POST_HOC."""
    title: str
    status: str
    """POSTED or NOT_POSTED."""
    anticipated: str | None = None
    """When results that are not posted are expected."""
    description: str = ""
    time_frame: str = ""


@dataclass(frozen=True, slots=True)
class RegistryVersion:
    """What the registry said of the trial from one submission on."""

    number: int
    """In the registry's history, from 1; in a history that is not whole, its place among those given."""
    date: str | None
    """The day on which it was submitted, ISO 8601."""
    source: str
    """The file that it was read from."""
    seen: str | None = None
    """The day on which the registry gave this answer, where that is known."""
    status: str | None = None
    """As in API version 2: RECRUITING, COMPLETED …"""
    study_type: str | None = None
    """INTERVENTIONAL, OBSERVATIONAL, EXPANDED_ACCESS."""
    phases: tuple[str, ...] | None = None
    countries: tuple[str, ...] | None = None
    sponsor: str | None = None
    start: RegistryDate | None = None
    primary_completion: RegistryDate | None = None
    completion: RegistryDate | None = None
    first_submitted: str | None = None
    """The day on which the record was first submitted, as this version says."""
    first_posted: str | None = None
    results_submitted: str | None = None
    results_posted: str | None = None
    unposted_submitted: str | None = None
    """First submission of results that the registry, which reviews them, has not posted so far."""
    taken_back: str | None = None
    """The day on which submitted results were taken back, none being submitted since; 'a day not stated'."""
    results_waived: bool | None = None
    """Whether the duty to submit results was waived (42 CFR 11.54)."""
    delay_submitted: str | None = None
    """First submission of a certificate, or a request, that delays results."""
    why_stopped: str | None = None
    sample_size: int | None = None
    outcomes: tuple[RegistryOutcome, ...] | None = ()
    """None where this version does not show them; `outcomes_note` says why."""
    outcomes_note: str | None = None
    posted: tuple[PostedOutcome, ...] = ()
    """The outcomes of the results section."""
    record: RegistryRecord | None = None
    """All of it, where the source holds a whole record."""
    registered: str | None = None
    """The day on which the registry gave its number; the record was submitted on that day or before."""
    title: str | None = None
    """As the public is given it, where the source holds no whole record."""
    partial: bool = False
    """Whether the source leaves out what the registry shows, so that what it lacks says nothing of the registry."""
    other_numbers: tuple[str, ...] = ()
    """Other registries' numbers of the same trial, normalised, where the source holds no whole record."""
    minors: bool | None = None
    """Whether people under 18 may take part, where the source holds no whole record."""
    results_shown: bool | None = None
    """Whether the register says that it shows results, where it gives no day for them."""

    @property
    def words(self) -> str:
        """'version 3 of 2020-07-27', 'the record of 2026-03-03'."""
        return f"version {self.number} of {self.date or 'a day not stated'}"


@dataclass(frozen=True, slots=True)
class RegistryHistory:
    """The versions of one trial's record in a registry, in the order in which they were submitted."""

    number: str
    """The registry number, normalised."""
    versions: tuple[RegistryVersion, ...]
    complete: bool = False
    """Whether the source says that these are all versions up to the last."""
    notes: tuple[str, ...] = ()
    """What reading it came upon."""

    @property
    def registry(self) -> str:
        """The registry's name."""
        return read(self.number).registry or "a registry"

    @property
    def first(self) -> RegistryVersion:
        """The earliest version given."""
        return self.versions[0]

    @property
    def last(self) -> RegistryVersion:
        """The latest version given."""
        return self.versions[-1]

    @property
    def first_submitted(self) -> str | None:
        """The day on which the record was first submitted: as it says itself, else that of version 1."""
        for version in reversed(self.versions):
            if version.first_submitted:
                return version.first_submitted
        return self.first.date if self.complete else None

    @property
    def seen(self) -> str | None:
        """The last day up to which the registry's answer is known."""
        days = [day for version in self.versions for day in (version.seen, version.date) if day]
        return max(days, default=None)

    @property
    def registered(self) -> str | None:
        """The day on which the registry gave its number, where no version says when it was submitted."""
        found = self.known("registered")
        return found if isinstance(found, str) else None

    @property
    def title(self) -> str | None:
        """The trial's title, as the latest version that has one gives it."""
        for version in reversed(self.versions):
            titles = version.record.titles if version.record else None
            if found := (titles.public or titles.scientific) if titles else version.title:
                return found
        return None

    def known(self, field: str) -> object:
        """The latest that any version says of a field; None if none does."""
        for version in reversed(self.versions):
            value: object = getattr(version, field)
            if value is not None:
                return value
        return None

    @property
    def under_review(self) -> str | None:
        """The day on which results were submitted that the registry still reviews; None if none are, or they were taken
        back since."""
        told = (one for one in reversed(self.versions) if one.unposted_submitted or one.taken_back)
        return next((one.unposted_submitted for one in told), None)

    def words(self, version: RegistryVersion) -> str:
        """What to call a version as the source of a fact: 'NCT04368728, version 3 of 2020-07-27'."""
        if not self.complete and len(self.versions) == 1:
            return f"{self.number}, record of {version.date or version.seen or 'a day not stated'}"
        return f"{self.number}, {version.words}"
