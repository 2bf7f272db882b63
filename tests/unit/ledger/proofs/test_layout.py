"""Slots against the Solidity documentation's rule, recomputed here, and members of words by hand-made words."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from trialseal.ledger.contracts import NAMES, contract
from trialseal.ledger.proofs import layout
from trialseal.ledger.proofs.layout import Slot

VECTORS = Path(__file__).parents[3] / "vectors"
SLOTS = json.loads((VECTORS / "slots.json").read_bytes())


def by_name(name: str) -> list[Slot]:
    given = SLOTS["keys"]
    trial, party, stream, digest = (bytes.fromhex(given[one]) for one in ("trial", "party", "stream", "digest"))
    found: dict[str, Slot | tuple[Slot, ...]] = {
        "trial": layout.trial(trial),
        "document": layout.document(trial, given["kind"], digest),
        "trials_word": layout.trials_word(),
        "number_word": layout.number_word(bytes.fromhex(given["fold"])),
        "stream_opened": layout.stream_opened(trial, party, stream),
        "party": layout.party(party),
        "party_numbered": layout.party_numbered(given["number"]),
        "subject_word": layout.subject_word(party),
        "head": layout.head(trial, party, stream),
    }
    slots = found[name]
    return [slots] if isinstance(slots, Slot) else list(slots)


@pytest.mark.parametrize("name", SLOTS["slots"])
def test_slots_are_those_of_the_vectors(name: str) -> None:
    assert [[one.contract, one.key.hex()] for one in by_name(name)] == SLOTS["slots"][name]


def test_the_vectors_are_up_to_date() -> None:
    subprocess.run([sys.executable, VECTORS / "make_slots.py", "--check"], check=True)


def test_a_list_lies_from_the_keccak_of_its_slot_on() -> None:
    first, second = layout.party_numbered(1), layout.party_numbered(2)
    assert int.from_bytes(second.key, "big") - int.from_bytes(first.key, "big") == 1


def test_addresses_are_padded_in_front() -> None:
    party, address = b"\1" * 32, b"\2" * 20
    padded = layout.place("Parties", "_keys", party, address.rjust(32, b"\0"))
    assert layout.place("Parties", "_keys", party, address) == padded


@pytest.mark.parametrize("wrong", [("_nobody",), ("_byNumber", b"\1" * 32), ("_parties", b"\1" * 32, b"\2" * 32)])
def test_what_the_layout_does_not_have_has_no_slot(wrong: tuple[str, *tuple[bytes, ...]]) -> None:
    name, *keys = wrong
    with pytest.raises(KeyError):
        layout.place("Parties", name, *keys)
    with pytest.raises(KeyError):
        layout.place("Parties", "_parties", b"\1" * 32, item=0)
    with pytest.raises(KeyError):
        layout.place("Parties", "_parties", b"\1" * 32, member="nothing")


@pytest.mark.parametrize("name", NAMES)
def test_no_two_variables_of_a_contract_share_a_slot(name: str) -> None:
    slots = [slot for slot, _ in (contract(name).storage(one) for one in contract(name)._variables)]
    assert len(slots) == len(set(slots))


def word(*members: tuple[int, int]) -> bytes:
    """A word from its members, each with its size in bits, from the lowest on."""
    found, at = 0, 0
    for value, size in members:
        found |= value << at
        at += size
    return found.to_bytes(32, "big")


def test_members_of_a_trials_header() -> None:
    versions = [(0x9000 + kind, 16) for kind in range(1, 10)]
    found = layout.TrialMembers.of(word((0xA1B2C3D4, 32), (0xFFFFFFFE, 32), (0xFF00000001, 40), (0x81, 8), *versions))
    assert found[:4] == (0xA1B2C3D4, 0xFFFFFFFE, 0xFF00000001, 0x81)
    assert found.versions == {kind: 0x9000 + kind for kind in range(1, 10)}


def test_members_of_a_document() -> None:
    sizes = ((0xFF00000001, 40), (0x80000002, 32), (0x8003, 16), (0x80000004, 32), (0x80000005, 32), (0x86, 8))
    assert layout.DocumentMembers.of(word(*sizes)) == tuple(value for value, _ in sizes)
    assert layout.DocumentMembers.of(bytes(32)) == (0,) * 6


def test_members_of_a_party() -> None:
    sizes = ((0x80000001, 32), (0xFF00000002, 40), (0x80000003, 32), (0x80000004, 32), (0xFF00000005, 40))
    assert layout.PartyMembers.of(word(*sizes)) == tuple(value for value, _ in sizes)


def test_members_of_a_head() -> None:
    sizes = ((0x8000000000000001, 64), (0xFF00000002, 40), (0x80000003, 32))
    assert layout.HeadMembers.of(word(*sizes)) == tuple(value for value, _ in sizes)
