"""Sending what others signed: looked for, checked, told, sent in few transactions, and found again.

Whoever sends pays, and can change nothing: a contract takes an act only as its key signed it. If a stranger sent it
first, the work is done.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import groupby
from typing import Final, NamedTuple

from trialseal.acts.act import ActsFound, recorded_by
from trialseal.acts.signed import SignedAct
from trialseal.errors import FailedError, TrialsealError, UsageError
from trialseal.ledger.chain import Chain
from trialseal.ledger.contracts import contract, decode_error
from trialseal.ledger.fees import MOST_GAS
from trialseal.ledger.heads import refused_acts
from trialseal.ledger.logs import Log, parse
from trialseal.ledger.outbox import Slot
from trialseal.ledger.refusals import explain
from trialseal.ledger.rpc import Reverted, RpcError
from trialseal.ledger.sending import Sender, Sent

MOST_BYTES: Final = 120 << 10
"""Of calldata in one transaction: nodes pass on no transaction above 128 KiB."""
_ITEM_WORDS: Final = 160
_BASE, _ROOM = 21_000, 100_000
# What an item may use beside what it was estimated to: the state may be another one when it is recorded.
_MARGIN = 60_000
# That an item is given which is refused as long as others before it are not recorded.
_UNKNOWN = 190_000
# How nodes say that a call needs more gas than it may use.
_OUT_OF_GAS: Final = re.compile("out of gas|gas required exceeds|exceeds allowance|gas limit", re.IGNORECASE)
# What a contract says before it looks at anything but the signature: no act before it mends that. Empty: an error that
# is not known here.
_FOR_GOOD: Final = frozenset({"ActNotRelayable", "SignatureExpired", "NonceUsed", "SignatureNotValid", ""})


class Place(NamedTuple):
    """Where an act is on the chain."""

    number: int
    """In its trial, its party, among the acts about its subject, or among its stream's heads."""
    time: int
    """Its block's, Unix seconds."""
    block: int | None
    transaction: str | None


class Relayed(NamedTuple):
    """What became of a signed act."""

    signed: SignedAct
    place: Place | None = None
    """None if it is not on the chain."""
    sent: Sent | None = None
    """The transaction that was sent now; None if it stood already, or was refused."""
    refused: str = ""
    """Why it is not on the chain, in words."""


class Tried(NamedTuple):
    """What a call says of sending an act alone, now."""

    gas: int
    """That it would use; 0 if the chain would refuse it."""
    refused: str = ""
    """Why the chain would refuse it, in words."""
    may_follow: bool = False
    """Whether its key did sign it, in time, with a number not used: then an act before it may change that."""


Told = Callable[[Relayed], None]


def merged(acts: Sequence[SignedAct]) -> list[SignedAct]:
    """One of each act, with the signatures of all files: members of one account may each have signed a copy."""
    found: dict[tuple[object, ...], SignedAct] = {}
    for one in acts:
        key = (one.act.contract, one.authorization, one.chain_id, one.act.calldata)
        known = found.get(key)
        if known is None:
            found[key] = one
        else:
            for signature in one.signatures:
                known = known.with_signature(signature)
            found[key] = known
    return list(found.values())


def require_chain(acts: Sequence[SignedAct], chain: Chain) -> None:
    """UsageError unless all acts were signed for this chain."""
    others = {one.chain_id for one in acts} - {chain.chain_id()}
    if others:
        raise UsageError(
            f"it was signed for chain {min(others)}, and {chain.source} is of chain {chain.chain_id()}: name that "
            "chain with --network"
        )


def look_for(chain: Chain, acts: Sequence[SignedAct]) -> list[Place | None]:
    """For each act where it is on the chain already, as of the newest block; None if it is not."""
    by = {
        name: {one.act.about for one in acts if one.act.contract == name}
        for name in ("TrialRegistry", "Parties", "Attestations")
    }
    chain.load(trials=by["TrialRegistry"], parties=by["Parties"], subjects=by["Attestations"])
    return [_head(chain, one) if one.act.contract == "TrialLog" else _found(chain, one) for one in acts]


def _found(chain: Chain, one: SignedAct) -> Place | None:
    log = ActsFound(chain.logs_about(one.act.contract, one.act.about)).of(one.act)
    return _place(log) if log else None


def _head(chain: Chain, one: SignedAct) -> Place | None:
    """Where a stream has this very head."""
    members = one.act.stated
    where = members["trial"], members["actor"], members["stream"]
    present = chain.head(*where)
    if present is None or present.size < members["size"]:
        return None
    for head in chain.head_history(*where).heads:
        if (head.size, head.root) == (members["size"], members["root"]):
            return Place(head.number, head.time, head.block, head.transaction)
    return None


def _place(log: Log) -> Place:
    return Place(log.number, log.time, log.block, log.transaction)


