"""An act is a value: what is done on the chain, in whose name, in plain words, and how it is known again.

Signing it, signing it for later, carrying it in a batch and relaying it need contract, function and arguments alone;
so does finding it again among logs (`recorded_by`, `standing`). What is asked before it is sent stands beside them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from trialseal.folder.reading import FileReading
from trialseal.ledger.abi import AbiError
from trialseal.ledger.acts import milestone_members
from trialseal.ledger.codes import DocumentKind, Purpose
from trialseal.ledger.contracts import contract
from trialseal.ledger.logs import Log
from trialseal.registries.numbers import fold, stated

ZERO: Final = bytes(32)


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Something to be done on the chain."""

    contract: str
    function: str
    arguments: tuple[Any, ...]
    """As the function takes them; the first is its struct, as a tuple."""
    about: bytes
    """The trial, party, subject or stream that it is about; acts about one thing are sent one after the other."""
    words: str
    """What is signed, in plain English, without a full stop."""
    final: str = ""
    """What of it no later act can put right, as a sentence; empty if one can."""
    lasting: str = ""
    """What of it stays, though a later act can correct it, as a sentence: asked of a person, not of a script."""
    typed: str = ""
    """What must be typed before it is sent, which no --yes answers; empty if nothing."""
    doubts: tuple[str, ...] = ()
    """What makes a careful person ask before sending, known without a chain."""
    shown: tuple[str, ...] = ()
    """What is read before it is sent, a line each: what changed, what it corrects, what was planned."""
    document: FileReading | None = None
    """The file that it seals or approves, as it was read: receipt and copy are made of this reading."""
    before: FileReading | None = None
    """The version before that file, if it is in hand, so that whoever signs sees what changed."""
    statement: FileReading | None = None
    """What its signer states of their role and the meaning of the signature: the document that an attestation names."""
    key: str = ""
    """The address that must act, where the act only holds for one (a party's first key)."""

    @property
    def stated(self) -> dict[str, Any]:
        """Everything that it states, by the contracts' names."""
        inputs = contract(self.contract).inputs(self.function)
        return dict(zip((one["name"] for one in inputs[0]["components"]), self.arguments[0], strict=True))

    @property
    def actor(self) -> bytes:
        """The party that acts; zeros where it is only being made."""
        members = self.stated
        party = members.get("actor") or members.get("author") or members.get("party") or ZERO
        return bytes(party)

    @property
    def purpose(self) -> Purpose:
        """What the acting key must be for."""
        return _PURPOSES.get(self.contract, Purpose.ACT) if self.function not in _MANAGING else Purpose.MANAGE

    @property
    def calldata(self) -> bytes:
        """What a transaction carries."""
        return contract(self.contract).encode(self.function, *self.arguments)


_PURPOSES = {"Parties": Purpose.MANAGE, "Attestations": Purpose.ATTEST, "TrialLog": Purpose.STREAM}
_MANAGING = frozenset({"offerTransfer", "acceptTransfer", "vetoOffer"})


class Recorded(NamedTuple):
    """How an act is found among logs: the event that records it, and what takes it back."""

    event: str
    undone_by: tuple[str, ...] = ()
    """Events that end its standing; those about the same thing (third topic) unless `whatever`."""
    whatever: bool = False


# An act that was undone since is another act when it is done again.
_RECORDS: Final[Mapping[str, Recorded]] = MappingProxyType(
    {
        "register": Recorded("TrialRegistered"),
        "seal": Recorded("DocumentSealed"),
        "recordMilestone": Recorded("MilestoneRecorded"),
        "reportResult": Recorded("ResultReported"),
        "claimRegistryId": Recorded("RegistryIdClaimed", ("RegistryIdWithdrawn", "RegistryIdClaimed")),
        "withdrawRegistryId": Recorded("RegistryIdWithdrawn", ("RegistryIdClaimed",)),
        "appoint": Recorded("Appointed", ("AppointmentShortened",)),
        "shortenAppointment": Recorded("AppointmentShortened"),
        "offerTransfer": Recorded("TransferOffered", ("TransferOffered", "TransferVetoed", "TransferAccepted"), True),
        "vetoOffer": Recorded("TransferVetoed", ("TransferOffered",), True),
        "acceptTransfer": Recorded("TransferAccepted", ("TransferAccepted",), True),
        "nameRole": Recorded("RoleNamed", ("RoleNamed",)),
        "openStream": Recorded("StreamOpened"),
        "createParty": Recorded("PartyCreated"),
        "addKey": Recorded("KeyAdded", ("KeyRevoked", "KeyVetoed")),
        "revokeKey": Recorded("KeyRevoked", ("KeyVetoed",)),
        "vetoKey": Recorded("KeyVetoed", ("KeyAdded", "KeyRevoked")),
        "declareCompromise": Recorded("CompromiseDeclared"),
        "contestCompromise": Recorded("CompromiseContested", ("CompromiseDeclared",)),
        "changeProfile": Recorded("ProfileChanged", ("ProfileChanged",), True),
        "attest": Recorded("Attested"),
        "withdraw": Recorded("Withdrawn"),
        "extend": Recorded("HeadExtended"),
    }
)
# Stated as 0 they mean 'now', which the log gives as a time.
_NOW = frozenset({"from", "until"})
_SAME_THING = {"RoleNamed": ("party", "role"), "AppointmentShortened": ("stream", "index"), "RegistryIdClaimed": ()}


