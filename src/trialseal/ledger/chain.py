"""A chain as a node brings it: what is read of it, and what a transaction's own logs say."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from trialseal.ledger.acts import BY_EVENT, ZERO, Act
from trialseal.ledger.contracts import contract
from trialseal.ledger.log_pieces import Progress
from trialseal.ledger.logs import Wanted, parse
from trialseal.ledger.network_file import Network
from trialseal.ledger.node import Node
from trialseal.ledger.reader import Reader
from trialseal.ledger.reference.vouching import NO_CHOICE, Choice

_ACTS = tuple(BY_EVENT)


class Chain(Node, Reader):
    """A chain as a node brings it."""

    def __init__(
        self,
        network: Network,
        *,
        timeout: float = 30.0,
        progress: Progress | None = None,
        choice: Choice = NO_CHOICE,
        at: int | None = None,
        said: Callable[[str], None] | None = None,
    ) -> None:
        Node.__init__(self, network, timeout=timeout, progress=progress, choice=choice, said=said)
        Reader.__init__(self, at)

    def renew(self) -> None:
        """Forgets what was read, so that the next reading is as of the block that is newest then."""
        super().renew()
        self._forget()

    def forget(self) -> None:
        """Forgets what was read as of that block; the block stays."""
        super().forget()
        self.forget_answers()

    def none_before(self, one: Wanted) -> int | None:
        """A time before which there are no such logs, Unix seconds: none of a trial is older than the trial."""
        if one.contract not in ("TrialRegistry", "TrialLog") or len(one.topics) < 2 or one.topics[1] is None:
            return None
        self.load(states=one.topics[1])
        created = [state.created_at for trial in one.topics[1] if (state := self._states[trial])]
        return min(created, default=None)

    def is_permitted(self, trial: bytes, party: bytes, act: int, stream: bytes = ZERO) -> bool:
        """Whether a party, sponsor or appointed, may do an act (a `codes.ActCode`) now, as this node says."""
        return bool(self.ask("TrialRegistry", "isPermitted", trial, party, act, stream))

    def act_of(self, raw: Mapping[str, Any]) -> Act | None:
        """The act that a log (of a transaction's receipt) records; None if it is another contract's or no act."""
        log = parse(raw)
        if log is None or log.address != contract("TrialRegistry").address or len(log.topics) != 4:
            return None
        topics = {contract("TrialRegistry").topic(event) for event in _ACTS}
        return self._act(log) if log.topics[0] in topics else None
