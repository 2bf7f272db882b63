"""Files that survive a crash: forced to disk, checked by a digest, held by one writer at a time."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO

from trialseal import files
from trialseal.errors import FailedError, UsageError

PRIVATE, SHARED = 0o600, 0o644
# The secrets of twenty million subjects.
_LARGEST = 1 << 30
_PAUSE = 0.1  # seconds between two tries for a store that another process holds


class Busy(FailedError):
    """Another process is writing to the store."""


def checksum(value: Mapping[str, Any]) -> str:
    """A digest over the other members of a small file, so that an edit by hand, or a flipped bit, is found."""
    return sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


def sync(file: BinaryIO) -> None:
    """Forces to disk what was written to an open file."""
    file.flush()
    os.fsync(file.fileno())


def _lock(path: Path) -> BinaryIO:
    """The file that a writer holds; made if it lacks, or if a link lies in its place, which leads anywhere."""
    if path.is_symlink():
        path.unlink()
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, SHARED))
    return files.opened_to_change(path)


@contextmanager
def alone(folder: Path, what: str, wait: float = 0) -> Iterator[None]:
    """Holds a store for one writer; Busy if another has it still after `wait` seconds. A process that dies lets go of
    it."""
    with _lock(folder / "lock") as file:
        try:
            import fcntl
        except ImportError:  # not there on Windows, where two at once stay the user's own care
            yield
            return
        until = time.monotonic() + wait
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() < until:
                    time.sleep(_PAUSE)
                    continue
                raise Busy(
                    f"another process is writing to {what}: nothing was changed here; run the same command again when "
                    "it is done, it reads first what the other has added"
                ) from None
        yield


def read_whole(path: Path, what: str, *, follow: bool = False) -> bytes:
    """A small file's bytes; UsageError that names it if it cannot be read. `follow` says whether a link is."""
    try:
        return files.read_small(path, _LARGEST, follow=follow)
    except OSError as error:
        raise UsageError(f"{path} cannot be read ({error.strerror}): it holds {what}; restore it") from None
