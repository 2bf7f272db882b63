"""Opens a package: every file is held against the package's document, and only then are all of them put in place."""

from __future__ import annotations

import io
import os
import shutil
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, NamedTuple, cast

from trialseal import age_files, escaping, files
from trialseal.documents.sharing import Package
from trialseal.errors import FailedError, UsageError
from trialseal.sharing.manifest import DOCUMENT, ENDING, Packed, read_manifest, root_of
from trialseal.sharing.new_folder import beside

_LARGEST_MANIFEST = 1 << 28
_AGAIN = "ask for the package again"


class Opened(NamedTuple):
    """What was opened."""

    files: tuple[Packed, ...]
    foreign: tuple[str, ...]
    """Names in the package's folder that are not of the package."""


def unwrap(permit: Path, recipient_key: str, identities: list[str], package: Package) -> str:
    """The package's identity out of a permit's file; FailedError if it is another key's or another package's.

    `recipient_key` is the key that the permit's document names: no other opens by it, whatever the file says.
    """
    own = [one for one in identities if age_files.recipient_of(one) == recipient_key]
    if not own:
        raise FailedError(
            f"{escaping.path(permit)} is a permit for another key: name yours with --key, or ask for a permit of "
            "your own"
        )
    plain = io.BytesIO()
    age_files.decrypt_with(permit, own, plain)
    identity = plain.getvalue().decode("ascii", "replace").strip()
    try:
        recipient = age_files.recipient_of(identity)
    except UsageError:
        raise FailedError(
            f"{escaping.path(permit)} holds no key of a package: name the file that came with it"
        ) from None
    if recipient != package.recipient:
        raise FailedError(f"{escaping.path(permit)} is a permit of another package: name the one that came with this")
    return identity


def open_package(
    folder: Path, package: Package, identity: str, out: Path, progress: Callable[[str], None] = lambda words: None
) -> Opened:
    """Decrypts a package into a new folder; FailedError, and nothing written, unless every file is what was packed."""
    if out.resolve().is_relative_to(folder.resolve()):
        raise UsageError(
            f"{escaping.path(out)} lies in the package, which may be given on as it is: name a folder outside it with "
            "--out"
        )
    new = beside(out, 0o700)
    try:
        listed = _manifest(folder, package, identity)
        for number, one in enumerate(listed, 1):
            _one(folder, one, identity, new / one.path)
            if not number & 0x3F:
                progress(f"{number} of {len(listed)} files opened …")
        if os.path.lexists(out):
            raise FileExistsError
        os.rename(new, out)
    except FileExistsError:
        shutil.rmtree(new, ignore_errors=True)
        raise UsageError(f"{escaping.path(out)} is there already: another opening was faster") from None
    except OSError as error:
        shutil.rmtree(new, ignore_errors=True)
        raise UsageError(
            f"{escaping.path(out)} cannot be written ({error.strerror or error}): nothing was opened; make room there"
        ) from None
    except BaseException:
        shutil.rmtree(new, ignore_errors=True)
        raise
    own = {DOCUMENT, package.manifest + ENDING, *(one.stored + ENDING for one in listed)}
    return Opened(listed, tuple(sorted(set(os.listdir(folder)) - own)))


def _manifest(folder: Path, package: Package, identity: str) -> tuple[Packed, ...]:
    path = folder / f"{package.manifest}{ENDING}"
    if not files.is_file(path, follow=False):
        raise FailedError(f"{escaping.path(folder)} lacks its list of files, {path.name}: {_AGAIN}")
    if sha256(files.read_file(path, _LARGEST_MANIFEST, follow=False)).hexdigest() != package.manifest:
        raise FailedError(f"{escaping.path(path)} is not the file that was packed: {_AGAIN}")
    plain = io.BytesIO()
    age_files.decrypt_with(path, [identity], plain)
    listed = read_manifest(plain.getvalue())
    if root_of(package.manifest, [one.stored for one in listed]).hex() != package.root or len(listed) != package.files:
        raise FailedError(f"the files of {escaping.path(folder)} are not those of its {DOCUMENT}: {_AGAIN}")
    return listed


class _Digest(io.RawIOBase):
    """Writes into a file, and keeps the digest of what was written."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.digest = sha256()

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        self.digest.update(cast(bytes, data))
        return self._file.write(cast(bytes, data))


def _one(folder: Path, one: Packed, identity: str, place: Path) -> None:
    path = folder / f"{one.stored}{ENDING}"
    if not files.is_file(path, follow=False):
        raise FailedError(f"{escaping.path(one.path)} is missing: {path.name} does not lie in the package; {_AGAIN}")
    place.parent.mkdir(parents=True, exist_ok=True)
    # Before it is opened, so that a damaged file is told by the name that people know.
    is_packed = files_digest(path) == one.stored
    if is_packed:
        with open(place, "xb") as file:
            written = _Digest(file)
            age_files.decrypt_with(path, [identity], cast(BinaryIO, written))
        is_packed = written.digest.hexdigest() == one.sha256
    if not is_packed:
        raise FailedError(f"{escaping.path(one.path)} is not the file that was packed: {_AGAIN}")


def files_digest(path: Path) -> str:
    """SHA-256 of a file of any size."""
    digest = sha256()
    with files.open_file(path, follow=False) as file:
        while piece := file.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()
