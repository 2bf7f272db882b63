"""Plain words for what stands on the chain: one line an act, and how dates, digests and parties are shown.

Light: the reading path (`verify`, `history`) uses it, so nothing beyond the standard library is imported.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType

from trialseal import escaping
from trialseal.documents.identifiers import date_range
from trialseal.errors import UsageError
from trialseal.evidence.wording import count, end_day, kind_words, milestone_words, moment, plain
from trialseal.ledger.acts import (
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
from trialseal.ledger.codes import (
    AttestationKind,
    Blinding,
    Decision,
    DocumentKind,
    Milestone,
    Role,
    act_words_of_mask,
)
from trialseal.ledger.moments import appointment_end, declared_date, territory
from trialseal.registries.numbers import read, stated
from trialseal.values import Value

PRACTICE = "practice chain: its operator sets the clock, and can undo everything."
"""What a page says of a chain that one person can rewrite."""

ZERO = bytes(32)
_BLINDING_WORDS = {
    Blinding.NOT_STATED: "unblinded data seen before: not stated",
    Blinding.BLINDED: "unblinded data seen before: no",
    Blinding.UNBLINDED: "unblinded data seen before: yes",
}
_AMENDABLE = (DocumentKind.PROTOCOL, DocumentKind.ANALYSIS_PLAN)
_EPOCH, _DAY = date(1970, 1, 1), 86_400


class TrialNames(Value):
    """What a reader can call things, beyond what the chain knows: all may be empty."""

    parties: Mapping[bytes, str] = MappingProxyType({})
    """Legal name by party id, where the profile is known and matches the chain's digest."""
    parts: Sequence[str] = ()
    """Names of the trial's parts in the protocol's order; part 1 is the first."""
    endpoints: Mapping[bytes, str] = MappingProxyType({})
    """Endpoint id by leaf hash."""

    def party(self, party: bytes) -> str:
        """'"Demo sponsor"', the name that it gave itself, or 'party 1a2b3c4d…' if its profile is not known."""
        return escaping.name(self.parties[party]) if self.parties.get(party) else f"party {short(party)}"

    def part(self, number: int) -> str:
        """'part phase-1', 'part 3' if its name is not known, '' for the whole trial."""
        if number == 0:
            return ""
        return f"part {escaping.quoted(self.parts[number - 1]) if number <= len(self.parts) else number}"

    def endpoint(self, leaf: bytes) -> str:
        """'endpoint P1', or its leaf hash in short."""
        return f"endpoint {escaping.quoted(self.endpoints[leaf]) if self.endpoints.get(leaf) else short(leaf)}"


def unvouched(block: str) -> str:
    """That nothing on a page is certain, since its block, as it is shown, is no trusted party's word."""
    return f"nobody whom the maker of this page trusts vouches for block {block}, on which all of it rests"


def short(digest: bytes) -> str:
    """The first eight hexadecimal digits of a digest or id: enough to tell a few apart, not to check one."""
    return f"{digest.hex()[:8]}…"


def delay_words(declared: str, sealed_at: int) -> str | None:
    """How long after its declared date a statement was sealed; None if on the day, or if that cannot be told.

    Both are compared as days, the block's in UTC, so a day's difference can come from time zones.
    """
    try:
        first, last = date_range(declared)
    except UsageError:
        return None
    sealed = sealed_at // _DAY  # in days after 1970, since a block's year may be any
    begins, ends = (first - _EPOCH).days, (last - _EPOCH).days
    if begins <= sealed <= ends:
        return None
    if sealed < begins:
        return f"sealed {_days(begins - sealed, ends - sealed)} before the declared date"
    return f"sealed {_days(sealed - ends, sealed - begins)} after the declared date"


def corrected_words(by: MilestoneRecorded | None) -> str:
    """What follows an act that a later one corrected."""
    return f" (corrected by act {by.number})" if by else ""


def act_words(act: Act, names: TrialNames | None = None) -> str:
    """One line for an act: what was done, without when and by whom."""
    known = names or TrialNames()
    match act:
        case TrialRegistered():
            endpoints = count(act.endpoint_count, "endpoint")
            return f"trial {act.code_text} registered with protocol version 1 ({endpoints})"
        case DocumentSealed():
            return _sealed(act)
        case MilestoneRecorded():
            return _milestone(act, known)
        case ResultReported():
            return _result(act, known)
        case RegistryIdClaimed():
            return _claimed(act)
        case RegistryIdWithdrawn():
            return f"claim of registry number {registry_number(act.registry_id)} withdrawn"
        case Appointed():
            return _appointed(act, known)
        case AppointmentShortened():
            return f"appointment of {known.party(act.subject)} made to end {moment(act.until)}"
        case TransferOffered():
            if act.subject == ZERO:
                return "offer of the sponsorship withdrawn"
            return f"sponsorship offered to {known.party(act.subject)}, who can accept from {moment(act.effective)} on"
        case TransferVetoed():
            return f"offer of the sponsorship to {known.party(act.subject)} vetoed"
        case TransferAccepted():
            return f"sponsorship went over from {known.party(act.subject)} to {known.party(act.actor)}"
        case RoleNamed():
            party = known.party(act.subject)
            return f"{party} named as {plain(act.role)}" if act.held else f"{party} no longer {plain(act.role)}"
        case StreamOpened():
            return f"stream {short(act.subject)} opened, written by {known.party(act.actor)}"


