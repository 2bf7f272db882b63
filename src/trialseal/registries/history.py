"""What a registry said of a trial, version by version; and reading that from what registries and their readers keep.

A version is what was submitted on a day. One record is a history of one version, of which nobody knows whether it is
all. A field is None where the source of a version does not hold it: that says nothing of the registry.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

from trialseal.documents.canonical import shown
from trialseal.documents.endpoint_models import Role
from trialseal.documents.fields import FORMAT
from trialseal.documents.identifiers import date_range
from trialseal.documents.models import dump, parse_document
from trialseal.documents.trial_description import StatedDate
from trialseal.errors import UsageError
from trialseal.registries.ctgov import import_ctgov
from trialseal.registries.dates import Certainty, RegistryDate, registry_date
from trialseal.registries.import_source import SourceObject
from trialseal.registries.numbers import doubt, read
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
    """In the registry's history, from 1; in a history that is not whole, its place among those at hand."""
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
        """The earliest version at hand."""
        return self.versions[0]

    @property
    def last(self) -> RegistryVersion:
        """The latest version at hand."""
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


# ----- from documents and from ClinicalTrials.gov -----


def history_of(record: RegistryRecord, source: str = "registry-record.json") -> RegistryHistory:
    """A single record as a history of one version."""
    return RegistryHistory(record.number, (_version_of(record, source, ()),))


def study_version(
    study: dict[str, object], name: str, *, number: int = 1, seen: str | None = None, partial: bool = False
) -> RegistryVersion:
    """A study of API v2 as a version; UsageError if it is malformed. `seen` overrules the day it names itself; a
    `partial` one may lack its sponsor."""
    document = import_ctgov(study, name, partial=partial).document
    assert isinstance(document, RegistryRecord)
    version = _version_of(document, name, _posted(study, name), number)
    source = SourceObject(study, name)
    status = source.child("protocolSection").child("statusModule")
    submitted, taken_back = _unposted(source)
    version = replace(
        version,
        unposted_submitted=submitted,
        taken_back=taken_back,
        results_waived=status.flag("resultsWaived"),
    )
    return replace(version, seen=seen) if seen else version


def _unposted(study: SourceObject) -> tuple[str | None, str | None]:
    """The day of the first release of results that the registry still reviews; the day on which they were taken back.

    What the sponsor unreleases is not submitted until it is released again; what the registry resets stays submitted.
    """
    annotation = study.child("annotationSection").child("annotationModule").child("unpostedAnnotation")
    events = [(one.date("date"), one.text("type")) for one in annotation.children("unpostedEvents")]
    if all(day for day, _ in events):
        events.sort(key=lambda event: event[0] or "")  # those of one day as they are listed
    submitted: str | None = None
    taken_back: str | None = None
    for day, kind in events:
        if kind == "RELEASE" and day:
            submitted, taken_back = submitted or day, None
        elif kind == "UNRELEASE":
            submitted, taken_back = None, day or "a day not stated"
    return submitted, taken_back


def _version_of(
    record: RegistryRecord, source: str, posted: tuple[PostedOutcome, ...], number: int = 1
) -> RegistryVersion:
    results = record.summary_results
    return RegistryVersion(
        number=number,
        date=record.record_date or (record.record_posted.date if record.record_posted else None),
        source=source,
        seen=record.as_of,
        status=_status(record.recruitment_status),
        study_type=record.study_type.upper() if record.study_type else None,
        phases=tuple(record.phases),
        countries=record.countries,
        sponsor=record.trial.sponsor,
        start=_stated(record.start),
        primary_completion=_stated(record.primary_completion),
        completion=_stated(record.completion),
        first_submitted=record.first_submitted,
        first_posted=record.first_posted.date if record.first_posted else None,
        results_submitted=results.first_submitted if results else None,
        results_posted=results.first_posted.date if results and results.first_posted else None,
        delay_submitted=record.results_delay_submitted,
        why_stopped=record.why_stopped,
        sample_size=record.sample_size.count if record.sample_size else None,
        outcomes=tuple(_outcomes(record)),
        posted=posted,
        record=record,
    )


def _stated(stated: StatedDate | None) -> RegistryDate | None:
    return RegistryDate(stated.date, stated.certainty) if stated else None


def _outcomes(record: RegistryRecord) -> Iterator[RegistryOutcome]:
    for endpoint in record.endpoints:
        words = endpoint.registry_words
        measure = (words and words.measure) or endpoint.measurement_variable or endpoint.domain or ""
        description, time_frame = (words and words.description) or "", (words and words.time_frame) or ""
        # An imported record numbers its outcomes by their places, which are no names that versions share.
        yield RegistryOutcome(endpoint.role, plain_text(measure), plain_text(description), plain_text(time_frame))


