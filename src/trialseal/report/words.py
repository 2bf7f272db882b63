"""Plain words for what stands on the chain: one line an act, and how dates, digests and parties are shown.

Light: the reading path (`verify`, `history`) uses it, so nothing beyond the standard library is imported.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from trialseal import escaping
from trialseal.documents.identifiers import date_range, date_text, registry_id_text
from trialseal.documents.territories import territory_code
from trialseal.errors import UsageError
from trialseal.evidence.wording import count, milestone_words, moment, plain
from trialseal.ledger.acts import Act, AttestationRecord
from trialseal.ledger.codes import (
    ATTESTATIONS,
    BLINDING,
    DECISIONS,
    KINDS,
    ROLES,
    acts_of_mask,
)

ZERO = bytes(32)
_BLINDING_WORDS = {
    "not-stated": "unblinded data seen before: not stated",
    "blinded": "unblinded data seen before: no",
    "unblinded": "unblinded data seen before: yes",
}
_AMENDABLE = ("protocol", "analysis-plan")


@dataclass(frozen=True, slots=True)
class Names:
    """What a reader can call things, beyond what the chain knows: all may be empty."""

    parties: Mapping[bytes, str] = field(default_factory=dict)
    """Legal name by party id, where the profile is known and matches the chain's digest."""
    parts: Sequence[str] = ()
    """Names of the trial's parts in the protocol's order; part 1 is the first."""
    endpoints: Mapping[bytes, str] = field(default_factory=dict)
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


def short(digest: bytes) -> str:
    """The first eight hexadecimal digits of a digest or id: enough to tell a few apart, not to check one."""
    return f"{digest.hex()[:8]}…"


def declared_day(code: int) -> str | None:
    """The ISO date of a yyyymmdd code as precise as it is (20200500: 2020-05); None for 0, not stated."""
    if code == 0:
        return None
    try:
        return date_text(code)
    except UsageError:
        return str(code)


def delay_words(declared: str, sealed_at: int) -> str | None:
    """How long after its declared date a statement was sealed; None if on the day, or if that cannot be told.

    Both are compared as days, the block's in UTC, so a day's difference can come from time zones.
    """
    try:
        first, last = date_range(declared)
    except UsageError:
        return None
    sealed = datetime.fromtimestamp(sealed_at, UTC).date()
    if first <= sealed <= last:
        return None
    if sealed < first:
        return f"sealed {_days(first - sealed, last - sealed)} before the declared date"
    return f"sealed {_days(sealed - last, sealed - first)} after the declared date"


def act_words(act: Act, names: Names | None = None) -> str:
    """One line for an act: what was done, without when and by whom."""
    known = names or Names()
    say = _ACTS.get(act.name)
    return say(act, known) if say else f"act of a kind that this version does not know ({act.name})"


def attestation_words(attestation: AttestationRecord, names: Names | None = None, about: str = "") -> str:
    """One line for an attestation; `about` says of what, where the caller knows."""
    known = names or Names()
    kind = ATTESTATIONS.get(attestation.kind, f"attestation of kind {attestation.kind}")
    author = known.party(attestation.author)
    subject = f"{about} " if about else ""
    if kind == "accreditation":
        subject = subject or f"{known.party(attestation.subject)} "
        role = plain(ROLES.get(attestation.code, "a role not known here"))
        words = f"{subject}accredited as {role} by {author}"
    elif kind == "approval":
        subject = subject or f"document {short(attestation.digest)} "
        words = f"{subject}{plain(DECISIONS.get(attestation.code, 'decided upon'))} by {author}"
    else:
        words = f"{kind} {'of ' + about + ' ' if about else ''}by {author}"
    notes = [words]
    if attestation.territory:
        notes.append(f"for {_territory(attestation.territory)}")
    if attestation.date:
        notes.append(f"dated {declared_day(attestation.date)}")
    if attestation.withdrawn_at:
        notes.append(f"withdrawn {moment(attestation.withdrawn_at)}")
    return ", ".join(notes)


def _territory(number: int) -> str:
    try:
        return territory_code(number)
    except UsageError:
        return f"territory {number}"


