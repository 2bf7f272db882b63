"""Packs files: each is encrypted to the package's own key, and named by the digest of its encrypted bytes.

Read and written piece by piece, so that memory does not grow with a file. The package appears whole or not at all.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from io import BufferedReader
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NamedTuple, cast

from trialseal import age_files, age_writing, escaping, files
from trialseal.core import library
from trialseal.core.side_by_side import two
from trialseal.errors import FailedError, UsageError
from trialseal.sharing.hashed import HashedReading, HashedWriting, ReadInto, Write, pieces
from trialseal.sharing.manifest import DOCUMENT, ENDING, Packed, manifest_bytes, root_of
from trialseal.sharing.new_folder import beside
from trialseal.sharing.owners import Rows, Source
from trialseal.sharing.small_files import LARGEST, WORTH_CORE, SmallFiles

if TYPE_CHECKING:
    from ctypes import CDLL


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
                before = _stamp(file)
                begun = file.read(LARGEST + 1)
                if len(begun) <= LARGEST:
                    yield from small.take(source, begun)
                else:
                    file.seek(0)
                    core = library.core() if before[0] >= WORTH_CORE else None
                    one = _encrypted(folder, cast(BufferedReader, file).readinto, recipient, core)
                    yield one._replace(path=source.path, subjects=source.subjects)
                if _stamp(file) != before:
                    raise FailedError(
                        f"{escaping.path(source.place)} changed while it was packed: run the same command again when "
                        "nobody writes to it; nothing was packed"
                    )
        else:
            path, rows = source
            one = _encrypted(folder, pieces(rows), recipient)
            yield one._replace(path=path, subjects=tuple(sorted(rows.subjects)))
        if not number & 0x3F:
            progress(f"{number} files packed …")
    yield from small.rest()


def _stamp(file: BinaryIO) -> tuple[int, int]:
    status = os.fstat(file.fileno())
    return status.st_size, status.st_mtime_ns


def _encrypted(folder: Path, read_into: ReadInto, recipient: str, core: CDLL | None = None) -> Packed:
    """Encrypts what is read into a file of the folder, under its digest."""
    temporary = folder / ".new"
    with open(temporary, "wb", buffering=0) as file:
        write = partial(files.write_all, file.fileno())
        if age_writing.is_there():
            plain, stored, size = _encrypted_fast(write, read_into, recipient, core)
        else:
            plain, stored, size = _encrypted_by_pyrage(write, read_into, recipient)
    os.rename(temporary, folder / f"{stored}{ENDING}")
    return Packed("", plain, size, stored, ())


def _encrypted_fast(write: Write, read_into: ReadInto, recipient: str, core: CDLL | None) -> tuple[str, str, int]:
    """The digests of what was read and of what was written, and how many bytes were read."""
    digests, size = two(core), 0
    beginning, those = age_writing.written(read_into, age_writing.point_of(recipient))
    digests.add(memoryview(b""), memoryview(beginning))
    write(beginning)
    for one in those:
        digests.add(one.plain, one.sealed)
        size += len(one.plain)
        write(one.sealed)
    return *digests.hexdigests(), size


def _encrypted_by_pyrage(write: Write, read_into: ReadInto, recipient: str) -> tuple[str, str, int]:
    reading, writing = HashedReading(read_into), HashedWriting(write)
    age_files.encrypt_stream(reading.read, writing.write, recipient)
    writing.flush()
    return reading.digest.hexdigest(), writing.digest.hexdigest(), reading.count
