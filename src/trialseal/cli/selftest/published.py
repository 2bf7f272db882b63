"""Published vectors, computed on this installation by each means that it has."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable, Iterator
from hashlib import sha256
from typing import Any

from trialseal.cli.selftest.known import vectors
from trialseal.core import hashing, library
from trialseal.documents.canonical import canonical_bytes
from trialseal.errors import TrialsealError
from trialseal.ledger.proofs.account import account_of
from trialseal.ledger.proofs.header import from_json
from trialseal.ledger.proofs.keccak import keccak256, pure_keccak256
from trialseal.ledger.proofs.rlp import Item, RlpError, decode, encode, number
from trialseal.ledger.proofs.trie import Nodes
from trialseal.ledger.recovery import address_of, pure_key
from trialseal.merkle import tree


class Differs(Exception):
    """What is computed here is not what is published; the text says of what."""


def sha256_digests() -> str:
    """FIPS 180-4, and messages of every length around a block's end."""
    given = vectors("sha256")["messages"]
    for one in given:
        _same(sha256(one["text"].encode()).hexdigest(), one["sha256"], f"SHA-256 of {len(one['text'])} bytes")
    core = library.core()
    if core is not None:
        messages = [one["text"].encode() for one in given] + [bytes(size) for size in range(200)]
        wanted = b"".join(sha256(message).digest() for message in messages)
        _same(bytes(hashing.each(core, hashing.Messages.of(messages))), wanted, "SHA-256 by the C core")
    return f"{len(given)} messages of FIPS 180-4" + (", by Python and by the C core" if core else ", by Python")


def both_cores() -> str:
    """Trees over the same leaves, by the C core and by Python."""
    core = library.core()
    if core is None:
        return f"there is one core: {library.state().words}"
    sizes = (1, 2, 3, 7, 64, 255, 1000)
    for size in sizes:
        leaves = [tree.leaf_hash(str(one).encode()) for one in range(size)]
        ours = hashing.root(core, bytearray(b"".join(leaves)))
        _same(ours, _plain_root(leaves), f"the root over {size} leaves")
    return f"{len(sizes)} trees have the same roots by the C core and by Python"


def keccak_digests() -> str:
    """The Keccak team's value of nothing; then Python alone beside whatever is fastest here."""
    empty = "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"
    for size in (0, 1, 31, 135, 136, 137, 271, 272, 273, 600):
        message = bytes(place % 251 for place in range(size))
        _same(keccak256(message), pure_keccak256(message), f"Keccak-256 of {size} bytes")
    _same(keccak256(b"").hex(), empty, "Keccak-256 of nothing")
    return "of messages around a block's end, by Python and by the fastest that is installed"


def canonical_forms() -> str:
    """RFC 8785: documents, and doubles by their bits."""
    given = vectors("rfc8785")
    for one in given["documents"]:
        _same(canonical_bytes(json.loads(one["input"])).decode(), one["canonical"], f"the form in {one['section']}")
    for one in given["numbers"]:
        value = struct.unpack(">d", bytes.fromhex(one["ieee754"]))[0]
        _same(_form(value), one["canonical"], f"the number {one['ieee754']}")
    return f"{len(given['documents'])} documents and {len(given['numbers'])} numbers of RFC 8785"


def trees() -> str:
    """RFC 9162: every root and proof of the first trees, and that a proof holds for no other entry."""
    given = vectors("rfc9162")
    leaves = [tree.leaf_hash(bytes.fromhex(one)) for one in given["entries"]]
    roots = [bytes.fromhex(one) for one in given["roots"]]
    for size, wanted in enumerate(roots, 1):
        _same(tree.root(leaves[:size]), wanted, f"the root of {size} entries")
    for one in given["inclusion"]:
        index, size = one["index"], one["size"]
        proof = [bytes.fromhex(step) for step in one["proof"]]
        _same(tree.inclusion_proof(leaves[:size], index), proof, f"the proof of entry {index} in {size}")
        tree.verify_inclusion(leaves[index], index, size, proof, roots[size - 1])
        _refused(lambda: tree.verify_inclusion(bytes(32), index, size, proof, roots[size - 1]), "a false entry")  # noqa: B023
    for one in given["consistency"]:
        old, new = one["old_size"], one["new_size"]
        proof = [bytes.fromhex(step) for step in one["proof"]]
        _same(tree.consistency_proof(leaves[:new], old), proof, f"the proof from {old} to {new}")
        tree.verify_consistency(old, new, roots[old - 1], roots[new - 1], proof)
    return f"{len(roots)} trees of RFC 9162 with {len(given['inclusion']) + len(given['consistency'])} proofs"


