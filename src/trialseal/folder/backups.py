"""A backup of what cannot be made again: keys, parties, secrets, receipts, documents; and its way back.

A tar with `home/…`, `trials/NAME/…` and, last, `manifest.json` with each file's SHA-256. Links are left out.
"""

from __future__ import annotations

import hashlib
import io
import os
import sqlite3
import tarfile
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO, Final, NamedTuple

from trialseal import files
from trialseal.documents.versions import format_of, version_of
from trialseal.errors import FailedError, UsageError
from trialseal.folder.layout import STREAMS
from trialseal.kept_json import value_of
from trialseal.ledger.outbox import FILE as OUTBOX
from trialseal.streams.disk import alone

MANIFEST: Final = "manifest.json"
_FAMILY: Final = "trialseal-backup"
HOME: Final = "home"
TRIALS: Final = "trials"
# Of the home: a practice chain's state; and which numbers of signed acts were used, since who goes on after a backup
# uses more of them: without it, the computer that it is restored on begins at random (acts.signing.take_nonces).
_LEFT_OUT: Final = frozenset({"devnet", "nonces"})
# And what marks who is at work.
_ENDINGS: Final = (".lock", "-journal", "-wal", "-shm")
_PIECE: Final = 1 << 20
_LARGEST_MANIFEST: Final = 1 << 28


class Kept(NamedTuple):
    """A file of a backup."""

    name: str
    """Its place in the backup."""
    size: int
    sha256: str


def write(out: BinaryIO, home: Path, trials: Iterable[Path], told: Callable[[str], None]) -> list[Kept]:
    """Writes a backup; each file as it is when it is read, a stream's store while nobody writes to it."""
    kept: list[Kept] = []
    with tarfile.open(fileobj=out, mode="w|", format=tarfile.PAX_FORMAT) as archive:
        kept += [_add(archive, path, f"{HOME}/{name}") for path, name in _of_home(home)]
        taken: set[str] = set()
        for trial in trials:
            told(f"backing up {trial} …")
            folder = _free_name(trial, taken)
            for store in sorted(trial.glob(f"{STREAMS}/*/")):
                with alone(store, str(store)):
                    kept += [_add(archive, path, f"{TRIALS}/{folder}/{name}") for path, name in _below(store, trial)]
            kept += [
                _add(archive, path, f"{TRIALS}/{folder}/{name}")
                for path, name in _below(trial, trial)
                if not name.startswith(f"{STREAMS}/")
            ]
        value = {"format": format_of(_FAMILY), "files": [one._asdict() for one in kept]}
        _add_bytes(archive, MANIFEST, files.json_bytes(value))
    return kept


def _free_name(trial: Path, taken: set[str]) -> str:
    base = trial.resolve().name or "trial"
    name, number = base, 2
    while name in taken:
        name, number = f"{base}-{number}", number + 1
    taken.add(name)
    return name


def _of_home(home: Path) -> Iterator[tuple[Path, str]]:
    for path, name in _below(home, home):
        if PurePosixPath(name).parts[0] not in _LEFT_OUT:
            yield path, name


def _below(folder: Path, root: Path) -> Iterator[tuple[Path, str]]:
    found, odd = files.below(folder)
    for path, kind in odd:
        if "cannot be read" in kind:
            raise UsageError(f"{path} is {kind}: give yourself access, or move it away; nothing was backed up")
    for path in found:
        if not path.name.endswith(_ENDINGS) and path.name != "lock":
            yield path, path.relative_to(root).as_posix()


def _add(archive: tarfile.TarFile, path: Path, name: str) -> Kept:
    try:
        name.encode()
    except UnicodeEncodeError:
        raise UsageError(f"{name!r:.80} is not text: give that file another name; nothing was backed up") from None
    if path.name == OUTBOX:
        return _add_bytes(archive, name, _database(path))
    with files.open_file(path, follow=False) as file:
        size = os.fstat(file.fileno()).st_size
        member = tarfile.TarInfo(name)
        member.size, member.mtime, member.mode = size, int(os.fstat(file.fileno()).st_mtime), 0o600
        counted = _Hashing(file, size)
        archive.addfile(member, counted)
    return Kept(name, size, counted.digest)