def attestation_words(attestation: AttestationRecord, names: TrialNames | None = None, about: str = "") -> str:
    """One line for an attestation; `about` says of what, where the caller knows."""
    known = names or TrialNames()
    kind = AttestationKind(attestation.kind)
    author = known.party(attestation.author)
    subject = f"{about} " if about else ""
    if kind is AttestationKind.ACCREDITATION:
        subject = subject or f"{known.party(attestation.subject)} "
        words = f"{subject}vouched for as {plain(Role(attestation.code))} by {author}"
    elif kind is AttestationKind.APPROVAL:
        subject = subject or f"document {short(attestation.digest)} "
        words = f"{subject}{plain(Decision(attestation.code))} by {author}"
    elif kind is AttestationKind.PERMIT:
        words = f"permit to open package {short(attestation.digest)}, by {author}"
    else:
        words = f"{kind} {'of ' + about + ' ' if about else ''}by {author}"
    notes = [words]
    if attestation.territory:
        notes.append(f"for {territory(attestation.territory)}")
    if attestation.date:
        notes.append(f"dated {declared_date(attestation.date)}")
    if attestation.until:
        ends = end_day if kind is AttestationKind.PERMIT else moment
        notes.append(f"until {ends(attestation.until)}")
    if attestation.withdrawn_at:
        notes.append(f"withdrawn {moment(attestation.withdrawn_at)}")
    return ", ".join(notes)


def trial_code(packed: bytes) -> str:
    """The code that a sponsor gave its trial, which may be any 32 bytes."""
    return escaping.quoted(packed.rstrip(b"\0").decode("ascii", "backslashreplace"))


def _sealed(act: DocumentSealed) -> str:
    words = f"{kind_words(act.kind)} version {act.version} sealed"
    notes = [count(act.endpoint_count, "endpoint")] if act.endpoint_count else []
    # Whoever seals a consent form is not asked for it, so its silence says nothing.
    if act.blinding is not Blinding.NOT_STATED or (act.kind in _AMENDABLE and act.version > 1):
        notes.append(_BLINDING_WORDS.get(act.blinding, act.blinding.word))
    return words + (f" ({'; '.join(notes)})" if notes else "")


def _milestone(act: MilestoneRecorded, names: TrialNames) -> str:
    corrects = act.milestone is Milestone.CORRECTION and act.instead_of
    said = [f"act {act.instead_of} was made in error" if corrects else milestone_words(act.milestone)]
    if part := names.part(act.part):
        said.append(part)
    if act.instead_of and not corrects:
        said.append(f"in place of act {act.instead_of}")
    declared = declared_date(act.date)
    on = f"stated on {declared}" if corrects else f"on {declared}"
    said.append(on if declared else "date not stated")
    return ", ".join(said)


def _result(act: ResultReported, names: TrialNames) -> str:
    part = names.part(act.part)
    where = f", {part}" if part else ""
    endpoint = names.endpoint(act.endpoint)
    if act.protocol_version:
        return f"result for {endpoint}{where} reported, proven to be in protocol version {act.protocol_version}"
    return f"post hoc result for {endpoint}{where} reported"


def _claimed(act: RegistryIdClaimed) -> str:
    submitted = declared_date(act.submitted)
    return f"registry number {registry_number(act.registry_id)} bound to the trial (" + (
        f"submitted there {submitted}, as stated)" if submitted else "day of submission not stated)"
    )


def _appointed(act: Appointed, names: TrialNames) -> str:
    what = " and ".join(act_words_of_mask(act.acts)) or "nothing"
    if act.stream != ZERO:
        what += f" of stream {short(act.stream)}"
    period = f"from {moment(act.start)} until {appointment_end(act.until)}"
    return f"{names.party(act.subject)} appointed for {what}, {period}"


def registry_number(packed: bytes) -> str:
    """A registry number in its registry's own spelling, as stated if no registry is known; its bytes if it is none."""
    try:
        return escaping.quoted(read(stated(packed)).number)
    except UsageError:
        return packed.hex()


def _days(low: int, high: int) -> str:
    return count(low, "day") if low == high else f"{low} to {high} days"
