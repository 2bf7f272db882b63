"""Trials: versions, milestones, results, numbers, appointments, sponsors, streams."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any

from .dates import require_past
from .ledger import MOST, ZERO, Log, Refused, fold_of, log_of, rolled, stamp_of, step
from .parties import ACT, MANAGE, Parties, require_before
from .proofs import root_of

PROTOCOL, RESULTS, LAST_KIND, CORRECTION = 1, 4, 9, 20
SEAL, MILESTONE, REPORT, CLAIM, APPOINT, SHORTEN, OFFER, NAME, OPEN, UNCLAIM, VETO = 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13
DELEGABLE = sum(1 << act for act in (SEAL, MILESTONE, REPORT, CLAIM, OPEN, UNCLAIM))
EVENTS = {
    "TrialRegistered": "bytes32,bytes32,uint32",
    "DocumentSealed": "uint8,uint16,uint8,bytes32,uint32",
    "MilestoneRecorded": "uint256",
    "ResultReported": "bytes32,uint16,uint16,uint32",
    "RegistryIdClaimed": "bytes32,uint32",
    "RegistryIdWithdrawn": "bytes32",
    "Appointed": "bytes32,uint32,uint40,uint40,uint32",
    "AppointmentShortened": "bytes32,uint32,uint40",
    "TransferOffered": "uint40",
    "TransferVetoed": "",
    "TransferAccepted": "",
    "RoleNamed": "uint8,bool",
    "StreamOpened": "",
}


@dataclass(frozen=True)
class Document:
    """A sealed document."""

    time: int
    author: int
    version: int
    act: int
    endpoints: int
    blinding: int


@dataclass(frozen=True)
class Appointment:
    """What another party may do, from a second on and before another."""

    begins: int
    until: int
    acts: int
    tenure: int


@dataclass(frozen=True)
class Offer:
    """An offer of the sponsorship."""

    to: bytes
    time: int
    effective: int


@dataclass
class Trial:
    """A trial's state."""

    sponsor: bytes
    created: int
    acts: int = 0
    digest: bytes = ZERO
    tenure: int = 0
    offer: Offer | None = None
    versions: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    documents: dict[tuple[int, bytes], Document] = field(default_factory=dict)
    sets: dict[tuple[int, int], bytes] = field(default_factory=dict)
    appointments: dict[tuple[bytes, bytes], list[Appointment]] = field(default_factory=lambda: defaultdict(list))
    ended: list[tuple[bytes, int]] = field(default_factory=list)
    streams: dict[tuple[bytes, bytes], int] = field(default_factory=dict)


