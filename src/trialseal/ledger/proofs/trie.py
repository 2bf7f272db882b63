"""Merkle Patricia tries: the value under a key, or that there is none, from nodes that anybody may bring.

Yellow Paper, appendix D, for keys of 32 bytes that are hashes. A node counts under the hash that is computed of it, and
every walk begins at a root, so that nodes in another order, twice, or of another trie change nothing.
"""

from __future__ import annotations

from collections.abc import Iterable

from trialseal.ledger.proofs.keccak import keccak256
from trialseal.ledger.proofs.rlp import Item, RlpError, decode, encode

EMPTY_ROOT = bytes.fromhex("56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421")
_HASH = 32
_NIBBLES = 64
_BRANCH, _SHORT = 17, 2
# A branch of sixteen hashes has 532 bytes, a leaf of an account not much over a hundred.
LARGEST_NODE = 600


class Missing(Exception):
    """A node that the walk needs was not brought."""

    def __init__(self, node: bytes) -> None:
        super().__init__(node.hex())
        self.node = node


class BadNode(ValueError):
    """A node on the way has not the form of one."""


class Nodes:
    """Nodes of tries, each decoded once, when a walk first comes to it."""

    def __init__(self) -> None:
        self._raw: dict[bytes, bytes] = {}
        self._decoded: dict[bytes, list[Item]] = {}

    def add(self, raw: Iterable[bytes]) -> None:
        """Takes nodes; what is too short to be named by a hash, or too long for a node, is passed over."""
        for node in raw:
            if _HASH <= len(node) <= LARGEST_NODE:
                self._raw.setdefault(keccak256(node), node)

    @property
    def used(self) -> tuple[bytes, ...]:
        """The hashes of the nodes that walks came to, sorted."""
        return tuple(sorted(self._decoded))

    def node(self, hash: bytes) -> bytes:
        """A node's bytes, by its hash; KeyError if it was not brought."""
        return self._raw[hash]

    def value(self, root: bytes, key: bytes) -> bytes | None:
        """The value under a key of 32 bytes in the trie with this root; None if there is proven to be none.

        Missing if a node is needed that was not brought, BadNode if one has not the form of a node.
        """
        if root == EMPTY_ROOT:
            return None
        path = key.hex()
        node = self._at(root)
        at = 0
        while True:
            if len(node) == _BRANCH:
                if node[16] != b"":
                    raise BadNode("a branch holds a value, though all keys have one length")
                if at == _NIBBLES:
                    raise BadNode("a path is longer than a key")
                child = node[int(path[at], 16)]
                at += 1
            else:
                part, is_leaf = _path(node[0])
                if at + len(part) > _NIBBLES or (is_leaf and at + len(part) != _NIBBLES):
                    raise BadNode("a path is not as long as a key")
                matches = path.startswith(part, at)
                if is_leaf:
                    value = node[1]
                    if isinstance(value, list) or not value:
                        raise BadNode("a leaf holds no value")
                    return value if matches else None
                child = node[1]
                if not child:
                    raise BadNode("an extension leads nowhere")
                if not matches:
                    return None
                at += len(part)
                node = self._child(child)
                if len(node) != _BRANCH:
                    raise BadNode("an extension leads to what is no branch")
                continue
            if child == b"":
                return None
            node = self._child(child)

    def _child(self, child: Item) -> list[Item]:
        if isinstance(child, list):
            if len(encode(child)) >= _HASH:
                raise BadNode("a node of 32 bytes or more stands in another, not under its hash")
            return _checked(child)
        if len(child) != _HASH:
            raise BadNode("a reference to a node is no hash")
        return self._at(child)

    def _at(self, hash: bytes) -> list[Item]:
        known = self._decoded.get(hash)
        if known is None:
            raw = self._raw.get(hash)
            if raw is None:
                raise Missing(hash)
            try:
                known = self._decoded[hash] = _checked(decode(raw))
            except RlpError as error:
                raise BadNode(str(error)) from None
        return known


def _checked(item: Item) -> list[Item]:
    if not isinstance(item, list) or len(item) not in (_BRANCH, _SHORT):
        raise BadNode("a node is neither branch, extension nor leaf")
    return item


def _path(item: Item) -> tuple[str, bool]:
    """The nibbles of a path as hexadecimal digits, and whether it ends at a leaf."""
    if isinstance(item, list) or not item:
        raise BadNode("a path is missing")
    flag, digits = item[0] >> 4, item.hex()
    if flag > 3 or (not flag & 1 and item[0] & 15):
        raise BadNode("a path has other flags than there are")
    part = digits[1:] if flag & 1 else digits[2:]
    if not part and flag < 2:
        raise BadNode("an extension is empty")
    return part, flag >= 2
