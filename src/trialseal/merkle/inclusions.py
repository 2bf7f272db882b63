"""Inclusion of very many leaves in one tree: what lies above 32 neighbours is folded once for all of them."""

from __future__ import annotations

from collections.abc import Sequence

from trialseal.merkle.tree import HASH_BYTES, node_hash, verify_inclusion

_HEIGHT = 5
# Of some 1,000 bytes each.
_MOST_KEPT = 4096


class Inclusions:
    """As `tree.verify_inclusion` for many leaves, in less time."""

    def __init__(self, size: int, root: bytes) -> None:
        """`size` is the number of leaves, `root` has 32 bytes."""
        self._size, self._root = size, root
        self._whole = size >> _HEIGHT << _HEIGHT
        self._above: set[tuple[int, bytes, tuple[bytes, ...]]] = set()

    def verify(self, leaf: bytes, index: int, proof: Sequence[bytes]) -> None:
        """Raises FailedError, naming the step, unless `proof` leads from leaf hash `leaf`, at `index`, to the root."""
        above = self._part(leaf, index, proof)
        if above is None or above not in self._above:
            verify_inclusion(leaf, index, self._size, proof, self._root)
            if above is not None and len(self._above) < _MOST_KEPT:
                self._above.add(above)

    def _part(self, leaf: bytes, index: int, proof: Sequence[bytes]) -> tuple[int, bytes, tuple[bytes, ...]] | None:
        """Which complete part of 32 leaves a proof leads to, the part's node, and what the proof has above it; None of
        what lies in no such part. All proofs of which these are the same lead to the same root, or all fail."""
        if not 0 <= index < self._whole or {len(leaf), *map(len, proof)} != {HASH_BYTES} or len(proof) < _HEIGHT:
            return None
        node = leaf
        for level in range(_HEIGHT):
            node = node_hash(proof[level], node) if index >> level & 1 else node_hash(node, proof[level])
        return index >> _HEIGHT, node, tuple(proof[_HEIGHT:])
