"""The Australian New Zealand registry's XML: 'Download to XML' on https://www.anzctr.org.au."""

from __future__ import annotations

from typing import Any

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

ROOTS = ("anzctr_trial", "anzctr_trials", "anzctr")
_FORM = "an XML record of ANZCTR"


def of_xml(root: Any, name: str, seen: str | None) -> list[RegistryHistory]:
    """The trials of a download; dates are day first."""
    trials = [root] if xml.local(root) == "anzctr_trial" else list(xml.below(root, "anzctr_trial", "trial"))
    return [_history(one, name, seen) for one in trials]


def _history(trial: Any, name: str, seen: str | None) -> RegistryHistory:
    own = xml.text(trial, "actrnumber", "actrn", "registrationnumber") or trial.get("actrnumber") or ""
    number = number_in(own if not own.isdecimal() else f"ACTRN{own}", name, _FORM)
    said = Stated(number, name, seen=seen)
    said.submitted = said.day(xml.text(trial, "submitdate", "datesubmitted"), "the submission", day_first=True)
    said.registered = said.day(xml.text(trial, "approvaldate", "dateregistered"), "the registration", day_first=True)
    said.updated = said.day(xml.text(trial, "updatedate", "dateupdated"), "the last update", day_first=True)
    actual = xml.text(trial, "actualstartdate")
    said.start = said.dated(
        actual or xml.text(trial, "anticipatedstartdate"), "the first enrolment",
        "actual" if actual else "estimated", day_first=True,
    )  # fmt: skip
    ended = xml.text(trial, "actuallastvisitdate", "actualenddate")
    said.completion = said.dated(
        ended or xml.text(trial, "anticipatedlastvisitdate", "anticipatedenddate"), "the completion",
        "actual" if ended else "estimated", day_first=True,
    )  # fmt: skip
    said.status = status_of(xml.text(trial, "recruitmentstatus"))
    said.study_type = study_type_of(xml.text(trial, "studytype"))
    said.phases = phases_of(xml.text(trial, "phase"))
    said.title = xml.text(trial, "studytitle", "publictitle", "scientifictitle")
    said.sponsor = xml.text(trial, "primarysponsorname", "sponsorname")
    said.sample_size = size_of(xml.text(trial, "samplesize"))
    said.other_numbers = numbers_in(xml.texts(trial, "nctid", "secondaryid", "utrn"), number)
    for role in ("primary", "secondary"):
        for one in xml.below(trial, f"{role}Outcome"):
            said.add(role, xml.text(one, "outcome") or (one.text or ""), xml.text(one, "timepoint"))
    return said.history()
