"""Packs files: each is encrypted to the package's own key, and named by the digest of its encrypted bytes.

Read and written piece by piece, so that memory does not grow with a file. The package appears whole or not at all.
"""

from __future__ import annotations

import io
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, NamedTuple, cast

from trialseal import age_files, escaping, files
from trialseal.errors import UsageError
from trialseal.sharing.manifest import DOCUMENT, ENDING, Packed, manifest_bytes, root_of
from trialseal.sharing.new_folder import beside
from trialseal.sharing.owners import Rows, Source
from trialseal.sharing.small_files import LARGEST, SmallFiles


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


class _Counted(io.RawIOBase):
    """Reads another file, or pieces, and keeps the digest and the number of the bytes read."""

    def __init__(self, read: Callable[[int], bytes]) -> None:
        self._read = read
        self._digest = sha256()
        self.count = 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        data = self._read(size)
        self._digest.update(data)
        self.count += len(data)
        return data

    def hexdigest(self) -> str:
        return self._digest.hexdigest()


class _Written(io.RawIOBase):
    """Writes another file, and keeps the digest of the bytes written."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._digest = sha256()

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        self._digest.update(cast(bytes, data))
        return self._file.write(cast(bytes, data))

    def hexdigest(self) -> str:
        return self._digest.hexdigest()


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
    new = beside(folder)
    try:
        packed = sorted(_packed(new, sources, recipient, progress))
        listed = _encrypted(new, pieces([manifest_bytes(packed)]), recipient)
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


def _packed(
    folder: Path,
    sources: Iterable[Source | tuple[str, Rows]],
    recipient: str,
    progress: Callable[[str], None],
) -> Iterator[Packed]:
    small = SmallFiles(folder, recipient)
    for number, source in enumerate(sources, 1):
        if isinstance(source, Source):
            with files.open_file(source.place, follow=False) as file:
                begun = file.read(LARGEST + 1)
                if len(begun) <= LARGEST:
                    yield from small.take(source, begun)
                else:
                    file.seek(0)
                    one = _encrypted(folder, file.read, recipient)
                    yield one._replace(path=source.path, subjects=source.subjects)
        else:
            path, rows = source
            one = _encrypted(folder, pieces(rows), recipient)
            yield one._replace(path=path, subjects=tuple(sorted(rows.subjects)))
        if not number & 0x3F:
            progress(f"{number} files packed …")
    yield from small.rest()


def _encrypted(folder: Path, read: Callable[[int], bytes], recipient: str) -> Packed:
    """Encrypts what is read into a file of the folder, under its digest."""
    temporary = folder / ".new"
    plain = _Counted(read)
    with open(temporary, "wb") as file:
        written = _Written(cast(BinaryIO, file))
        age_files.encrypt_stream(cast(BinaryIO, plain), cast(BinaryIO, written), recipient)
    stored = written.hexdigest()
    os.rename(temporary, folder / f"{stored}{ENDING}")
    return Packed("", plain.hexdigest(), plain.count, stored, ())
