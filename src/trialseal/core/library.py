"""The C core: found, tried, and taken only if it answers as hashlib does.

It is a plain shared library called through ctypes, which lets go of Python's lock while it works. Before it is taken a
process of its own tries it, so that one that was built for another machine, or crashes, costs that process alone.
"""

from __future__ import annotations

import os
import sys
from ctypes import CDLL, c_int32, c_uint64, c_void_p, create_string_buffer
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Final, NamedTuple

NAME: Final = "trialseal-core.so"
INTERFACE: Final = 3
"""Of the C functions, as they are called here; trees.c says which it has."""
SWITCH: Final = "TRIALSEAL_CORE"
"""The variable that says `python` where the core is not to be used."""
# Of each C function what it gives, then what it takes: a 32-bit number, an unsigned 64-bit one, a place, or nothing.
_TYPES = {"i": c_int32, "u": c_uint64, "p": c_void_p, "-": None}
_SIGNATURES = {
    "interface": "i",
    "choose": "ii",
    "each": "ipupuuip",
    "parents": "-pup",
    "root": "-pu",
    "salt": "ipupuuppupuppp",
    "join": "ipiupup",
    "rows": "-puup",
    "split": "ipuiiupp",
    "column": "-pppuupp",
}
_X86 = "the processor's SHA extensions (x86)"
_PATHS = {
    0: "plain C",
    1: _X86,
    2: "the processor's SHA extensions (ARM)",
    4: "AVX-512 and plain C",
    5: f"AVX-512 and {_X86}",
}
_WAYS = (0, 1, 2)
"""Of hashing: plain C, the best for single messages, also the best for many."""
_PACKAGES = str(Path(__file__).parents[2])
_PROGRAM = "import sys; sys.path.append(sys.argv[1]); from trialseal.core import library; library.main(sys.argv[2])"
_SECONDS = 20
# Messages: once all that go side by side, and some more.
_MANY = 29
# Lengths around a block's end, and of several blocks.
_TRIED = (0, 1, 31, 32, 54, 55, 56, 62, 63, 64, 65, 118, 119, 120, 127, 128, 200)


class State(NamedTuple):
    """What does the work."""

    library: CDLL | None
    words: str
    """For a person: the core and what it hashes with, or Python and why."""
    is_broken: bool = False
    """Whether there is a core that cannot be used."""


def core() -> CDLL | None:
    """The C core; None where Python does the work."""
    return state().library


@cache
def state() -> State:
    """Which of the two does the work in this process."""
    return examined(Path(__file__).parent / NAME, os.environ.get(SWITCH, ""))


def examined(path: Path, switch: str = "") -> State:
    """What a core at a path is good for."""
    if switch == "python":
        return State(None, f"Python, as {SWITCH} says")
    if not path.exists():
        return State(None, "Python (no C core was built: set up again where there is a C compiler)")
    fault = _tried(path)
    if fault is None:
        try:
            library = loaded(path)
            return State(library, f"C core, SHA-256 by {_PATHS[library.trialseal_choose(_WAYS[-1])]}")
        except (OSError, AttributeError) as error:
            fault = str(error)
    return State(None, f"Python, since the C core cannot be used ({fault}): set up again to build it", True)


def main(path: str) -> None:
    """What the process that tries a core does: exit code 0, or a sentence."""
    try:
        library = loaded(Path(path))
        fault = next(filter(None, (wrong(library, way) for way in _WAYS)), None)
    except (OSError, AttributeError) as error:
        fault = str(error)
    if fault:
        print(fault)
        sys.exit(1)


def wrong(library: CDLL, way: int) -> str | None:
    """How a core's answers differ from hashlib's, in one of its ways of hashing; None: they do not."""
    if library.trialseal_interface() != INTERFACE:
        return "it is of another version of trialseal"
    library.trialseal_choose(way)
    data = bytes(range(256)) * _MANY
    for size in _TRIED:
        for count in (3, _MANY):
            digests = create_string_buffer(32 * count)
            library.trialseal_each(data, count * size, None, size, count, 1, digests)
            wanted = b"".join(sha256(b"\1" + data[at * size : at * size + size]).digest() for at in range(count))
            if digests.raw != wanted:
                return f"it hashes {size + 1} bytes wrongly"
    return None


def _tried(path: Path) -> str | None:
    """What is wrong with a core, by a process that tries it; None: nothing."""
    import subprocess

    try:
        done = subprocess.run(
            [sys.executable, "-I", "-S", "-c", _PROGRAM, _PACKAGES, str(path)],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return "the process that tries it did not answer"
    if done.returncode < 0:
        return f"it ends a process with signal {-done.returncode}"
    return done.stdout.decode(errors="replace").strip() or "its trial failed" if done.returncode else None


def loaded(path: Path) -> CDLL:
    """A core as it lies there, untried; OSError or AttributeError where it is none."""
    library = CDLL(str(path))
    for name, letters in _SIGNATURES.items():
        function = getattr(library, f"trialseal_{name}")
        result, *arguments = (_TYPES[letter] for letter in letters)
        function.restype, function.argtypes = result, arguments
    return library