def _posted(study: Mapping[str, object], name: str) -> tuple[PostedOutcome, ...]:
    results = study.get("resultsSection")
    if not isinstance(results, dict):
        return ()
    module = SourceObject(results, name).child("outcomeMeasuresModule")
    return tuple(
        PostedOutcome(
            one.text("type") or "",
            plain_text(one.text("title") or ""),
            one.text("reportingStatus") or "",
            one.text("anticipatedPostingDate"),
            plain_text(one.text("description") or ""),
            plain_text(one.text("timeFrame") or ""),
        )
        for one in module.children("outcomeMeasures")
    )


_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()<>#+\-.!|~^&=])")


def plain_text(text: str) -> str:
    """A registry's text without its own escapes: API v2 writes \\> for >, older answers &gt;."""
    return html.unescape(_ESCAPED.sub(r"\1", text)).strip()


def _status(text: str | None) -> str | None:
    """'Active, not recruiting' and ACTIVE_NOT_RECRUITING are one."""
    plain = re.sub(r"[^A-Za-z]+", "_", text or "").strip("_").upper()
    plain = plain.removesuffix("_STATUS") if plain.startswith("UNKNOWN") else plain
    return None if plain in ("", "NA") else plain


# ----- from histories -----

_ROLES: tuple[tuple[str, Role], ...] = (("primary", "primary"), ("secondary", "secondary"), ("other", "other"))
_TIME_FRAME = re.compile(r"\[\s*Time Frame\s*:\s*(?P<when>.*?)\s*\]\s*", re.DOTALL | re.IGNORECASE)
_SAFETY_ISSUE = re.compile(r"\[\s*Designated as safety issue\s*:\s*\w+\s*\]", re.IGNORECASE)
_SEE_RESULTS = re.compile(r"\[?\s*see results section\.?\s*\]?", re.IGNORECASE)


def history_from(value: object, name: str) -> RegistryHistory:
    """The history in a line of a histories file: trial_id, versions and whether these are all; else UsageError.

    These histories know start dates by month only, and write the first of the month for it.
    """
    if not isinstance(value, dict) or not isinstance(value.get("versions"), list):
        raise UsageError(f"{name} holds {shown(value)}, not a history with trial_id and versions")
    source = SourceObject(value, name)
    stated = read(source.required_text("trial_id"))
    if stated.filled and (why := doubt(stated)):
        raise UsageError(f"{name}: {why}")
    number = stated.number
    versions = [_listed_version(one, place, name) for place, one in enumerate(source.children("versions"), 1)]
    notes = []
    if not versions:
        raise UsageError(f"{name}: the history of {number} has no version: get a complete copy of the source")
    total = source.count("total_versions")
    complete = source.flag("complete") is not False and total in (None, len(versions))
    if total is not None and total != len(versions):
        notes.append(f"{len(versions)} of {total} versions are at hand")
    return RegistryHistory(number, in_order(versions), complete, tuple(notes))


def _listed_version(one: SourceObject, place: int, name: str) -> RegistryVersion:
    found = one.look("outcomes")
    listed = [_listed_outcome(outcome) for outcome in one.children("outcomes")] if found is not None else None
    note = one.text("outcomes_note")
    if listed is None or (listed and all(_SEE_RESULTS.fullmatch(outcome.measure) for outcome in listed)):
        listed, note = None, POINTS_TO_RESULTS if note is None or _SEE_RESULTS.fullmatch(note) else note
    return RegistryVersion(
        number=one.count("version") or place,
        date=_date(one, "date"),
        source=name,
        status=_status(one.text("overall_status")),
        start=_by_month(one, "start_date", None),
        primary_completion=_by_month(one, "primary_completion_date", _certainty(one, "primary_completion_date_type")),
        sample_size=_sample_size(one.text("enrolment")),
        outcomes=None if listed is None else tuple(listed),
        outcomes_note=note,
    )


def _date(one: SourceObject, key: str) -> str | None:
    text = one.text(key)
    try:
        return registry_date(text) if text else None
    except UsageError as error:
        raise one.wrong(key, text, f"a date ({error})") from None


def _by_month(one: SourceObject, key: str, certainty: Certainty | None) -> RegistryDate | None:
    text = _date(one, key)
    return RegistryDate(text.removesuffix("-01") if text.count("-") == 2 else text, certainty) if text else None


def _certainty(one: SourceObject, key: str) -> Certainty | None:
    known: dict[str, Certainty] = {"actual": "actual", "anticipated": "estimated", "estimated": "estimated"}
    return known.get((one.text(key) or "").casefold())


