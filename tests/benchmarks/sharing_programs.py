"""What bench_sharing.py runs, ours and age alone, each in a process that says its own CPU time.

python sharing_programs.py pack|permits ours|theirs FOLDER [NUMBER]
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path


def pack_ours(folder: Path, number: int) -> Callable[[], object]:
    """Packs every file of a folder."""
    from trialseal import age_files
    from trialseal.sharing.owners import Source
    from trialseal.sharing.packing import pack

    _, recipient = age_files.new_identity()
    sources = [Source(path.name, path, ()) for path in sorted(folder.iterdir())]
    return lambda: pack(folder.with_name(f"{folder.name}.ours"), sources, recipient, lambda contents: b"{}")


def pack_theirs(folder: Path, number: int) -> Callable[[], object]:
    """Encrypts every file of a folder."""
    import pyrage

    recipient = pyrage.x25519.Identity.generate().to_public()
    out = folder.with_name(f"{folder.name}.theirs")
    out.mkdir()

    def encrypted() -> None:
        for path in sorted(folder.iterdir()):
            pyrage.encrypt_file(str(path), str(out / path.name), [recipient])

    return encrypted


def permits_ours(folder: Path, number: int) -> Callable[[], object]:
    """Writes the files of so many permits, each forced to disk."""
    from trialseal import age_files

    identity, recipient = age_files.new_identity()

    def written() -> None:
        for place in range(number):
            age_files.encrypt_bytes(folder / f"{place}.permit", identity.encode(), [recipient])

    return written


def permits_theirs(folder: Path, number: int) -> Callable[[], object]:
    """Encrypts a key so many times, in memory."""
    import pyrage

    identity = pyrage.x25519.Identity.generate()

    def encrypted() -> None:
        for _ in range(number):
            pyrage.encrypt(str(identity).encode(), [identity.to_public()])

    return encrypted


PROGRAMS = {
    ("pack", "ours"): pack_ours,
    ("pack", "theirs"): pack_theirs,
    ("permits", "ours"): permits_ours,
    ("permits", "theirs"): permits_theirs,
}

if __name__ == "__main__":
    what, whose, where, *rest = sys.argv[1:]
    deed = PROGRAMS[what, whose](Path(where), int(rest[0]) if rest else 0)
    started = time.process_time()
    deed()
    print(json.dumps({"seconds": time.process_time() - started}))
