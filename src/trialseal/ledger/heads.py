"""Whether the heads of a writer's log that a node shows are all, and are what was anchored; what a batch did not do.

The contract keeps of each log how many heads there were, and a rolling digest over their logs. Both are computed here
from the heads alone, so that a list of heads can be checked wherever it comes from.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Any

from trialseal.ledger.contracts import contract
from trialseal.ledger.records import Head, HeadState

# Of each digest so many bytes count; the others are zeros (contracts/interfaces/ITrialLog.sol).
DIGEST_BYTES = 15


def rolling_digest(
    chain_id: int, address: str, trial: bytes, writer: bytes, stream: bytes, heads: Iterable[Head]
) -> bytes:
    """The digest of 15 bytes that a log's heads lead to, in the contract at `address`: SHA-256 of (chain id ‖ contract
    ‖ trial ‖ stream ‖ writer), then head by head of (digest so far ‖ four topics ‖ data). See docs/bytes.md."""
    place = bytes.fromhex(address[2:]).rjust(32, b"\0")
    rolled = _cut(chain_id.to_bytes(32, "big") + place + trial + stream + writer)
    event = contract("TrialLog").topic("HeadExtended")
    for head in heads:
        stamp = head.number << 224 | head.time << 160 | int(head.key, 16)
        data = stamp.to_bytes(32, "big") + head.size.to_bytes(32, "big") + head.root
        rolled = _cut(rolled + event + head.trial + head.stream + head.writer + data)
    return rolled[:DIGEST_BYTES]


def gap(
    chain_id: int, trial: bytes, writer: bytes, stream: bytes, state: HeadState | None, heads: Sequence[Head]
) -> str | None:
    """What keeps these from being all heads of the log that is in `state`; None if nothing does."""
    count = state.heads if state else 0
    numbers = [head.number for head in heads]
    if numbers != list(range(1, count + 1)):
        missing = sorted(set(range(1, count + 1)) - set(numbers))
        named = ", ".join(map(str, missing[:5])) + (" and others" if len(missing) > 5 else "")
        return f"the contract counts {count} heads of this log, the node shows {len(heads)}" + (
            f": {'head' if len(missing) == 1 else 'heads'} {named} cannot be seen" if missing else " in another order"
        )
    if state is None:
        return None
    last = heads[-1]
    reached = rolling_digest(chain_id, contract("TrialLog").address, trial, writer, stream, heads)
    if (last.size, last.root, last.time, reached) != (state.size, state.root, state.time, state.rolling_digest):
        return (
            f"the {len(heads)} heads that the node shows do not lead to the rolling digest in the contract: at least "
            "one of them is not what was anchored"
        )
    return None


def refused_acts(logs: Iterable[Mapping[str, Any]]) -> dict[int, str]:
    """Of the logs of a batch's transaction: why each act was refused that was, by its place in the batch, from 0.

    The others were carried out.
    """
    from trialseal.ledger.refusals import explain

    target = contract("TrialLog")
    event = "0x" + target.topic("ActRefused").hex()
    refused = {}
    for log in logs:
        if str(log.get("address", "")).lower() == target.address and (log.get("topics") or [None])[0] == event:
            _, values = target.decode_log(dict(log))
            refused[values["place"]] = explain(values["reason"])
    return refused


def _cut(data: bytes) -> bytes:
    return sha256(data).digest()[:DIGEST_BYTES].ljust(32, b"\0")
