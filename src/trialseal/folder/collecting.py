"""Which files of those that a user names are meant, and what the others are."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from trialseal import escaping, files
from trialseal.errors import UsageError
from trialseal.files import Place
from trialseal.folder import layout
from trialseal.folder.layout import FileRole
from trialseal.folder.places import Entry, Places
from trialseal.tables.names import SEAL_ENDING

# The files of a stream's store, by which a folder is known as one wherever it lies.
_STORE = frozenset({"stream.json", "head.json"})
# What lies in its folder in numbers is named by that folder.
_MANY = frozenset({FileRole.RECEIPT, FileRole.CLOCK_PROOF})
_SHEETS = frozenset({layout.SYNOPSIS, *layout.ENDPOINT_SHEETS})
# More names than this make no line that anybody reads.
_MOST_NAMED = 12


class Odd(NamedTuple):
    """What lies in a folder and cannot be judged."""

    path: Path
    why: str
    """'a named pipe, not read'."""


class Aside(NamedTuple):
    """What lies in a folder and is no document that acts seal."""

    path: Path
    """A file, or a whole folder such as receipts/."""
    role: FileRole


class Meant(NamedTuple):
    """The files that are meant: those named, and those in named folders, sorted."""

    places: tuple[str, ...]
    """As text, which sorts, compares and is made several times faster than paths: that counts for thousands."""
    odd: tuple[Odd, ...] = ()
    aside: tuple[Aside, ...] = ()
    found: frozenset[str] = frozenset()
    """Those that were found in folders; links are not followed there."""
    descriptions: frozenset[str] = frozenset()
    """Those of `found` that describe their folder by their name."""

    @property
    def files(self) -> tuple[Path, ...]:
        """The files as paths."""
        return tuple(map(Path, self.places))

    def was_found(self, path: Place) -> bool:
        """Whether a file was found in a folder, not named."""
        return str(path) in self.found


def collect(paths: Sequence[Path], places: Places | None = None) -> Meant:
    """The files that are meant, and beside them what else lies in the folders, each with what it is.

    In folders, links, pipes, sockets and devices are not opened, and hidden names are passed over. Receipts, stores of
    streams, and beside a dataset's seal document the dataset with its private parts, are set aside. UsageError for a
    path that does not exist. `places` is where they lie.
    """
    places = places or Places()
    named: dict[str, bool] = {}
    odd: list[Odd] = []
    aside: list[Aside] = []
    descriptions: list[str] = []
    for path in paths:
        try:
            is_folder = places.is_named_folder(path)
        except (OSError, ValueError):
            raise UsageError(f"{path} does not exist: check the name") from None
        if not is_folder:
            named[str(path)] = False
            continue
        for place in sorted(_files_below(path, places, odd, aside, descriptions)):
            named.setdefault(place, True)
    found = frozenset(place for place, in_folder in named.items() if in_folder)
    return Meant(
        tuple(named),
        tuple(dict.fromkeys(odd)),
        tuple(dict.fromkeys(aside)),
        found,
        found.intersection(descriptions),
    )


def aside_words(aside: Iterable[Aside], named: Sequence[Path] = ()) -> str | None:
    """One line that names what was set aside: 'README.md (a description …), receipts (14 receipts)', or None.

    Where one folder was named, the names are those in it.
    """
    root = named[0] if len(named) == 1 else None
    by_place: dict[tuple[Path, FileRole], int] = {}
    for one in aside:
        if one.role is not FileRole.HIDDEN:
            by_place[_grouped(one)] = by_place.get(_grouped(one), 0) + 1
    said = []
    for (place, role), count in by_place.items():
        said.append(f"{_name(place, root)} ({role.words(count)})")
    if not said:
        return None
    more = f" and {len(said) - _MOST_NAMED} more" if len(said) > _MOST_NAMED else ""
    return ", ".join(said[:_MOST_NAMED]) + more


def _grouped(one: Aside) -> tuple[Path, FileRole]:
    return (one.path.parent, one.role) if one.role in _MANY else (one.path, one.role)


def _name(path: Path, root: Path | None) -> str:
    return escaping.path(path.relative_to(root) if root and path.is_relative_to(root) else path)


def _files_below(
    folder: Path, places: Places, odd: list[Odd], aside: list[Aside], descriptions: list[str]
) -> Iterator[str]:
    todo = [str(folder)]
    while todo:
        place = todo.pop()
        try:
            entries = places.entries(place)
        except OSError as error:
            odd.append(Odd(Path(place), f"a folder that cannot be read: {error.strerror or error}"))
            continue
        sealed = {entry.name.removesuffix(SEAL_ENDING) for entry in entries if entry.name.endswith(SEAL_ENDING)}
        made = any(entry.name == layout.PROTOCOL for entry in entries)
        for entry in entries:
            role = FileRole.TABLE if entry.name in sealed else layout.role_of(entry.name)
            if made and entry.name in _SHEETS:
                role = FileRole.SHEET
            if role is FileRole.DESCRIPTION and entry.is_file(follow_symlinks=False):
                descriptions.append(entry.path)
                yield entry.path  # somebody may have sealed it
            elif role is not None:
                aside.append(Aside(Path(entry.path), role))
            elif entry.is_dir(follow_symlinks=False):
                if entry.name == layout.RECEIPTS:
                    aside.extend(Aside(path, FileRole.RECEIPT) for path in _all_below(Path(entry.path), places, odd))
                elif _is_store(entry.path, places):
                    aside.append(Aside(Path(entry.path), FileRole.STREAM))
                else:
                    todo.append(entry.path)
            elif entry.is_file(follow_symlinks=False):
                yield entry.path
            else:
                odd.append(_odd(entry))


def _all_below(folder: Path, places: Places, odd: list[Odd]) -> Iterator[Path]:
    """The files of receipts/, however they lie there."""
    todo = [str(folder)]
    while todo:
        place = todo.pop()
        try:
            entries = places.entries(place)
        except OSError as error:
            odd.append(Odd(Path(place), f"a folder that cannot be read: {error.strerror or error}"))
            continue
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                todo.append(entry.path)
            elif entry.is_file(follow_symlinks=False):
                yield Path(entry.path)
            else:
                odd.append(_odd(entry))


def _odd(entry: Entry) -> Odd:
    try:
        kind = files.kind_of(entry.stat(follow_symlinks=False).st_mode) or "no ordinary file"
    except OSError as error:
        kind = f"no file that can be looked at ({error.strerror or error})"
    return Odd(Path(entry.path), kind if kind.endswith("followed") else f"{kind}, not read")


def _is_store(place: str, places: Places) -> bool:
    return all(places.is_file(os.path.join(place, name)) for name in _STORE)
