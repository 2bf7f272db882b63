"""Finds entries of a store by fingerprint without reading all of them: kept runs, and the newest entries in memory.

The runs lie in the folder `sorted`, each of some entries behind those of the one before, and each at least about twice
as long as the next, so that there are few: adding entries costs what they are, and now and then a longer run that is
made anew. They are made from `index` and `marks`; what lacks, is damaged or is of other entries is made again.
"""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from trialseal import files
from trialseal.streams import disk, row_marks
from trialseal.streams.entry_index import IndexFile
from trialseal.streams.sorted_run import Ordered, SortedRun, Unsound
from trialseal.streams.tree_file import TreeFile

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from trialseal.streams.entry_index import Prints
    from trialseal.streams.row_marks import Marks
    from trialseal.streams.sorted_run import Places

FOLDER = "sorted"
NEWEST = 4096
"""So many entries are sorted anew each time, rather than kept in a run."""
_named = re.compile(r"([0-9]{1,10})-([0-9]{1,10})").fullmatch
_left_by_crash = re.compile(r"\.[0-9-]+\.[0-9a-f]{8}").fullmatch


class EntryLookup:
    """The first `size` entries of a store, by fingerprint of their ids and by marks of their rows."""

    def __init__(self, folder: Path, index: IndexFile, tree: TreeFile, size: int) -> None:
        self._folder, self._index, self._tree, self.size = folder, index, tree, size
        self._runs: list[SortedRun] = []
        self._rest: Ordered | None = None
        stops = _runs_in(folder / FOLDER)
        while one := self._following(stops):
            self._runs.append(one)

    @property
    def _kept(self) -> int:
        """How many entries are in runs."""
        return self._runs[-1].stop if self._runs else 0

    def _following(self, stops: dict[int, list[int]]) -> SortedRun | None:
        """The longest run behind those that were found."""
        start = self._kept
        for stop in sorted(stops.get(start, ()), reverse=True):
            if start < stop <= self.size:
                with suppress(Unsound):
                    return SortedRun(_path(self._folder, start, stop), self._tree.root(stop), start, stop)
        return None

    def keep(self) -> None:
        """Makes runs of what is in none, if that is much; for who holds the store. A disk that refuses costs time."""
        if self.size - self._kept < NEWEST:
            return
        while self._runs and self._runs[-1].stop - self._runs[-1].start <= 2 * (self.size - self._kept):
            self._runs.pop()
        start = self._kept
        made, self._rest = self._ordered(start), None
        place = self._folder / FOLDER
        path = _path(self._folder, start, self.size)
        try:
            if place.is_symlink():
                place.unlink()
            place.mkdir(mode=0o700, exist_ok=True)
            made.write(path, self._tree.root(self.size))
            self._runs.append(SortedRun(path, self._tree.root(self.size), start, self.size))
        except (OSError, Unsound):
            self._rest = made
            return
        wanted = {run.path for run in self._runs}
        for one in _files_in(place):
            if one not in wanted:
                with suppress(OSError):
                    one.unlink()

    def with_prints(self, wanted: Prints) -> tuple[Places, Places]:
        """Which of those wanted are the fingerprint of which entry: places in `wanted`, and an entry for each.

        Each entry must be looked at, since two ids may share a fingerprint.
        """
        import numpy as np

        found = []
        for number, run in enumerate(self._runs):
            try:
                found.append(run.with_prints(wanted))
            except Unsound:
                with suppress(OSError):
                    run.path.unlink()
                del self._runs[number:]
                self._rest = None
                break
        found.append(self._newest.with_prints(wanted))
        places, entries = zip(*found, strict=True)
        return np.concatenate(places), np.concatenate(entries)

    def with_marks(self, wanted: Marks) -> NDArray[np.bool_]:
        """Which of these marks a row has that an entry came from."""
        found = self._newest.with_marks(wanted)
        for run in self._runs:
            found |= run.with_marks(wanted)
        return found

    @property
    def _newest(self) -> Ordered:
        """What is in no run."""
        if self._rest is None:
            self._rest = self._ordered(self._kept)
        return self._rest

    def _ordered(self, start: int) -> Ordered:
        marks = row_marks.read(self._folder, start, self.size)
        return Ordered(start, self._index.prints(start, self.size), marks)


class KnownIds:
    """The fingerprints of a store's entries, and of those being written behind them: in memory, in sorted runs."""

    def __init__(self, lookup: EntryLookup) -> None:
        self._lookup = lookup
        self._runs: list[Prints] = []

    def suspects(self, prints: Prints) -> list[int]:
        """Which of these are known already, by their places; each must be looked at, since two ids may share one."""
        import numpy as np

        hit = np.zeros(len(prints), dtype=bool)
        hit[self._lookup.with_prints(prints)[0]] = True
        for run in self._runs:
            places = np.searchsorted(run, prints)
            hit |= run[np.minimum(places, len(run) - 1)] == prints
        found: list[int] = hit.nonzero()[0].tolist()
        return found

    def add(self, prints: Prints) -> None:
        """Adds fingerprints; runs of like length are merged, so that there are only a few."""
        import numpy as np

        if not len(prints):
            return
        run = np.sort(prints)
        while self._runs and len(self._runs[-1]) <= 2 * len(run):
            run = np.sort(np.concatenate([self._runs.pop(), run]), kind="stable")
        self._runs.append(run)


def erase(folder: Path) -> None:
    """Overwrites all runs of a store and takes them away, on disk when it returns: an entry in them is forgotten."""
    place = folder / FOLDER
    if place.is_symlink() or not place.is_dir():
        return
    for path in _files_in(place):
        with files.opened_to_change(path) as file:
            file.write(bytes(path.stat().st_size))
            disk.sync(file)
        path.unlink()
    files.sync_folder(place)


def _path(folder: Path, start: int, stop: int) -> Path:
    return folder / FOLDER / f"{start}-{stop}"


def _runs_in(place: Path) -> dict[int, list[int]]:
    """By first entry, where the runs in a folder end."""
    stops: dict[int, list[int]] = {}
    for path in _files_in(place):
        if found := _named(path.name):
            stops.setdefault(int(found[1]), []).append(int(found[2]))
    return stops


def _files_in(place: Path) -> list[Path]:
    """What `keep` has written, be it only begun."""
    if place.is_symlink():
        return []
    try:
        return [path for path in place.iterdir() if _named(path.name) or _left_by_crash(path.name)]
    except OSError:
        return []