def _sample_size(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() and len(text) < 10 else None


def _listed_outcome(outcome: SourceObject) -> RegistryOutcome:
    section = (outcome.text("section") or "").casefold()
    role: Role = next((role for word, role in _ROLES if section.startswith(word)), "other")
    return split_outcome(role, outcome.text("text") or "")


def split_outcome(role: Role, text: str) -> RegistryOutcome:
    """An outcome as a registry's page prints it: 'measure [ Time Frame: when ] description'."""
    plain = _SAFETY_ISSUE.sub("", plain_text(text))
    match = _TIME_FRAME.search(plain)
    if match is None:
        measure, _, description = plain.partition("\n\n")
        return RegistryOutcome(role, measure.strip(), description.strip())
    return RegistryOutcome(role, plain[: match.start()].strip(), plain[match.end() :].strip(), match["when"])


def in_order(versions: Iterable[RegistryVersion]) -> tuple[RegistryVersion, ...]:
    """Versions by the day of submission, then by number; those without a day stand where their number puts them."""
    ordered = sorted(versions, key=lambda one: one.number)
    day = date.min
    keys = []
    for one in ordered:
        day = date_range(one.date)[0] if one.date else day
        keys.append((day, one.number))
    return tuple(one for _, one in sorted(zip(keys, ordered, strict=True), key=lambda pair: pair[0]))


# ----- several sources of one trial -----


def merged(histories: Sequence[RegistryHistory]) -> RegistryHistory:
    """One history of several about the same trial: every version once, the whole history first.

    A record adds what a history lacks to the version of the same day.
    """
    if len(histories) == 1:
        return histories[0]
    base = max(histories, key=lambda one: (one.complete, len(one.versions)))
    versions = list(base.versions)
    complete = base.complete
    for history in histories:
        for version in history.versions if history is not base else ():
            place = next((n for n, one in enumerate(versions) if one.date and one.date == version.date), None)
            if place is not None:
                versions[place] = _joined(versions[place], version)
            else:
                complete = complete and version.date is not None and version.date < (versions[-1].date or "")
                versions.append(replace(version, number=max(one.number for one in versions) + 1))
    ordered = in_order(versions)
    if not complete:
        ordered = tuple(replace(one, number=number) for number, one in enumerate(ordered, 1))
    notes = tuple(dict.fromkeys(note for one in histories for note in one.notes))
    return RegistryHistory(base.number, ordered, complete, notes)


def _joined(one: RegistryVersion, other: RegistryVersion) -> RegistryVersion:
    """Two readings of the same submission: the whole record counts, and the day last seen."""
    whole, rest = (other, one) if one.record is None and other.record is not None else (one, other)
    seen = max((day for day in (one.seen, other.seen) if day), default=None)
    return replace(whole, number=one.number, seen=seen, posted=whole.posted or rest.posted)


# ----- to documents -----


def record_document(history: RegistryHistory, version: RegistryVersion) -> dict[str, object]:
    """A version as a registry-record document: the whole record, or what the history holds of it.

    It says of itself which version it is; a registry's history makes registry versions, never amendments.
    """
    if version.record is not None:
        return dump(version.record)
    ids: dict[str, int] = {}
    endpoints = []
    for outcome in version.outcomes or ():
        words = {
            key: text
            for key, text in (
                ("measure", outcome.measure), ("description", outcome.description), ("time_frame", outcome.time_frame)
            )
            if text
        }  # fmt: skip
        if words:
            letter = outcome.role[0].upper()
            ids[letter] = ids.get(letter, 0) + 1
            endpoints.append({"id": f"{letter}{ids[letter]}", "role": outcome.role, "registry_words": words})
    said = f"version {version.number} of the record's history; whatever is not here, the history does not hold"
    if version.outcomes is None:
        said += f"; outcomes are not shown: {version.outcomes_note}"
    document: dict[str, object] = {
        "format": FORMAT,
        "kind": "registry-record",
        "registry": history.registry,
        "number": history.number,
        "trial": {"registry_ids": [history.number]},
        "record_date": version.date,
        "first_submitted": history.first_submitted,
        "recruitment_status": version.status,
        "start": _stated_value(version.start),
        "primary_completion": _stated_value(version.primary_completion),
        "completion": _stated_value(version.completion),
        "sample_size": None if version.sample_size is None else {"count": version.sample_size},
        "endpoints": endpoints,
        "sources": [{"citation": said}],
    }
    document = {key: value for key, value in document.items() if value not in (None, [])}
    parse_document(document, f"version {version.number} of {history.number}")
    return document


def _stated_value(stated: RegistryDate | None) -> dict[str, str] | None:
    if stated is None:
        return None
    return {"date": stated.text} | ({"certainty": stated.certainty} if stated.certainty else {})
