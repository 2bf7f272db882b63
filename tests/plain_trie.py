"""Merkle Patricia tries by the definition alone (Yellow Paper, appendix D), to hold a reader against.

Shares nothing with the library: RLP is its own, Keccak eth-utils'.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from eth_utils.crypto import keccak


def rlp(item: Any) -> bytes:
    """RLP of bytes and lists."""
    if isinstance(item, bytes):
        return item if len(item) == 1 and item[0] < 0x80 else _sized(0x80, item)
    return _sized(0xC0, b"".join(map(rlp, item)))


def compact(nibbles: str, is_leaf: bool) -> bytes:
    """Nibbles, as hexadecimal digits, with the flags in front (hex prefix encoding)."""
    flag = 2 * is_leaf + len(nibbles) % 2
    return bytes.fromhex(f"{flag:x}{'' if len(nibbles) % 2 else '0'}{nibbles}")


class PlainTrie:
    """The trie of some values by paths of 32 bytes."""

    def __init__(self, values: Mapping[bytes, bytes]) -> None:
        self.nodes: dict[bytes, bytes] = {}
        top = self._node({path.hex(): value for path, value in values.items()})
        raw = rlp(top)
        self.root = keccak(raw)
        self.nodes[self.root] = raw

    def without(self, hashes: Iterable[bytes]) -> list[bytes]:
        """All nodes but some."""
        left_out = set(hashes)
        return [raw for hash, raw in self.nodes.items() if hash not in left_out]

    def _node(self, values: dict[str, bytes]) -> Any:
        if not values:
            return b""
        if len(values) == 1:
            ((path, value),) = values.items()
            return [compact(path, True), value]
        shared = 0
        while len({path[: shared + 1] for path in values}) == 1:
            shared += 1
        if shared:
            prefix = next(iter(values))[:shared]
            rest = self._reference({path[shared:]: value for path, value in values.items()})
            return [compact(prefix, False), rest]
        return [
            *(self._reference({p[1:]: v for p, v in values.items() if p[0] == digit}) for digit in "0123456789abcdef"),
            b"",
        ]

    def _reference(self, values: dict[str, bytes]) -> Any:
        node = self._node(values)
        raw = rlp(node)
        if len(raw) < 32:
            return node
        hash = bytes(keccak(raw))
        self.nodes[hash] = raw
        return hash


def _sized(base: int, body: bytes) -> bytes:
    if len(body) < 56:
        return bytes([base + len(body)]) + body
    size = len(body).to_bytes((len(body).bit_length() + 7) // 8, "big")
    return bytes([base + 55 + len(size)]) + size + body
