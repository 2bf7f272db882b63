"""Files as they lie on disk: which ones are meant, and their digests."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from trialseal.documents.canonical import MAX_DOCUMENT_BYTES, document_digest, parse_json
from trialseal.errors import UsageError
from trialseal.tables.names import PRIVATE_ENDINGS, SEAL_ENDING

FORMAT = "trialseal/1"
# Only what names itself a document of ours is ever parsed: everything else is bytes.
_MARK = b'"trialseal/1"'
_PIECE = 1 << 20
# Receipts are about files, not files to be verified; see `collect`.
RECEIPTS = "receipts"
# A named pipe must not keep us waiting; Windows has neither flag's problem.
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)


class FileDigests(NamedTuple):
    """A file's digests, 32 bytes each."""

    path: Path
    raw: bytes
    """SHA-256 of the bytes, as `sha256sum` prints it."""
    canonical: bytes | None
    """SHA-256 of the RFC 8785 form, where the file is a document of trialseal."""
    document: dict[str, Any] | None
    """That document as parsed JSON."""
    size: int
    """Bytes."""
    fault: str | None = None
    """Why a file that names itself a document of trialseal could not be read as one."""

    @property
    def digests(self) -> tuple[bytes, ...]:
        """Those under which the file may be sealed."""
        return (self.raw,) if self.canonical is None else (self.canonical, self.raw)

    @property
    def kind(self) -> str | None:
        """The document's own word for its kind."""
        kind = self.document.get("kind") if self.document else None
        return kind if isinstance(kind, str) else None


def digests_of(path: Path) -> FileDigests:
    """The digests of a file of any size; UsageError if it cannot be read."""
    try:
        descriptor = os.open(path, _FLAGS)
        try:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                raise UsageError(f"{path} is no ordinary file: name a file or a folder")
            if status.st_size > MAX_DOCUMENT_BYTES:
                return _large(path, descriptor)
            data = _whole(descriptor, status.st_size)
        finally:
            os.close(descriptor)
    except UsageError:
        raise
    except (OSError, ValueError) as error:  # ValueError: a null character in the name
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise UsageError(f"{path} cannot be read: {reason}") from None
    raw = sha256(data).digest()
    if _MARK not in data:
        return FileDigests(path, raw, None, None, len(data))
    try:
        document = parse_json(data, str(path))
        if isinstance(document, dict) and document.get("format") == FORMAT:
            return FileDigests(path, raw, document_digest(document), document, len(data))
    except UsageError as error:
        return FileDigests(path, raw, None, None, len(data), str(error))
    return FileDigests(path, raw, None, None, len(data))


def collect(paths: Sequence[Path]) -> list[Path]:
    """The files that are meant: those named, and those in named folders, sorted.

    In folders, receipts/ and hidden names are passed over, and beside a dataset's seal document the dataset with its
    private parts, which a seal document stands for; so are links that lead back to a folder seen before.
    UsageError for a path that does not exist.
    """
    # Text sorts and compares several times faster than paths do, which counts for thousands of files.
    found: dict[str, None] = {}
    seen: set[tuple[int, int]] = set()
    for path in paths:
        try:
            is_folder = stat.S_ISDIR(path.stat().st_mode)
        except (OSError, ValueError):
            raise UsageError(f"{path} does not exist: check the name") from None
        if is_folder:
            found.update(dict.fromkeys(sorted(_files_below(path, seen))))
        else:
            found[str(path)] = None
    return [Path(path) for path in found]


def _files_below(folder: Path, seen: set[tuple[int, int]]) -> Iterator[str]:
    todo = [str(folder)]
    while todo:
        place = todo.pop()
        try:
            status = os.stat(place)
            if (status.st_dev, status.st_ino) in seen:
                continue
            seen.add((status.st_dev, status.st_ino))
            with os.scandir(place) as found:
                entries = list(found)
            sealed = {entry.name.removesuffix(SEAL_ENDING) for entry in entries if entry.name.endswith(SEAL_ENDING)}
            for entry in entries:
                if entry.name.startswith(".") or entry.name in sealed:
                    continue
                if entry.is_dir():
                    if entry.name != RECEIPTS:
                        todo.append(entry.path)
                elif entry.is_file() and not entry.name.endswith(PRIVATE_ENDINGS):
                    yield entry.path
        except OSError as error:
            raise UsageError(f"{place} cannot be read: {error.strerror or error}") from None


def _whole(descriptor: int, size: int) -> bytes:
    # One byte more than expected shows the end without a second read, unless the file grows meanwhile.
    data = os.read(descriptor, size + 1)
    if len(data) == size:
        return data
    pieces = [data]
    while piece := os.read(descriptor, _PIECE):
        pieces.append(piece)
    return b"".join(pieces)


def _large(path: Path, descriptor: int) -> FileDigests:
    with os.fdopen(descriptor, "rb", buffering=0, closefd=False) as file:
        digest = hashlib.file_digest(file, sha256).digest()
        return FileDigests(path, digest, None, None, file.tell())
