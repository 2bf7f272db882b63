"""A bundle that is shipped: verified as it is, and with bits changed, in the archive and in a document of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from trialseal import api
from trialseal.cli.bundle.opening import open_named, unpacked
from trialseal.cli.selftest.known import bundle, vectors
from trialseal.errors import UsageError
from trialseal.files import SMALL, read_small, write_passing
from trialseal.ledger.carried import Carried

_PLACES = 64  # of the archive, in which a bit is changed


class Unexpected(Exception):
    """The bundle is not found to be what it is; the text says of what."""


def whole() -> str:
    """Every file of it has the verdict that it had when it was made."""
    known = vectors("bundle")
    with _opened() as (source, folder):
        named = {name: folder / name for name in known["verdicts"]}
        found = api.verify(list(named.values()), source, trial=bytes.fromhex(known["trial"]))
    codes = dict(zip(named, (one.exit_code for one in found), strict=True))
    if codes != known["verdicts"]:
        wrong = next(name for name in named if codes[name] != known["verdicts"][name])
        raise Unexpected(f"{wrong} in it is judged otherwise than when it was made")
    if not source.vouching().vouched:
        raise Unexpected("its block does not have the hash that it had")
    return f"{len(codes)} files in it have the verdicts that they had when it was made"


def flipped() -> str:
    """No bit of the archive can be changed unseen, at so many places."""
    data = bundle()
    with TemporaryDirectory(prefix="trialseal-") as place:
        for number in range(_PLACES):
            at = number * (len(data) - 1) // (_PLACES - 1)
            changed = bytearray(data)
            changed[at] ^= 1 << number % 8
            path = _written(place, bytes(changed), f"{number}.trialseal")
            try:
                open_named(str(path))
            except UsageError:
                continue
            raise Unexpected(f"with a bit of byte {at} changed it is read as if it were whole")
    return f"one bit changed, at {_PLACES} places of it, is found each time"


def altered() -> str:
    """A document of it in which one letter was changed is not what was sealed."""
    known = vectors("bundle")
    with _opened() as (source, folder), TemporaryDirectory(prefix="trialseal-") as place:
        document = json.loads(read_small(folder / "protocol.json", SMALL))
        document["titles"]["public"] += "."
        copy = _written(place, json.dumps(document).encode(), "protocol.json")
        [found] = api.verify([copy], source, trial=bytes.fromhex(known["trial"]))
    if found.exit_code != 1:
        raise Unexpected("a protocol with one more letter passes for the one that was sealed")
    return "a protocol with one more letter is not the sealed file"


@contextmanager
def _opened() -> Iterator[tuple[Carried, Path]]:
    """The chain that it carries, and its documents in a folder."""
    with TemporaryDirectory(prefix="trialseal-") as place:
        path = _written(place, bundle())
        source = api.bundle(path, block_hash=vectors("bundle")["block_hash"])
        with unpacked(open_named(str(path))) as folder:
            yield source, folder


def _written(place: str, data: bytes, name: str = "known.trialseal") -> Path:
    path = Path(place) / name
    write_passing(path, [data])
    return path
