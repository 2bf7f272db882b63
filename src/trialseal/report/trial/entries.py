"""From a trial's acts to what the timeline shows of them."""

from __future__ import annotations

from collections.abc import Iterable

from trialseal.evidence.wording import day, kind_words, milestone_words, plain
from trialseal.ledger.acts import (
    SEALING,
    Act,
    Appointed,
    AppointmentShortened,
    DocumentSealed,
    MilestoneRecorded,
    RegistryIdClaimed,
    RegistryIdWithdrawn,
    ResultReported,
    RoleNamed,
    StreamOpened,
    TransferAccepted,
    TransferOffered,
    TransferVetoed,
    TrialRegistered,
)
from trialseal.ledger.attestations import AttestationRecord
from trialseal.ledger.codes import AttestationKind, Decision, DocumentKind, Milestone, Role
from trialseal.ledger.moments import declared_date, moment
from trialseal.ledger.standing import corrections, standing
from trialseal.report.trial.view import Category, Period, TimelineEntry
from trialseal.report.words import (
    TrialNames,
    act_words,
    attestation_words,
    delay_words,
    registry_number,
)
from trialseal.values import replace

_VERSIONED: dict[DocumentKind, Category] = {
    DocumentKind.PROTOCOL: "protocol",
    DocumentKind.REGISTRY_RECORD: "registry",
}


def entry_of(act: Act, names: TrialNames | None = None) -> TimelineEntry:
    """One act as an entry of the timeline."""
    known = names or TrialNames()
    declared = declared_by(act)
    details = [("digest" if isinstance(act, SEALING) else "subject", act.subject.hex())]
    if not any(act.subject) or isinstance(act, RegistryIdClaimed | RegistryIdWithdrawn):
        details = []
    if act.block is not None and act.transaction is not None:
        details += [("block, as this node says", str(act.block)), ("transaction, as this node says", act.transaction)]
    return TimelineEntry(
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


def entries_of(acts: Iterable[Act], names: TrialNames | None = None) -> tuple[TimelineEntry, ...]:
    """Every act as an entry, in their order; one that was corrected is marked with what corrected it."""
    listed = list(acts)
    marked = corrections(listed)
    return tuple(_marked(entry_of(act, names), marked.get(act.number)) for act in listed)


def _marked(entry: TimelineEntry, by: MilestoneRecorded | None) -> TimelineEntry:
    if by is None:
        return entry
    return with_mark(entry, f"corrected by act {by.number}, {moment(by.time)}")


def with_mark(entry: TimelineEntry, words: str | None) -> TimelineEntry:
    """The entry with another remark beside it; as it is where there is none."""
    if not words:
        return entry
    return replace(entry, mark=f"{entry.mark}; {words}" if entry.mark else words)


def attestation_entry(
    attestation: AttestationRecord, names: TrialNames | None = None, about: str = ""
) -> TimelineEntry:
    """An attestation as an entry; it is not an act of the trial and has no number."""
    known = names or TrialNames()
    declared = declared_date(attestation.date)
    digest = attestation.digest if any(attestation.digest) else attestation.subject
    return TimelineEntry(
        number=None,
        words=attestation_words(attestation, known, about),
        who=known.party(attestation.author),
        declared=declared,
        time=attestation.time,
        category="permit" if attestation.kind is AttestationKind.PERMIT else "attestation",
        label=_attestation_label(attestation, about) + (", withdrawn" if attestation.withdrawn_at else ""),
        details=(("about", digest.hex()),),
        mark=delay_words(declared, attestation.time) if declared else None,
    )


def periods_of(acts: Iterable[Act], names: TrialNames | None = None) -> tuple[Period, ...]:
    """Enrolment by part as the milestones state it; a later statement does not move the first one."""
    known = names or TrialNames()
    started: dict[int, str] = {}
    closed: dict[int, str] = {}
    for act in standing(acts):
        if isinstance(act, MilestoneRecorded) and (stated := declared_date(act.date)):
            if act.milestone is Milestone.FIRST_PARTICIPANT_ENROLLED:
                started.setdefault(act.part, stated)
            elif act.milestone is Milestone.RECRUITMENT_CLOSED:
                closed.setdefault(act.part, stated)
    return tuple(
        Period(f"enrolment, {_part(part, known)}" if part else "enrolment", start, closed.get(part))
        for part, start in sorted(started.items())
    )


def _attestation_label(attestation: AttestationRecord, about: str) -> str:
    kind = AttestationKind(attestation.kind)
    if kind is AttestationKind.ACCREDITATION:
        return f"vouched for as {plain(Role(attestation.code))}"
    if kind is AttestationKind.PERMIT:
        return f"permit until {day(attestation.until - 1)}" if attestation.until else "permit without an end"
    words = plain(Decision(attestation.code) if kind is AttestationKind.APPROVAL else kind)
    return f"{words}, {about}" if about else words


def _part(number: int, names: TrialNames) -> str:
    """A part's name where there is a label for it; a number alone would not be understood."""
    words = names.part(number)
    return words.removeprefix("part ") if number <= len(names.parts) else words


def _category(act: Act) -> Category:
    match act:
        case TrialRegistered():
            return "protocol"
        case DocumentSealed():
            return _VERSIONED.get(act.kind, "document")
        case MilestoneRecorded():
            return "milestone"
        case ResultReported():
            return "result"
        case RegistryIdClaimed() | RegistryIdWithdrawn():
            return "registry"
        case Appointed() | AppointmentShortened() | RoleNamed():
            return "appointment"
        case TransferOffered() | TransferVetoed() | TransferAccepted():
            return "transfer"
        case StreamOpened():
            return "stream"


def declared_by(act: Act) -> str | None:
    """The date that an act states, as precise as it was stated; None if it states none."""
    match act:
        case MilestoneRecorded():
            return declared_date(act.date)
        case RegistryIdClaimed():
            return declared_date(act.submitted)
    return None


def _label(act: Act, names: TrialNames) -> str:
    match act:
        case TrialRegistered():
            return "registered, protocol v1"
        case DocumentSealed():
            return f"{kind_words(act.kind)} v{act.version}"
        case MilestoneRecorded():
            words, part = milestone_words(act.milestone), _part(act.part, names)
            return f"{words}, {part}" if part else words
        case ResultReported():
            name = names.endpoint(act.endpoint).removeprefix("endpoint ")
            return name if act.protocol_version else f"post hoc, {name}"
        case RegistryIdClaimed():
            return registry_number(act.registry_id)
        case RegistryIdWithdrawn():
            return f"{registry_number(act.registry_id)} withdrawn"
        case Appointed():
            return "appointment"
        case AppointmentShortened():
            return "appointment ends"
        case TransferOffered():
            return "sponsorship offered" if any(act.subject) else "offer withdrawn"
        case TransferVetoed():
            return "offer vetoed"
        case TransferAccepted():
            return "new sponsor"
        case RoleNamed():
            return "role"
        case StreamOpened():
            return "stream opened"
