"""The acts whose gas is measured: the names that several pages use, the targets, and the logs that are extended."""

from __future__ import annotations

from trialseal.merkle.tree import leaf_hash, node_hash

# What the project set itself, in gas; the bare acts of others are beside them in the page.
TARGETS = {
    "create a party": 125_000,
    "add a key": 67_000,
    "register a trial with 12 endpoints": 130_500,
    "amend the protocol, 12 endpoints": 95_000,
    "milestone, the first": 45_000,
    "milestone, later": 45_000,
    "registry number, the first claim of it": 72_000,
    "result with the proof of its endpoint (1 of 12, 4 nodes)": 75_500,
    "attestation, the first about a subject": 58_500,
    "attestation, a later one": 42_000,
    "relaying, more than the act itself": 25_000,
    "the first head of a log, 1,000 entries": 112_000,
    "extend a log of 1,000,000 entries by 1": 74_000,
    "verify an entry at depth 20, inside the call": 9_500,
}
# What of a single act a batch of them may cost each: the act in the batch, alone, and the most per cent.
SHARES = (
    ("milestone in a batch of 100, of 100 trials, each", "milestone, later", 50),
    ("milestone in a batch of 100, of one trial, each", "milestone, later", 30),
)

# How many entries a log has before it is extended, and how many are added.
EXTENSIONS = (
    (1, 1_000),
    (100, 1_000),
    (10_000, 1_000),
    (70_000, 1_000),
    (1_000_000, 1),
    (1_000_000, 1_000),
    (1_000_000, 1_000_000),
    (100_000_000, 1_000),
    (2**32 - 1, 1_000),
    (2**32, 1_000),
)
STREAMS_AT_ONCE = 20
ACTS_AT_ONCE = 100
DEPTHS = (10, 20)


def extension_name(before: int, added: int) -> str:
    """An extension's name in the figures."""
    return f"extend a log of {before:,} entries by {added:,}"


def same(level: int, index: int) -> bytes:
    """The nodes of a tree whose entries are all the same: of any size, without being made."""
    while len(_SAME) <= level:
        _SAME.append(node_hash(_SAME[-1], _SAME[-1]))
    return _SAME[level]


_SAME = [leaf_hash(b"")]
