"""The acts of a trial as its logs record them: one class an event, each with a header and members of its own.

Members have the names of the contracts' events, written as Python writes names. Whatever the contracts let through
has a place here: codes that this version has no words for, times of any year.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, Self, get_args

from trialseal.ledger.abi import AbiError
from trialseal.ledger.codes import ActCode, Blinding, Code, DocumentKind, Milestone, Role
from trialseal.ledger.logs import Log
from trialseal.values import Value, kinds
from trialseal.values import members as members_of

ZERO = bytes(32)


class RecordedAct(Value, kw_only=True):
    """What every act has: in which trial it is the how-manieth, who did it, and where on the chain it is."""

    trial: bytes
    number: int  # in its trial, from 1
    time: int  # of its block, Unix seconds
    key: str  # address of the key that acted, 0x and lower case
    actor: bytes  # party id
    subject: bytes  # the log's third topic: a digest, a registry number, a stream or a party id
    block: int | None = None  # this and the next two as a node says; None out of a bundle
    block_hash: str | None = None
    transaction: str | None = None
    digest: bytes = ZERO  # of its log

    @property
    def event(self) -> str:
        """The name of the contract's event: TrialRegistered, DocumentSealed …"""
        return type(self).__name__

    @property
    def act_code(self) -> ActCode:
        """Its number in the contracts' list of acts."""
        return _ACT_CODES[type(self)]

    @property
    def members(self) -> dict[str, Any]:
        """What this act states beside its header, by the contract's names of the event's members."""
        own = members_of(self)
        return {theirs: own[name] for name, theirs, _ in _stated_members(self.event)}

    @classmethod
    def of_members(cls, header: Mapping[str, Any], members: Mapping[str, Any]) -> Self:
        """The act with this header and the event's members by their names in the contract."""
        stated: dict[str, Any] = {
            name: code(members[theirs]) if code else members[theirs]
            for name, theirs, code in _stated_members(cls.__name__)
        }
        return cls(**header, **stated)


class TrialRegistered(RecordedAct, kw_only=True):
    """The trial was registered, with version 1 of its protocol, whose digest is the subject."""

    code: bytes  # 32 bytes: the sponsor's own code for the trial, zeros behind
    endpoint_root: bytes
    endpoint_count: int

    @property
    def code_text(self) -> str:
        """The code as it was written; bytes that are not ASCII are spelt out."""
        return self.code.rstrip(b"\0").decode("ascii", "backslashreplace")


class DocumentSealed(RecordedAct, kw_only=True):
    """A document, whose digest is the subject, was sealed as a version of its kind."""

    kind: DocumentKind
    version: int
    blinding: Blinding
    endpoint_root: bytes  # zeros if it has no endpoints
    endpoint_count: int


class MilestoneRecorded(RecordedAct, kw_only=True):
    """Something happened in the trial on a day, as the actor states; the subject is a document's digest, or zeros."""

    part: int  # 0: the whole trial
    milestone: Milestone
    date: int  # yyyymmdd, 00 for what is not stated
    instead_of: int  # number of the earlier act in whose place this statement stands; 0 for none


class ResultReported(RecordedAct, kw_only=True):
    """A result was reported from a document, whose digest is the subject."""

    endpoint: bytes  # its leaf
    part: int
    protocol_version: int  # that the endpoint is proven to be in; 0: post hoc
    index: int  # of the endpoint in that version, from 0


class RegistryIdClaimed(RecordedAct, kw_only=True):
    """A registry number was bound to the trial; the subject is its fold."""

    registry_id: bytes  # 32 bytes: the number as it was stated, zeros behind
    submitted: int  # yyyymmdd, 0 if not stated

    @property
    def number_text(self) -> str:
        """The number as it was stated; bytes that are not ASCII are spelt out."""
        return self.registry_id.rstrip(b"\0").decode("ascii", "backslashreplace")


class RegistryIdWithdrawn(RecordedAct, kw_only=True):
    """The trial's earlier claims of a registry number were taken back; the subject is its fold."""

    registry_id: bytes

    @property
    def number_text(self) -> str:
        """The number as it was stated."""
        return self.registry_id.rstrip(b"\0").decode("ascii", "backslashreplace")


class Appointed(RecordedAct, kw_only=True):
    """A party, the subject, was appointed for acts, or for a stream."""

    stream: bytes  # zeros: for the other acts
    acts: int  # sum of 1 << code
    start: int  # Unix seconds
    until: int
    index: int  # of the appointment among the party's, for this stream and under this sponsor


class AppointmentShortened(RecordedAct, kw_only=True):
    """The appointment of a party, the subject, was made to end earlier."""

    stream: bytes
    index: int
    until: int


class TransferOffered(RecordedAct, kw_only=True):
    """The sponsorship was offered to a party, the subject; zeros withdraw the offer."""

    effective: int  # first second at which the offer can be accepted; 0 for a withdrawal