def rlp_items() -> str:
    """What may be written in RLP, and what must be refused (ethereum/tests)."""
    given = vectors("state")["rlp"]
    for name, (meant, raw) in given["valid"].items():
        data = bytes.fromhex(raw[2:])
        _same(decode(data), _item(meant), f"the RLP item {name}")
        _same(encode(_item(meant)), data, f"the RLP of {name}")
    for name, raw in given["invalid"].items():
        _refused(lambda: decode(bytes.fromhex(raw[2:])), f"the odd RLP {name}")  # noqa: B023
    return f"{len(given['valid'])} items of RLP are read, {len(given['invalid'])} odd ones refused"


def headers_and_state() -> str:
    """Headers of each fork by their hashes; an account and a word of its storage, proven from a state root."""
    given = vectors("state")
    for fork, block in given["headers"].items():
        _same(from_json(block).hash.hex(), block["hash"][2:], f"the hash of a header of {fork}")
    proof = given["proof"]
    stored = proof["storageProof"][0]
    nodes = Nodes()
    nodes.add(bytes.fromhex(one[2:]) for one in [*proof["accountProof"], *stored["proof"]])
    latest = from_json(given["headers"]["latest"])
    account = account_of(nodes, latest.state_root, bytes.fromhex(proof["address"][2:]))
    if account is None:
        raise Differs("a published account is not found")
    _same(account.storage_root.hex(), proof["storageHash"][2:], "an account's storage root")
    word = nodes.value(account.storage_root, keccak256(int(stored["key"], 16).to_bytes(32)))
    _same(word and number(decode(word)), int(stored["value"], 16), "a word of an account's storage")
    return f"{len(given['headers'])} headers, an account and a word of its storage, proven from a state root"


def signers() -> str:
    """The key 1's signature of thirty-two ones with the nonce 1, whose r is the base point's x, as the key's is."""
    base = "79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"
    signature = bytes.fromhex(base + "7abf677ffaddbcad56a16396cf880c08039cfddc2ecf29da5af3825c17f91899" + "00")
    _same(address_of(b"\1" * 32, signature), "0x7e5f4552091a69125d5dfcb7b8c2659029395bdf", "a signature's address")
    key = pure_key(b"\1" * 32, signature)
    _same(key and key[:32].hex(), base, "a signature's key, by Python")
    return "a signature over secp256k1 leads to its key and address"


CHECKS: dict[str, Callable[[], str]] = {
    "SHA-256": sha256_digests,
    "Keccak-256": keccak_digests,
    "both cores": both_cores,
    "canonical JSON": canonical_forms,
    "Merkle trees": trees,
    "RLP": rlp_items,
    "state proofs": headers_and_state,
    "signatures": signers,
}


def _same(found: object, wanted: object, what: str) -> None:
    if found != wanted:
        raise Differs(f"{what} is computed wrongly")


def _refused(call: Callable[[], object], what: str) -> None:
    try:
        call()
    except (RlpError, TrialsealError, ValueError):
        return
    raise Differs(f"{what} is not refused")


def _form(value: float) -> str | None:
    """A number's canonical form; None if it has none."""
    try:
        return canonical_bytes(value).decode()
    except (TrialsealError, ValueError):
        return None


def _plain_root(leaves: list[bytes]) -> bytes:
    """RFC 9162, 2.1.1, as it is written."""
    if len(leaves) == 1:
        return leaves[0]
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return sha256(b"\1" + _plain_root(leaves[:split]) + _plain_root(leaves[split:])).digest()


def _item(value: Any) -> Item:
    return bytes.fromhex(value) if isinstance(value, str) else [_item(one) for one in value]


def checked() -> Iterator[tuple[str, str | None, str]]:
    """Of each check its name, what is wrong (None: nothing) and what holds."""
    for name, check in CHECKS.items():
        try:
            yield name, None, check()
        except Differs as error:
            yield name, str(error), ""
        except Exception as error:  # whatever a broken installation raises is an answer here
            yield name, f"it ends with {type(error).__name__}", ""
