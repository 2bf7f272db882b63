"""What bench_sharing.py runs, ours and age alone, each in a process that says its own time.

python sharing_programs.py cpu|wall pack|permits ours|theirs FOLDER [NUMBER]
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
    """Logs the hand-overs of so many permits, and writes their files with their documents, all forced to disk.

    One sitting of one permit goes before, so that every module is loaded, as that of the peer is.
    """
    _sitting(folder / "first", 1)()
    return _sitting(folder / "many", number)


def _sitting(folder: Path, number: int) -> Callable[[], object]:
    from trialseal import age_files
    from trialseal.cli.share.granting import Grant
    from trialseal.cli.share.handing_over import log_and_write
    from trialseal.cli.share.own import access_row
    from trialseal.documents import models
    from trialseal.documents.canonical import document_digest
    from trialseal.documents.sharing import Permit
    from trialseal.streams.config import StreamConfig
    from trialseal.streams.store import create_stream

    identity, recipient = age_files.new_identity()
    config = StreamConfig(b"\1" * 32, b"\2" * 32, "access", b"\3" * 32, 1_577_836_800, 1_577_836_800)
    stream = create_stream(folder / "access", config)
    given = []
    for place in range(number):
        value = {"format": "trialseal/1", "kind": "permit", "recipient_key": recipient, "until": "2099-12-31T00:00:00Z"}
        digests = ("trial_id", "package", "application", "policy", "recipient", "nonce")
        document = models.parse_document({**value, **dict.fromkeys(digests, f"{place:064x}")}, "it")
        assert isinstance(document, Permit)
        digest = document_digest(models.dump(document))
        given.append(Grant(document, digest, 1, identity, folder / f"{place}.permit", "it"))

    def written() -> None:
        rows = []
        for place, one in enumerate(given):
            for action in ("permitted", "handed-over"):
                rows.append(access_row(f"{action}-{place}", "2026-01-01T00:00:00Z", action, one.members))
        log_and_write(stream, rows, given)

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
    by, what, whose, where, *rest = sys.argv[1:]
    deed = PROGRAMS[what, whose](Path(where), int(rest[0]) if rest else 0)
    clock = {"cpu": time.process_time, "wall": time.perf_counter}[by]
    started = clock()
    deed()
    print(json.dumps({"seconds": clock() - started}))
