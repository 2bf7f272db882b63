"""What was installed, the clock, and who else may write here."""

from __future__ import annotations

import base64
import os
import stat
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from importlib.metadata import Distribution, PackageNotFoundError, distribution, version
from pathlib import Path
from typing import Final

from trialseal import __version__, escaping, extras
from trialseal.cli.signs import Health, Sign
from trialseal.evidence.wording import count
from trialseal.files import read_small
from trialseal.ledger.moments import moment

_PYTHON: Final = (3, 11)
# Nothing of this version was there before.
_MADE: Final = datetime(2026, 11, 1, tzinfo=UTC)
_LARGEST: Final = 1 << 26  # bytes, of a file of the program
_OTHERS: Final = stat.S_IWGRP | stat.S_IWOTH


def versions() -> Iterator[Sign]:
    """Python, and the packages of the core."""
    python = sys.version.split()[0]
    fits = sys.version_info >= _PYTHON
    words = f"Python {python} on {sys.platform}" + ("" if fits else ": trialseal needs 3.11 or newer")
    yield Sign("Python", Health.WORKS if fits else Health.FAILS, words)
    found = []
    for name in sorted(extras.CORE):
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            continue
    words = f"trialseal {__version__}; {', '.join(found)}" if found else f"trialseal {__version__}, by itself"
    yield Sign("versions", Health.WORKS, words)


def files() -> Iterator[Sign]:
    """Whether the program's files are those that were installed, by the list that pip keeps."""
    try:
        installed = distribution("trialseal")
    except PackageNotFoundError:
        yield Sign("program files", Health.LOOK, "run from where they lie, with no list of what they must be")
        return
    listed = list(_listed(installed))
    if not listed:
        yield Sign("program files", Health.LOOK, "run from the folder of the source, with no list of what they must be")
        return
    changed = [path for path, wanted in listed if _digest(path) != wanted]
    if changed:
        more = f" and {count(len(changed) - 1, 'other')}" if len(changed) > 1 else ""
        words = f"{escaping.path(changed[0])}{more} not as installed: install trialseal anew"
        yield Sign("program files", Health.FAILS, words)
    else:
        yield Sign("program files", Health.WORKS, f"{count(len(listed), 'file')} as installed")


def clock() -> Iterator[Sign]:
    """What this computer takes for the time; whoever reads it compares."""
    now = datetime.now(UTC)
    words = f"{moment(int(now.timestamp()), exact=True)} by this computer: compare it with a clock that you trust"
    behind = now < _MADE
    yield Sign("clock", Health.FAILS if behind else Health.WORKS, words if not behind else f"{words}; it is behind")
    first = time.monotonic()
    if time.monotonic() < first:
        yield Sign("clock", Health.FAILS, "it runs backwards")


def rights(home: Path) -> Iterator[Sign]:
    """Whether others could put something in the place of the program, or of what the reader keeps."""
    if not hasattr(os, "geteuid"):
        yield Sign("rights", Health.LOOK, "not looked at on this system: see that only you can write these files")
        return
    program = next(one for one in list(Path(__file__).parents)[2:] if one.exists())  # a folder, or an archive
    for what, path in (("program", program), ("home", home), ("keystore", home / "keystore")):
        if path.exists():
            mode = path.stat().st_mode
            open_to = "others may write there" if mode & _OTHERS else ""
            if what == "keystore" and mode & 0o077:
                open_to = "others may read it"
            shown = escaping.path(path)
            words = f"{shown}: {open_to}: chmod {'700' if what == 'keystore' else 'go-w'} {shown}" if open_to else shown
            yield Sign(f"rights of {what}", Health.LOOK if open_to else Health.WORKS, words)


def _listed(installed: Distribution) -> Iterator[tuple[Path, bytes]]:
    """Files of this very package with the SHA-256 that they were installed with."""
    here = Path(__file__).parents[2]
    for one in installed.files or ():
        path = Path(str(one.locate()))
        if one.hash is not None and one.hash.mode == "sha256" and path.is_relative_to(here):
            yield path, base64.urlsafe_b64decode(one.hash.value + "=")


def _digest(path: Path) -> bytes | None:
    try:
        return sha256(read_small(path, _LARGEST)).digest()
    except OSError:
        return None
