"""Files: opened only where they are ordinary ones, written whole or not at all.

Every file that a user names, or that lies in a folder under examination, is opened here. A named pipe, a socket or a
device is never opened: reading one may never end. A link is followed only where a user named it; one that was found in
a folder may lead anywhere.
"""

from __future__ import annotations

import errno
import io
import json
import os
import stat
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, NoReturn, TextIO, TypeAlias

from trialseal.errors import UsageError

Place: TypeAlias = str | os.PathLike[str]

# Between the look and the opening a file may be replaced: a pipe put there must not keep us waiting.
_READ = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)
_PIECE = 1 << 20
SMALL = 1 << 24
"""Bytes that no list, key or journal of a user's own home comes near."""
_LONGEST_BEGINNING = 200  # of a file's name in that of its temporary file
_KINDS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISLNK, "a link, which is not followed"),
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)

# ----- reading -----


def kind_of(mode: int) -> str | None:
    """What lies at a place that is no ordinary file, by its `st_mode`: 'a named pipe'; None for an ordinary file."""
    if stat.S_ISREG(mode):
        return None
    return next((words for holds, words in _KINDS if holds(mode)), "no ordinary file")


def is_file(path: Place, *, follow: bool = True) -> bool:
    """Whether an ordinary file lies there."""
    try:
        return stat.S_ISREG(os.stat(path, follow_symlinks=follow).st_mode)
    except (OSError, ValueError):
        return False


def descriptor_of(path: Place, *, follow: bool = True, change: bool = False, seen: bool = False) -> int:
    """An ordinary file, opened for reading (and writing, if it is to be changed); whoever asks closes it.

    OSError, whose words say what lies there instead: 'it is a named pipe, not a file'. `follow` False refuses links;
    `seen` spares a look before opening, where a listing of its folder has just told that it is an ordinary file.
    """
    return descriptor_and_size(path, follow=follow, change=change, seen=seen)[0]


def descriptor_and_size(
    path: Place, *, follow: bool = True, change: bool = False, seen: bool = False
) -> tuple[int, int]:
    """As `descriptor_of`, and how many bytes the file has now."""
    if not seen:
        _require_ordinary(os.stat(path, follow_symlinks=follow).st_mode, path)
    flags = _READ | (0 if follow else _NO_LINK)
    descriptor = os.open(path, flags ^ os.O_RDONLY | os.O_RDWR if change else flags)
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            _require_ordinary(status.st_mode, path)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor, status.st_size


def opened(path: Place, *, follow: bool = True, buffering: int = -1) -> BinaryIO:
    """As `descriptor_of`, as a file for reading. OSError."""
    return os.fdopen(descriptor_of(path, follow=follow), "rb", buffering)


def opened_to_change(path: Place, *, buffering: int = -1) -> BinaryIO:
    """A file that is there, for reading and writing; a link is refused. OSError."""
    return os.fdopen(descriptor_of(path, follow=False, change=True), "r+b", buffering)


def open_file(path: Place, *, follow: bool = True, buffering: int = -1) -> BinaryIO:
    """As `opened`; UsageError in a sentence that names the file."""
    try:
        return opened(path, follow=follow, buffering=buffering)
    except (OSError, ValueError) as error:  # ValueError: a null character in the name
        refuse(path, error)


def open_text(path: Place, encoding: str, errors: str = "strict") -> TextIO:
    """A file's text, line ends as they are. LookupError if there is no such encoding, UsageError as `open_file`."""
    return io.TextIOWrapper(open_file(path), encoding=encoding, errors=errors, newline="")


def require_file(path: Place) -> None:
    """UsageError unless an ordinary file lies there, for readers that open by name themselves."""
    open_file(path).close()


def read_small(path: Place, limit: int, *, follow: bool = True) -> bytes:
    """A file's bytes, as `opened`. OSError also where there are more than `limit`."""
    with opened(path, follow=follow) as file:
        data = file.read(limit + 1)
    if len(data) > limit:
        raise OSError(errno.EFBIG, f"it is larger than {size_words(limit)}")
    return data


