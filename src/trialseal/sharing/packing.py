"""Packs files: each is encrypted to the package's own key, and named by the digest of its encrypted bytes.

Read and written piece by piece, so that memory does not grow with a file. The package appears whole or not at all.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import BinaryIO, NamedTuple

from trialseal import age_files, escaping, files
from trialseal.errors import FailedError, UsageError
from trialseal.sharing.hashed import HashedReading, HashedWriting, Threads, pieces, threads
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
        with threads() as hashing:
            packed = sorted(_packed(new, sources, recipient, hashing, progress))
            listed = _encrypted(new, pieces([manifest_bytes(packed)]), recipient, hashing)
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
    hashing: Threads,
    progress: Callable[[str], None],
) -> Iterator[Packed]:
    small = SmallFiles(folder, recipient, hashing.writing)
    for number, source in enumerate(sources, 1):
        if isinstance(source, Source):
            with files.open_file(source.place, follow=False) as file:
                before = _stamp(file)
                begun = file.read(LARGEST + 1)
                if len(begun) <= LARGEST:
                    yield from small.take(source, begun)
                else:
                    file.seek(0)
                    one = _encrypted(folder, file.read, recipient, hashing)
                    yield one._replace(path=source.path, subjects=source.subjects)
                if _stamp(file) != before:
                    raise FailedError(
                        f"{escaping.path(source.place)} changed while it was packed: run the same command again when "
                        "nobody writes to it; nothing was packed"
                    )
        else:
            path, rows = source
            one = _encrypted(folder, pieces(rows), recipient, hashing)
            yield one._replace(path=path, subjects=tuple(sorted(rows.subjects)))
        if not number & 0x3F:
            progress(f"{number} files packed …")
    yield from small.rest()


def _stamp(file: BinaryIO) -> tuple[int, int]:
    status = os.fstat(file.fileno())
    return status.st_size, status.st_mtime_ns


def _encrypted(folder: Path, read: Callable[[int], bytes], recipient: str, hashing: Threads) -> Packed:
    """Encrypts what is read into a file of the folder, under its digest."""
    temporary = folder / ".new"
    plain = HashedReading(read, hashing.reading)
    with open(temporary, "wb", buffering=0) as file:
        written = HashedWriting(partial(files.write_all, file.fileno()), hashing.writing)
        age_files.encrypt_stream(plain.read, written.write, recipient)
        written.flush()
    stored = written.digest.hexdigest()
    os.rename(temporary, folder / f"{stored}{ENDING}")
    return Packed("", plain.digest.hexdigest(), plain.count, stored, ())
