"""The European registers: text downloads of the EU Clinical Trials Register, JSON of CTIS; and DRKS of Germany.

https://www.clinicaltrialsregister.eu, https://euclinicaltrials.eu/ctis-public-api/retrieve/NUMBER, https://drks.de.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from trialseal.documents.endpoint_models import Role
from trialseal.registries.dates import RegistryDate
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
from trialseal.registries.history import RegistryHistory

EUCTR_BEGINS = re.compile(r"^\s*EudraCT Number:", re.MULTILINE | re.IGNORECASE)
# 'E.5.1 Primary end point(s): …', 'EudraCT Number: …', 'P. End of Trial Status: …'.
_FIELD = re.compile(r"^\s*(?:(?P<code>[A-Z](?:\.[0-9]{1,2})*)\.?\s+)?(?P<label>[A-Z][^:\n]{1,140}):(?P<value>.*)$")


def of_euctr(text: str, name: str, seen: str | None) -> list[RegistryHistory]:
    """The trials in a text download, summaries or full details; a trial has one protocol a country, of which the first
    is read."""
    starts = [match.start() for match in EUCTR_BEGINS.finditer(text)]
    trials: dict[str, Stated] = {}
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        fields = _fields(text[start:end])
        number = number_in(_number(fields), name, "a download of the EU Clinical Trials Register")
        if (said := trials.get(number.number)) is None:
            said = trials[number.number] = Stated(number, name, seen=seen)
            said.study_type = "INTERVENTIONAL"  # the register holds nothing else
            said.title = _first(fields, "full title") or _first(fields, "title of the trial")
            said.sponsor = _first(fields, "sponsor name") or _first(fields, "name of sponsor")
            said.other_numbers = numbers_in(
                [value for label, value in fields if "nct" in label or "isrctn" in label], number
            )
            for role, label in (("primary", "primary end point"), ("secondary", "secondary end point")):
                _end_points(said, role, fields, label)  # type: ignore[arg-type]
            said.minors = _minors(_first(fields, "population age"))
            if under := _first(fields, "trial has subjects under 18"):
                said.minors = under.casefold().startswith("yes")
            phases = (label for label, value in fields if "(phase i" in label and value.casefold() == "yes")
            said.phases = phases_of(" ".join(phases))
            said.sample_size = size_of(_first(fields, "in the whole clinical trial"))
            said.results_shown = _shown(_first(fields, "trial results"))
        said.status = status_of(_first(fields, "trial status")) or said.status
        entered = said.day(_first(fields, "first entered in the eudract database"), "the first entry")
        said.registered = min((one for one in (said.registered, entered) if one), default=None)
        ended = said.dated(_first(fields, "date of the global end of the trial"), "the end of the trial", "actual")
        said.completion = said.completion or ended
    return [one.history() for one in trials.values()]


_YOUNG = ("under 18", "children", "adolescent", "infant", "newborn", "preterm", "in utero")


def _minors(text: str | None) -> bool | None:
    """Whether the register's ages of population hold any below 18; None where it gives none."""
    plain = (text or "").casefold()
    return any(one in plain for one in _YOUNG) if plain else None


def _shown(text: str | None) -> bool | None:
    """'View results' or 'No results available', as the register lists its trials; None for anything else."""
    plain = (text or "").casefold()
    if "no results" in plain:
        return False
    return True if "view results" in plain else None


def _number(fields: Sequence[tuple[str, str]]) -> str:
    return next((value for label, value in fields if label.startswith("eudract number")), "").split(" ")[0]


def _fields(text: str) -> list[tuple[str, str]]:
    """Labels in small letters and values; a value goes on until the next label."""
    found: list[tuple[str, list[str]]] = []
    for line in text.splitlines():
        match = _FIELD.match(line)
        if match and (match["code"] or not found or line[:1].strip()) and _is_label(match["label"], match["code"]):
            found.append((match["label"].casefold(), [match["value"].strip()]))
        elif found:
            found[-1][1].append(line.strip())
    return [(label, "\n".join(part for part in parts if part)) for label, parts in found]


_LABELS = re.compile(
    r"^(?:eudract number|sponsor|full title|start date|medical condition|disease|population age|gender|trial protocol|"
    r"trial results|link|national competent|clinical trial type|trial status|date on which|name of|title of|end of|"
    r"date of|plain|competent|ethics)",
    re.IGNORECASE,
)


def _is_label(label: str, code: str | None) -> bool:
    """A field of the form has a code or a known name; a colon in the sponsor's own text makes none."""
    return bool(code) or bool(_LABELS.match(label))


def _first(fields: Sequence[tuple[str, str]], words: str) -> str | None:
    return next((value for label, value in fields if words in label and value), None)


def _end_points(said: Stated, role: Role, fields: Sequence[tuple[str, str]], words: str) -> None:
    for place, (label, value) in enumerate(fields):
        if words not in label or "timepoint" in label:
            continue
        after = fields[place + 1] if place + 1 < len(fields) else ("", "")
        when = after[1] if "timepoint" in after[0] else None
        listed = listed_in(value)
        for one in listed:
            said.add(role, one, when if len(listed) == 1 else None)
        return


# ----- CTIS and DRKS -----


