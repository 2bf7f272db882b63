"""From a trial's acts to what the timeline shows of them."""

from __future__ import annotations

from collections.abc import Iterable

from trialseal.evidence.wording import milestone_words, plain
from trialseal.ledger.acts import Act, AttestationRecord
from trialseal.ledger.codes import ATTESTATIONS, DECISIONS, KINDS, ROLES
from trialseal.report.trial.view import Category, Entry, Period
from trialseal.report.words import (
    Names,
    act_words,
    attestation_words,
    declared_day,
    delay_words,
    registry_number,
)

_CATEGORIES: dict[str, Category] = {
    "TrialRegistered": "protocol",
    "MilestoneRecorded": "milestone",
    "ResultReported": "result",
    "RegistryIdClaimed": "registry",
    "Appointed": "appointment",
    "AppointmentShortened": "appointment",
    "TransferOffered": "transfer",
    "TransferAccepted": "transfer",
    "RoleNamed": "appointment",
    "StreamOpened": "stream",
}
_FIRST_PARTICIPANT, _RECRUITMENT_CLOSED = 1, 2
_VERSIONED: dict[int, Category] = {1: "protocol", 3: "registry"}


def entry_of(act: Act, names: Names | None = None) -> Entry:
    """One act as an entry of the timeline."""
    known = names or Names()
    declared = _declared(act)
    details = [("digest" if act.name in _WITH_DOCUMENT else "subject", act.subject.hex())]
    if not any(act.subject) or act.name == "RegistryIdClaimed":
        details = []
    details += [("block", str(act.block)), ("transaction", act.transaction)]
    return Entry(
        number=act.number,
        words=act_words(act, known),
        who=known.party(act.actor),
        declared=declared,
        time=act.time,
        category=_category(act),
        label=_label(act, known),
        details=tuple(details),
        mark=delay_words(declared, act.time) if declared else None,
    )


def entries_of(acts: Iterable[Act], names: Names | None = None) -> tuple[Entry, ...]:
    """Every act as an entry, in their order."""
    return tuple(entry_of(act, names) for act in acts)


def attestation_entry(attestation: AttestationRecord, names: Names | None = None, about: str = "") -> Entry:
    """An attestation as an entry; it is no act of the trial and has no number."""
    known = names or Names()
    declared = declared_day(attestation.date)
    digest = attestation.digest if any(attestation.digest) else attestation.subject
    return Entry(
        number=None,
        words=attestation_words(attestation, known, about),
        who=known.party(attestation.author),
        declared=declared,
        time=attestation.time,
        category="attestation",
        label=_attestation_label(attestation, about) + (", withdrawn" if attestation.withdrawn_at else ""),
        details=(("about", digest.hex()),),
        mark=delay_words(declared, attestation.time) if declared else None,
    )


def periods_of(acts: Iterable[Act], names: Names | None = None) -> tuple[Period, ...]:
    """Enrolment by part as the milestones state it; a later statement does not move the first one."""
    known = names or Names()
    started: dict[int, str] = {}
    closed: dict[int, str] = {}
    for act in acts:
        if act.name == "MilestoneRecorded" and (stated := declared_day(act.details["date"])):
            milestone = act.details["milestone"]
            if milestone in (_FIRST_PARTICIPANT, _RECRUITMENT_CLOSED):
                into = started if milestone == _FIRST_PARTICIPANT else closed
                into.setdefault(act.details["part"], stated)
    return tuple(
        Period(f"enrolment, {_part(part, known)}" if part else "enrolment", start, closed.get(part))
        for part, start in sorted(started.items())
    )


_WITH_DOCUMENT = frozenset({"TrialRegistered", "DocumentSealed", "MilestoneRecorded", "ResultReported"})


def _attestation_label(attestation: AttestationRecord, about: str) -> str:
    kind = ATTESTATIONS.get(attestation.kind, "attestation")
    if kind == "accreditation":
        return f"accredited as {plain(ROLES.get(attestation.code, 'role'))}"
    if kind == "approval":
        kind = plain(DECISIONS.get(attestation.code, kind))
    return f"{kind}, {about}" if about else kind


def _part(number: int, names: Names) -> str:
    """A part's name where there is a label for it; a number alone would not be understood."""
    words = names.part(number)
    return words.removeprefix("part ") if number <= len(names.parts) else words


def _category(act: Act) -> Category:
    if act.name == "DocumentSealed":
        return _VERSIONED.get(act.details["kind"], "document")
    return _CATEGORIES.get(act.name, "document")


def _declared(act: Act) -> str | None:
    if act.name == "MilestoneRecorded":
        return declared_day(act.details["date"])
    if act.name == "RegistryIdClaimed":
        return declared_day(act.details["submitted"])
    return None


def _label(act: Act, names: Names) -> str:
    details = act.details
    match act.name:
        case "TrialRegistered":
            return "registered, protocol v1"
        case "DocumentSealed":
            return f"{plain(KINDS.get(details['kind'], 'document'))} v{details['version']}"
        case "MilestoneRecorded":
            words = milestone_words(details["milestone"])
            part = _part(details["part"], names)
            return f"{words}, {part}" if part else words
        case "ResultReported":
            name = names.endpoint(details["endpoint"]).removeprefix("endpoint ")
            return name if details["protocolVersion"] else f"post hoc, {name}"
        case "RegistryIdClaimed":
            return registry_number(act.subject)
        case "Appointed":
            return "appointment"
        case "AppointmentShortened":
            return "appointment ends"
        case "TransferOffered":
            return "sponsorship offered" if any(act.subject) else "offer withdrawn"
        case "TransferAccepted":
            return "new sponsor"
        case "RoleNamed":
            return "role"
        case "StreamOpened":
            return "stream opened"
    return act.name