@dataclass
class Trials:
    """The contract `TrialRegistry`."""

    parties: Parties
    found: dict[bytes, Trial] = field(default_factory=dict)
    word: bytes = ZERO
    numbers: dict[bytes, bytes] = field(default_factory=dict)

    # ----- acts -----

    def register(
        self, time: int, by: str, actor: bytes, code: bytes, protocol: bytes, root: bytes, count: int
    ) -> list[Log]:
        """A trial with version 1 of its protocol."""
        id_ = sha256(actor + code).digest()
        if id_ in self.found:
            raise Refused("TrialExists", id_)
        self.parties.require(actor, by, ACT, time)
        trial = Trial(actor, time, acts=1)
        self._keep(trial, PROTOCOL, protocol, time, actor, 0, count)
        self._keep_set(trial, PROTOCOL, root, count)
        self.found[id_] = trial
        log = self._log(id_, "TrialRegistered", protocol, actor, time, by, code, root, count)
        self.word = rolled(self.word, actor, log.digest)
        return [log]

    def seal(
        self, time: int, by: str, id_: bytes, actor: bytes, kind: int, version: int, blinding: int, document: bytes,
        root: bytes, count: int,
    ) -> list[Log]:  # fmt: skip
        """The next version of a kind."""
        trial = self._enter(id_, actor, by, SEAL, time)
        if not 0 < kind <= LAST_KIND or kind == RESULTS:
            raise Refused("KindNotSealable", kind)
        if blinding > 2:
            raise Refused("BlindingUnknown", blinding)
        if version != trial.versions[kind] + 1:
            raise Refused("VersionOutOfOrder", kind, trial.versions[kind] + 1, version)
        if (kind, document) in trial.documents:
            raise Refused("DocumentSealedBefore", id_, kind, document)
        self._keep(trial, kind, document, time, actor, blinding, count)
        self._keep_set(trial, kind, root, count)
        return [self._log(id_, "DocumentSealed", document, actor, time, by, kind, version, blinding, root, count)]

    def milestone(
        self, time: int, by: str, id_: bytes, actor: bytes, part: int, milestone: int, date: int, act: int,
        document: bytes,
    ) -> list[Log]:  # fmt: skip
        """Something that happened, perhaps in place of an earlier act."""
        trial = self._enter(id_, actor, by, MILESTONE, time)
        if not milestone:
            raise Refused("MilestoneUnknown", milestone)
        if act >= trial.acts or (milestone == CORRECTION and not act):
            raise Refused("ActUnknown", act)
        require_past(date, time)
        packed = part | milestone << 16 | date << 24 | act << 56
        return [self._log(id_, "MilestoneRecorded", document, actor, time, by, packed)]

    def report(
        self, time: int, by: str, id_: bytes, actor: bytes, document: bytes, endpoint: bytes, part: int, version: int,
        index: int, count: int, proof: Sequence[bytes],
    ) -> list[Log]:  # fmt: skip
        """A result, with the proof that its endpoint was promised, or post hoc."""
        trial = self._enter(id_, actor, by, REPORT, time)
        if endpoint == ZERO:
            raise Refused("DigestMissing")
        if not version and proof:
            raise Refused("ProofWithoutProtocol")
        if version:
            reached = _set(root_of(endpoint, index, count, proof), count)
            promised = trial.sets.get((PROTOCOL, version), ZERO)
            if reached != promised:
                raise Refused("EndpointNotInSet", endpoint, version, reached, promised)
        if (RESULTS, document) not in trial.documents:
            self._keep(trial, RESULTS, document, time, actor, 0, 0)
        return [self._log(id_, "ResultReported", document, actor, time, by, endpoint, part, version, index)]

    def claim(self, time: int, by: str, id_: bytes, actor: bytes, number: bytes, submitted: int) -> list[Log]:
        """A registry number of the trial."""
        self._enter(id_, actor, by, CLAIM, time)
        fold = fold_of(number)
        if submitted:
            require_past(submitted, time)
        return self._about_number(
            fold, actor, self._log(id_, "RegistryIdClaimed", fold, actor, time, by, number, submitted)
        )

    def unclaim(self, time: int, by: str, id_: bytes, actor: bytes, number: bytes) -> list[Log]:
        """A number taken back."""
        self._enter(id_, actor, by, UNCLAIM, time)
        fold = fold_of(number)
        return self._about_number(fold, actor, self._log(id_, "RegistryIdWithdrawn", fold, actor, time, by, number))

    def appoint(
        self, time: int, by: str, id_: bytes, actor: bytes, appointee: bytes, stream: bytes, acts: int, begins: int,
        until: int,
    ) -> list[Log]:  # fmt: skip
        """Lets another party do named acts, or write one stream."""
        trial = self._enter(id_, actor, by, APPOINT, time)
        self._require_other(actor, appointee)
        allowed = DELEGABLE & ~(1 << OPEN) if stream == ZERO else 1 << OPEN
        if not acts or acts & ~allowed:
            raise Refused("ActsNotDelegable", acts)
        begins = begins or time
        records = trial.appointments[appointee, stream]
        overlaps = records and records[-1].tenure == trial.tenure and begins < records[-1].until
        if begins < time or until <= begins or overlaps:
            raise Refused("AppointmentPeriod", begins, until)
        records.append(Appointment(begins, until, acts, trial.tenure))
        rest = (stream, acts, begins, until, len(records) - 1)
        return [self._log(id_, "Appointed", appointee, actor, time, by, *rest)]

    def shorten(
        self, time: int, by: str, id_: bytes, actor: bytes, appointee: bytes, stream: bytes, index: int, until: int
    ) -> list[Log]:
        """An earlier end for an appointment."""
        trial = self._enter(id_, actor, by, SHORTEN, time)
        records = trial.appointments[appointee, stream]
        if index >= len(records) or records[index].tenure != trial.tenure:
            raise Refused("AppointmentUnknown", appointee, stream, index)
        until = until or time
        if until >= records[index].until or until < time:
            raise Refused("AppointmentOnlyShortens", until, records[index].until)
        records[index] = replace(records[index], until=until)
        return [self._log(id_, "AppointmentShortened", appointee, actor, time, by, stream, index, until)]

    def offer(self, time: int, by: str, id_: bytes, actor: bytes, to: bytes) -> list[Log]:
        """An offer of the sponsorship, or none any more."""
        trial = self._enter(id_, actor, by, OFFER, time)
        offer = None
        if to != ZERO:
            self._require_other(actor, to)
            offer = Offer(to, time, time + self.parties.found[actor].delay(time))
        trial.offer = offer
        return [self._log(id_, "TransferOffered", to, actor, time, by, offer.effective if offer else 0)]

    def veto(self, time: int, by: str, id_: bytes, actor: bytes) -> list[Log]:
        """Stops an offer before it takes effect."""
        trial = self._trial(id_)
        mine = self.parties.require(actor, by, MANAGE, time)
        if actor != trial.sponsor:
            raise Refused("NotPermitted", id_, actor, VETO)
        offer = trial.offer
        if offer is None or offer.effective <= time:
            raise Refused("NoOfferToVeto", id_)
        require_before(mine, actor, by, offer.time)
        trial.offer = None
        trial.acts += 1
        return [self._log(id_, "TransferVetoed", offer.to, actor, time, by)]

    def accept(self, time: int, by: str, id_: bytes, actor: bytes, giver: bytes) -> list[Log]:
        """Takes over the sponsorship; every appointment ends."""
        trial = self._trial(id_)
        self.parties.require_manager(actor, by, time)
        if trial.offer is None or trial.offer.to != actor or trial.sponsor != giver:
            raise Refused("NotOffered", id_, actor)
        if trial.offer.effective > time:
            raise Refused("OfferNotYetEffective", id_, trial.offer.effective)
        trial.ended.append((trial.sponsor, time))
        trial.sponsor, trial.offer = actor, None
        trial.tenure += 1
        trial.acts += 1
        return [self._log(id_, "TransferAccepted", giver, actor, time, by)]

    def name(self, time: int, by: str, id_: bytes, actor: bytes, party: bytes, role: int, held: bool) -> list[Log]:
        """A role that a party has, or has no longer."""
        self._enter(id_, actor, by, NAME, time)
        self._require_party(party)
        return [self._log(id_, "RoleNamed", party, actor, time, by, role, held)]

    def open(self, time: int, by: str, id_: bytes, actor: bytes, stream: bytes) -> list[Log]:
        """A stream with the acting party as its writer."""
        trial = self._enter(id_, actor, by, OPEN, time, stream)
        if stream == ZERO:
            raise Refused("DigestMissing")
        if (actor, stream) in trial.streams:
            raise Refused("StreamOpenedBefore", id_, actor, stream)
        trial.streams[actor, stream] = time
        return [self._log(id_, "StreamOpened", stream, actor, time, by)]

    # ----- what others ask -----

    def require_writer(self, id_: bytes, writer: bytes, stream: bytes, time: int) -> None:
        """Refused unless the party may write this stream now."""
        trial = self.found.get(id_)
        if trial is None or (writer, stream) not in trial.streams:
            raise Refused("StreamNotOpen", id_, writer, stream)
        if not _may(trial, writer, OPEN, stream, time):
            raise Refused("NotPermitted", id_, writer, OPEN)

    def sponsor_at(self, id_: bytes, time: int) -> bytes:
        """Who was the sponsor at a time; zeros before there was one."""
        trial = self.found[id_]
        if time < trial.created:
            return ZERO
        return next((sponsor for sponsor, until in trial.ended if time < until), trial.sponsor)

    # ----- what the acts share -----

    def _trial(self, id_: bytes) -> Trial:
        if id_ not in self.found:
            raise Refused("TrialUnknown", id_)
        return self.found[id_]

    def _enter(self, id_: bytes, actor: bytes, by: str, act: int, time: int, stream: bytes = ZERO) -> Trial:
        trial = self._trial(id_)
        if act == OFFER:
            self.parties.require_manager(actor, by, time)
        else:
            self.parties.require(actor, by, ACT, time)
        if not _may(trial, actor, act, stream, time):
            raise Refused("NotPermitted", id_, actor, act)
        if trial.acts == MOST:
            raise Refused("CountExhausted")
        trial.acts += 1
        return trial

    def _log(self, id_: bytes, event: str, about: bytes, actor: bytes, time: int, by: str, *rest: Any) -> Log:
        trial = self.found[id_]
        members = f",{EVENTS[event]}" if EVENTS[event] else ""
        stamp = stamp_of(trial.acts, time, by)
        log = log_of(
            "TrialRegistry", f"{event}(bytes32,bytes32,bytes32,uint256{members})", (id_, about, actor), stamp, *rest
        )
        trial.digest = step(trial.digest, actor, log.digest)
        return log

    def _about_number(self, fold: bytes, actor: bytes, log: Log) -> list[Log]:
        self.numbers[fold] = rolled(self.numbers.get(fold, ZERO), actor, log.digest)
        return [log]

    def _keep(
        self, trial: Trial, kind: int, document: bytes, time: int, actor: bytes, blinding: int, count: int
    ) -> None:
        if document == ZERO:
            raise Refused("DigestMissing")
        trial.versions[kind] += 1
        author = self.parties.number(actor)
        entry = Document(time, author, trial.versions[kind], trial.acts, count, blinding)
        trial.documents[kind, document] = entry

    def _keep_set(self, trial: Trial, kind: int, root: bytes, count: int) -> None:
        if (root == ZERO) != (count == 0) or (kind == PROTOCOL and not count) or (kind > 3 and count):
            raise Refused("EndpointSetMismatch", kind, root, count)
        if count:
            trial.sets[kind, trial.versions[kind]] = _set(root, count)

    def _require_other(self, actor: bytes, other: bytes) -> None:
        if actor == other:
            raise Refused("SameParty", other)
        self._require_party(other)

    def _require_party(self, party: bytes) -> None:
        if not self.parties.number(party):
            raise Refused("PartyUnknown", party)


def _may(trial: Trial, actor: bytes, act: int, stream: bytes, time: int) -> bool:
    """Whether a party is the sponsor, or appointed for an act by the present one, now."""
    return actor == trial.sponsor or any(
        one.tenure == trial.tenure and one.begins <= time < one.until and one.acts >> act & 1
        for one in trial.appointments.get((actor, stream), ())
    )


def _set(root: bytes, count: int) -> bytes:
    return sha256(root + count.to_bytes(4, "big")).digest()