def _add_bytes(archive: tarfile.TarFile, name: str, data: bytes) -> Kept:
    member = tarfile.TarInfo(name)
    member.size, member.mode = len(data), 0o600
    archive.addfile(member, io.BytesIO(data))
    return Kept(name, len(data), hashlib.sha256(data).hexdigest())


def _database(path: Path) -> bytes:
    """A database as it is between two changes."""
    with tempfile.TemporaryDirectory() as place:
        copy = Path(place) / OUTBOX
        source, target = sqlite3.connect(path), sqlite3.connect(copy)
        try:
            source.backup(target)
        except sqlite3.DatabaseError:  # damaged: kept as it is, for whoever can mend it
            return path.read_bytes()
        finally:
            source.close()
            target.close()
        return copy.read_bytes()


class _Hashing:
    """Reads so many bytes of a file and hashes them; UsageError where the file was made shorter meanwhile."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        self._file, self._left, self._sha256 = file, size, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        wanted = self._left if size < 0 else min(size, self._left)
        data = self._file.read(wanted)
        if len(data) < wanted:
            raise UsageError("a file was made shorter while it was backed up: run the same command again")
        self._left -= len(data)
        self._sha256.update(data)
        return data

    @property
    def digest(self) -> str:
        return self._sha256.hexdigest()


# ----- the way back -----


def restore(source: BinaryIO, folder: Path) -> list[Kept]:
    """Writes a backup's files into a new folder, and holds each against the manifest.

    UsageError if the folder holds something, FailedError if the backup is damaged; then what was written is taken away.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{folder} is there already and not empty: name a new folder")
    folder.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    try:
        return _unpack(source, folder, written)
    except BaseException:
        for path in reversed(written):
            with suppress(OSError):
                path.unlink() if path.is_file() else path.rmdir()
        raise


def _unpack(source: BinaryIO, folder: Path, written: list[Path]) -> list[Kept]:
    found: dict[str, Kept] = {}
    manifest: Any = None
    try:
        with tarfile.open(fileobj=source, mode="r|") as archive:
            for member in archive:
                file = archive.extractfile(member) if member.isreg() else None
                if file is None or not _is_plain(member.name):
                    raise FailedError(f"the backup holds {member.name!r:.80}, which no backup of trialseal does")
                if member.name == MANIFEST:
                    manifest = value_of(file.read(_LARGEST_MANIFEST))
                    continue
                if member.name in found:
                    raise FailedError(f"the backup holds {member.name!r:.80} twice")
                found[member.name] = _unpacked(file, member, folder, written)
    except (tarfile.TarError, ValueError, EOFError, RecursionError):
        raise FailedError("the backup is damaged: use another copy of it") from None
    _require_whole(manifest, found)
    return list(found.values())


def _unpacked(file: Any, member: tarfile.TarInfo, folder: Path, written: list[Path]) -> Kept:
    path = folder / member.name
    for parent in reversed(path.relative_to(folder).parents[:-1]):
        if not (folder / parent).exists():
            (folder / parent).mkdir(mode=0o700)
            written.append(folder / parent)
    digest = hashlib.sha256()
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        written.append(path)
        while piece := file.read(_PIECE):
            digest.update(piece)
            out.write(piece)
        out.flush()
        os.fsync(out.fileno())
    return Kept(member.name, member.size, digest.hexdigest())


def _is_plain(name: str) -> bool:
    """Whether a name stays within the folder that it is written to."""
    parts = PurePosixPath(name).parts
    return name == MANIFEST or (len(parts) > 1 and parts[0] in (HOME, TRIALS) and not {"..", "/", ""} & set(parts))


def _require_whole(manifest: Any, found: dict[str, Kept]) -> None:
    try:
        version_of(manifest["format"], _FAMILY, MANIFEST)
        listed = {one["name"]: Kept(one["name"], one["size"], one["sha256"]) for one in manifest["files"]}
    except (TypeError, KeyError):
        raise FailedError("the backup ends before its list of files: use another copy of it") from None
    if listed != found:
        wrong = next(name for name in sorted({*listed, *found}) if listed.get(name) != found.get(name))
        raise FailedError(f"the backup is damaged at {wrong!r:.80}: use another copy of it")
