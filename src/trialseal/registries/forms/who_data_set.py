"""The XML in which registries hand WHO's data set on, and let it be downloaded: IRCT, ReBEC and others.

https://irct.behdasht.gov.ir, https://ensaiosclinicos.gov.br. Each registry writes dates in its own order.
"""

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

ROOTS = ("trials", "root", "trial")
SIGN = "trial_id"
_FORM = "an XML record of WHO's data set"
# These write the day first; others begin with the year.
_DAY_FIRST = ("RBR-", "RPCEC", "PER-")


def is_one(root: Any) -> bool:
    """Whether XML of a root that many forms have is of this one."""
    return next(xml.below(root, SIGN), None) is not None


def of_xml(root: Any, name: str, seen: str | None) -> list[RegistryHistory]:
    """The trials of a download."""
    trials = [root] if xml.local(root) == "trial" else list(xml.below(root, "trial"))
    return [_history(one, name, seen) for one in trials]


def _history(trial: Any, name: str, seen: str | None) -> RegistryHistory:
    number = number_in(xml.text(trial, "trial_id"), name, _FORM)
    day_first = number.number.startswith(_DAY_FIRST)
    said = Stated(number, name, seen=seen)
    registered = xml.text(trial, "date_registration", "reg_date")
    said.registered = said.day(registered, "the date of registration", day_first=day_first)
    enrolled = xml.text(trial, "date_enrolment", "date_enrollment")
    said.start = said.dated(enrolled, "the first enrolment", day_first=day_first)
    posted = xml.text(trial, "results_date_posted")
    said.results_posted = said.day(posted, "the posting of results", day_first=day_first)
    ended = xml.text(trial, "results_date_completed")
    said.completion = said.dated(ended, "the completion", day_first=day_first)
    said.status = status_of(xml.text(trial, "recruitment_status"))
    said.study_type = study_type_of(xml.text(trial, "study_type"))
    said.phases = phases_of(xml.text(trial, "phase"))
    said.title = xml.text(trial, "public_title", "scientific_title")
    said.sponsor = xml.text(trial, "primary_sponsor")
    said.countries = tuple(dict.fromkeys(xml.texts(trial, "country2"))) or None
    said.sample_size = size_of(xml.text(trial, "target_size"))
    said.other_numbers = numbers_in(xml.texts(trial, "utrn", "sec_id"), number)
    for text in xml.texts(trial, "prim_outcome"):
        said.add_timed("primary", text)
    for text in xml.texts(trial, "sec_outcome"):
        said.add_timed("secondary", text)
    return said.history()
