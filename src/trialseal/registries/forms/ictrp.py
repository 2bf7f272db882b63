"""WHO ICTRP: its search portal's exports (XML, CSV), the one form in which every registry's trials can be had.

https://www.who.int/clinical-trials-registry-platform. The portal writes its own dates day first; dates of enrolment
stand as the registry gave them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from trialseal.documents.endpoint_models import Role
from trialseal.registries.ctgov import REGISTRY
from trialseal.registries.forms import xml
from trialseal.registries.forms.lists import cleaned, listed_in
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

ROOTS = ("trials_downloaded_from_ictrp", "trials_central")
COLUMNS = ("trialid", "primary_outcome")
# The portal's own CSV writes blanks where its XML has underscores, and may lack the outcomes.
PORTAL_COLUMNS = ("trialid", "source register")
_FORM = "an export of WHO ICTRP"


def of_xml(root: Any, name: str, seen: str | None) -> list[RegistryHistory]:
    """The trials of an XML export."""
    return [
        _history({xml.local(field): "".join(field.itertext()) for field in trial}, name, seen)
        for trial in xml.below(root, "trial")
    ]


def of_rows(rows: Iterable[Mapping[str, str]], name: str, seen: str | None) -> list[RegistryHistory]:
    """The trials of a CSV export; the names of its columns in small letters."""
    return [_history({key.replace(" ", "_"): cell for key, cell in row.items()}, name, seen) for row in rows]


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
    _outcomes(said, "primary", get("primary_outcome"))
    _outcomes(said, "secondary", get("secondary_outcome"))
    return said.history()


# What the portal puts into one cell of a European trial.
_LABELLED = re.compile(
    r"(Main Objective|Secondary Objective|Primary end point\(s\)|Secondary end point\(s\)|"
    r"Timepoint\(s\) of evaluation of this end point)\s*:",
    re.IGNORECASE,
)


def _outcomes(said: Stated, role: Role, text: str | None) -> None:
    parts = _LABELLED.split(text or "")
    if len(parts) == 1:
        said.add_listed(role, text, semicolons=True)
        return
    labels = [label.casefold() for label in parts[1::2]]
    for place, (label, value) in enumerate(zip(labels, parts[2::2], strict=True)):
        if label.startswith(role):
            if "objective" in label:
                continue
            listed = listed_in(value)
            timed = place + 1 < len(labels) and labels[place + 1].startswith("timepoint")
            when = cleaned(parts[2 * place + 4]).rstrip("; ") if timed and len(listed) == 1 else None
            for one in listed:
                said.add(role, one, when)
