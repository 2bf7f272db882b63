"""Heads of streams."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from .ledger import ZERO, Log, Refused, following, log_of, stamp_of, step
from .parties import STREAM, Parties
from .proofs import roots_of
from .trials import Trials

EXTENDED = "HeadExtended(bytes32,bytes32,bytes32,uint256,uint64,bytes32)"
MOST_ENTRIES = 1 << 32


@dataclass(frozen=True)
class Head:
    """The present head of a writer's log."""

    size: int = 0
    time: int = 0
    count: int = 0
    digest: bytes = ZERO
    root: bytes = ZERO


@dataclass
class Heads:
    """The contract `TrialLog`."""

    parties: Parties
    trials: Trials
    found: dict[tuple[bytes, bytes, bytes], Head] = field(default_factory=dict)

    def extend(
        self, time: int, by: str, trial: bytes, actor: bytes, stream: bytes, size: int, root: bytes,
        proof: Sequence[bytes],
    ) -> list[Log]:  # fmt: skip
        """A further head, with the proof that it extends the one before."""
        self.parties.require(actor, by, STREAM, time)
        self.trials.require_writer(trial, actor, stream, time)
        head = self.found.get((trial, actor, stream), Head())
        if size <= head.size:
            raise Refused("SizeNotGrown", head.size, size)
        if size - head.size > MOST_ENTRIES:
            raise Refused("StepTooLong", head.size, size, MOST_ENTRIES)
        if head.size:
            old, new = roots_of(head.size, size, head.root, proof)
            if (old, new) != (head.root, root):
                raise Refused("HeadsNotConsistent", head.root, old, root, new)
        elif proof:
            raise Refused("ProofLength", len(proof))
        elif root == ZERO:
            raise Refused("RootMissing")
        count = following(head.count)
        log = log_of("TrialLog", EXTENDED, (trial, stream, actor), stamp_of(count, time, by), size, root)
        self.found[trial, actor, stream] = Head(size, time, count, step(head.digest, actor, log.digest), root)
        return [log]
