"""What a download of any registry may state of a trial, and the history that it makes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from trialseal.documents.endpoint_models import Role
from trialseal.errors import UsageError
from trialseal.registries.dates import Certainty, RegistryDate, registry_date
from trialseal.registries.forms.lists import NOTHING, cleaned, listed_in
from trialseal.registries.history import RegistryHistory, RegistryOutcome, RegistryVersion
from trialseal.registries.numbers import RegistryNumber, read, read_known

_STATUSES: Final = {
    "recruiting": "RECRUITING",
    "open to recruitment": "RECRUITING",
    "recruitment ongoing": "RECRUITING",
    "recruiting ongoing": "RECRUITING",
    "ongoing, recruiting": "RECRUITING",
    "not yet recruiting": "NOT_YET_RECRUITING",
    "pending": "NOT_YET_RECRUITING",
    "recruitment planned": "NOT_YET_RECRUITING",
    "recruiting planned": "NOT_YET_RECRUITING",
    "authorised, recruitment pending": "NOT_YET_RECRUITING",
    "active, not recruiting": "ACTIVE_NOT_RECRUITING",
    "closed: follow-up continuing": "ACTIVE_NOT_RECRUITING",
    "no longer recruiting": "ACTIVE_NOT_RECRUITING",
    "ongoing, recruitment ended": "ACTIVE_NOT_RECRUITING",
    "recruiting complete, follow-up continuing": "ACTIVE_NOT_RECRUITING",
    "recruiting complete, follow-up complete": "COMPLETED",
    "enrolling by invitation": "ENROLLING_BY_INVITATION",
    "completed": "COMPLETED",
    "complete": "COMPLETED",
    "ended": "COMPLETED",
    "closed: follow-up complete": "COMPLETED",
    "terminated": "TERMINATED",
    "prematurely ended": "TERMINATED",
    "stopped": "TERMINATED",
    "stopped early": "TERMINATED",
    "suspended": "SUSPENDED",
    "temporarily halted": "SUSPENDED",
    "halted": "SUSPENDED",
    "withdrawn": "WITHDRAWN",
    "unknown": "UNKNOWN",
    "unknown status": "UNKNOWN",
}
_TIME_POINT = re.compile(r"[.,]?\s*Time\s?points?\s*:\s*", re.IGNORECASE)
_METHOD = re.compile(r"[.,]?\s*Method of measurement\s*:\s*", re.IGNORECASE)
_DAY_FIRST = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})")


@dataclass
class Stated:
    """What one download says of one trial."""

    number: RegistryNumber
    source: str
    """The file, for the places of facts."""
    submitted: str | None = None
    """The day on which the record was first submitted to the registry."""
    registered: str | None = None
    """The day on which the registry gave its number: the submission came before, or on that day."""
    updated: str | None = None
    seen: str | None = None
    start: RegistryDate | None = None
    primary_completion: RegistryDate | None = None
    completion: RegistryDate | None = None
    results_posted: str | None = None
    status: str | None = None
    study_type: str | None = None
    phases: tuple[str, ...] | None = None
    countries: tuple[str, ...] | None = None
    sponsor: str | None = None
    title: str | None = None
    other_numbers: tuple[str, ...] = ()
    sample_size: int | None = None
    minors: bool | None = None
    results_shown: bool | None = None
    outcomes: list[RegistryOutcome] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def history(self) -> RegistryHistory:
        """A history of one version, of which nobody knows whether it is all."""
        first = self.submitted or self.registered
        start = self.start
        if start and start.certainty is None and first and start.last < RegistryDate(first).first:
            # What lay in the past when it was first written down was no plan.
            start = start._replace(certainty="actual")
        version = RegistryVersion(
            number=1,
            date=self.updated or first,
            source=self.source,
            seen=self.seen,
            status=self.status,
            study_type=self.study_type,
            phases=self.phases,
            countries=self.countries,
            sponsor=self.sponsor,
            start=start,
            primary_completion=self.primary_completion,
            completion=self.completion,
            first_submitted=self.submitted,
            registered=self.registered,
            results_posted=self.results_posted,
            sample_size=self.sample_size,
            outcomes=tuple(self.outcomes) or None,
            outcomes_note=None if self.outcomes else "this download does not show the outcomes",
            title=self.title,
            partial=True,
            other_numbers=self.other_numbers,
            minors=self.minors,
            results_shown=self.results_shown,
        )
        partial = f"{self.source} leaves out part of the record: what it does not say is taken for unknown"
        return RegistryHistory(self.number.number, (version,), False, (*self.notes, partial))

    def day(self, text: str | None, what: str, *, day_first: bool = False) -> str | None:
        """The date in a text, as precise as it can be told; the year alone where day and month may be swapped."""
        plain = " ".join((text or "").split())
        if day_first and (match := _DAY_FIRST.match(plain)):
            plain = f"{match[3]}-{int(match[2]):02}-{int(match[1]):02}"
        try:
            return registry_date(plain)
        except UsageError:
            if match := _DAY_FIRST.fullmatch(plain):
                self.notes.append(f"{what} is given as {plain}, which may be read in two ways: only the year is used")
                return match[3]
            self.notes.append(f"{what} is given as {plain!r:.40}, which cannot be read as a date")
            return None

    def dated(
        self, text: str | None, what: str, certainty: Certainty | None = None, *, day_first: bool = False
    ) -> RegistryDate | None:
        """As `day`, with whether it has come to pass."""
        found = self.day(text, what, day_first=day_first)
        return RegistryDate(found, certainty) if found else None

    def add(
        self, role: Role, measure: str | None, time_frame: str | None = None, description: str | None = None
    ) -> None:
        """An outcome, unless there are no words for it."""
        words = [cleaned(one) for one in (measure, description, time_frame)]
        if words[0].casefold() not in NOTHING:
            self.outcomes.append(RegistryOutcome(role, *words))

    def add_listed(self, role: Role, text: str | None, *, semicolons: bool = False) -> None:
        """The outcomes in a text that holds all of a role: one a line, or one between semicolons."""
        for one in listed_in(text, semicolons=semicolons):
            self.add_timed(role, one)

    def add_timed(self, role: Role, text: str) -> None:
        """An outcome in one text, behind which 'Timepoint:' and 'Method of measurement:' may stand."""
        words, method = _cut(text, _METHOD)
        measure, when = _cut(words, _TIME_POINT)
        self.add(role, measure, when, method)


def _cut(text: str, mark: re.Pattern[str]) -> tuple[str, str]:
    """The words before a mark and behind it."""
    found = mark.search(text)
    return (text[: found.start()], text[found.end() :]) if found else (text, "")


def number_in(text: str | None, name: str, form: str) -> RegistryNumber:
    """The trial's number; UsageError where a download has none."""
    if not text or not text.strip():
        raise UsageError(f"{name} is {form} without a trial's number: download it again")
    number = read(text)
    if number.registry is None:
        raise UsageError(f"{name} is {form} of {text.strip()!r:.40}, which is not a registry number known here")
    return number


