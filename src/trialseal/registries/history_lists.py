"""A history from lists that other programs made of a registry's versions."""

from __future__ import annotations

import re

from trialseal.documents.canonical import shown
from trialseal.documents.endpoint_models import Role
from trialseal.errors import UsageError
from trialseal.registries.dates import Certainty, RegistryDate, registry_date
from trialseal.registries.history import POINTS_TO_RESULTS, RegistryHistory, RegistryOutcome, RegistryVersion
from trialseal.registries.history_merging import in_order
from trialseal.registries.import_source import SourceObject
from trialseal.registries.numbers import doubt, read
from trialseal.registries.study_versions import plain_text, status_of

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
        notes.append(f"{len(versions)} of {total} versions are given")
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
        status=status_of(one.text("overall_status")),
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
