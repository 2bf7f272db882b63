"""RLP, strictly: every item has one encoding, and no other is read (Ethereum Yellow Paper, appendix B)."""

from __future__ import annotations

Item = bytes | list["Item"]
# State needs two levels (a node in a node); a block's header one, extra data of consortium chains two.
_DEEPEST = 4
# A single byte below it is its own encoding.
_FIRST_TEXT = b"\x80"


class RlpError(ValueError):
    """The bytes are no RLP, or not the shortest."""


def decode(data: bytes) -> Item:
    """The one item that the bytes are; RlpError if they are none, or more."""
    item, end = _item(data, 0, len(data), 0)
    if end != len(data):
        raise RlpError(f"{len(data) - end} bytes stand behind the item")
    return item


def encode(item: Item) -> bytes:
    """The bytes of an item."""
    if isinstance(item, list):
        body = b"".join(map(encode, item))
        return _prefix(0xC0, len(body)) + body
    if len(item) == 1 and item < _FIRST_TEXT:
        return item
    return _prefix(0x80, len(item)) + item


def number(item: Item) -> int:
    """A number, big-endian without leading zeros; RlpError for any other item."""
    if isinstance(item, list) or item.startswith(b"\0"):
        raise RlpError("an item is not a number")
    return int.from_bytes(item, "big")


def number_bytes(value: int) -> bytes:
    """A number as RLP has it: 0 is the empty string."""
    return value.to_bytes((value.bit_length() + 7) // 8, "big")


def _prefix(base: int, size: int) -> bytes:
    if size < 56:
        return bytes([base + size])
    digits = number_bytes(size)
    return bytes([base + 55 + len(digits)]) + digits


def _item(data: bytes, at: int, end: int, depth: int) -> tuple[Item, int]:
    if at >= end:
        raise RlpError("an item is cut off")
    first = data[at]
    if first < 0x80:
        return data[at : at + 1], at + 1
    is_list, base = first >= 0xC0, 0xC0 if first >= 0xC0 else 0x80
    start, size = at + 1, first - base
    if size > 55:
        digits = data[start : start + size - 55]
        start += size - 55
        size = int.from_bytes(digits, "big")
        if start > end or digits.startswith(b"\0") or size < 56:
            raise RlpError("a length has another form than the shortest")
    stop = start + size
    if stop > end:
        raise RlpError("an item is cut off")
    if not is_list:
        text = data[start:stop]
        if size == 1 and text < _FIRST_TEXT:
            raise RlpError("a byte has another form than the shortest")
        return text, stop
    if depth == _DEEPEST:
        raise RlpError(f"lists stand more than {_DEEPEST} deep in each other")
    items: list[Item] = []
    at = start
    while at < stop:
        item, at = _item(data, at, stop, depth + 1)
        items.append(item)
    return items, stop
