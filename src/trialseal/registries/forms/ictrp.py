"""WHO ICTRP: its search portal's exports (XML, CSV), the one form in which every registry's trials can be had.

https://www.who.int/clinical-trials-registry-platform. The portal writes its own dates day first; dates of enrolment
stand as the registry gave them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from trialseal.registries.ctgov import REGISTRY
from trialseal.registries.forms import xml
from trialseal.registries.forms.stated import (
    Stated,
    number_in,
    numbers_in,
    phases_of,
    size_of,
    status_of,
    study_type_of,
)
from trialseal.registries.history import RegistryHistory

ROOT = "trials_downloaded_from_ictrp"
COLUMNS = ("trialid", "primary_outcome")
_FORM = "an export of WHO ICTRP"


def of_xml(root: Any, name: str, seen: str | None) -> list[RegistryHistory]:
    """The trials of an XML export."""
    return [
        _history({xml.local(field): "".join(field.itertext()) for field in trial}, name, seen)
        for trial in xml.below(root, "trial")
    ]


def of_rows(rows: Iterable[Mapping[str, str]], name: str, seen: str | None) -> list[RegistryHistory]:
    """The trials of a CSV export; the names of its columns in small letters."""
    return [_history(row, name, seen) for row in rows]


def _history(fields: Mapping[str, str], name: str, seen: str | None) -> RegistryHistory:
    def get(*keys: str) -> str | None:
        return next((value.strip() for key in keys if (value := fields.get(key)) and value.strip()), None)

    number = number_in(get("trialid"), name, _FORM)
    said = Stated(number, name, seen=seen)
    registered = said.day(get("date_registration3", "date_registration"), "the date of registration", day_first=True)
    if number.registry == REGISTRY:  # it hands on the day of first submission
        said.submitted = registered
    else:
        said.registered = registered
    said.updated = said.day(get("last_refreshed_on"), "the last refresh", day_first=True)
    said.start = said.dated(get("date_enrollement", "date_enrollment"), "the first enrolment")
    said.completion = said.dated(get("results_date_completed"), "the completion")
    said.results_posted = said.day(get("results_date_posted"), "the posting of results")
    said.status = status_of(get("recruitment_status"))
    said.study_type = study_type_of(get("study_type"))
    said.phases = phases_of(get("phase"))
    said.countries = tuple(one.strip() for one in (get("countries") or "").split(";") if one.strip()) or None
    said.sponsor, said.title = get("primary_sponsor"), get("public_title", "scientific_title")
    said.other_numbers = numbers_in([get("secondary_id"), get("secondary_ids")], number)
    said.sample_size = size_of(get("target_size"))
    said.add_listed("primary", get("primary_outcome"), semicolons=True)
    said.add_listed("secondary", get("secondary_outcome"), semicolons=True)
    return said.history()
