"""The bytes of evidence in a bundle: read as they were written, of whatever size, and refused where they are cut."""

from __future__ import annotations

import pytest

from trialseal.errors import UsageError
from trialseal.evidence.bundle.carried_evidence import evidence_from, is_evidence, members_of
from trialseal.ledger.contracts import contract
from trialseal.ledger.evidence import Evidence
from trialseal.ledger.logs import Log
from trialseal.ledger.proofs.header import from_rlp
from trialseal.ledger.proofs.keccak import keccak256
from trialseal.ledger.proofs.rlp import encode
from trialseal.ledger.proofs.trie import LARGEST_NODE

HEADER = from_rlp(
    encode([bytes(size) for size in (32, 32, 20, 32, 32, 32, 256)] + [b"\1"] * 5 + [b"", bytes(32), bytes(8)])
)
# Around the numbers that Python keeps one object of, and at the bound.
SIZES = (1, 255, 256, 257, 300, LARGEST_NODE)
NODES = tuple(sorted((bytes([size % 251]) * size for size in SIZES), key=keccak256))
TOPICS = tuple(bytes([number]) * 32 for number in range(1, 5))
LOGS = tuple(
    Log(contract(name).address, TOPICS, b"\7" * size)
    for name, size in (
        ("Parties", 0),
        ("Attestations", 32),
        ("TrialRegistry", 256),
        ("TrialLog", 257),
        ("Parties", 300),
    )
)
WHOLE = Evidence(5, HEADER, NODES, LOGS)
MEMBERS = members_of(WHOLE)


def test_evidence_is_read_as_it_was_written() -> None:
    assert evidence_from(MEMBERS, 5, "it") == WHOLE
    assert all(map(is_evidence, MEMBERS)) and not is_evidence("evidence/more") and not is_evidence("earlier/01/nodes")


@pytest.mark.parametrize("name", ["evidence/nodes", "evidence/logs"])
def test_what_is_cut_off_anywhere_is_refused(name: str) -> None:
    data, ends = MEMBERS[name], []
    for size in range(len(data)):
        try:
            evidence_from(MEMBERS | {name: data[:size]}, 5, "it")
            ends.append(size)
        except UsageError as error:
            assert f"it: {name} has another form at byte" in str(error)
    assert len(ends) == len(NODES if name == "evidence/nodes" else LOGS)  # between two of them nothing shows it


def test_the_place_of_what_has_another_form_is_named() -> None:
    whole = MEMBERS["evidence/logs"]
    second = 1 + 4 * 32 + 4
    for data in (
        whole[:second] + b"\4" + whole[second + 1 :],  # there are four contracts
        whole[: 2 * second - 4] + (1 << 20 | 1).to_bytes(4, "big") + bytes(1 << 20 | 1),
    ):
        with pytest.raises(UsageError, match=f"it: evidence/logs has another form at byte {second}"):
            evidence_from(MEMBERS | {"evidence/logs": data}, 5, "it")
    first, last = (len(one).to_bytes(2, "big") + one for one in (NODES[0], bytes(LARGEST_NODE + 1)))
    for data in (first + last, first + bytes(2)):
        with pytest.raises(UsageError, match=f"evidence/nodes has another form at byte {len(first):,}"):
            evidence_from(MEMBERS | {"evidence/nodes": data}, 5, "it")


def test_a_log_of_the_largest_size_is_read() -> None:
    large = Log(contract("Parties").address, TOPICS, bytes(1 << 20))
    assert evidence_from(members_of(WHOLE._replace(logs=(large,))), 5, "it").logs == (large,)


@pytest.mark.parametrize("nodes", [(NODES[0], NODES[0]), (NODES[1], NODES[0])])
def test_nodes_twice_or_in_another_order_are_refused(nodes: tuple[bytes, ...]) -> None:
    with pytest.raises(UsageError, match="holds a node twice, or out of the order of their hashes"):
        evidence_from(members_of(WHOLE._replace(nodes=nodes)), 5, "it")


@pytest.mark.parametrize("name", MEMBERS)
def test_what_is_lacking_is_named(name: str) -> None:
    with pytest.raises(UsageError, match=f"it holds no {name}"):
        evidence_from({one: data for one, data in MEMBERS.items() if one != name}, 5, "it")