def numbers_in(texts: Iterable[str | None], own: RegistryNumber) -> tuple[str, ...]:
    """Registry numbers of known forms in texts, each once, without the trial's own."""
    found: list[str] = []
    for text in texts:
        for part in re.split(r"[;,\s]+", text or ""):
            number = read_known(part) if any(letter.isdigit() for letter in part) else None
            if number and number != own and number.number not in found:
                found.append(number.number)
    return tuple(found)


def status_of(text: str | None) -> str | None:
    """A recruitment status as ClinicalTrials.gov calls it; None where the registry's word may mean several."""
    plain = " ".join((text or "").replace("_", " ").casefold().split())
    return _STATUSES.get(plain)


def study_type_of(text: str | None) -> str | None:
    """INTERVENTIONAL or OBSERVATIONAL, where a registry's words say it."""
    plain = (text or "").casefold()
    if "observation" in plain or "non-intervention" in plain or "noninterventional" in plain:
        return "OBSERVATIONAL"
    if "intervention" in plain:
        return "INTERVENTIONAL"
    return "EXPANDED_ACCESS" if "expanded" in plain else None


def phases_of(text: str | None) -> tuple[str, ...] | None:
    """'Phase 2/Phase 3', 'II-III', 'Phase III' as PHASE2 and PHASE3; None where none is named."""
    plain = re.sub(r"\bphase\b", " ", (text or "").upper(), flags=re.IGNORECASE)
    roman = {"I": "1", "II": "2", "III": "3", "IV": "4"}
    found = [roman.get(one, one) for one in re.findall(r"\b(?:IV|I{1,3}|[1-4])\b", plain)]
    return tuple(dict.fromkeys(f"PHASE{one}" for one in found)) or None


def size_of(text: str | None) -> int | None:
    """A number of participants."""
    plain = (text or "").strip().replace(",", "")
    return int(plain) if plain.isascii() and plain.isdecimal() and len(plain) < 10 else None