def read_file(path: Place, limit: int, *, follow: bool = True, too_large: str = ": name a smaller file") -> bytes:
    """A file's bytes; UsageError if it cannot be read, or has more than `limit` bytes; then `too_large` is the cure."""
    with open_file(path, follow=follow) as file:
        try:
            data = file.read(limit + 1)
        except OSError as error:
            refuse(path, error)
    if len(data) > limit:
        raise UsageError(f"{path} is larger than {size_words(limit)}{too_large}")
    return data


def read_descriptor(descriptor: int, size: int, limit: int) -> bytes:
    """All bytes of an open file of about `size` bytes, from where it stands; OSError once there are more than `limit`.

    A file may grow while it is read, and one that the system makes up says that it has no size.
    """
    # One byte more than expected shows the end without a second read, unless the file grows meanwhile.
    data = os.read(descriptor, size + 1)
    if len(data) == size:
        return data
    pieces, count = [data], len(data)
    while piece := os.read(descriptor, _PIECE):
        pieces.append(piece)
        count += len(piece)
        if count > limit:
            raise OSError(errno.EFBIG, f"it grew beyond {size_words(limit)} while it was read")
    return b"".join(pieces)


def refuse(path: Place, error: Exception) -> NoReturn:
    """UsageError that says in a sentence why a file cannot be read, and what to do."""
    if isinstance(error, FileNotFoundError):
        raise UsageError(f"{path} does not exist: check the name") from None
    if isinstance(error, IsADirectoryError):
        raise UsageError(f"{path} is a folder: name a file in it") from None
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    raise UsageError(f"{str(path)!r} cannot be read: {reason}") from None


def size_words(size: int) -> str:
    """'16 MiB', '64 KiB'."""
    return f"{size >> 20} MiB" if size >= 1 << 20 else f"{size >> 10} KiB" if size >= 1 << 10 else f"{size} bytes"


def _require_ordinary(mode: int, path: Place) -> None:
    kind = kind_of(mode)
    if kind == "a folder":
        raise IsADirectoryError(errno.EISDIR, "it is a folder", str(path))
    if kind is not None:
        raise OSError(errno.EINVAL, f"it is {kind}, not a file" if "link" not in kind else f"it is {kind}", str(path))


def below(folder: Path) -> tuple[list[Path], list[tuple[Path, str]]]:
    """The ordinary files below a folder, sorted, and what else lies there with what it is; no link is followed.

    UsageError if the folder itself cannot be read.
    """
    found: list[Path] = []
    odd: list[tuple[Path, str]] = []
    todo = [str(folder)]
    while todo:
        place = todo.pop()
        try:
            with os.scandir(place) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        todo.append(entry.path)
                    elif entry.is_file(follow_symlinks=False):
                        found.append(Path(entry.path))
                    else:
                        odd.append((Path(entry.path), kind_of(entry.stat(follow_symlinks=False).st_mode) or "no file"))
        except OSError as error:
            if place == str(folder):
                refuse(place, error)
            odd.append((Path(place), f"a folder that cannot be read ({error.strerror or error})"))
    return sorted(found), sorted(odd)


# ----- writing -----


def put(path: Path, data: bytes, mode: int = 0o644, *, overwrite: bool = True) -> None:
    """Puts `data` at `path` in one step: after a crash at any instruction there is the old file or the new one.

    Written beside, forced to disk, then renamed. OSError where the disk is full or refuses, FileExistsError where a
    file is there and not to be overwritten; then what was there stands.
    """
    _put(path, lambda descriptor: write_all(descriptor, data), mode, overwrite)


def write_with(path: Path, write: Callable[[BinaryIO], object], mode: int = 0o644, *, overwrite: bool = True) -> None:
    """As `write_bytes`, for what `write` writes piece by piece into the file that it is given."""

    def filled(descriptor: int) -> None:
        with os.fdopen(descriptor, "wb", closefd=False) as file:
            write(file)

    _make(path, lambda: _put(path, filled, mode, overwrite))


def _put(path: Path, fill: Callable[[int], None], mode: int, overwrite: bool) -> None:
    with beside(path, mode) as (temporary, descriptor):
        try:
            fill(descriptor)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        if overwrite:
            os.replace(temporary, path)
        else:
            _name(temporary, path)
    sync_folder(path.parent)


