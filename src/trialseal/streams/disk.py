"""Files that survive a crash: forced to disk, replaced whole, held by one writer at a time."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO

from trialseal.errors import FailedError, UsageError

PRIVATE = 0o600
SHARED = 0o644


class Busy(FailedError):
    """Another process is writing to the store."""


def replace(path: Path, data: bytes, mode: int = SHARED) -> None:
    """Puts `data` at `path` in one step: after a crash at any instruction there is the old file or the new one.

    OSError where the disk is full or refuses; then the old file stands.
    """
    temporary = path.with_name(f".{path.name}.new")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    try:
        try:
            write_all(descriptor, data)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        os.replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def checksum(value: Mapping[str, Any]) -> str:
    """A digest over the other members of a small file, so that an edit by hand, or a flipped bit, is found."""
    return sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


def write_all(descriptor: int, data: bytes) -> None:
    """Writes every byte, however many calls that takes."""
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def sync(file: BinaryIO) -> None:
    """Forces to disk what was written to an open file."""
    file.flush()
    os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Forces to disk which files a folder holds; a system that cannot (Windows) does so by itself."""
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def alone(folder: Path, what: str) -> Iterator[None]:
    """Holds a store for one writer; Busy if another has it. A process that dies lets go of it."""
    with (folder / "lock").open("a") as file:
        try:
            import fcntl
        except ImportError:  # not there on Windows, where two at once stay the user's own care
            yield
            return
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Busy(
                f"another process is writing to {what}: nothing was changed here; run the same command again when it "
                "is done, it reads first what the other has added"
            ) from None
        yield


def read_whole(path: Path, what: str) -> bytes:
    """A small file's bytes; UsageError that names it if it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path} cannot be read ({error.strerror}): it holds {what}; restore it") from None
