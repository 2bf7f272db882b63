"""A trial's folder: which one a file lies in, and everything in it, each file read once."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from trialseal import escaping
from trialseal.errors import UsageError
from trialseal.folder import copies, layout, receipts
from trialseal.folder.places import Places
from trialseal.folder.reading import FileReading, Readings

# No file system has longer names; asking for one is an error of its own kind.
LONGEST_NAME = 255
# A file lies in its trial's folder, or at most this many folders below it.
_LEVELS = 8
# More files than this in one place are data, not documents.
_MANY = 1000
# Of so many files in receipts/ one at least is a receipt, if any is.
_LOOKED_AT = 20
# Trials' folders that a sentence names.
_NAMED = 3


class TrialFolder:
    """A folder that holds protocol.json or receipts/; everything in it is read when it is first asked for."""

    def __init__(self, path: Path, readings: Readings | None = None) -> None:
        self.path = path
        self.readings = readings or Readings()

    @classmethod
    def open(cls, path: Path, readings: Readings | None = None) -> TrialFolder:
        """The folder that a user named; UsageError if it is no trial's, or lies in another folder of the same trial."""
        if len(path.name) > LONGEST_NAME or not path.is_dir():
            raise UsageError(f"{path} is not a folder: name the trial's folder")
        if not os.path.lexists(path / layout.PROTOCOL):
            if os.path.lexists(path / layout.SYNOPSIS):
                raise UsageError(
                    f"{path} has a {layout.SYNOPSIS} and no {layout.PROTOCOL}: trialseal validate "
                    f"{escaping.argument(path)} makes it"
                )
            if os.path.lexists(path / layout.REGISTRY_RECORD):
                raise UsageError(
                    f"{path} has a registry record and no {layout.PROTOCOL}: trialseal init FOLDER asks for what a "
                    f"protocol says; a record alone is checked with trialseal validate "
                    f"{escaping.argument(path / layout.REGISTRY_RECORD)}"
                )
            raise UsageError(
                f"{path} is not a trial's folder: it has no {layout.PROTOCOL}; {_below(path)}trialseal init FOLDER "
                "begins one"
            )
        readings = readings or Readings()
        readings.kept(path / layout.PROTOCOL, follow=False)
        around = Surroundings(readings).folder_around(path)
        if around is not None and not os.path.samefile(around.path, path):
            raise UsageError(
                f"{path} lies in {_shown(around.path)}, which is the folder of the same trial: name that one"
            )
        return cls(path, readings)

    # ----- what lies in it -----

    def protocol(self) -> FileReading:
        """The working copy of the protocol; UsageError if there is none that can be read."""
        return self.readings.kept(self.path / layout.PROTOCOL, follow=False)

    @cached_property
    def files(self) -> tuple[FileReading, ...]:
        """The files beside protocol.json, in documents/, and among the sealed copies, as far as they can be read."""
        found = []
        for place in (self.path, self.path / layout.DOCUMENTS, copies.copies_folder(self.path)):
            for path in _files(place, self.readings.places):
                try:
                    found.append(self.readings.of(path))
                except UsageError:
                    continue
        return tuple(found)

    @cached_property
    def documents(self) -> tuple[FileReading, ...]:
        """Every document of trialseal in it: those of `files`, and the profiles in parties/."""
        profiles = []
        for path in _files(self.path / layout.PARTIES, self.readings.places):
            try:
                profiles.append(self.readings.of(path))
            except UsageError:
                continue
        return tuple(one for one in (*self.files, *profiles) if one.document is not None or one.fault)

    @cached_property
    def claims(self) -> receipts.Claims:
        """Its receipts. They are claims: nothing in them counts until the chain has said the same."""
        return receipts.load_folder(self.path / layout.RECEIPTS, self.readings.places)

    @cached_property
    def trials(self) -> frozenset[bytes]:
        """The trials that the receipts say they are about: as a rule one."""
        return self.claims.trials

    @property
    def notes(self) -> list[str]:
        """What the working protocol says of itself for every reader, such as that it is an example."""
        try:
            document = self.readings.of(self.path / layout.PROTOCOL).document
        except UsageError:
            return []
        notes = document.get("notes") if document else None
        return [str(note) for note in notes] if isinstance(notes, list) else []

    @property
    def code(self) -> str | None:
        """The sponsor's code of the trial, as the working protocol names it."""
        try:
            document = self.readings.of(self.path / layout.PROTOCOL).document
        except UsageError:
            return None
        trial = document.get("trial") if document else None
        code = trial.get("code") if isinstance(trial, dict) else None
        return code if isinstance(code, str) else None

    def with_digest(self, digest: bytes) -> FileReading | None:
        """The file at hand with a digest, wherever it lies and whatever it is called."""
        return next((one for one in self.files if digest in one.digests), None)

    @property
    def profile_folders(self) -> list[Path]:
        """Where profiles of parties may lie."""
        return [self.path, self.path / layout.PARTIES]

    # ----- what is kept in it -----

    def keep_receipt(self, chain_name: str, receipt: receipts.Receipt) -> Path:
        """Writes a receipt unless it is there; where it lies. UsageError in a sentence if it cannot be written.

        What names another transaction or block for this act is moved to dropped/, whatever act it was: see
        `receipts.keep`.
        """
        place = self.path / layout.RECEIPTS / chain_name
        path = receipts.path_for(place, receipt)
        others = [one for one in place.glob(f"{receipt.number:04}-*.json") if one != path]
        receipts.keep(path, receipts.as_json(receipt), others)
        return path

    def keep_copy(self, number: int, kind: str, version: int, reading: FileReading) -> Path | None:
        """Keeps the very bytes that act `number` sealed as `version` of `kind`, see `copies.keep`."""
        return copies.keep(self.path, number, kind, version, reading)