def tried(chain: Chain, sender: str, acts: Sequence[SignedAct], most_gas: int | None = None) -> list[Tried]:
    """For each act what sending it alone would come to now.

    With `most_gas` a node spends no more on an act either, and what would use more is refused.
    """
    bound = {} if most_gas is None else {"gas": hex(most_gas)}
    calls = [
        {"from": sender, "to": contract(one.act.contract).address, "data": "0x" + one.relayed.hex(), **bound}
        for one in acts
    ]
    found: list[Tried] = []
    for answer in chain.rpc.attempt([("eth_estimateGas", [call]) for call in calls]):
        if isinstance(answer, Reverted):
            words = explain(answer.data) if answer.data else answer.message
            error = (decode_error(answer.data) or ("",))[0]
            if most_gas is not None and error == "SignatureNotValid":
                words += f"; a contract's check of signatures must do with {most_gas:,} gas"
            found.append(Tried(0, words, may_follow=error not in _FOR_GOOD))
        elif most_gas is not None and isinstance(answer, RpcError) and _OUT_OF_GAS.search(answer.message):
            found.append(Tried(0, f"it would use more than {most_gas:,} gas, and no more is paid for"))
        elif isinstance(answer, TrialsealError):
            raise answer
        else:
            found.append(Tried(int(answer, 16)))
    return found


def relay(
    sender: Sender, acts: Sequence[SignedAct], slot: Slot, told: Told, *, most_gas: int | None = None
) -> list[Relayed]:
    """Sends acts that stand on the chain not yet; what became of each. `told` is called with each when it is known.

    What an earlier run sent and could not finish, which `slot` holds, is brought to its end first. What is refused
    alone, but may be taken once an act before it stands, is sent behind that one. With `most_gas`, for who pays for
    strangers, no act uses more: one that would is refused, what is refused alone is neither sent nor told, for another
    time, and even one act alone is sent in a batch, whose items get the gas that is named and no more.
    """
    chain = sender.chain
    chain.expect_deployed()
    if sender.resume(slot) is not None:
        chain.renew()
    require_chain(acts, chain)
    done: list[Relayed] = []

    def tell(one: Relayed) -> None:
        done.append(one)
        told(one)

    new = []
    for one, place in zip(acts, look_for(chain, acts), strict=True):
        if place is None:
            new.append(one)
        else:
            tell(Relayed(one, place))
    wanted: list[tuple[SignedAct, int]] = []
    for one, call in zip(new, tried(chain, sender.address, new, most_gas), strict=True):
        # What is refused alone may be taken once an act before it stands.
        after_others = call.may_follow and any(other.act.about == one.act.about for other, _ in wanted)
        if call.refused and not after_others:
            tell(Relayed(one, refused=call.refused))
        elif not call.refused or most_gas is None:
            wanted.append((one, call.gas or _UNKNOWN))
    for part in _transactions(wanted):
        for answer in _send(sender, part, slot, alone=most_gas is None):
            tell(answer)
    if wanted:
        chain.renew()
    return done


def _transactions(wanted: Sequence[tuple[SignedAct, int]]) -> list[list[tuple[SignedAct, int]]]:
    """As many acts of one contract to a transaction as its gas and size hold, in their order."""
    found: list[list[tuple[SignedAct, int]]] = []
    for _, same in groupby(wanted, key=lambda one: one[0].act.contract):
        part: list[tuple[SignedAct, int]] = []
        gas, size = _BASE + _ROOM, 0
        for one, uses in same:
            width = len(one.relayed) + _ITEM_WORDS
            if part and (gas + uses + _MARGIN > MOST_GAS or size + width > MOST_BYTES):
                found.append(part)
                part, gas, size = [], _BASE + _ROOM, 0
            part.append((one, uses))
            gas, size = gas + uses + _MARGIN, size + width
        found.append(part)
    return found


def _send(sender: Sender, part: Sequence[tuple[SignedAct, int]], slot: Slot, *, alone: bool) -> list[Relayed]:
    """Sends acts of one contract in one transaction; `alone`: one act needs no batch."""
    target = contract(part[0][0].act.contract)
    batched = len(part) > 1 or not alone
    if not batched:
        data, what = part[0][0].relayed, f"{part[0][0].act.function}, signed by another"
    else:
        data = target.encode("batch", [(uses + _MARGIN, one.relayed) for one, uses in part])
        what = f"a batch of {len(part):,} act{'' if len(part) == 1 else 's'}, signed by others"
    sent = sender.transact(target.address, data, what, slot)
    reasons = refused_acts(sent.logs) if batched else {}
    rest = iter([log for raw in sent.logs if (log := parse(raw))])
    found = []
    for place, (one, _) in enumerate(part):
        if place in reasons:
            found.append(Relayed(one, refused=reasons[place]))
            continue
        log = next((log for log in rest if recorded_by(one.act, log)), None)
        if log is None:
            raise FailedError(
                f"transaction {sent.transaction} holds no log of {one.act.words}: look at trialseal history"
            )
        found.append(Relayed(one, _place(log), sent))
    return found
