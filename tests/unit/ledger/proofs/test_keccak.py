"""Keccak-256 against known digests, and each of its means against the others."""

from __future__ import annotations

import builtins
import hashlib
from typing import Any

import pytest
from eth_utils.crypto import keccak as peer

from trialseal.ledger.proofs import keccak

# Of nothing (the code hash of accounts without code), of RLP's empty text (the root of an empty trie), of RLP's empty
# list (the uncles' hash of blocks without uncles): Yellow Paper. `transfer(address,uint256)`: ERC-20.
KNOWN = {
    b"": "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470",
    b"\x80": "56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421",
    b"\xc0": "1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347",
    b"abc": "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45",
}


@pytest.mark.parametrize("message", KNOWN, ids=repr)
def test_known_digests(message: bytes) -> None:
    assert keccak.keccak256(message).hex() == KNOWN[message]
    assert keccak.pure_keccak256(message).hex() == KNOWN[message]


@pytest.mark.parametrize("size", [1, 7, 8, 134, 135, 136, 137, 271, 272, 273, 532, 1000])
def test_python_alone_gives_what_others_give(size: int) -> None:
    message = bytes(7 * place % 251 for place in range(size))
    assert keccak.pure_keccak256(message) == keccak.keccak256(message) == peer(message)


@pytest.mark.parametrize("missing", [(), ("sha3",), ("sha3", "Crypto"), ("sha3", "Crypto", "hashlib")])
def test_every_means_gives_the_same(missing: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    imported, new = builtins.__import__, hashlib.new

    def no_import(name: str, *others: Any) -> Any:
        if name.split(".")[0] in missing:
            raise ImportError(name)
        return imported(name, *others)

    def no_openssl(name: str, data: bytes = b"") -> Any:
        if name == "KECCAK-256":
            if "hashlib" not in missing:
                raise ValueError("unsupported hash type")
            return type("Digest", (), {"digest": lambda self: keccak.pure_keccak256(data)})()
        return new(name, data)

    monkeypatch.setattr(builtins, "__import__", no_import)
    monkeypatch.setattr(hashlib, "new", no_openssl)
    keccak._fastest.cache_clear()
    try:
        assert keccak.keccak256(b"abc").hex() == KNOWN[b"abc"]
    finally:
        monkeypatch.undo()
        keccak._fastest.cache_clear()