def trial_code(packed: bytes) -> str:
    """The code that a sponsor gave its trial, which may be any 32 bytes."""
    return escaping.quoted(packed.rstrip(b"\0").decode("ascii", "backslashreplace"))


def _registered(act: Act, names: Names) -> str:
    code = trial_code(act.details["code"])
    endpoints = count(act.details["endpointCount"], "endpoint")
    return f"trial {code} registered with protocol version 1 ({endpoints})"


def _sealed(act: Act, names: Names) -> str:
    kind = KINDS.get(act.details["kind"], f"document of kind {act.details['kind']}")
    words = f"{plain(kind)} version {act.details['version']} sealed"
    notes = [count(act.details["endpointCount"], "endpoint")] if act.details["endpointCount"] else []
    blinding = BLINDING.get(act.details["blinding"], "not-stated")
    # Whoever seals a consent form is not asked for it, so its silence says nothing.
    if blinding != "not-stated" or (kind in _AMENDABLE and act.details["version"] > 1):
        notes.append(_BLINDING_WORDS[blinding])
    return words + (f" ({'; '.join(notes)})" if notes else "")


def _milestone(act: Act, names: Names) -> str:
    stated = [milestone_words(act.details["milestone"])]
    if part := names.part(act.details["part"]):
        stated.append(part)
    declared = declared_day(act.details["date"])
    stated.append(f"on {declared}" if declared else "date not stated")
    return ", ".join(stated)


def _result(act: Act, names: Names) -> str:
    part = names.part(act.details["part"])
    where = f", {part}" if part else ""
    endpoint = names.endpoint(act.details["endpoint"])
    version = act.details["protocolVersion"]
    if version:
        return f"result for {endpoint}{where} reported, proven to be in protocol version {version}"
    return f"post hoc result for {endpoint}{where} reported"


def _claimed(act: Act, names: Names) -> str:
    submitted = declared_day(act.details["submitted"])
    return f"registry number {registry_number(act.subject)} bound to the trial (" + (
        f"submitted there {submitted})" if submitted else "day of submission not stated)"
    )


def _appointed(act: Act, names: Names) -> str:
    what = " and ".join(acts_of_mask(act.details["acts"])) or "nothing"
    if act.details["stream"] != ZERO:
        what += f" of stream {short(act.details['stream'])}"
    period = f"from {moment(act.details['from'])} until {moment(act.details['until'])}"
    return f"{names.party(act.subject)} appointed for {what}, {period}"


def _shortened(act: Act, names: Names) -> str:
    return f"appointment of {names.party(act.subject)} made to end {moment(act.details['until'])}"


def _offered(act: Act, names: Names) -> str:
    if act.subject == ZERO:
        return "offer of the sponsorship withdrawn"
    return f"sponsorship offered to {names.party(act.subject)}"


def _accepted(act: Act, names: Names) -> str:
    return f"sponsorship went over from {names.party(act.subject)} to {names.party(act.actor)}"


def _role(act: Act, names: Names) -> str:
    role = plain(ROLES.get(act.details["role"], f"role {act.details['role']}"))
    party = names.party(act.subject)
    return f"{party} named as {role}" if act.details["held"] else f"{party} no longer {role}"


def _stream(act: Act, names: Names) -> str:
    return f"stream {short(act.subject)} opened, written by {names.party(act.actor)}"


_ACTS = {
    "TrialRegistered": _registered,
    "DocumentSealed": _sealed,
    "MilestoneRecorded": _milestone,
    "ResultReported": _result,
    "RegistryIdClaimed": _claimed,
    "Appointed": _appointed,
    "AppointmentShortened": _shortened,
    "TransferOffered": _offered,
    "TransferAccepted": _accepted,
    "RoleNamed": _role,
    "StreamOpened": _stream,
}


def registry_number(packed: bytes) -> str:
    """A registry number as it reads; its hexadecimal digits if its 32 bytes are none."""
    try:
        return escaping.quoted(registry_id_text(packed))
    except UsageError:
        return packed.hex()


def _days(low: timedelta, high: timedelta) -> str:
    return count(low.days, "day") if low == high else f"{low.days} to {high.days} days"