def of_ctis(value: Mapping[str, Any], name: str, seen: str | None) -> RegistryHistory:
    """A trial of the Clinical Trials Information System; dates are day first."""
    number = number_in(_text(value.get("ctNumber")), name, "a CTIS record")
    said = Stated(number, name, seen=seen, study_type="INTERVENTIONAL")
    dates = [text for one in _every(value, "submissionDate") if (text := _text(one))]
    days = [day for text in dates if (day := said.day(text, "a submission", day_first=True))]
    said.submitted = min(days, default=None)
    said.updated = said.day(_text(value.get("publishDate")), "the last update", day_first=True)
    said.start = said.dated(_text(value.get("startDateEU")), "the start in the EU", "actual", day_first=True)
    planned = next(_texts(value, "estimatedRecruitmentStartDate"), None)
    said.start = said.start or said.dated(planned, "the start of recruitment", "estimated", day_first=True)
    said.completion = said.dated(_text(value.get("endDateEU")), "the end in the EU", "actual", day_first=True)
    said.status = status_of(_text(value.get("ctStatus")))
    said.title = next((text for key in ("publicTitle", "fullTitle") for text in _texts(value, key)), None)
    said.phases = phases_of(next(_texts(value, "trialPhase"), None))
    sponsors = [one for one in _every(value, "sponsors") if isinstance(one, list) and one]
    said.sponsor = next(_texts(sponsors, "name"), None) or next(_texts(sponsors, "businessKey"), None)
    secondary = [*_every(value, "secondaryIdentifyingNumbers"), *_every(value, "eudraCt")]
    said.other_numbers = numbers_in(_all_texts(secondary), number)
    for key, role in (("primaryEndPoints", "primary"), ("secondaryEndPoints", "secondary")):
        for listed in _every(value, key):
            for text in _texts(listed, "endPoint"):
                said.add(role, text)  # type: ignore[arg-type]
    return said.history()


def of_drks(value: Mapping[str, Any], name: str, seen: str | None) -> RegistryHistory:
    """A trial of the German register, whose texts it may hold in two languages: in English, where it has them."""
    number = number_in(_text(value.get("drksId")), name, "a DRKS record")
    said = Stated(number, name, seen=seen)
    value = _in_one_language(value)

    def first(*keys: str) -> str | None:
        return next((text for key in keys for text in _texts(value, key)), None)

    said.registered = said.day(first("registrationDrks", "registrationDate"), "the registration")
    said.updated = said.day(first("lastUpdate", "lastUpdateDrks"), "the last update")
    actual = first("actualStartDate", "startDateActual", "actualStudyStartDate")
    planned = first("plannedStartDate", "startDatePlanned", "plannedStudyStartDate")
    start = actual or planned or first("startDate", "dateFirstEnrolment", "studyStart")
    known = "actual" if actual else "estimated" if planned else None
    day = said.day(start, "the first enrolment")
    said.start = RegistryDate(day, known) if day else None  # type: ignore[arg-type]
    said.status = status_of(first("recruitmentStatus", "status"))
    said.study_type = study_type_of(first("studyType", "type"))
    said.phases = phases_of(first("phase", "studyPhase"))
    contacts = [one for listed in _every(value, "trialContacts") if isinstance(listed, list) for one in listed]
    sponsors = [one for one in contacts if "PRIMARY_SPONSOR" in _all_texts(one)]
    said.title = first("title", "titleEn", "publicTitle")
    said.sponsor = first("primarySponsor", "sponsor") or next(_texts(sponsors, "affiliation"), None)
    said.sample_size = size_of(first("targetSize", "plannedSampleSize", "targetSampleSize", "sampleSize"))
    said.other_numbers = numbers_in(_all_texts([value.get("secondaryIds"), value.get("secondaryId")]), number)
    for role, keys in (
        ("primary", ("primaryOutcome", "primaryOutcomes", "primaryEndpoint", "primaryEndpoints")),
        ("secondary", ("secondaryOutcome", "secondaryOutcomes", "secondaryEndpoint", "secondaryEndpoints")),
    ):
        for key in keys:
            for text in _all_texts(list(_every(value, key))):
                said.add_listed(role, text)  # type: ignore[arg-type]
    return said.history()


def _in_one_language(value: Mapping[str, Any]) -> Mapping[str, Any]:
    """A record without the German of what it says in English too."""

    def is_in(language: str, one: object) -> bool:
        return isinstance(one, Mapping) and language in _all_texts(one.get("idLocale"))

    def kept(one: Any) -> Any:
        if isinstance(one, Mapping):
            return {name: kept(held) for name, held in one.items()}
        if isinstance(one, list):
            english = any(is_in("en", held) for held in one)
            return [kept(held) for held in one if not (english and is_in("de", held))]
        return one

    return kept(value)  # type: ignore[no-any-return]


def _every(value: object, key: str) -> Iterator[object]:
    """Every value of a key anywhere in a JSON value, from the top."""
    if isinstance(value, Mapping):
        if value.get(key) is not None:
            yield value[key]
        for name, one in value.items():
            if name != key:
                yield from _every(one, key)
    elif isinstance(value, list):
        for one in value:
            yield from _every(one, key)


def _texts(value: object, key: str) -> Iterator[str]:
    return (text for one in _every(value, key) if (text := _text(one)))


def _text(value: object) -> str | None:
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    return str(value).strip() or None


def _all_texts(value: object) -> list[str]:
    if isinstance(value, Mapping):
        return [text for one in value.values() for text in _all_texts(one)]
    if isinstance(value, list):
        return [text for one in value for text in _all_texts(one)]
    return [text] if (text := _text(value)) else []
