"""ClinicalTrials.gov's one-file history: the record, the day of every version, the outcomes as first registered.

https://clinicaltrials.gov/api/int/studies/NCT04368728?history=true, the site's own address, which may change.
"""

from __future__ import annotations

from dataclasses import replace

from trialseal.documents.endpoint_models import Role
from trialseal.registries.history import RegistryHistory, RegistryOutcome, RegistryVersion
from trialseal.registries.history_merging import in_order
from trialseal.registries.import_source import SourceObject
from trialseal.registries.study_versions import plain_text, study_version

NOT_HELD = "this one-file history does not hold the outcomes of this version"
_OUTCOMES = "outcome measures"
_ROLES: tuple[tuple[str, Role], ...] = (("primary", "primary"), ("secondary", "secondary"), ("other", "other"))


def with_history(value: dict[str, object], name: str, seen: str | None) -> RegistryHistory:
    """The versions in a study that has its history beside it.

    The outcomes of a version are known while no change of outcomes lies between it and the first or the last version.
    """
    source = SourceObject(value, name)
    study = value["study"]
    assert isinstance(study, dict)
    last = study_version(study, name, seen=seen)
    assert last.record is not None
    history = source.child("history")
    changes = history.children("changes")
    if not changes:
        return RegistryHistory(last.record.number, (last,))
    first = _original(history, last)
    touched = [
        place for place, one in enumerate(changes)
        if place and any(label.casefold() == _OUTCOMES for label in one.texts("moduleLabels"))
    ]  # fmt: skip
    versions = []
    for place, one in enumerate(changes):
        number = one.count("version")
        outcomes = last.outcomes if not touched or place >= touched[-1] else first if place < touched[0] else None
        versions.append(
            RegistryVersion(
                number=(place if number is None else number) + 1,
                date=one.date("date"),
                source=name,
                status=one.text("status"),
                study_type=one.text("studyType"),
                outcomes=outcomes,
                outcomes_note=None if outcomes is not None else NOT_HELD,
            )
        )
    versions = list(in_order(versions))
    newest = versions[-1]
    whole = newest.date == last.date or last.date is None
    if whole:
        versions[-1] = replace(last, number=newest.number, date=newest.date)
    else:
        versions = [*versions, replace(last, number=newest.number + 1)]
    hidden = sum(1 for one in versions if one.outcomes_note == NOT_HELD)
    notes = (
        f"outcomes were changed more than once, and {name} holds those of the first and the last version only: when "
        "each change was made, the versions themselves tell (--history)",
    )
    return RegistryHistory(last.record.number, tuple(versions), whole, notes if hidden else ())


def _original(history: SourceObject, last: RegistryVersion) -> tuple[RegistryOutcome, ...] | None:
    """The outcomes as first registered; a role that the file calls the same is that of the last version."""
    original = history.child("originalData")
    found: list[RegistryOutcome] = []
    told = False
    for name, role in _ROLES:
        listed = original.children(f"{name}Outcomes")
        told = told or bool(listed) or original.flag(f"{name}OutcomesSame") is not None
        if listed:
            found += [
                RegistryOutcome(
                    role, plain_text(one.text("measure") or ""), plain_text(one.text("description") or ""),
                    plain_text(one.text("timeFrame") or ""),
                )
                for one in listed
            ]  # fmt: skip
        elif original.flag(f"{name}OutcomesSame"):
            found += [one for one in last.outcomes or () if one.role == role]
    return tuple(found) if told else None
