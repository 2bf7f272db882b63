"""Versions of a record, and its history, from records as their registry gives them."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from trialseal.documents.trial_description import StatedDate
from trialseal.registries.ctgov import record_in
from trialseal.registries.dates import RegistryDate
from trialseal.registries.history import PostedOutcome, RegistryHistory, RegistryOutcome, RegistryVersion
from trialseal.registries.import_source import SourceObject
from trialseal.registries.record import RegistryRecord


def history_of(record: RegistryRecord, source: str = "registry-record.json") -> RegistryHistory:
    """A single record as a history of one version."""
    return RegistryHistory(record.number, (_version_of(record, source, ()),))


def study_version(
    study: dict[str, object], name: str, *, number: int = 1, seen: str | None = None, partial: bool = False
) -> RegistryVersion:
    """A study of API v2 as a version; UsageError if it is malformed. `seen` overrules the day it names itself; a
    `partial` one may lack its sponsor."""
    document = record_in(study, name, partial=partial)
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
        status=status_of(record.recruitment_status),
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


def status_of(text: str | None) -> str | None:
    """'Active, not recruiting' and ACTIVE_NOT_RECRUITING are one."""
    plain = re.sub(r"[^A-Za-z]+", "_", text or "").strip("_").upper()
    plain = plain.removesuffix("_STATUS") if plain.startswith("UNKNOWN") else plain
    return None if plain in ("", "NA") else plain