def put_and_blank(
    path: Path, write: Callable[[BinaryIO], None], mode: int, check: Callable[[Path], None] = lambda path: None
) -> None:
    """Puts what `write` writes in the place of a file, in one step, and overwrites with zeros what was there.

    `check` looks at the new file first; what it raises leaves the old one. UsageError if it cannot be written. Backups,
    other names of the old file, and file systems that write elsewhere keep what they have.
    """
    try:
        with opened_to_change(path, buffering=0) as old:
            with beside(path, mode) as (temporary, descriptor):
                with os.fdopen(descriptor, "wb") as file:
                    write(file)
                    file.flush()
                    os.fsync(file.fileno())
                check(temporary)
                os.replace(temporary, path)
            sync_folder(path.parent)
            status = os.fstat(old.fileno())
            if not status.st_nlink:  # else another name of it is left, with what somebody wants to keep
                for start in range(0, status.st_size, _PIECE):
                    write_all(old.fileno(), bytes(min(_PIECE, status.st_size - start)))
                os.fsync(old.fileno())
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror or error}") from None


@contextmanager
def beside(path: Path, mode: int) -> Iterator[tuple[Path, int]]:
    """A new file beside `path`, opened for writing, that is gone if what is done with it fails."""
    temporary = path.with_name(f".{path.name[:_LONGEST_BEGINNING]}.{os.urandom(4).hex()}")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
    descriptor = os.open(temporary, flags, mode)
    try:
        yield temporary, descriptor
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """One process at a time changes what lies in a folder; others wait. UsageError if there is no such folder."""
    try:
        import fcntl
    except ImportError:  # not there on Windows, where two at once stay the user's own care
        yield
        return
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        refuse(folder, error)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def write_bytes(path: Path, data: bytes, mode: int = 0o644, *, overwrite: bool = True) -> None:
    """As `put`, in folders that are made where they lack; UsageError in a sentence where it cannot be done."""
    _make(path, lambda: put(path, data, mode, overwrite=overwrite))


def write_passing(path: Place, chunks: Iterable[bytes]) -> None:
    """Writes a new file that is needed for a moment: nothing is forced to disk. UsageError if it cannot be written."""
    try:
        with open(path, "xb", buffering=0) as file:
            for chunk in chunks:
                write_all(file.fileno(), chunk)
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror or error}") from None


def _make(path: Path, make: Callable[[], None]) -> None:
    """Makes a file, and the folders that it lacks; UsageError in a sentence where it cannot be done."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        make()
    except FileExistsError:
        raise UsageError(f"{path} is there already: it was left as it is") from None
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror or error}") from None


def write_json(path: Path, value: Any, mode: int = 0o644, *, overwrite: bool = True) -> None:
    """Puts `value` at `path` as indented JSON, as `write_bytes` does."""
    write_bytes(path, json_bytes(value), mode, overwrite=overwrite)


def json_bytes(value: Any) -> bytes:
    """A value as it is laid out in the files that trialseal writes."""
    return (json.dumps(value, indent=2, ensure_ascii=False) + "\n").encode()


def place(temporary: Path, path: Path) -> None:
    """Gives a finished file of the same folder its name; UsageError if there is one of that name already."""
    try:
        _name(temporary, path)
    except FileExistsError:
        raise UsageError(f"{path} is there already: it was left as it is") from None
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror or error}") from None


def write_all(descriptor: int, data: bytes) -> None:
    """Writes every byte, however many calls that takes."""
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def sync_folder(folder: Path) -> None:
    """Forces to disk which files a folder holds; a system that cannot (Windows) does so by itself."""
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(descriptor)
    except OSError:  # some network file systems refuse; the files themselves are on disk
        pass
    finally:
        os.close(descriptor)


def _name(temporary: Path, path: Path) -> None:
    """Gives a file its name unless there is one; OSError."""
    try:
        os.link(temporary, path)
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links
        if os.path.lexists(path):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path)) from None
        os.replace(temporary, path)
    else:
        temporary.unlink()
