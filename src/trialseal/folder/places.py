"""Where files lie: on this computer's disk, or in what is looked at as if it were a folder there, see `held`.

Whatever looks for files around others asks here, so that a bundle's are judged as a folder's are.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from trialseal import files
from trialseal.files import Place

if TYPE_CHECKING:
    from trialseal.folder.reading import FileReading


class Entry(Protocol):
    """What lies in a folder under a name, as `os.scandir` gives it."""

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def path(self) -> str:
        """Its path."""

    def is_dir(self, *, follow_symlinks: bool = True) -> bool:
        """Whether it is a folder."""

    def is_file(self, *, follow_symlinks: bool = True) -> bool:
        """Whether it is an ordinary file."""

    def stat(self, *, follow_symlinks: bool = True) -> os.stat_result:
        """What the system knows of it."""


class Places:
    """This computer's disk. Links are followed where a path was named, and nowhere below."""

    readings: dict[str, FileReading]
    """Of files that need not be read, by their absolute paths."""

    def __init__(self) -> None:
        self.readings = {}

    def is_folder(self, path: Path) -> bool:
        """Whether a folder lies there, or a link to one."""
        return os.path.isdir(path)

    def is_link(self, path: Path) -> bool:
        """Whether a link lies there."""
        return os.path.islink(path)

    def is_file(self, path: Place) -> bool:
        """Whether an ordinary file lies there, and no link."""
        return files.is_file(path, follow=False)

    def lies(self, path: Path) -> bool:
        """Whether anything lies there."""
        return os.path.exists(path)

    def is_named_folder(self, path: Path) -> bool:
        """Whether what was named is a folder; OSError or ValueError if nothing lies there."""
        return stat.S_ISDIR(path.stat().st_mode)

    def size(self, path: Path) -> int:
        """A file's bytes; OSError."""
        return os.lstat(path).st_size

    def names(self, folder: Path, *, follow: bool = False) -> list[str]:
        """What lies in a folder, sorted; nothing where none is, nor, unless they are followed, in a link."""
        if not follow and self.is_link(folder):
            return []
        try:
            return sorted(os.listdir(folder))
        except (OSError, ValueError):
            return []

    def folders(self, folder: Path) -> list[Path]:
        """The folders that lie in a folder, sorted, links left out; none where no folder is."""
        return [path for name in self.names(folder) if self.is_folder(path := folder / name) and not self.is_link(path)]

    def entries(self, folder: str) -> Sequence[Entry]:
        """The same with what each is; OSError where no folder can be read."""
        with os.scandir(folder) as found:
            return sorted(found, key=attrgetter("name"))

    def small(self, path: Path, limit: int) -> bytes:
        """A file's bytes, no link followed; OSError, also where there are more than `limit`."""
        return files.read_small(path, limit, follow=False)

    def read(self, path: Path, limit: int, *, follow: bool, too_large: str) -> bytes:
        """The same; UsageError in a sentence, as `files.read_file`."""
        return files.read_file(path, limit, follow=follow, too_large=too_large)

    def around(self, folder: Path) -> list[Path]:
        """A folder and those that it lies in, the nearest first."""
        return [folder, *folder.parents]
