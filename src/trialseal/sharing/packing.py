"""Packs files: each is encrypted to the package's own key, and named by the digest of its encrypted bytes.

Read and written piece by piece, so that memory does not grow with a file. The package appears whole or not at all.
"""

from __future__ import annotations

import io
import os
import secrets
import shutil
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from trialseal import age_files, escaping, files
from trialseal.errors import UsageError
from trialseal.sharing.manifest import DOCUMENT, ENDING, Packed, manifest_bytes, root_of
from trialseal.sharing.owners import Rows, Source


class Contents(NamedTuple):
    """What was packed."""

    files: tuple[Packed, ...]
    manifest: str
    """SHA-256 of the encrypted list of files."""
    root: bytes

    @property
    def bytes(self) -> int:
        """How large the files are together, unencrypted."""
        return sum(one.bytes for one in self.files)


class _Digest:
    """A SHA-256 that is made beside what else is done: one piece is hashed while the next is read or encrypted."""

    def __init__(self, pool: Executor) -> None:
        self._pool = pool
        self._digest = sha256()
        self._pending: Future[None] | None = None

    def update(self, data: bytes) -> None:
        if self._pending is not None:
            self._pending.result()  # in their order, and no more than one piece is held
        self._pending = self._pool.submit(self._digest.update, data)

    def hexdigest(self) -> str:
        if self._pending is not None:
            self._pending.result()
        return self._digest.hexdigest()


class _Counted(io.RawIOBase):
    """Reads another file, or pieces, and keeps the digest and the number of the bytes read."""

    def __init__(self, read: Callable[[int], bytes], digest: _Digest) -> None:
        self._read = read
        self._digest = digest
        self.count = 0

    def readable(self) -> bool:
        return True

    def readinto(self, into: Any) -> int:
        place = memoryview(into)
        data = self._read(len(place))
        self._digest.update(data)
        self.count += len(data)
        place[: len(data)] = data
        return len(data)


class _Written(io.RawIOBase):
    """Writes another file, and keeps the digest of the bytes written."""

    def __init__(self, file: BinaryIO, digest: _Digest) -> None:
        self._file = file
        self._digest = digest

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        kept = bytes(data)
        self._digest.update(kept)
        return self._file.write(kept)


def pieces(chunks: Iterable[bytes]) -> Callable[[int], bytes]:
    """A reader of what comes in pieces: of so many bytes at most as are asked for."""
    source: Iterator[bytes] = iter(chunks)
    held = bytearray()

    def read(size: int) -> bytes:
        while size < 0 or len(held) < size:
            piece = next(source, None)
            if piece is None:
                break
            held.extend(piece)
        data = bytes(held if size < 0 else held[:size])
        del held[: len(data)]
        return data

    return read


def pack(
    folder: Path,
    sources: Iterable[Source | tuple[str, Rows]],
    recipient: str,
    document: Callable[[Contents], bytes],
    progress: Callable[[str], None] = lambda words: None,
) -> Contents:
    """Makes the folder of a package; `document` gives the bytes of its document, which is written last.

    UsageError if the folder is there, or cannot be written: then nothing is left of it.
    """
    if os.path.lexists(folder):
        raise UsageError(f"{escaping.path(folder)} is there already: name a folder that is not, with --out")
    new = folder.with_name(f".{folder.name}.{secrets.token_hex(4)}")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        new.mkdir()
        packed = []
        with ThreadPoolExecutor(2, "digests") as pool:
            for number, source in enumerate(sources, 1):
                packed.append(_one(new, source, recipient, pool))
                if not number & 0x3F:
                    progress(f"{number} files packed …")
            packed.sort()
            listed = _encrypted(new, pieces([manifest_bytes(packed)]), recipient, pool)
        contents = Contents(tuple(packed), listed.stored, root_of(listed.stored, [one.stored for one in packed]))
        # Its files need not be forced to disk one by one: one that a power cut took is told by its name when opened.
        files.put(new / DOCUMENT, document(contents))
        os.rename(new, folder)
    except OSError as error:
        shutil.rmtree(new, ignore_errors=True)
        why = error.strerror or error
        raise UsageError(f"{escaping.path(folder)} cannot be written ({why}): nothing was packed; make room") from None
    except BaseException:
        shutil.rmtree(new, ignore_errors=True)
        raise
    files.sync_folder(folder.parent)
    return contents


def _one(folder: Path, source: Source | tuple[str, Rows], recipient: str, pool: Executor) -> Packed:
    if isinstance(source, Source):
        with files.open_file(source.place, follow=False) as file:
            return _encrypted(folder, file.read, recipient, pool)._replace(path=source.path, subjects=source.subjects)
    path, rows = source
    one = _encrypted(folder, pieces(rows), recipient, pool)
    return one._replace(path=path, subjects=tuple(sorted(rows.subjects)))


def _encrypted(folder: Path, read: Callable[[int], bytes], recipient: str, pool: Executor) -> Packed:
    """Encrypts what is read into a file of the folder, under its digest."""
    temporary = folder / ".new"
    of_plain, of_stored = _Digest(pool), _Digest(pool)
    plain = _Counted(read, of_plain)
    with open(temporary, "wb") as file:
        age_files.encrypt_stream(plain, _Written(file, of_stored), recipient)
    stored = of_stored.hexdigest()
    os.rename(temporary, folder / f"{stored}{ENDING}")
    return Packed("", of_plain.hexdigest(), plain.count, stored, ())
