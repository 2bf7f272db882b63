"""Another process that hashes a part of a large tree meanwhile, on the computer's other cores.

It is a Python started anew, which works the same everywhere: forking a process that has threads may hang it, and
`multiprocessing` would run the user's own script again. It imports little more than hashlib and is there in 20 ms.
Entries go to it and hashes come back through pipes, so that nothing private is written to a disk.
"""

from __future__ import annotations

import marshal
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from struct import Struct

from trialseal.merkle.bulk import Leaves, as_hashes, parents, pieces
from trialseal.merkle.tree import HASH_BYTES

HEIGHT = 10
"""A helper's part begins at a multiple of 2^HEIGHT leaves, and it makes the levels up to this one."""
_LENGTH = Struct(">I")
_PACKAGES = str(Path(__file__).parents[2])
_PROGRAM = "import sys; sys.path.append(sys.argv[1]); from trialseal.merkle.helper import main; main()"


def cores() -> int:
    """On how many cores this process may run."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Helper:
    """Hashes the complete subtrees over some leaves, the first of which has a multiple of 2^HEIGHT before it.

    Used as `with Helper(leaves) as helper`: the end of the block ends the process, whatever happened.
    """

    def __init__(self, leaves: Leaves) -> None:
        self._leaves = leaves
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Helper:
        # No process to be had, or one that is killed, is not an error: `levels` gives fewer.
        with suppress(OSError):
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-S", "-c", _PROGRAM, _PACKAGES],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                pipesize=1 << 20,  # where it can be chosen: fewer turns between the two
            )
            assert self._process.stdin
            with self._process.stdin as pipe:
                for piece in pieces(self._leaves):
                    message = marshal.dumps(piece)
                    pipe.write(_LENGTH.pack(len(message)) + message)
        return self

    def levels(self) -> Iterator[bytes]:
        """The hashes of each level, from the leaves up to level HEIGHT; fewer levels if the process failed."""
        for level, size in _levels_and_sizes(self._leaves):
            if level == 0 and isinstance(self._leaves, bytes):
                hashes = self._leaves
            elif self._process is None or self._process.stdout is None:
                return
            else:
                hashes = self._process.stdout.read(size)
            if len(hashes) < size:
                return
            yield hashes

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            self._process.kill()
            if self._process.stdout:
                self._process.stdout.close()
            self._process.wait()


def main() -> None:
    """What the other process does."""
    given = memoryview(sys.stdin.buffer.read())  # all at once, so that the one that sends need not wait
    hashes, place, entries = bytearray(), 0, False
    while place < len(given):
        start = place + _LENGTH.size
        place = start + _LENGTH.unpack_from(given, place)[0]
        piece: Leaves = marshal.loads(given[start:place])
        entries = isinstance(piece, list)
        hashes += as_hashes(piece)
    level, made = bytes(hashes), []
    for number, size in _levels_and_sizes(level):
        if number:
            level = bytes(parents(memoryview(level)[: 2 * size]))
        if number or entries:
            made.append(level)
    # Not before all is made: the pipe holds little, and who reads it has its own part to make first.
    sys.stdout.buffer.writelines(made)


def _levels_and_sizes(leaves: Leaves) -> Iterator[tuple[int, int]]:
    """The levels that a helper makes, and the bytes that the hashes of their complete subtrees fill."""
    count = len(leaves) // HASH_BYTES if isinstance(leaves, bytes) else len(leaves)
    return ((level, (count >> level) * HASH_BYTES) for level in range(HEIGHT + 1))
