"""ClinicalTrials.gov's other downloads: the XML of its former site, its site's CSV, cthist's CSV of versions."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from trialseal.documents.endpoint_models import Role
from trialseal.errors import UsageError
from trialseal.registries.dates import Certainty, RegistryDate
from trialseal.registries.forms import xml
from trialseal.registries.forms.lists import listed_in
from trialseal.registries.forms.stated import (
    Stated,
    number_in,
    numbers_in,
    phases_of,
    size_of,
    status_of,
    study_type_of,
)
from trialseal.registries.history import POINTS_TO_RESULTS, RegistryHistory, RegistryOutcome, RegistryVersion
from trialseal.registries.history_lists import split_outcome
from trialseal.registries.history_merging import in_order

LEGACY_ROOT = "clinical_study"
CSV_COLUMNS = ("nct number",)
CTHIST_COLUMNS = ("nctid", "version_number", "version_date")
_ROLES: tuple[tuple[str, Role], ...] = (("primary", "primary"), ("secondary", "secondary"), ("other", "other"))
_CERTAINTY: dict[str, Certainty] = {"actual": "actual", "anticipated": "estimated", "estimated": "estimated"}


def of_legacy_xml(root: Any, name: str, seen: str | None) -> list[RegistryHistory]:
    """A study in the XML of the site that ended in 2024."""
    number = number_in(xml.text(root, "nct_id"), name, "a ClinicalTrials.gov XML record")
    said = Stated(number, name, seen=seen)
    if header := xml.text(root, "download_date"):
        on = re.search(r"on ([A-Z][a-z]+ [0-9]{1,2}, [0-9]{4})", " ".join(header.split()))
        said.seen = said.seen or (said.day(on[1], "the day of the download") if on else None)
    said.submitted = said.day(xml.text(root, "study_first_submitted", "firstreceived_date"), "the first submission")
    said.updated = said.day(xml.text(root, "last_update_submitted", "lastchanged_date"), "the last update")
    said.start = _legacy_date(said, root, "start_date", "the first enrolment")
    said.primary_completion = _legacy_date(said, root, "primary_completion_date", "the primary completion")
    said.completion = _legacy_date(said, root, "completion_date", "the completion")
    said.results_posted = said.day(xml.text(root, "results_first_posted"), "the posting of results")
    said.status = status_of(xml.text(root, "overall_status"))
    said.study_type = study_type_of(xml.text(root, "study_type"))
    said.phases = phases_of(xml.text(root, "phase"))
    said.title = xml.text(root, "brief_title", "official_title")
    lead = next(xml.below(root, "lead_sponsor"), None)
    said.sponsor = xml.text(lead, "agency") if lead is not None else None
    said.countries = tuple(dict.fromkeys(xml.texts(root, "country"))) or None
    said.sample_size = size_of(xml.text(root, "enrollment"))
    said.other_numbers = numbers_in(xml.texts(root, "secondary_id"), number)
    for role_name, role in _ROLES:
        for one in xml.below(root, f"{role_name}_outcome"):
            said.add(role, xml.text(one, "measure"), xml.text(one, "time_frame"), xml.text(one, "description"))
    return [said.history()]


def _legacy_date(said: Stated, root: Any, tag: str, what: str) -> RegistryDate | None:
    found = next(xml.below(root, tag), None)
    if found is None:
        return None
    return said.dated(found.text, what, _CERTAINTY.get((found.get("type") or "").casefold()))


def of_site_rows(rows: Iterable[Mapping[str, str]], name: str, seen: str | None) -> list[RegistryHistory]:
    """The studies of the site's CSV; it parts outcomes by bars and says neither day of submission nor certainty."""
    return [_of_site_row(row, name, seen) for row in rows]


