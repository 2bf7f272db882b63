"""A folder for each of many trials, drafted from what a registry says of it; none that is there is touched."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterable
from enum import Enum
from pathlib import Path
from typing import Final, NamedTuple

from trialseal.documents.canonical import parse_json
from trialseal.errors import FailedError, UsageError
from trialseal.files import alone_in, read_file, sync_folder
from trialseal.folder import layout
from trialseal.folder.sheets import write_draft
from trialseal.registries.drafting import drafting
from trialseal.registries.history import RegistryHistory
from trialseal.registries.numbers import read_known

COLUMNS: Final = ("number", "folder", "result", "why")
# Of a folder that is being written: it has its own name when all is in it.
_BEGUN = ".being-made-"
_LARGEST = 16 << 20


class Result(Enum):
    """What became of a trial."""

    MADE = "made"
    THERE = "there already"
    REFUSED = "refused"


class Drafted(NamedTuple):
    """A trial, its folder's name, and what became of it."""

    number: str
    folder: str
    result: Result
    why: str = ""

    @property
    def row(self) -> tuple[str, str, str, str]:
        """As the table has it, by `COLUMNS`."""
        return self.number, self.folder, self.result.value, self.why


def draft_folders(place: Path, histories: Iterable[RegistryHistory], progress: Callable[[int], None]) -> list[Drafted]:
    """Makes a folder below `place` for each trial that has none there; each is whole or not there at all.

    `progress` hears how many are done. UsageError if `place` cannot be written to; what is wrong with one trial takes
    no other down.
    """
    try:
        place.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{place} cannot be used as a folder of trials: {error.strerror or error}") from None
    with alone_in(place):
        for left in place.glob(f"{_BEGUN}*"):  # by a run that was killed; nobody else runs now
            if left.is_dir() and not left.is_symlink():
                shutil.rmtree(left)
        known = _known(place)
        found = []
        for history in histories:
            found.append(_drafted(place, history, known))
            progress(len(found))
        sync_folder(place)
        return found


def _drafted(place: Path, history: RegistryHistory, known: dict[str, str]) -> Drafted:
    number = history.number
    if number in known:
        return Drafted(number, known[number], Result.THERE, _newer(place / known[number], history))
    name = re.sub("[^A-Za-z0-9.-]+", "-", number).lstrip(".-")
    path = place / name
    if not name or os.path.lexists(path):
        return Drafted(number, name, Result.REFUSED, f"{name or 'the name'} is taken by something else: move it away")
    begun = place / f"{_BEGUN}{name}"
    try:
        draft = drafting(history)
        write_draft(begun, draft)
        begun.rename(path)
    except (FailedError, UsageError, OSError) as error:
        shutil.rmtree(begun, ignore_errors=True)
        return Drafted(number, name, Result.REFUSED, str(error))
    others = [one for one in draft.protocol["trial"].get("registry_ids", ()) if one != number and one in known]
    known[number] = name
    twin = f"its record names {others[0]} too, which is {known[others[0]]}: is it the same trial?" if others else ""
    return Drafted(number, name, Result.MADE, twin)


def _newer(folder: Path, history: RegistryHistory) -> str:
    """What is to be said of a folder that is there, where the record given is a later one than it holds."""
    kept = _document(folder / layout.REGISTRY_RECORD).get("record_date")
    given = history.last.date
    if isinstance(kept, str) and given and given > kept:
        return f"its {layout.REGISTRY_RECORD} is of {kept}, the record given of {given}: it was not changed"
    return ""


def _known(place: Path) -> dict[str, str]:
    """The folders of trials in `place`, by their registry numbers."""
    found: dict[str, str] = {}
    for path in sorted(place.iterdir()):
        if path.name.startswith(".") or path.is_symlink() or not path.is_dir():
            continue
        recorded = _document(path / layout.REGISTRY_RECORD).get("number")
        trial = _document(path / layout.PROTOCOL).get("trial")
        numbers = [recorded] if recorded else trial.get("registry_ids") if isinstance(trial, dict) else None
        for one in numbers if isinstance(numbers, list) else ():
            if isinstance(one, str):
                read = read_known(one)
                found.setdefault(read.number if read else one, path.name)
    return found


def _document(path: Path) -> dict[str, object]:
    """A document as far as it can be read; what is wrong with it, validate says."""
    if not os.path.lexists(path):
        return {}
    try:
        value = parse_json(read_file(path, _LARGEST, follow=False), str(path))
    except (FailedError, UsageError):
        return {}
    return value if isinstance(value, dict) else {}