class TransferVetoed(RecordedAct, kw_only=True):
    """An offer of the sponsorship to a party, the subject, was vetoed."""


class TransferAccepted(RecordedAct, kw_only=True):
    """The actor became the sponsor in place of a party, the subject."""


class RoleNamed(RecordedAct, kw_only=True):
    """A party, the subject, was named as having a role in the trial, or as having it no longer."""

    role: Role
    held: bool


class StreamOpened(RecordedAct, kw_only=True):
    """The actor opened a stream, which is the subject."""


Act = (
    TrialRegistered
    | DocumentSealed
    | MilestoneRecorded
    | ResultReported
    | RegistryIdClaimed
    | RegistryIdWithdrawn
    | Appointed
    | AppointmentShortened
    | TransferOffered
    | TransferVetoed
    | TransferAccepted
    | RoleNamed
    | StreamOpened
)
_ACT_CODES: dict[type[RecordedAct], ActCode] = {
    TrialRegistered: ActCode.REGISTER,
    DocumentSealed: ActCode.SEAL,
    MilestoneRecorded: ActCode.MILESTONE,
    ResultReported: ActCode.RESULTS,
    RegistryIdClaimed: ActCode.CLAIM_REGISTRY_ID,
    RegistryIdWithdrawn: ActCode.WITHDRAW_REGISTRY_ID,
    Appointed: ActCode.APPOINT,
    AppointmentShortened: ActCode.SHORTEN_APPOINTMENT,
    TransferOffered: ActCode.OFFER_TRANSFER,
    TransferVetoed: ActCode.VETO_OFFER,
    TransferAccepted: ActCode.ACCEPT_TRANSFER,
    RoleNamed: ActCode.NAME_ROLE,
    StreamOpened: ActCode.OPEN_STREAM,
}
BY_EVENT: dict[str, type[Act]] = {kind.__name__: kind for kind in get_args(Act)}
SEALING = TrialRegistered | DocumentSealed | ResultReported | MilestoneRecorded
"""The acts whose subject is a document's digest."""

_HEADER = frozenset(kinds(RecordedAct))
_SOLIDITY = {"start": "from", "instead_of": "act"}
_CODES: dict[str, type[Code]] = {one.__name__: one for one in (DocumentKind, Blinding, Milestone, Role)}


def act_of(event: str, header: Mapping[str, Any], members: Mapping[str, Any]) -> Act:
    """The act that an event of this name records, from its header and its members by the contract's names."""
    if event == "MilestoneRecorded" and "statement" in members:
        members = milestone_members(members["statement"])
    return BY_EVENT[event].of_members(header, members)


def milestone_members(statement: int) -> dict[str, int]:
    """What a milestone's packed word states; from its lowest bit: part 16, milestone 8, date 32, act 32 bits."""
    return {
        "part": statement & 0xFFFF,
        "milestone": statement >> 16 & 0xFF,
        "date": statement >> 24 & 0xFFFF_FFFF,
        "act": statement >> 56 & 0xFFFF_FFFF,
    }


def act_from(log: Log) -> Act:
    """The act that a log of TrialRegistry records; abi.AbiError if it records none."""
    event, members = log.members("TrialRegistry")
    if event not in BY_EVENT:
        raise AbiError(f"the log records no act but {event}")
    header = {
        "trial": log.topics[1],
        "subject": log.topics[2],
        "actor": log.topics[3],
        "number": log.number,
        "time": log.time,
        "key": log.key,
        "block": log.block,
        "block_hash": log.block_hash,
        "transaction": log.transaction,
        "digest": log.digest,
    }
    return act_of(event, header, members)


@cache
def _stated_members(event: str) -> list[tuple[str, str, type[Code] | None]]:
    """What the acts of an event state beside their header: our name, the contract's, what its number stands for."""
    own = {name: of for name, of in kinds(BY_EVENT[event]).items() if name not in _HEADER}
    return [(name, _SOLIDITY.get(name, _camel(name)), _CODES.get(of)) for name, of in own.items()]


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(word.capitalize() for word in others)


def sponsor_of(acts: Iterable[Act]) -> bytes:
    """The party that is the sponsor after all acts of a trial, in their order; zeros without any."""
    sponsor = ZERO
    for act in acts:
        if isinstance(act, TrialRegistered | TransferAccepted):
            sponsor = act.actor
    return sponsor


def offered_to(acts: Iterable[Act]) -> bytes | None:
    """The party to which the sponsorship is offered after all acts of a trial; None if no offer stands."""
    offered: bytes | None = None
    for act in acts:
        if isinstance(act, TransferOffered):
            offered = act.subject if any(act.subject) else None
        elif isinstance(act, TransferVetoed | TransferAccepted):
            offered = None
    return offered
