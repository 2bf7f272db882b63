"""The published addresses and hashes are those of the contracts that the library carries."""

from __future__ import annotations

import json
from pathlib import Path

from eth_hash.auto import keccak

from trialseal.ledger.contracts import NAMES, contract, deployer

ADDRESSES = Path(__file__).parents[3] / "deployments" / "addresses.json"


def test_the_published_addresses_are_those_of_the_library() -> None:
    published = json.loads(ADDRESSES.read_text(encoding="utf-8"))
    address, salt = deployer()
    assert published["deployer"] == {"address": address, "salt": f"0x{salt.hex()}"}
    assert set(published["contracts"]) == set(NAMES)
    for name, stated in published["contracts"].items():
        known = contract(name)
        init = keccak(known.deployment_code)
        place = keccak(b"\xff" + bytes.fromhex(address[2:]) + salt + init)[12:]
        assert stated["address"].lower() == known.address.lower() == f"0x{place.hex()}"
        assert stated["initCodeHash"] == f"0x{init.hex()}"
        hashes = {chain: f"0x{keccak(known.runtime_code(int(chain))).hex()}" for chain in stated["codeHash"]}
        assert stated["codeHash"] == hashes