def _of_site_row(row: Mapping[str, str], name: str, seen: str | None) -> RegistryHistory:
    def get(key: str) -> str | None:
        return (row.get(key) or "").strip() or None

    number = number_in(get("nct number"), name, "a CSV download of ClinicalTrials.gov")
    said = Stated(number, name, seen=seen)
    said.submitted = said.day(get("first submitted"), "the first submission")
    said.updated = said.day(get("last update submitted") or get("last update posted"), "the last update")
    said.start = said.dated(get("start date"), "the first enrolment")
    said.primary_completion = said.dated(get("primary completion date"), "the primary completion")
    said.completion = said.dated(get("completion date"), "the completion")
    said.results_posted = said.day(get("results first posted"), "the posting of results")
    said.status = (get("study status") or "").upper().replace(" ", "_").replace(",", "") or None
    said.study_type = study_type_of(get("study type"))
    said.phases = phases_of((get("phases") or "").replace("PHASE", " "))
    said.title, said.sponsor = get("study title"), get("sponsor")
    said.sample_size = size_of(get("enrollment"))
    said.other_numbers = numbers_in([(get("other ids") or "").replace("|", " ")], number)
    for role_name, role in _ROLES:
        for text in (get(f"{role_name} outcome measures") or "").split("|"):
            for one in listed_in(text):
                said.add(role, one)
    return said.history()


def of_cthist(rows: Iterable[Mapping[str, str]], name: str, seen: str | None) -> list[RegistryHistory]:
    """The histories of cthist's table: a row a version, outcomes as JSON in a cell.

    https://github.com/bgcarlisle/cthist. Start dates are as precise as `…_precision` says.
    """
    versions: dict[str, list[RegistryVersion]] = {}
    totals: dict[str, str] = {}
    for place, row in enumerate(rows, 2):
        where = f"{name}, row {place}"
        number = number_in(row.get("nctid"), where, "cthist's table").number
        totals[number] = (row.get("total_versions") or "").strip()
        versions.setdefault(number, []).append(_cthist_version(row, where, name, seen))
    found = []
    for number, ones in versions.items():
        total = totals[number]
        complete = not total.isdecimal() or int(total) == len(ones)
        notes = () if complete else (f"{len(ones)} of {total} versions of {number} are in {name}",)
        found.append(RegistryHistory(number, in_order(ones), complete, notes))
    return found


def _cthist_version(row: Mapping[str, str], where: str, name: str, seen: str | None) -> RegistryVersion:
    def get(key: str) -> str | None:
        value = (row.get(key) or "").strip()
        return value if value and value != "NA" else None

    said = Stated(number_in(row["nctid"], where, "cthist's table"), name)
    count = get("version_number") or ""
    if not count.isdecimal():
        raise UsageError(f"{where}: version_number is {count!r:.40}, but must be a number from 1: export it again")
    listed = _cthist_outcomes(get("outcome_measures"), where)
    dates = {}
    for key in ("study_start_date", "primary_completion_date", "completion_date"):
        text = said.day(get(key), key)
        if text and (get(f"{key}_precision") or "").casefold() == "month":
            text = text[:7]
        certainty = _CERTAINTY.get((get(f"{key}_type") or "").casefold())
        dates[key] = RegistryDate(text, certainty) if text else None
    return RegistryVersion(
        number=int(count),
        date=said.day(get("version_date"), "version_date"),
        source=name,
        seen=seen,
        status=(get("overall_status") or "").upper().replace(",", "").replace(" ", "_") or None,
        start=dates["study_start_date"],
        primary_completion=dates["primary_completion_date"],
        completion=dates["completion_date"],
        sponsor=get("organization"),
        sample_size=size_of(get("enrolment") or get("enrollment")),
        why_stopped=get("whystopped"),
        outcomes=listed,
        outcomes_note=None if listed is not None else POINTS_TO_RESULTS,
    )


def _cthist_outcomes(text: str | None, where: str) -> tuple[RegistryOutcome, ...] | None:
    if text is None:
        return ()
    try:
        listed = json.loads(text)
    except (ValueError, RecursionError):
        raise UsageError(f"{where}: outcome_measures is not JSON: export the table again") from None
    found = []
    for one in listed if isinstance(listed, list) else ():
        if isinstance(one, dict) and isinstance(one.get("content") or one.get("measure"), str):
            section = str(one.get("section") or "").casefold()
            role: Role = next((role for word, role in _ROLES if section.startswith(word)), "other")
            outcome = split_outcome(role, one.get("content") or one["measure"])
            when = one.get("timeFrame") or one.get("time_frame")
            found.append(outcome._replace(time_frame=outcome.time_frame or (when if isinstance(when, str) else "")))
    if found and all("see results section" in one.measure.casefold() for one in found):
        return None
    return tuple(found)