class _Named(NamedTuple):
    """How a folder names its trial."""

    trials: frozenset[bytes]
    codes: frozenset[str]

    @property
    def known(self) -> bool:
        return bool(self.trials or self.codes)

    def same(self, other: _Named) -> bool:
        return bool(self.trials & other.trials or self.codes & other.codes)


class Surroundings:
    """Finds the trial's folder of a file: the one rule for what that is. Each folder is looked at once.

    It is the nearest folder around the file that holds receipts/ of acts, or a protocol.json of trialseal; and if that
    one lies in a further such folder of the same trial, as a copy of protocol.json in data/site2 does, the outer one,
    unless only the inner one holds receipts.
    """

    def __init__(self, readings: Readings | None = None) -> None:
        self._readings = readings or Readings()
        self._folders: dict[Path, TrialFolder | None] = {}
        self._by_place: dict[str, TrialFolder | None] = {}

    def folder_of(self, file: Path) -> TrialFolder | None:
        """The trial's folder in which a file lies by its name, whatever that links to; None if there is none."""
        return self.folder_at(os.path.dirname(str(file)))

    def folder_around(self, folder: Path) -> TrialFolder | None:
        """The trial's folder that a folder is, or lies in."""
        return self.folder_at(str(folder))

    def folder_at(self, place: str) -> TrialFolder | None:
        """The same for the text of a folder's path; '' is the folder in which we are."""
        if place not in self._by_place:
            self._by_place[place] = self._chosen(Path(os.path.abspath(place)))
        return self._by_place[place]

    def _chosen(self, place: Path) -> TrialFolder | None:
        around = self._readings.places.around(place)[: _LEVELS + 1]
        marked = [found for folder in around if (found := self._marked(folder)) is not None]
        if len(marked) < 2:
            return marked[0] if marked else None
        chosen, named = marked[0], _named(marked[0])
        for outer in marked[1:]:
            other = _named(outer)
            if not outer.claims.all and chosen.claims.all:  # receipts lie where the acts were made
                continue
            if other.known and (other.same(named) or not named.known):
                chosen, named = outer, other
        return chosen

    def _marked(self, folder: Path) -> TrialFolder | None:
        if folder not in self._folders:
            found = self._is_protocol(folder / layout.PROTOCOL) or _has_receipts(folder, self._readings.places)
            self._folders[folder] = TrialFolder(folder, self._readings) if found else None
        return self._folders[folder]

    def _is_protocol(self, path: Path) -> bool:
        """Whether a protocol.json calls itself a document of trialseal; other programs have files of that name too."""
        try:
            reading = self._readings.kept(path, follow=False)
        except UsageError:
            return False
        return reading.document is not None or reading.fault is not None


def folder_of(file: Path, readings: Readings | None = None) -> TrialFolder | None:
    """The trial's folder in which a file lies, its path as short as it can be said; see `Surroundings`."""
    found = Surroundings(readings).folder_of(file)
    return TrialFolder(_shown(found.path), found.readings) if found else None


def _shown(path: Path) -> Path:
    try:
        return path.relative_to(Path.cwd())
    except (ValueError, OSError):
        return path


def _named(folder: TrialFolder) -> _Named:
    codes = {folder.code} if folder.code else set()
    return _Named(folder.trials, frozenset(codes | folder.claims.codes))


def _has_receipts(folder: Path, places: Places) -> bool:
    """Whether receipts of acts lie in it; other people's receipts/ hold what shops write."""
    root = folder / layout.RECEIPTS
    found = [
        place / name
        for place in (root, *places.folders(root))
        for name in places.names(place)
        if name.endswith(".json")
    ]
    return any(layout.RECEIPT_NAME.fullmatch(path.name) or receipts.is_one(path, places) for path in found[:_LOOKED_AT])


def _files(folder: Path, places: Places) -> Iterator[Path]:
    for number, name in enumerate(places.names(folder)):
        if number == _MANY:
            return
        if not name.startswith(".") and places.is_file(folder / name):
            yield folder / name


def _below(path: Path) -> str:
    """Which folders in this one are trials' folders, where it holds any: one of them may be meant."""
    try:
        found = sorted(one.parent for one in path.glob(f"*/{layout.PROTOCOL}"))
    except OSError:
        return ""
    if not found:
        return ""
    if len(found) == 1:
        return f"a trial lies in {found[0]}: name that folder, or "
    more = f" and {len(found) - _NAMED} more" if len(found) > _NAMED else ""
    return f"trials lie in {', '.join(map(str, found[:_NAMED]))}{more}: name one, or "
