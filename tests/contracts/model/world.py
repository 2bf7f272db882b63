"""All four contracts of one chain, and how an act comes to them: by its key, relayed, or in a batch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass, field

from .attestations import Attestations
from .heads import Heads
from .ledger import Log, Refused
from .parties import Parties
from .trials import Trials

Act = Callable[["World", int, str], list[Log]]  # what is done, given world, block time and key


@dataclass
class World:
    """State of a chain. Every method leaves it as it was if it raises `Refused`."""

    parties: Parties = field(default_factory=Parties)
    attestations: Attestations = field(init=False)
    trials: Trials = field(init=False)
    heads: Heads = field(init=False)
    nonces: set[tuple[str, str, int]] = field(default_factory=set)  # contract, key, nonce

    def __post_init__(self) -> None:
        self.attestations = Attestations(self.parties)
        self.trials = Trials(self.parties)
        self.heads = Heads(self.parties, self.trials)

    def do(self, act: Act, time: int, key: str) -> list[Log]:
        """An act sent by its own key."""
        before = deepcopy(self.__dict__)
        try:
            return act(self, time, key)
        except Refused:
            self.__dict__.update(before)
            raise

    def relay(self, contract: str, act: Act, time: int, key: str, nonce: int, deadline: int) -> list[Log]:
        """An act that its key signed, sent by whomever."""

        def relayed(world: World, now: int, signer: str) -> list[Log]:
            if now > deadline:
                raise Refused("SignatureExpired", deadline)
            if (contract, signer, nonce) in world.nonces:
                raise Refused("NonceUsed", signer, nonce)
            world.nonces.add((contract, signer, nonce))
            return act(world, now, signer)

        return self.do(relayed, time, key)

    def batch(self, items: Sequence[Callable[[], list[Log]]]) -> list[list[Log] | Refused]:
        """What became of each item of a batch, in order: its logs, or its refusal."""
        outcomes: list[list[Log] | Refused] = []
        for item in items:
            try:
                outcomes.append(item())
            except Refused as refused:
                outcomes.append(refused)
        return outcomes
