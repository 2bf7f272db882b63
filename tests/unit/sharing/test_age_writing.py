"""Files of age as the package cryptography writes them: pyrage, which others wrote, opens each."""

from __future__ import annotations

import os
from collections.abc import Callable

import pyrage
import pytest

from trialseal import age_files
from trialseal.age_writing import PIECE, encrypted, point_of, written

CHUNK, TAG = 1 << 16, 16


def reader(data: bytes, most: int) -> Callable[[memoryview], int]:
    """Gives `most` bytes at a time, as a pipe may."""
    left = memoryview(data)

    def read_into(room: memoryview) -> int:
        nonlocal left
        size = min(len(room), len(left), most)
        room[:size] = left[:size]
        left = left[size:]
        return size

    return read_into


@pytest.mark.parametrize(
    "size",
    [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 3 * PIECE + CHUNK, 4 * PIECE + 7],
)
def test_pyrage_opens_what_is_written(size: int) -> None:
    identity, recipient = age_files.new_identity()
    known = pyrage.x25519.Identity.from_str(identity)
    data = os.urandom(size)
    beginning, pieces = written(reader(data, 100_003), point_of(recipient))
    told = [(bytes(one.plain), bytes(one.sealed)) for one in pieces]
    assert b"".join(plain for plain, _ in told) == data
    file = beginning + b"".join(sealed for _, sealed in told)
    assert len(file) == len(beginning) + size + TAG * max(-(-size // CHUNK), 1)
    assert pyrage.decrypt(file, [known]) == data == pyrage.decrypt(encrypted(data, point_of(recipient)), [known])
    assert encrypted(data, point_of(recipient)) != file
    with pytest.raises(pyrage.DecryptError):
        pyrage.decrypt(file[:-1], [known])


def test_a_piece_stays_until_the_next_is_asked_for() -> None:
    data = os.urandom(5 * PIECE)
    _, pieces = written(reader(data, PIECE), point_of(age_files.new_identity()[1]))
    assert [bytes(one.plain) for one in pieces] == [data[start : start + PIECE] for start in range(0, 5 * PIECE, PIECE)]
