"""An older block is linked to a newer one that the reader trusts: the newer one's state holds the older one's hash.

EIP-2935 keeps the hashes of the 8,191 blocks before each, from Prague on. The node that brings the proof is not
believed: the newer block's hash is the reader's own, and everything follows from it.
"""

from __future__ import annotations

from trialseal.errors import TrialsealError
from trialseal.ledger.proofs.earlier import HISTORY, SERVED, hash_of_earlier, history_key
from trialseal.ledger.proofs.header import Header, HeaderError, from_json
from trialseal.ledger.proofs.rlp import RlpError
from trialseal.ledger.proofs.trie import BadNode, Missing, Nodes
from trialseal.ledger.rpc import Rpc


def linked(rpc: Rpc, older: Header, newer_hash: bytes) -> int | str:
    """The number of the newer block, if it is proven that its state holds the older one's hash; else why it is not."""
    shown = f"0x{newer_hash.hex()}"
    try:
        block = rpc.call("eth_getBlockByHash", [shown, False])
        if block is None:
            return f"the node at {rpc.shown} has no block {shown}"
        newer = from_json(block)
        if newer.hash != newer_hash:
            return f"the node at {rpc.shown} gives another block for {shown}"
        if not max(0, newer.number - SERVED) <= older.number < newer.number:
            return f"block {newer.number:,} is not one of the {SERVED:,} after block {older.number:,}"
        answer = rpc.call(
            "eth_getProof", ["0x" + HISTORY.hex(), ["0x" + history_key(older.number).hex()], hex(newer.number)]
        )
        if answer is None:
            return f"the node at {rpc.shown} gives no proofs"
        nodes = Nodes()
        for proof in (answer["accountProof"], *(one["proof"] for one in answer["storageProof"])):
            nodes.add(bytes.fromhex(node[2:]) for node in proof)
        held = hash_of_earlier(nodes, newer, older.number)
    except (HeaderError, BadNode, RlpError, Missing) as error:
        return f"the node at {rpc.shown} gives no proof of it ({type(error).__name__})"
    except TrialsealError as error:
        return str(error)
    if held != older.hash:
        return f"the state of block {newer.number:,} does not hold the hash of this block {older.number:,}"
    return newer.number
