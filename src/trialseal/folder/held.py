"""A bundle's files, looked at as if the bundle were a folder in which they lie; no disk gets them for that."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from trialseal import files
from trialseal.files import Place
from trialseal.folder.places import Entry, Places
from trialseal.folder.reading import FileReading, form_of, of_bytes
from trialseal.tables.row_text import RowTexts, begins_run


class _Member(NamedTuple):
    """What a bundle holds under a name."""

    name: str
    path: str
    size: int | None
    """None of a folder."""
    chunks: Callable[[], Iterable[bytes]] = tuple

    def is_dir(self, *, follow_symlinks: bool = True) -> bool:
        return self.size is None

    def is_file(self, *, follow_symlinks: bool = True) -> bool:
        return self.size is not None

    def stat(self, *, follow_symlinks: bool = True) -> os.stat_result:
        return os.stat(self.path)


class Held(Places):
    """The disk, and in the place of one file of it, a bundle, the folder of what that holds."""

    def __init__(self, bundle: Place) -> None:
        super().__init__()
        self.root = os.path.abspath(bundle)
        self._below = self.root + "/"
        self._rows = RowTexts()
        self._folders: dict[str, dict[str, _Member]] = {self.root: {}}

    def add(
        self,
        name: str,
        size: int,
        digest: bytes,
        beginning: bytes,
        data: bytes | None,
        chunks: Callable[[], Iterator[bytes]],
    ) -> None:
        """Takes a file of the bundle in; `data` are its bytes, but for one that is large, see `Seeing`."""
        place = self._below + name
        if data is None:
            form = form_of(beginning) if begins_run(beginning) else None
            reading = FileReading(place, digest, None, None, size, form=form)
        else:
            reading = of_bytes(place, data, raw=digest, keep=False, rows=self._rows)
        self.readings[place] = reading._replace(source=chunks)
        folder, _, last = place.rpartition("/")
        self._folder(folder)[last] = _Member(last, place, size, chunks)

    def is_folder(self, path: Path) -> bool:
        return self._at(path) in self._folders or super().is_folder(path)

    def is_link(self, path: Path) -> bool:
        return not self._holds(self._at(path)) and super().is_link(path)

    def is_file(self, path: Place) -> bool:
        at = self._at(path)
        return at in self.readings if self._holds(at) else super().is_file(path)

    def lies(self, path: Path) -> bool:
        at = self._at(path)
        return at in self.readings or at in self._folders if self._holds(at) else super().lies(path)

    def is_named_folder(self, path: Path) -> bool:
        return self._at(path) == self.root or super().is_named_folder(path)

    def size(self, path: Path) -> int:
        at = self._at(path)
        return self._member(at, path).size or 0 if self._holds(at) else super().size(path)

    def names(self, folder: Path, *, follow: bool = False) -> list[str]:
        at = self._at(folder)
        return sorted(self._folders.get(at, ())) if self._holds(at) else super().names(folder, follow=follow)

    def entries(self, folder: str) -> Sequence[Entry]:
        at = self._at(folder)
        if not self._holds(at):
            return super().entries(folder)
        return sorted(self._folders.get(at, {}).values())

    def small(self, path: Path, limit: int) -> bytes:
        at = self._at(path)
        if not self._holds(at):
            return super().small(path, limit)
        member = self._member(at, path)
        if (member.size or 0) > limit:
            raise OSError(errno.EFBIG, f"it is larger than {files.size_words(limit)}")
        return b"".join(member.chunks())

    def read(self, path: Path, limit: int, *, follow: bool, too_large: str) -> bytes:
        if not self._holds(self._at(path)):
            return super().read(path, limit, follow=follow, too_large=too_large)
        try:
            return self.small(path, limit)
        except OSError as error:
            files.refuse(path, error)

    def around(self, folder: Path) -> list[Path]:
        around, at = super().around(folder), self._at(folder)
        # What lies around the bundle's own file is no part of it.
        return around[: len(Path(at).parts) - len(Path(self.root).parts) + 1] if self._holds(at) else around

    def _at(self, path: Place) -> str:
        text = str(path)
        return text if text.startswith(self._below) else os.path.abspath(text)

    def _holds(self, at: str) -> bool:
        return at == self.root or at.startswith(self._below)

    def _member(self, at: str, path: Path) -> _Member:
        folder, _, last = at.rpartition("/")
        found = self._folders.get(folder, {}).get(last)
        if found is None or found.size is None:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path))
        return found

    def _folder(self, place: str) -> dict[str, _Member]:
        """What lies in one of its folders, which is made where it lacks."""
        if place not in self._folders:
            self._folders[place] = {}
            above, _, last = place.rpartition("/")
            self._folder(above)[last] = _Member(last, place, None)
        return self._folders[place]