def event_of(function: str) -> str:
    """The event that records an act of this function."""
    return _RECORDS[function].event


def recorded_by(act: Act, log: Log) -> bool:
    """Whether a log records this very act: everything that the act states is in the log."""
    found = _members(act.contract, log)
    if found is None or found[0] != event_of(act.function):
        return False
    members = found[1]
    for name, value in _shown(act).items():
        if name in members and members[name] != value and not (name in _NOW and act.function in _TIMED and not value):
            return False
    return True


def standing(act: Act, logs: Iterable[Log]) -> Log | None:
    """The log by which this very act is on the chain and was not undone since; None if it is not.

    `logs` are those about what the act is about, in the order of the chain.
    """
    record = _RECORDS[act.function]
    found: Log | None = None
    for log in logs:
        if recorded_by(act, log):
            if found is None or record.event in record.undone_by:
                found = log
        elif found is not None and _undoes(act, record, found, log):
            found = None
    return found


class ActsFound:
    """Finds many acts among the logs about one thing: as `standing` does, each log looked at once."""

    def __init__(self, logs: Sequence[Log]) -> None:
        self._logs = logs
        self._stated: dict[tuple[str, tuple[str, ...]], dict[tuple[Any, ...], Log]] = {}

    def of(self, act: Act) -> Log | None:
        """The log by which this very act is on the chain and was not undone since; None if it is not."""
        if _RECORDS[act.function].undone_by or act.function in (*_TIMED, "attest"):
            return standing(act, self._logs)
        shown, event = _shown(act), event_of(act.function)
        names = tuple(sorted(shown.keys() & _names_of(act.contract, event)))
        index = self._stated.get((act.function, names))
        if index is None:
            index = self._stated[act.function, names] = self._indexed(act.contract, event, names)
        return index.get(tuple(shown[name] for name in names))

    def _indexed(self, name: str, event: str, names: tuple[str, ...]) -> dict[tuple[Any, ...], Log]:
        """The logs of an event by what they state under these names."""
        found: dict[tuple[Any, ...], Log] = {}
        for log in self._logs:
            read = _members(name, log)
            if read is not None and read[0] == event:
                found.setdefault(tuple(read[1][one] for one in names), log)
        return found


@cache
def _names_of(name: str, event: str) -> frozenset[str]:
    """The members of an event, as `_members` gives them."""
    inputs = next(one["inputs"] for one in contract(name).abi if one["type"] == "event" and one["name"] == event)
    packed = milestone_members(0) if event == "MilestoneRecorded" else {}
    return frozenset([*(one["name"] for one in inputs), *packed])


_TIMED = frozenset({"appoint", "shortenAppointment"})


def _undoes(act: Act, record: Recorded, found: Log, log: Log) -> bool:
    read = _members(act.contract, log)
    if read is None:
        return False
    event, members = read
    if act.function == "attest":  # a withdrawal names the log that it takes back, and counts from its author alone
        return event == "Withdrawn" and log.topics[2] == found.digest and log.topics[3] == found.topics[3]
    if event not in record.undone_by:
        return False
    if record.whatever:
        return True
    if log.topics[2] != found.topics[2]:
        return False
    before = _members(act.contract, found)
    return before is None or all(members[name] == before[1][name] for name in _SAME_THING.get(event, ()))


def _shown(act: Act) -> dict[str, Any]:
    """What an act states, as its log gives it."""
    members = act.stated
    if act.function == "seal" and members["kind"] != DocumentKind.PROTOCOL:
        # Only protocols state their version; of others the contract counts them, and a file is sealed once.
        del members["version"]
    if act.function == "register":
        members["trial"] = sha256(bytes(members["actor"]) + bytes(members["code"])).digest()
    if "registryId" in members:
        members["fold"] = fold(stated(members["registryId"]))
    if act.function == "createParty":
        members = {"profile": members["profile"], "party": act.about}
    members.setdefault("actor", act.actor if act.function != "createParty" else act.about)
    return members


def _members(name: str, log: Log) -> tuple[str, dict[str, Any]] | None:
    """The event that a log is, and its members by name; None if it is none of the contract's."""
    if log.address != contract(name).address:
        return None
    try:
        event, members = log.members(name)
    except (AbiError, ValueError):
        return None
    if event == "MilestoneRecorded":
        members = members | milestone_members(members["statement"])
    return event, members
