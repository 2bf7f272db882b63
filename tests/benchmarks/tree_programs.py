"""A tree over so many entries and 1,000 inclusion proofs, by one library: tree_programs.py LIBRARY ENTRIES

Prints the seconds from entries in memory to proofs in memory.
"""

from __future__ import annotations

import json
import os
import random
import sys
import time
from collections.abc import Callable
from hashlib import sha256

PROOFS = 1_000


def ours(entries: list[bytes], wanted: list[int]) -> None:
    from trialseal.merkle.growing import GrowingTree
    from trialseal.merkle.helper import cores

    tree = GrowingTree(processes=cores())
    tree.extend_entries(entries)
    tree.root()
    proofs = [tree.inclusion_proof(index) for index in wanted]
    assert len(proofs) == PROOFS


def pymerkle(entries: list[bytes], wanted: list[int]) -> None:
    from pymerkle import InmemoryTree

    tree = InmemoryTree(algorithm="sha256")
    for entry in entries:
        tree.append_entry(entry)
    tree.get_root()
    proofs = [tree.prove_inclusion(index + 1) for index in wanted]
    assert len(proofs) == PROOFS


def merkletools(entries: list[bytes], wanted: list[int]) -> None:
    from merkletools import MerkleTools

    tree = MerkleTools(hash_type="sha256")
    tree.add_leaf([entry.hex() for entry in entries], do_hash=True)
    tree.make_tree()
    proofs = [tree.get_proof(index) for index in wanted]
    assert len(proofs) == PROOFS


def opentimestamps(entries: list[bytes], wanted: list[int]) -> None:
    """As its client does: a nonce and a hash upon each file's digest, one tree over them, a file for each proof."""
    from opentimestamps.core.notary import PendingAttestation
    from opentimestamps.core.op import OpAppend, OpSHA256
    from opentimestamps.core.serialize import BytesSerializationContext
    from opentimestamps.core.timestamp import DetachedTimestampFile, Timestamp, make_merkle_tree

    files = [DetachedTimestampFile(OpSHA256(), Timestamp(entry)) for entry in entries]
    leaves = [file.timestamp.ops.add(OpAppend(os.urandom(16))).ops.add(OpSHA256()) for file in files]
    make_merkle_tree(leaves).attestations.add(PendingAttestation("https://calendar.example"))
    proofs = []
    for index in wanted:
        context = BytesSerializationContext()
        files[index].serialize(context)
        proofs.append(context.getbytes())
    assert len(proofs) == PROOFS


def hashlib_one(entries: list[bytes], wanted: list[int]) -> None:
    """No more than the hashes, in lists: what any tree in Python does at least."""
    levels = levels_of(entries)
    proofs = [[level[index >> at ^ 1] for at, level in enumerate(levels[:-1]) if index >> at ^ 1 < len(level)]
              for index in wanted]  # fmt: skip
    assert len(proofs) == PROOFS


def hashlib_two(entries: list[bytes], wanted: list[int]) -> None:
    """The same by two forked processes, each with half, which give back their roots only: no proofs."""
    from multiprocessing import get_context

    global _entries
    _entries = entries
    half = 1 << (len(entries) - 1).bit_length() - 1
    with get_context("fork").Pool(2) as pool:
        left, right = pool.starmap(root_between, [(0, half), (half, len(entries))])
    sha256(b"\1" + left + right).digest()


_entries: list[bytes] = []


def root_between(start: int, stop: int) -> bytes:
    return levels_of(_entries[start:stop])[-1][0]


def levels_of(entries: list[bytes]) -> list[list[bytes]]:
    levels = [[sha256(b"\0" + entry).digest() for entry in entries]]
    while len(levels[-1]) > 1:
        below = levels[-1]
        above = [sha256(b"\1" + below[i] + below[i + 1]).digest() for i in range(0, len(below) - 1, 2)]
        levels.append([*above, *below[len(below) & ~1 :]])
    return levels


LIBRARIES: dict[str, Callable[[list[bytes], list[int]], None]] = {
    one.__name__: one for one in (ours, pymerkle, merkletools, opentimestamps, hashlib_one, hashlib_two)
}


def main(library: str, count: str) -> None:
    entries = [sha256(str(number).encode()).digest() for number in range(int(count))]
    wanted = random.Random(9162).sample(range(len(entries)), PROOFS)
    started = time.perf_counter()
    LIBRARIES[library](entries, wanted)
    seconds = time.perf_counter() - started
    print(json.dumps({"seconds": seconds}))


if __name__ == "__main__":
    main(*sys.argv[1:])
