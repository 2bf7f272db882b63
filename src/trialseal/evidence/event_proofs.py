"""What a chain says of the proof of one entry of a stream: whether the head that it leads to is anchored."""

from __future__ import annotations

from typing import Any, NamedTuple

from trialseal.errors import FailedError, UndeterminedError, UsageError
from trialseal.evidence.source import StreamSource
from trialseal.ledger.contracts import contract
from trialseal.ledger.moments import moment
from trialseal.streams.proof import EventProof


class AnchoredEntry(NamedTuple):
    """An entry under a head that the chain holds."""

    sentence: str
    facts: dict[str, Any]


def place_of(proof: EventProof) -> str:
    """Where the entry stands, once arithmetic has shown it. FailedError if it does not."""
    proof.verify()
    return f"entry {proof.index} of the {proof.size} under root {proof.root.hex()[:8]}…"


def anchored(chain: StreamSource, proof: EventProof, trial: bytes | None = None, named: str = "") -> AnchoredEntry:
    """The entry under a head that its writer anchored; `trial` is the one that is meant, `named` what it was called.

    FailedError if the proof is wrong, or the chain holds no such head. UsageError if it is of another chain,
    UndeterminedError if not all heads can be seen.
    """
    place = place_of(proof)
    if proof.chain_id != chain.chain_id():
        raise UsageError(
            f"the proof is of chain {proof.chain_id}, and this is chain {chain.chain_id()}: name that chain with "
            "--network"
        )
    address = contract("TrialLog").address
    if "0x" + proof.contract.hex() != address:
        raise FailedError(
            f"it is {place}, but by contract 0x{proof.contract.hex()}, which is not trialseal's ({address}): anyone "
            "can deploy a contract that says anything"
        )
    if chain.trial(proof.trial) is None:
        raise FailedError(f"it is {place}, but chain {chain.chain_id()} has no trial {proof.trial.hex()}")
    if trial is not None and trial != proof.trial:
        raise FailedError(f"it is {place}, but of trial {proof.trial.hex()}, and {named or 'meant'} is {trial.hex()}")
    history = chain.head_history(proof.trial, proof.writer, proof.stream)
    if history.gap:
        raise UndeterminedError(
            f"it is {place}, but whether that head is anchored cannot be told here: {history.gap}; name another node "
            "with --network"
        )
    for head in history.heads:
        if (head.size, head.root) == (proof.size, proof.root):
            facts = {
                "trial": proof.trial,
                "writer": proof.writer,
                "stream": proof.stream,
                "head": head.number,
                "anchored_at": head.time,
                "block": head.block,
                "transaction": head.transaction,
                "finality": chain.finality(head.block),
            }
            when = moment(head.time, exact=True)
            return AnchoredEntry(
                f"{place}, which party {proof.writer.hex()} anchored as head {head.number} of its stream in trial "
                f"{proof.trial.hex()} {when} on chain {chain.chain_id()} ({facts['finality']})",
                facts,
            )
    raise FailedError(f"it is {place}, but that party's stream has no such head on chain {chain.chain_id()}")
