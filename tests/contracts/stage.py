"""The contracts on a local chain, the parties that act on them, and one trial.

Acts that must succeed are sent as transactions. Acts that must be refused are asked of the chain by `eth_call`, at
any block time, and their custom error is compared with its arguments; so nothing has to be mined for them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, NamedTuple

import brownie
from eth_abi import decode
from trialseal.merkle import tree

ZERO = bytes(32)
MANAGE, ACT, STREAM, ALL = 1, 2, 4, 7
PROTOCOL, ANALYSIS_PLAN, REGISTRY_RECORD, RESULTS, CONSENT_FORM, CHARTER, DATASET, OTHER, FILE = range(1, 10)
DAY = 86_400


def digest(text: str) -> bytes:
    """A digest that stands for a document."""
    return sha256(text.encode()).digest()


def padded(text: str) -> bytes:
    """ASCII as the contracts keep it: left-aligned in 32 bytes."""
    return text.encode().ljust(32, b"\0")


CODE = padded("C4591001")
PROTOCOL_1 = digest("protocol 1")
LEAVES = [digest(f"endpoint {number}") for number in range(12)]
ROOT = tree.root(LEAVES)


class Party(NamedTuple):
    """A party and the key that founded it, which holds every purpose."""

    id: bytes
    key: Any  # brownie's account


@dataclass(frozen=True)
class Stage:
    """What each test finds: `sponsor` has registered `trial`, and keys of single purposes beside its first."""

    parties: Any
    attestations: Any
    registry: Any
    sponsor: Party
    cro: Party
    committee: Party
    stranger: Party
    trial: bytes
    manager: Any  # the sponsor's key that may only manage
    clerk: Any  # the sponsor's key that may only act
    writer: Any  # the sponsor's key that may only write streams
    spare: Any  # accounts of nobody
    projects: Any

    @classmethod
    def set(cls, project: Any, accounts: Any) -> Stage:
        """Deploys and founds all of it: 12 transactions."""
        parties = accounts[9].deploy(project.Parties)
        attestations = accounts[9].deploy(project.Attestations, parties)
        registry = accounts[9].deploy(project.TrialRegistry, parties)
        founded = [found(parties, accounts[number]) for number in range(4)]
        sponsor = founded[0]
        for number, purposes in ((4, MANAGE), (5, ACT), (6, STREAM)):
            parties.addKey((sponsor.id, accounts[number], purposes), {"from": sponsor.key})
        registry.register(registration(sponsor), {"from": sponsor.key})
        return cls(
            parties, attestations, registry, *founded, trial_id(sponsor), *accounts[4:7], accounts[7:9], project
        )
