"""A trial on a local chain, act by act, for tests of what is read of it; a chain read through a gateway."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import pytest
from gateway import Gateway

from trialseal.ledger import devnet
from trialseal.ledger.acts import ZERO
from trialseal.ledger.chain import Chain
from trialseal.ledger.network_file import Network
from trialseal.ledger.sending import Sender

NewParty = Callable[[], tuple[bytes, Sender]]


@dataclass
class Trial:
    """A trial with its sponsor."""

    id: bytes
    party: bytes
    sender: Sender
    protocol: bytes

    def act(self, function: str, *members: Any) -> None:
        """An act of the sponsor."""
        self.sender.send("TrialRegistry", function, [(self.id, self.party, *members)])


@pytest.fixture
def trial(new_party: NewParty, chain: Chain) -> Trial:
    """A trial registered a while after all that was done before: act 1."""
    party, sender = new_party()
    latest = chain.block()
    assert latest
    devnet.set_time(chain, latest["timestamp"] + 100)
    code, protocol = b"CODE-1".ljust(32, b"\0"), secrets.token_bytes(32)
    sender.send("TrialRegistry", "register", [(party, code, protocol, b"\4" * 32, 3)])
    return Trial(sha256(party + code).digest(), party, sender, protocol)


@pytest.fixture
def busy_trial(trial: Trial, chain: Chain) -> Trial:
    """A trial with 12 acts in 12 blocks and others between."""
    for number in range(10):
        trial.act("recordMilestone", 0, 1 + number, 20200400, 0, secrets.token_bytes(32))
        devnet.mine(chain)
    trial.act("seal", 2, 1, 1, b"\6" * 32, ZERO, 0)
    return trial


def over(gateway: Gateway, **how: Any) -> Chain:
    return Chain(Network("gateway", gateway.url), **how)
