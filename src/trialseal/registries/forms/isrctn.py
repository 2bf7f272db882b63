"""The ISRCTN registry's XML: https://www.isrctn.com/api/query/format/default?q=ISRCTN50189673."""

from __future__ import annotations

from typing import Any

from trialseal.documents.endpoint_models import Role
from trialseal.registries.forms import xml
from trialseal.registries.forms.lists import listed_in
from trialseal.registries.forms.stated import Stated, number_in, numbers_in, phases_of, size_of, study_type_of
from trialseal.registries.history import RegistryHistory

ROOTS = ("alltrials", "fulltrial", "trial")
_FORM = "an XML record of ISRCTN"


def of_xml(root: Any, name: str, seen: str | None) -> list[RegistryHistory]:
    """The trials of an answer; a sponsor stands beside its trial."""
    if xml.local(root) == "trial":
        return [_history(root, root, name, seen)]
    wholes = [root] if xml.local(root) == "fulltrial" else [*xml.below(root, "fulltrial")] or [root]
    return [_history(one, whole, name, seen) for whole in wholes for one in xml.below(whole, "trial")]


def _history(trial: Any, whole: Any, name: str, seen: str | None) -> RegistryHistory:
    mark = next(xml.below(trial, "isrctn"), None)
    digits = "".join(mark.itertext()).strip() if mark is not None else ""
    number = number_in(digits if digits.upper().startswith("ISRCTN") or not digits else f"ISRCTN{digits}", name, _FORM)
    said = Stated(number, name, seen=seen)
    said.registered = said.day(mark.get("dateAssigned") if mark is not None else None, "the date of registration")
    said.updated = said.day(trial.get("lastUpdated"), "the last update")
    said.start = said.dated(xml.text(trial, "recruitmentStart"), "the start of recruitment")
    said.completion = said.dated(xml.text(trial, "overallEndDate"), "the end of the trial")
    said.study_type = study_type_of(xml.text(trial, "primaryStudyDesign", "studyDesign"))
    said.phases = phases_of(xml.text(trial, "phase"))
    said.title = xml.text(trial, "title", "scientificTitle")
    sponsor = next(xml.below(whole, "sponsor"), None)
    said.sponsor = xml.text(sponsor, "organisation") if sponsor is not None else None
    said.countries = tuple(dict.fromkeys(xml.texts(trial, "country"))) or None
    said.sample_size = size_of(xml.text(trial, "targetEnrolment"))
    references = ("eudraCTNumber", "clinicalTrialsGovNumber", "protocolSerialNumber", "irasNumber", "secondaryNumber")
    said.other_numbers = numbers_in(xml.texts(trial, *references), number)
    _outcomes(said, trial, "primary")
    _outcomes(said, trial, "secondary")
    return said.history()


def _outcomes(said: Stated, trial: Any, role: Role) -> None:
    for whole in xml.below(trial, f"{role}Outcomes"):
        for one in xml.below(whole, "outcomeMeasure"):
            said.add(role, xml.text(one, "variable", "title"), xml.text(one, "timepoints"), xml.text(one, "method"))
    # Beside the measures, a record may hold further ones as text: or the same.
    known = {one.measure.casefold() for one in said.outcomes if one.role == role}
    for text in xml.texts(trial, f"{role}Outcome"):
        for one in listed_in(text):
            if one.casefold() not in known:
                said.add(role, one)
