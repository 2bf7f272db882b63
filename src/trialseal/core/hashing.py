"""Many SHA-256 at a time by the C core: buffers in, digests one behind the other out."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ctypes import CDLL

HASH_BYTES = 32
PREFIX_BYTES = 8
"""Of a row's prefix; see docs/bytes.md."""
Buffer = Any
"""bytes, or whatever lends its memory to be written: a bytearray, an array, a memoryview or numpy's array of those."""


@dataclass(frozen=True, slots=True)
class Messages:
    """Messages one behind the other."""

    data: Buffer
    size: int
    """Of all of them, in bytes."""
    ends: Buffer
    """Where each ends, as unsigned 64-bit numbers; None where all are of the same size."""
    count: int

    @classmethod
    def of(cls, messages: Sequence[bytes]) -> Messages:
        """Messages that are objects each."""
        data = b"".join(messages)
        return cls(data, len(data), array("Q", accumulate(map(len, messages))), len(messages))

    @classmethod
    def together(cls, parts: Sequence[Messages]) -> Messages:
        """Those of several one behind the other; `ends` of each are numpy's."""
        if len(parts) == 1:
            return parts[0]
        import numpy as np

        places = list(accumulate((part.size for part in parts), initial=0))
        data = np.concatenate([part.data[: part.size] for part in parts])
        ends = np.concatenate([part.ends + np.uint64(place) for part, place in zip(parts, places, strict=False)])
        return cls(data, places[-1], ends, len(ends))


def place_of(buffer: Buffer) -> int | bytes | None:
    """What a C function takes for a buffer that stays where it is: its address, or the bytes themselves."""
    if buffer is None or isinstance(buffer, bytes):
        return buffer
    view = memoryview(buffer)
    if not view.nbytes or view.readonly:
        return bytes(view)
    from ctypes import addressof, c_char

    return addressof(c_char.from_buffer(view))


def each(core: CDLL, messages: Messages, mark: int = -1) -> bytearray:
    """SHA-256 of each message; with a mark, of that byte ‖ message."""
    digests = bytearray(HASH_BYTES * messages.count)
    size = messages.size // messages.count if messages.count else 0
    ends = place_of(messages.ends)
    _require(
        core.trialseal_each(place_of(messages.data), messages.size, ends, size, messages.count, mark, place_of(digests))
    )
    return digests


def parents(core: CDLL, level: Buffer) -> bytearray:
    """SHA-256(0x01 ‖ left ‖ right) of each pair of hashes."""
    count = len(level) // (2 * HASH_BYTES)
    above = bytearray(HASH_BYTES * count)
    core.trialseal_parents(place_of(level), count, place_of(above))
    return above


def root(core: CDLL, leaves: bytearray) -> bytes:
    """The root over leaf hashes, of which there must be some; they are used up."""
    core.trialseal_root(place_of(leaves), len(leaves) // HASH_BYTES)
    return bytes(leaves[:HASH_BYTES])


def salted(
    core: CDLL,
    rows: Messages,
    codes: Buffer,
    secrets: Sequence[bytes],
    about: bytes,
    first: int,
    leaves: bytes | bytearray | None = None,
    *,
    skip: int = 1,
) -> tuple[bytearray, bytearray]:
    """The salted leaf of each row or entry, and of rows, where their unsalted leaves are given, the prefix that is kept
    of it (docs/bytes.md, 'Tables').

    Of each the first `skip` bytes are no part of its form; `codes` says by 32-bit numbers whose of the secrets of 32
    bytes it has; `about` is trial ‖ place; `first` is the number of the first row.
    """
    made = bytearray(HASH_BYTES * rows.count)
    prefixes = bytearray(PREFIX_BYTES * rows.count if leaves is not None else 0)
    _require(
        core.trialseal_salt(
            place_of(rows.data),
            rows.size,
            place_of(rows.ends),
            skip,
            rows.count,
            place_of(codes),
            b"".join(secrets),
            len(secrets),
            about,
            first,
            place_of(leaves),
            place_of(prefixes) if leaves is not None else None,
            place_of(made),
        )
    )
    return made, prefixes


def _require(code: int) -> None:
    if code == -2:
        raise MemoryError
    if code:
        raise ValueError("messages or secrets do not lie in the memory that was given for them")
