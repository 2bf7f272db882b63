"""The heads of a writer's log, whether they are all and are what was anchored; what a batch did not do.

The contract keeps of each log how many heads there were, and a digest rolled over their logs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from trialseal.ledger.abi import AbiError
from trialseal.ledger.contracts import contract
from trialseal.ledger.logs import Log
from trialseal.ledger.proofs.layout import HeadMembers
from trialseal.ledger.records import Head, HeadHistory, HeadState
from trialseal.ledger.rolling import Rolled, digest_gap, digest_of
from trialseal.ledger.state import Proven

_BATCHING = ("Parties", "Attestations", "TrialRegistry", "TrialLog")


def head_from(log: Log) -> Head:
    """The head that a log of TrialLog records; AbiError if it records none."""
    event, members = log.members("TrialLog")
    if event != "HeadExtended":
        raise AbiError(f"the log records no head but {event}")
    return Head(
        trial=log.topics[1],
        stream=log.topics[2],
        writer=log.topics[3],
        number=log.number,
        size=members["size"],
        root=members["root"],
        time=log.time,
        key=log.key,
        block=log.block,
        block_hash=log.block_hash,
        transaction=log.transaction,
        digest=log.digest,
    )


def head_state(record: Proven, root: Proven, digest: Proven) -> HeadState | None:
    """The present head of a log, from its proven words; None while nothing is anchored."""
    members = HeadMembers.of(record)
    return HeadState(members.size, members.time, members.heads, root, digest) if members.size else None


def head_history(record: Proven, root: Proven, digest: Proven, heads: Sequence[Head]) -> HeadHistory:
    """The heads of a log, held against its proven words."""
    state = head_state(record, root, digest)
    rolled = [Rolled(head.writer[:20], head.digest) for head in heads]
    gap = digest_gap(state.heads if state else 0, digest, rolled, [head.number for head in heads], "head")
    if state and not gap:
        last = heads[-1]
        if (last.size, last.root, last.time) != (state.size, state.root, state.time):
            gap = "the last head shown is not the one in the contract"
    return HeadHistory(state, tuple(heads), gap)


def as_it_stood(history: HeadHistory, at: int) -> HeadHistory:
    """The heads of a log as of a time (Unix seconds); whether they are all is known of all together."""
    heads = tuple(one for one in history.heads if one.time <= at)
    if not heads or history.gap:  # of false heads none says what stood then
        return HeadHistory(None, heads, history.gap)
    last = heads[-1]
    rolled = digest_of(Rolled(one.writer[:20], one.digest) for one in heads)
    return HeadHistory(HeadState(last.size, last.time, len(heads), last.root, rolled), heads, history.gap)


def refused_acts(logs: Iterable[Mapping[str, Any]]) -> dict[int, str]:
    """Of the logs of a batch's transaction: why each act was refused that was, by its place in the batch, from 0.

    The others were carried out.
    """
    from trialseal.ledger.refusals import explain

    contracts = {contract(name).address: contract(name) for name in _BATCHING}
    refused = {}
    for log in logs:
        target = contracts.get(str(log.get("address", "")).lower())
        if target and (log.get("topics") or [None])[0] == "0x" + target.topic("ActRefused").hex():
            topics = [bytes.fromhex(one[2:]) for one in log["topics"]]
            _, values = target.decode_log(topics, bytes.fromhex(log["data"][2:]))
            refused[values["place"]] = explain(values["reason"])
    return refused
